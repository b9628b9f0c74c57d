"""Lines of the log that could come in floods."""

from itertools import chain, repeat

from underwriter.service.logs import LinePace


def test_one_line_of_a_kind_goes_through_a_second_and_counts_those_held_back() -> None:
    seconds = iter([0.0, 0.5, 0.9, 1.0, 1.5, 9.0, 9.1])
    pace = LinePace(lambda: next(seconds))
    assert [pace.count("full") for _ in range(7)] == [1, 0, 0, 3, 0, 2, 0]


def test_kinds_do_not_hold_back_each_other() -> None:
    pace = LinePace(lambda: 5.0)
    kinds = chain(repeat("full", 3), ["busy"], repeat("full", 2))
    assert [pace.count(kind) for kind in kinds] == [1, 0, 0, 1, 0, 0]
