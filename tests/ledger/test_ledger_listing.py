"""Pages of records: together they are all that pass the filters, in order, each once."""

import base64
import itertools
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from underwriter.ledger import (
    Entry,
    EntryFilter,
    EntryKind,
    EntryReader,
    Page,
    PageTokenInvalid,
    Payload,
    Recorded,
    SubjectUnknown,
)
from underwriter.ledger.entry_reader import _before, _newest_first
from underwriter.ledger.entry_writer import EntryWriter
from underwriter.ledger.keys import MasterKeys, Vault
from underwriter.ledger.page_token import Position
from underwriter.storage import Database, open_database
from underwriter.storage.schema import entries, subjects, tree_heads

EntryOf = Callable[..., Entry]
Row = tuple[str, str, int, int, EntryKind]
ROUND = itertools.count()

kinds = st.sampled_from([EntryKind.DECISION, EntryKind.DECISION, EntryKind.DECISION, EntryKind.DRAWDOWN])
rows = st.tuples(
    st.sampled_from(["s1", "s2"]), st.sampled_from(["P1", "P2"]), st.integers(1, 3), st.integers(-3, 3), kinds
)
filters = st.builds(
    EntryFilter,
    subject_id=st.none() | st.sampled_from(["s1", "s2", "nobody"]),
    product=st.none() | st.sampled_from(["P1", "P2"]),
    outcome=st.none() | st.integers(1, 3),
    request_id=st.none() | st.sampled_from(["old-0", "old-7", "nothing"]),
    start_time_us=st.none() | st.integers(-4, 4),
    end_time_us=st.none() | st.integers(-4, 4),
)


def passes(entry: Entry, wanted: EntryFilter) -> bool:
    start = entry.time_us if wanted.start_time_us is None else wanted.start_time_us
    end = entry.time_us + 1 if wanted.end_time_us is None else wanted.end_time_us
    return (
        entry.kind == EntryKind.DECISION
        and start <= entry.time_us < end
        and all(
            value is None or getattr(entry, name) == value
            for name, value in (
                ("subject_id", wanted.subject_id),
                ("product", wanted.product),
                ("outcome", wanted.outcome),
                ("request_id", wanted.request_id),
            )
        )
    )


def oldest_first(entries: list[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry.time_us, entry.entry_id))


def newest_first(entries: list[Entry]) -> list[Entry]:
    return oldest_first(entries)[::-1]


def entries_of(entry_of: EntryOf, kind: str, rows: list[Row]) -> list[Entry]:
    names = ("subject_id", "product", "outcome", "time_us", "kind")
    return [entry_of(f"{kind}-{number}", **dict(zip(names, row, strict=True))) for number, row in enumerate(rows)]


def entries_recorded(page: Page, known: list[Entry]) -> list[Entry]:
    """The entries that the page's records were made from."""
    by_id = {entry.entry_id: entry for entry in known}
    found = [by_id[record.sealed.entry_id] for record in page.entries]
    assert [record.payload for record in page.entries] == [Payload(e.request, e.answer, e.evidence) for e in found]
    return found


def all_pages(list_page: Callable[[str], Page], page_size: int) -> Iterator[Page]:
    token = ""
    while True:
        page = list_page(token)
        assert len(page.entries) <= page_size
        assert len(page.entries) == page_size or not page.next_page_token
        yield page
        token = page.next_page_token
        if not token:
            return


@pytest.fixture
def writer(database: Database, vault: Vault) -> EntryWriter:
    return EntryWriter(database, "decisions", vault)


@pytest.fixture
def reader(database: Database, vault: Vault) -> EntryReader:
    return EntryReader(database, vault)


def emptied(database: Database) -> None:
    with database.writing() as connection:
        for table in (entries, subjects, tree_heads):
            connection.execute(table.delete())


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(old=st.lists(rows, max_size=14), new=st.lists(rows, max_size=6), wanted=filters, page_size=st.integers(1, 5))
@example([("s1", "P1", 1, 0, EntryKind.DECISION)] * 4, [("s1", "P1", 1, 0, EntryKind.DECISION)] * 4, EntryFilter(), 2)
def test_pages_hold_all_that_was_there_once_and_in_order_while_more_comes(
    database: Database,
    writer: EntryWriter,
    reader: EntryReader,
    entry_of: EntryOf,
    old: list[Row],
    new: list[Row],
    wanted: EntryFilter,
    page_size: int,
) -> None:
    emptied(database)
    old_ones, new_ones = entries_of(entry_of, "old", old), entries_of(entry_of, "new", new)
    writer.write(old_ones)
    listed: list[Entry] = []
    arriving = iter(new_ones)
    for page in all_pages(lambda token: reader.list_entries(wanted, page_size, token), page_size):
        listed.extend(entries_recorded(page, old_ones + new_ones))
        writer.write(list(itertools.islice(arriving, 1)))
    assert listed == newest_first(listed)
    assert [entry for entry in listed if entry in old_ones] == newest_first([e for e in old_ones if passes(e, wanted)])
    assert all(passes(entry, wanted) for entry in listed)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(made=st.lists(rows, max_size=14), page_size=st.integers(1, 5))
def test_all_on_a_subject_is_listed_oldest_first(
    database: Database, writer: EntryWriter, reader: EntryReader, entry_of: EntryOf, made: list[Row], page_size: int
) -> None:
    emptied(database)
    all_of_them = entries_of(entry_of, "old", made)
    writer.write(all_of_them)
    mine = [entry for entry in all_of_them if entry.subject_id == "s1"]
    if not mine:
        with pytest.raises(SubjectUnknown):
            reader.records_of_subject("s1", page_size)
        return
    pages = all_pages(lambda token: reader.records_of_subject("s1", page_size, token), page_size)
    assert [entry for page in pages for entry in entries_recorded(page, all_of_them)] == oldest_first(mine)


