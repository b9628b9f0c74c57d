"""What every ledger keeps to, whatever database is under it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from underwriter.ledger import (
    DecisionIdReused,
    Entry,
    EntryFilter,
    LedgerUnavailable,
    RequestIdReused,
    SqlLedger,
    leaf_hash,
    open_ledger,
)

EntryOf = Callable[..., Entry]


def commit(ledger: SqlLedger, *entries: Entry) -> list[object]:
    """Commits all at the same time; returns each one's record or error."""

    async def together() -> list[object]:
        return list(await asyncio.gather(*map(ledger.commit, entries), return_exceptions=True))

    return asyncio.run(together())


class TestLedger:
    def test_gives_back_by_both_ids_what_was_committed(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        entry = entry_of("r1", evidence=bytes(range(256)), subject_id="客户-1")
        (recorded,) = commit(ledger, entry)
        assert recorded == ledger.entries.find(entry.decision_id) == ledger.entries.find_by_request_id("r1")
        assert (recorded.entry, recorded.log, recorded.index) == (entry, "decisions", 0)
        assert recorded.leaf_hash == leaf_hash(entry)
        assert not recorded.is_replay

    def test_knows_nothing_of_what_was_not_committed(self, ledger: SqlLedger) -> None:
        assert ledger.entries.find("0198c0de-0000-7000-8000-000000000000") is None
        assert ledger.entries.find_by_request_id("r1") is None
        assert ledger.policies.load("f" * 64) is None

    def test_reads_without_holding_the_event_loop(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        async def use() -> None:
            recorded = await ledger.commit(entry_of("r1"))
            assert await ledger.find(recorded.entry.decision_id) == recorded
            assert await ledger.find_by_request_id("r1") == recorded
            assert (await ledger.list_entries(EntryFilter(), 10)).entries == (recorded,)
            await ledger.store_policy("v1", b"rules", 1)
            assert await ledger.load_policy("v1") == b"rules"

        asyncio.run(use())

    def test_numbers_the_entries_without_gaps_over_reopening(self, ledger_url: str, entry_of: EntryOf) -> None:
        for start in (0, 3):
            with open_ledger(ledger_url) as ledger:
                for index in range(start, start + 3):
                    assert commit(ledger, entry_of(f"r{index}"))[0].index == index

    def test_answers_each_of_many_concurrent_calls_with_its_own_record(
        self, ledger: SqlLedger, entry_of: EntryOf
    ) -> None:
        entries = [entry_of(f"r{number}") for number in range(700)]
        recorded = commit(ledger, *entries)
        assert [record.entry for record in recorded] == entries
        assert sorted(record.index for record in recorded) == list(range(700))

    def test_answers_a_retry_with_the_first_record(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        entry = entry_of("r1")
        (first,) = commit(ledger, entry)
        retry = entry._replace(decision_id="another", decision=b"another", decide_time_us=5)
        assert commit(ledger, retry) == [replace(first, is_replay=True)]
        assert ledger.entries.find("another") is None

    def test_refuses_a_request_id_with_other_content(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        (first,) = commit(ledger, entry_of("r1"))
        (refusal,) = commit(ledger, entry_of("r1", decision_id="another", request_digest=bytes(32)))
        assert isinstance(refusal, RequestIdReused)
        assert refusal.request_id == "r1"
        assert "use a new id" in str(refusal)
        assert ledger.entries.find_by_request_id("r1") == first
        assert ledger.entries.find("another") is None

    def test_refuses_a_decision_id_of_another_request(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        (first,) = commit(ledger, entry_of("r1", decision_id="d1"))
        (refusal, other) = commit(ledger, entry_of("r2", decision_id="d1"), entry_of("r3"))
        assert isinstance(refusal, DecisionIdReused)
        assert ledger.entries.find("d1") == first
        assert other.index == 1

    def test_a_duplicate_spoils_nothing_for_its_neighbours(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        commit(ledger, entry_of("r1"))
        retry, conflict, *others = commit(
            ledger,
            entry_of("r1"),
            entry_of("r1", decision_id="d2", request_digest=bytes(32)),
            *(entry_of(f"new{number}") for number in range(20)),
        )
        assert retry.is_replay
        assert isinstance(conflict, RequestIdReused)
        assert sorted(record.index for record in others) == list(range(1, 21))

    def test_each_log_counts_for_itself_and_all_are_read(self, ledger_url: str, entry_of: EntryOf) -> None:
        with open_ledger(ledger_url) as decisions, open_ledger(ledger_url, log="it's another") as other:
            assert commit(decisions, entry_of("r1"))[0].index == 0
            (recorded,) = commit(other, entry_of("r2"))
            assert (recorded.log, recorded.index) == ("it's another", 0)
            assert decisions.entries.find_by_request_id("r2") == recorded
            assert commit(decisions, entry_of("r2")) == [replace(recorded, is_replay=True)]

    def test_closing_records_what_is_in_flight(self, ledger_url: str, entry_of: EntryOf) -> None:
        async def close_at_once() -> list[int]:
            ledger = open_ledger(ledger_url)
            calls = [asyncio.ensure_future(ledger.commit(entry_of(f"r{number}"))) for number in range(300)]
            await asyncio.sleep(0)
            ledger.close()
            return [(await call).index for call in calls]

        assert asyncio.run(close_at_once()) == list(range(300))
        with open_ledger(ledger_url) as ledger:
            assert all(ledger.entries.find_by_request_id(f"r{number}") for number in range(300))

    def test_a_closed_ledger_records_nothing(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        ledger.close()
        ledger.close()
        (refusal,) = commit(ledger, entry_of("r1"))
        assert isinstance(refusal, LedgerUnavailable)
        assert ledger.entries.find_by_request_id("r1") is None

    def test_keeps_a_policy_as_it_was_first_stored(self, ledger: SqlLedger) -> None:
        ledger.policies.store("v1", b"rules", 1)
        ledger.policies.store("v1", b"rules", 2)
        ledger.policies.store("v2", b"", 3)
        assert ledger.policies.load("v1") == b"rules"
        assert ledger.policies.load("v2") == b""
