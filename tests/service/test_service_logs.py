"""Lines of the log that could come in floods, and those that libraries write."""

import logging
from itertools import chain, repeat

from structlog.testing import capture_logs

from underwriter.service.logs import LibraryLines, LinePace


def test_one_line_of_a_kind_goes_through_a_second_and_counts_those_held_back() -> None:
    seconds = iter([0.0, 0.5, 0.9, 1.0, 1.5, 9.0, 9.1])
    pace = LinePace(lambda: next(seconds))
    assert [pace.count("full") for _ in range(7)] == [1, 0, 0, 3, 0, 2, 0]


def test_kinds_do_not_hold_back_each_other() -> None:
    pace = LinePace(lambda: 5.0)
    kinds = chain(repeat("full", 3), ["busy"], repeat("full", 2))
    assert [pace.count(kind) for kind in kinds] == [1, 0, 0, 1, 0, 0]


def test_what_libraries_log_is_told_without_values_and_without_the_text_of_errors() -> None:
    logger = logging.Logger("sqlalchemy.pool")
    logger.addHandler(LibraryLines())
    with capture_logs() as lines:
        try:
            raise ValueError("monthly income 4711")
        except ValueError:
            logger.exception("Exception terminating connection %r\nmore: 4711", "a person's name")
    (line,) = lines
    assert line["event"] == "Exception terminating connection %r"
    assert (line["library"], line["error"], line["log_level"]) == ("sqlalchemy.pool", "ValueError", "error")
    assert line["frames"]
    assert "4711" not in str(line)
    assert "a person" not in str(line)