@pytest.fixture
def token(writer: EntryWriter, reader: EntryReader, entry_of: EntryOf) -> str:
    writer.write([entry_of(f"r{number}") for number in range(3)])
    return reader.list_entries(EntryFilter(product="PAY_LATER"), 1).next_page_token


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
def test_a_token_is_good_for_its_own_filters_only(reader: EntryReader, token: str, other: EntryFilter) -> None:
    with pytest.raises(PageTokenInvalid, match="without a token"):
        reader.list_entries(other, 1, token)


def test_a_token_is_good_for_its_own_subject_only(reader: EntryReader, token: str) -> None:
    of_subject = reader.records_of_subject("subject-1", 1).next_page_token
    for subject_id, wrong in (("subject-1", token), ("subject-2", of_subject)):
        with pytest.raises(PageTokenInvalid):
            reader.records_of_subject(subject_id, 1, wrong)
    with pytest.raises(PageTokenInvalid):
        reader.list_entries(EntryFilter(subject_id="subject-1"), 1, of_subject)


def test_the_page_size_may_change_from_page_to_page(reader: EntryReader, token: str) -> None:
    assert len(reader.list_entries(EntryFilter(product="PAY_LATER"), 10, token).entries) == 2


def test_garbled_tokens_are_refused(reader: EntryReader, token: str) -> None:
    for garbled in (token[:-1], token[:8], "A" + token, token.swapcase(), "=", "AAAA", "客户", "\ud800", "../../etc"):
        with pytest.raises(PageTokenInvalid):
            reader.list_entries(EntryFilter(product="PAY_LATER"), 1, garbled)


def test_a_token_tells_nothing_of_the_subject(reader: EntryReader, token: str) -> None:
    of_subject = reader.list_entries(EntryFilter(subject_id="subject-1"), 1).next_page_token
    assert of_subject != token
    assert b"subject" not in base64.urlsafe_b64decode(of_subject)


def test_a_page_holds_at_least_one_entry(reader: EntryReader) -> None:
    with pytest.raises(ValueError, match="page_size is 0"):
        reader.list_entries(EntryFilter(), 0)


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
def test_a_page_is_found_in_an_index_however_far_back(
    sqlite_url: str, master_keys: MasterKeys, wanted: EntryFilter, index: str
) -> None:
    database = open_database(sqlite_url)
    reader = EntryReader(database, Vault(database, master_keys))
    statement = _newest_first([*reader._conditions(wanted), _before(Position(5, "d"))]).limit(10)
    compiled = statement.compile(dialect=database.dialect)
    values = tuple(compiled.params[name] for name in compiled.positiontup or ())
    with database.reading() as connection:
        plan = " ".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", values))
    database.close()
    assert plan.startswith(f"SEARCH entries USING INDEX {index} (")
    assert "TEMP B-TREE FOR ORDER BY" not in plan or index == "sqlite_autoindex_entries_3"


class TestReadingInOrder:
    @pytest.fixture
    def records(self, writer: EntryWriter, entry_of: EntryOf) -> list[Recorded]:
        return [
            answer for answer in writer.write([entry_of(f"r{n}") for n in range(10)]) if isinstance(answer, Recorded)
        ]

    @pytest.mark.parametrize(("start", "end"), [(0, None), (3, 7), (3, None), (0, 10), (5, 5), (9, 99), (10, None)])
    def test_a_range_is_read_in_order(
        self, reader: EntryReader, records: list[Recorded], start: int, end: int | None
    ) -> None:
        wanted = records[start:end]
        assert [*map(reader.open, reader.stored_in_order("decisions", start, end))] == wanted
        stored = list(reader.stored_in_order("decisions", start, end))
        assert [(row.index, row.leaf_hash, row.sealed) for row in stored] == [
            (record.index, record.leaf_hash, record.sealed) for record in wanted
        ]

    @pytest.mark.parametrize("rows_of_a_read", [1, 3, 10])
    def test_it_does_not_matter_how_many_rows_are_read_at_once(
        self,
        database: Database,
        vault: Vault,
        records: list[Recorded],
        rows_of_a_read: int,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr("underwriter.ledger.entry_reader.ROWS_OF_A_READ", rows_of_a_read)
        reader = EntryReader(database, vault)
        assert [*map(reader.open, reader.stored_in_order("decisions"))] == records
        assert [row.index for row in reader.stored_in_order("decisions", 1, 9)] == list(range(1, 9))

    def test_records_of_other_logs_are_left_out(
        self, database: Database, vault: Vault, reader: EntryReader, records: list[Recorded], entry_of: EntryOf
    ) -> None:
        EntryWriter(database, "other", vault).write([entry_of("elsewhere")])
        assert [*map(reader.open, reader.stored_in_order("decisions"))] == records
        assert len(list(reader.stored_in_order("other"))) == 1
        assert list(reader.stored_in_order("no such log")) == []

    @pytest.mark.usefixtures("records")
    def test_what_was_taken_out_is_passed_over(self, database: Database, reader: EntryReader) -> None:
        with database.writing() as connection:
            connection.exec_driver_sql("DELETE FROM entries WHERE log_index IN (0, 4)")
        assert [row.index for row in reader.stored_in_order("decisions")] == [1, 2, 3, 5, 6, 7, 8, 9]
