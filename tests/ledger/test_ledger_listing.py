"""Pages of entries: together they are all that pass the filters, newest first, each once."""

import base64
import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from underwriter.ledger import Entry, EntryFilter, Page, PageTokenInvalid, SqlLedger, upgrade
from underwriter.ledger.entry_reader import EntryReader, _conditions, _follows, _newest_first
from underwriter.ledger.entry_writer import EntryWriter
from underwriter.ledger.page_token import Position
from underwriter.ledger.sqlite import SqliteDatabase

EntryOf = Callable[..., Entry]
Facts = tuple[str, str, int, int]

facts = st.tuples(st.sampled_from(["s1", "s2"]), st.sampled_from(["P1", "P2"]), st.integers(1, 3), st.integers(-3, 3))
filters = st.builds(
    EntryFilter,
    subject_id=st.none() | st.sampled_from(["s1", "s2", "nobody"]),
    product=st.none() | st.sampled_from(["P1", "P2"]),
    outcome=st.none() | st.integers(1, 3),
    request_id=st.none() | st.sampled_from(["old-0", "old-7", "nothing"]),
    start_time_us=st.none() | st.integers(-4, 4),
    end_time_us=st.none() | st.integers(-4, 4),
)


@pytest.fixture(scope="module")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("empty") / "ledger.db"
    upgrade(f"sqlite:///{path}")
    return path


@contextmanager
def fresh_database(empty: Path) -> Iterator[SqliteDatabase]:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(empty, f"{folder}/ledger.db")
        database = SqliteDatabase(f"sqlite:///{folder}/ledger.db", busy_timeout_s=1)
        yield database
        database.close()


def passes(entry: Entry, wanted: EntryFilter) -> bool:
    start = entry.decide_time_us if wanted.start_time_us is None else wanted.start_time_us
    end = entry.decide_time_us + 1 if wanted.end_time_us is None else wanted.end_time_us
    return start <= entry.decide_time_us < end and all(
        value is None or getattr(entry, name) == value
        for name, value in (
            ("subject_id", wanted.subject_id),
            ("product", wanted.product),
            ("outcome", wanted.outcome),
            ("request_id", wanted.request_id),
        )
    )


def newest_first(entries: list[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry.decide_time_us, entry.decision_id), reverse=True)


def pages_of(reader: EntryReader, wanted: EntryFilter, page_size: int) -> Iterator[Page]:
    token = ""
    while True:
        page = reader.list_entries(wanted, page_size, token)
        yield page
        token = page.next_page_token
        if not token:
            return


@settings(max_examples=40, deadline=None)
@given(st.lists(facts, max_size=14), st.lists(facts, max_size=6), filters, st.integers(1, 5))
@example([("s1", "P1", 1, 0)] * 4, [("s1", "P1", 1, 0)] * 4, EntryFilter(), 2)
def test_pages_hold_all_that_was_there_once_and_in_order_while_more_comes(
    empty_database: Path, entry_of: EntryOf, old: list[Facts], new: list[Facts], wanted: EntryFilter, page_size: int
) -> None:
    def entries_of(kind: str, rows: list[Facts]) -> list[Entry]:
        names = ("subject_id", "product", "outcome", "decide_time_us")
        return [entry_of(f"{kind}-{number}", **dict(zip(names, row, strict=True))) for number, row in enumerate(rows)]

    old_ones, new_ones = entries_of("old", old), entries_of("new", new)
    with fresh_database(empty_database) as database:
        writer, reader = EntryWriter(database, "decisions"), EntryReader(database)
        if old_ones:
            writer.write(old_ones)
        listed: list[Entry] = []
        arriving = iter(new_ones)
        for page in pages_of(reader, wanted, page_size):
            assert len(page.entries) <= page_size
            assert len(page.entries) == page_size or not page.next_page_token
            listed.extend(record.entry for record in page.entries)
            for entry in itertools.islice(arriving, 1):
                writer.write([entry])
    assert listed == newest_first(listed)
    assert [entry for entry in listed if entry in old_ones] == newest_first([e for e in old_ones if passes(e, wanted)])
    assert all(passes(entry, wanted) for entry in listed)


@pytest.fixture
def token(ledger: SqlLedger, entry_of: EntryOf) -> str:
    EntryWriter(ledger.entries._database, "decisions").write([entry_of(f"r{number}") for number in range(3)])
    return ledger.entries.list_entries(EntryFilter(product="PAY_LATER"), 1).next_page_token


@pytest.mark.parametrize(
    "other",
    [
        EntryFilter(),
        EntryFilter(product="pay_later"),
        EntryFilter(subject_id="PAY_LATER"),
        EntryFilter(product="PAY_LATER", outcome=1),
        EntryFilter(product="PAY_LATER", start_time_us=0),
    ],
)
def test_a_token_is_good_for_its_own_filters_only(ledger: SqlLedger, token: str, other: EntryFilter) -> None:
    with pytest.raises(PageTokenInvalid, match="without a token"):
        ledger.entries.list_entries(other, 1, token)


def test_the_page_size_may_change_from_page_to_page(ledger: SqlLedger, token: str) -> None:
    assert len(ledger.entries.list_entries(EntryFilter(product="PAY_LATER"), 10, token).entries) == 2


def test_garbled_tokens_are_refused(ledger: SqlLedger, token: str) -> None:
    for garbled in (token[:-1], token[:8], "A" + token, token.swapcase(), "=", "AAAA", "客户", "\ud800", "../../etc"):
        with pytest.raises(PageTokenInvalid):
            ledger.entries.list_entries(EntryFilter(product="PAY_LATER"), 1, garbled)


def test_a_token_tells_nothing_of_the_subject(ledger: SqlLedger, token: str) -> None:
    of_subject = ledger.entries.list_entries(EntryFilter(subject_id="subject-1"), 1).next_page_token
    assert of_subject != token
    assert b"subject" not in base64.urlsafe_b64decode(of_subject)


def test_a_page_holds_at_least_one_entry(ledger: SqlLedger) -> None:
    with pytest.raises(ValueError, match="page_size is 0"):
        ledger.entries.list_entries(EntryFilter(), 0)


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (EntryFilter(), "entries_by_time"),
        (EntryFilter(start_time_us=1, end_time_us=9), "entries_by_time"),
        (EntryFilter(subject_id="s1"), "entries_by_subject"),
        (EntryFilter(product="P1", start_time_us=1), "entries_by_product"),
        (EntryFilter(outcome=3), "entries_by_outcome"),
        (EntryFilter(request_id="r1"), "sqlite_autoindex_entries_3"),
    ],
)
def test_a_page_is_found_in_an_index_however_far_back(empty_database: Path, wanted: EntryFilter, index: str) -> None:
    statement = _newest_first([*_conditions(wanted), _follows(Position(5, "d"))]).limit(10)
    text = str(statement.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
    with fresh_database(empty_database) as database, database.reading() as connection:
        plan = " ".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}"))
    assert plan.startswith(f"SEARCH entries USING INDEX {index} (")
    assert "TEMP B-TREE FOR ORDER BY" not in plan or index == "sqlite_autoindex_entries_3"
