"""How calls are gathered into batches, and what becomes of calls that end early."""

import asyncio
import threading
from collections.abc import Callable, Sequence

import pytest

from underwriter.ledger import Entry, EntryKind, Recorded, Sealed, SqlLedger
from underwriter.ledger.group_commit import MOST_IN_A_BATCH, GroupCommit

EntryOf = Callable[..., Entry]


class Gate:
    """A store in memory that lets a batch pass only when told to, and keeps the batches it was given."""

    def __init__(self) -> None:
        self.batches: list[list[Entry]] = []
        self.opened = threading.Event()
        self.reached = threading.Event()

    def write(self, entries: Sequence[Entry]) -> list[Recorded]:
        self.batches.append(list(entries))
        self.reached.set()
        assert self.opened.wait(60)
        return [Recorded(sealed(entry), None, "log", index, b"") for index, entry in enumerate(entries)]


def sealed(entry: Entry) -> Sealed:
    return Sealed(entry.kind, entry.entry_id, entry.request_id, b"", b"", "", 0, "", 0, b"", b"")


def test_what_comes_while_a_batch_is_written_goes_into_the_next(entry_of: EntryOf) -> None:
    gate = Gate()
    group = GroupCommit(gate.write, "writer")
    entries = [entry_of(f"r{number}") for number in range(2 + MOST_IN_A_BATCH)]

    async def commit_all() -> list[Recorded]:
        first = group.submit(entries[0])
        await asyncio.to_thread(gate.reached.wait, 60)
        others = [group.submit(entry) for entry in entries[1:]]
        gate.opened.set()
        return [await future for future in (first, *others)]

    answers = asyncio.run(commit_all())
    group.close()
    assert [answer.sealed.entry_id for answer in answers] == [entry.entry_id for entry in entries]
    assert [len(batch) for batch in gate.batches] == [1, MOST_IN_A_BATCH, 1]


def test_a_call_given_up_before_its_turn_is_not_recorded(entry_of: EntryOf) -> None:
    gate = Gate()
    group = GroupCommit(gate.write, "writer")

    async def give_up() -> Recorded:
        first = group.submit(entry_of("first"))
        await asyncio.to_thread(gate.reached.wait, 60)
        given_up, kept = group.submit(entry_of("given up")), group.submit(entry_of("kept"))
        given_up.cancel()
        gate.opened.set()
        await first
        return await kept

    assert asyncio.run(give_up()).sealed.request_id == "kept"
    group.close()
    assert [[entry.request_id for entry in batch] for batch in gate.batches] == [["first"], ["kept"]]


def test_a_call_given_up_while_it_is_written_is_recorded(
    ledger: SqlLedger, entry_of: EntryOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, is_begun = ledger._group_commit._write, threading.Event()

    def begin_to_write(works: Sequence[Entry]) -> object:
        is_begun.set()
        return write(works)

    async def give_up() -> None:
        with ledger.database.writing():
            call = asyncio.ensure_future(ledger.commit(entry_of("r1")))
            await asyncio.to_thread(is_begun.wait, 60)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call

    monkeypatch.setattr(ledger._group_commit, "_write", begin_to_write)
    asyncio.run(give_up())

    async def retry() -> Recorded:
        return await ledger.commit(entry_of("r1"))

    assert asyncio.run(retry()).is_replay


def test_a_loop_that_ended_early_does_no_harm(ledger: SqlLedger, entry_of: EntryOf) -> None:
    async def leave() -> None:
        ledger._group_commit.submit(entry_of("left"))

    async def stay() -> Recorded:
        return await ledger.commit(entry_of("stays"))

    asyncio.run(leave())
    assert asyncio.run(stay()).sealed.request_id == "stays"
    assert ledger.entries.find_by_request_id(EntryKind.DECISION, "left") is not None


def test_loops_of_several_threads_are_served_together(ledger: SqlLedger, entry_of: EntryOf) -> None:
    indexes: list[int] = []

    async def commit_some(name: str) -> None:
        indexes.extend([(await ledger.commit(entry_of(f"{name}{number}"))).index for number in range(20)])

    threads = [threading.Thread(target=lambda name=name: asyncio.run(commit_some(name))) for name in "abc"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(indexes) == list(range(60))


def test_an_entry_that_has_no_bytes_fails_and_the_writer_lives_on(ledger: SqlLedger, entry_of: EntryOf) -> None:
    async def commit_both() -> Recorded:
        with pytest.raises(UnicodeEncodeError):
            await ledger.commit(entry_of("r1", subject_id="\ud800"))
        return await ledger.commit(entry_of("r2"))

    assert asyncio.run(commit_both()).index == 0
