"""What comes with entries: recorded with those that are taken, once, in their transaction; or refused with them."""

import asyncio
from collections.abc import Callable, Sequence
from uuid import UUID

import pytest
from sqlalchemy import Connection, insert, select

from underwriter.ledger import Companion, CompanionRefused, Entry, EntryKind, Recorded, SqlLedger, SubjectChanged
from underwriter.storage import Database, DatabaseUnavailable
from underwriter.storage.schema import counters

EntryOf = Callable[..., Entry]
NEW = UUID(int=7).bytes


class Notes:
    """Takes names, each once, as counters; one that is taken, or that came earlier in the batch, is refused."""

    def refusals(self, connection: Connection, contents: Sequence[str]) -> list[CompanionRefused | None]:
        taken = set(connection.execute(select(counters.c.name)).scalars())
        refused = []
        for name in contents:
            refused.append(CompanionRefused(name) if name in taken else None)
            taken.add(name)
        return refused

    def record(self, connection: Connection, contents: Sequence[str]) -> None:
        for name in contents:
            connection.execute(insert(counters).values(name=name, last=1))


class Failing(Notes):
    """Finds the database away when it is to record."""

    def record(self, connection: Connection, contents: Sequence[str]) -> None:
        super().record(connection, contents)
        raise DatabaseUnavailable("away")


NOTES = Notes()


def noted(database: Database) -> list[str]:
    with database.reading() as connection:
        return sorted(connection.execute(select(counters.c.name)).scalars())


def commit(ledger: SqlLedger, *entries: Entry, in_turn: bool = False) -> list[object]:
    async def together() -> list[object]:
        if in_turn:
            calls = [ledger.commit_in_turn(lambda _, entry=entry: entry) for entry in entries]  # type: ignore[misc]
        else:
            calls = [ledger.commit(entry) for entry in entries]
        return list(await asyncio.gather(*calls, return_exceptions=True))

    return asyncio.run(together())


@pytest.mark.parametrize("in_turn", [False, True], ids=["at once", "in turn"])
def test_it_is_recorded_once_with_each_entry_that_is_taken(
    ledger: SqlLedger, database: Database, entry_of: EntryOf, in_turn: bool
) -> None:
    entries = [
        entry_of("r1", companion=Companion(NOTES, "a")),
        entry_of("r2", companion=Companion(NOTES, "b"), expected_version=7),
        entry_of("r3"),
        entry_of("r4", companion=Companion(NOTES, "a")),
        entry_of("r1", companion=Companion(NOTES, "a")),
    ]
    answers = commit(ledger, *entries, in_turn=in_turn)
    assert [type(answer) for answer in answers] == [Recorded, SubjectChanged, Recorded, CompanionRefused, Recorded]
    assert [answer.is_replay for answer in answers if isinstance(answer, Recorded)] == [False, False, True]
    assert noted(database) == ["a"]
    assert asyncio.run(ledger.head()).size == 2


def test_a_retry_is_answered_though_what_comes_with_it_would_be_refused(
    ledger: SqlLedger, database: Database, entry_of: EntryOf
) -> None:
    entry = entry_of("r1", companion=Companion(NOTES, "a"))
    (first,), (again,) = commit(ledger, entry), commit(ledger, entry)
    assert isinstance(first, Recorded)
    assert isinstance(again, Recorded)
    assert (again.is_replay, again.sealed) == (True, first.sealed)
    assert noted(database) == ["a"]


def test_each_book_gets_its_own(ledger: SqlLedger, database: Database, entry_of: EntryOf) -> None:
    entries = [entry_of(f"r{n}", companion=Companion(book, f"{n}")) for n, book in enumerate([NOTES, Notes(), NOTES])]
    assert all(isinstance(answer, Recorded) for answer in commit(ledger, *entries))
    assert noted(database) == ["0", "1", "2"]


def test_where_it_can_not_be_recorded_neither_is_the_entry(
    ledger: SqlLedger, database: Database, entry_of: EntryOf
) -> None:
    (answer,) = commit(ledger, entry_of("r1", companion=Companion(Failing(), "a")))
    assert isinstance(answer, DatabaseUnavailable)
    assert noted(database) == []
    assert ledger.entries.find_by_request_id(EntryKind.DECISION, "r1") is None


class TestSubjectsPresumedToBeNew:
    def test_get_the_bytes_that_the_entry_names(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        (first,) = commit(ledger, entry_of("r1", subject=NEW))
        assert isinstance(first, Recorded)
        assert first.sealed.subject == NEW
        assert ledger.entries.find(first.sealed.entry_id) == first
        (second,) = commit(ledger, entry_of("r2"))
        assert isinstance(second, Recorded)
        assert second.sealed.subject == NEW

    @pytest.mark.parametrize("at_once", [False, True], ids=["stored", "in one batch"])
    def test_have_changed_if_they_are_not(self, ledger: SqlLedger, entry_of: EntryOf, at_once: bool) -> None:
        entries = [entry_of("r1"), entry_of("r2", subject=NEW)]
        answers = commit(ledger, *entries) if at_once else [commit(ledger, entry)[0] for entry in entries]
        assert [type(answer) for answer in answers] == [Recorded, SubjectChanged]
