"""What every ledger keeps to, whatever database is under it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Connection, select

from underwriter.ledger import (
    Entry,
    EntryFilter,
    EntryIdReused,
    EntryKind,
    MakeEntry,
    Payload,
    Recorded,
    RequestIdReused,
    SqlLedger,
    SubjectChanged,
    SubjectUnknown,
    leaf_hash,
    open_ledger,
    version_after,
)
from underwriter.ledger.keys import MasterKeyMissing, MasterKeys
from underwriter.ledger.merkle import EMPTY_ROOT, Frontier
from underwriter.storage import Database, DatabaseUnavailable
from underwriter.storage.schema import subjects

EntryOf = Callable[..., Entry]


def commit(ledger: SqlLedger, *entries: Entry) -> list[object]:
    """Commits all at the same time; returns each one's record or error."""

    async def together() -> list[object]:
        return list(await asyncio.gather(*map(ledger.commit, entries), return_exceptions=True))

    return asyncio.run(together())


def recorded(ledger: SqlLedger, entry: Entry) -> Recorded:
    (answer,) = commit(ledger, entry)
    assert isinstance(answer, Recorded)
    return answer


def version_of(ledger: SqlLedger, subject_id: str) -> int | None:
    ref = ledger.vault.subject_ref(subject_id)
    with ledger.database.reading() as connection:
        rows = connection.exec_driver_sql("SELECT subject_ref, version FROM subjects").all()
    return {bytes(row[0]): row[1] for row in rows}.get(ref)


class TestCommittingInTurn:
    def test_makes_each_entry_from_what_those_before_it_left(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        def made(number: int) -> MakeEntry:
            def make(connection: Connection) -> Entry:
                versions = connection.execute(select(subjects.c.version)).scalars().all()
                return entry_of(f"r{number}", facts=b"facts", expected_version=versions[0] if versions else 0)

            return make

        async def together() -> list[Recorded]:
            return list(await asyncio.gather(*(ledger.commit_in_turn(made(number)) for number in range(20))))

        records = asyncio.run(together())
        assert sorted(record.index for record in records) == list(range(20))
        assert not any(record.is_replay for record in records)

    def test_a_known_request_gets_its_record(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        first = recorded(ledger, entry_of("r1"))
        again = asyncio.run(ledger.commit_in_turn(lambda _: entry_of("r1", entry_id="another")))
        assert again == replace(first, is_replay=True)

    def test_what_goes_wrong_is_the_answer_to_that_one_alone(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        def fails(_: Connection) -> Entry:
            raise ZeroDivisionError

        async def together() -> list[object]:
            changed = entry_of("changed", expected_version=7)
            works = [ledger.commit_in_turn(fails), ledger.commit_in_turn(lambda _: changed)]
            works += [ledger.commit_in_turn(lambda _: entry_of("made")), ledger.commit(entry_of("given"))]
            return list(await asyncio.gather(*works, return_exceptions=True))

        kinds = [type(answer) for answer in asyncio.run(together())]
        assert kinds == [ZeroDivisionError, SubjectChanged, Recorded, Recorded]
        assert asyncio.run(ledger.head()).size == 2


class TestCommitting:
    def test_gives_back_by_both_ids_what_was_committed(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        entry = entry_of("r1", evidence=bytes(range(256)), subject_id="客户-1", facts=b"facts")
        record = recorded(ledger, entry)
        assert record == ledger.entries.find(entry.entry_id)
        assert record == ledger.entries.find_by_request_id(EntryKind.DECISION, "r1")
        assert record.payload == Payload(entry.request, entry.answer, entry.evidence)
        assert (record.log, record.index, record.is_replay, record.is_erased) == ("decisions", 0, False, False)
        assert record.leaf_hash == leaf_hash(record.sealed)
        in_clear = ("kind", "entry_id", "request_id", "product", "outcome", "policy_version", "time_us", "facts")
        assert [getattr(record.sealed, name) for name in in_clear] == [getattr(entry, name) for name in in_clear]

    def test_keeps_nothing_of_the_person_in_clear(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        entry = entry_of("r1", subject_id="a-person")
        sealed = recorded(ledger, entry).sealed
        with ledger.database.reading() as connection:
            rows = connection.exec_driver_sql("SELECT * FROM entries, subjects").all()
        content = b"".join(bytes(value) for row in rows for value in row if isinstance(value, bytes | memoryview))
        for secret in (b"a-person", entry.request, entry.answer, entry.evidence):
            assert secret not in content
        assert "a-person" not in str(rows)
        assert sealed.payload is not None
        assert sealed.payload in content

    def test_knows_nothing_of_what_was_not_committed(self, ledger: SqlLedger) -> None:
        assert ledger.entries.find("0198c0de-0000-7000-8000-000000000000") is None
        assert ledger.entries.find_by_request_id(EntryKind.DECISION, "r1") is None
        assert ledger.artifacts.load("f" * 64) is None
        assert ledger.entries.head("decisions") == (0, EMPTY_ROOT)

    def test_answers_without_holding_the_event_loop(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        async def use() -> None:
            record = await ledger.commit(entry_of("r1"))
            assert await ledger.find(record.sealed.entry_id) == record
            assert await ledger.find_by_request_id(EntryKind.DECISION, "r1") == record
            assert (await ledger.list_entries(EntryFilter(), 10)).entries == (record,)
            assert (await ledger.records_of_subject("subject-1", 10)).entries == (record,)
            assert await ledger.head() == (1, record.leaf_hash)

        asyncio.run(use())

    def test_numbers_the_records_without_gaps_over_reopening(
        self, database_url: str, master_keys: MasterKeys, entry_of: EntryOf
    ) -> None:
        for start in (0, 3):
            with open_ledger(database_url, master_keys) as ledger:
                for index in range(start, start + 3):
                    assert recorded(ledger, entry_of(f"r{index}")).index == index

    def test_answers_each_of_many_concurrent_calls_with_its_own_record(
        self, ledger: SqlLedger, entry_of: EntryOf
    ) -> None:
        entries = [entry_of(f"r{number}", subject_id=f"s{number % 90}") for number in range(700)]
        answers = commit(ledger, *entries)
        assert [answer.sealed.entry_id for answer in answers] == [entry.entry_id for entry in entries]
        assert [answer.payload.request for answer in answers] == [entry.request for entry in entries]
        assert sorted(answer.index for answer in answers) == list(range(700))

    def test_the_head_covers_every_record(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        answers = commit(ledger, *(entry_of(f"r{number}") for number in range(300)))
        frontier, completed = Frontier.empty().appended([answer.leaf_hash for answer in answers])
        assert ledger.entries.head("decisions") == (300, frontier.root())
        with ledger.database.reading() as connection:
            nodes = connection.exec_driver_sql("SELECT log, level, node_index, hash FROM tree_nodes").all()
        assert [tuple(node) for node in nodes] == [
            ("decisions", node.level, node.index, node.hash) for node in completed
        ]

    def test_each_log_counts_for_itself_and_all_are_read(
        self, database_url: str, master_keys: MasterKeys, entry_of: EntryOf
    ) -> None:
        with (
            open_ledger(database_url, master_keys) as decisions,
            open_ledger(database_url, master_keys, log="it's another") as other,
        ):
            first, record = recorded(decisions, entry_of("r1")), recorded(other, entry_of("r2"))
            assert (first.index, record.log, record.index) == (0, "it's another", 0)
            assert first.sealed.subject == record.sealed.subject
            assert decisions.entries.find_by_request_id(EntryKind.DECISION, "r2") == record
            assert commit(decisions, entry_of("r2")) == [replace(record, is_replay=True)]

    def test_a_record_with_nothing_secret_has_no_payload_to_seal(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        record = recorded(ledger, entry_of("r1", request=b"", answer=b"", evidence=b""))
        assert record.sealed.payload == b""
        assert ledger.entries.find(record.sealed.entry_id) == record
        assert record.payload == Payload(b"", b"", b"")

    def test_what_went_to_an_archive_has_no_payload(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        record = recorded(ledger, entry_of("r1"))
        with ledger.database.writing() as connection:
            connection.exec_driver_sql("UPDATE entries SET payload = NULL")
        archived = ledger.entries.find(record.sealed.entry_id)
        assert archived == replace(record, sealed=record.sealed._replace(payload=None), payload=None)

    def test_closing_records_what_is_in_flight(
        self, database_url: str, master_keys: MasterKeys, entry_of: EntryOf
    ) -> None:
        async def close_at_once() -> list[int]:
            ledger = open_ledger(database_url, master_keys)
            calls = [asyncio.ensure_future(ledger.commit(entry_of(f"r{number}"))) for number in range(300)]
            await asyncio.sleep(0)
            ledger.close()
            return [(await call).index for call in calls]

        assert asyncio.run(close_at_once()) == list(range(300))
        with open_ledger(database_url, master_keys) as ledger:
            assert len(ledger.entries.records_of_subject("subject-1", 1000).entries) == 300

    def test_a_closed_ledger_records_nothing(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        ledger.close()
        ledger.close()
        (refusal,) = commit(ledger, entry_of("r1"))
        assert isinstance(refusal, DatabaseUnavailable)
        assert ledger.entries.find_by_request_id(EntryKind.DECISION, "r1") is None

    def test_keeps_an_artifact_as_it_was_first_stored(self, ledger: SqlLedger) -> None:
        ledger.artifacts.store("v1", "policy", b"rules", 1)
        ledger.artifacts.store("v1", "policy", b"rules", 2)
        ledger.artifacts.store("v2", "model", b"", 3)
        assert ledger.artifacts.load("v1") == b"rules"
        assert ledger.artifacts.load("v2") == b""


class TestRetries:
    def test_a_retry_gets_the_first_record(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        entry = entry_of("r1", facts=b"facts", expected_version=0)
        first = recorded(ledger, entry)
        retry = entry._replace(entry_id="another", answer=b"another", time_us=5, subject_id="another")
        assert commit(ledger, retry) == [replace(first, is_replay=True)]
        assert ledger.entries.find("another") is None
        assert version_of(ledger, "another") is None

    def test_other_content_under_a_request_id_is_refused(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        first = recorded(ledger, entry_of("r1"))
        (refusal,) = commit(ledger, entry_of("r1", entry_id="another", request=b"other"))
        assert isinstance(refusal, RequestIdReused)
        assert refusal.request_id == "r1"
        assert "use a new id" in str(refusal)
        assert ledger.entries.find_by_request_id(EntryKind.DECISION, "r1") == first
        assert ledger.entries.find("another") is None

    def test_a_request_id_is_taken_within_its_kind_only(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        decision = recorded(ledger, entry_of("r1"))
        drawdown = recorded(ledger, entry_of("r1", kind=EntryKind.DRAWDOWN, entry_id="e2", request=b"other"))
        assert not drawdown.is_replay
        assert ledger.entries.find_by_request_id(EntryKind.DECISION, "r1") == decision
        assert ledger.entries.find_by_request_id(EntryKind.DRAWDOWN, "r1") == drawdown

    def test_an_entry_id_of_another_request_is_refused(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        first = recorded(ledger, entry_of("r1", entry_id="e1"))
        refusal, other = commit(ledger, entry_of("r2", entry_id="e1"), entry_of("r3"))
        assert isinstance(refusal, EntryIdReused)
        assert refusal.entry_id == "e1"
        assert ledger.entries.find("e1") == first
        assert other.index == 1

    def test_a_duplicate_spoils_nothing_for_its_neighbours(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        recorded(ledger, entry_of("r1"))
        retry, conflict, *others = commit(
            ledger,
            entry_of("r1"),
            entry_of("r1", entry_id="e2", request=b"other"),
            *(entry_of(f"new{number}") for number in range(100)),
        )
        assert retry.is_replay
        assert isinstance(conflict, RequestIdReused)
        assert sorted(record.index for record in others) == list(range(1, 101))


def versions_after(*entries: Entry) -> list[int]:
    """The version before each of a new subject's entries with facts, and that after the last."""
    versions = [0]
    for entry in entries:
        versions.append(version_after(versions[-1], entry.entry_id))
    return versions


class TestVersions:
    def test_an_entry_with_facts_gives_another_version(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        entries = [entry_of(f"r{number}", facts=facts) for number, facts in enumerate([b"", b"a", b"", b"b"])]
        for entry in entries:
            recorded(ledger, entry)
        assert version_of(ledger, "subject-1") == versions_after(entries[1], entries[3])[-1]

    @pytest.mark.parametrize("expected", [None, 0])
    def test_a_new_subject_has_version_0(self, ledger: SqlLedger, entry_of: EntryOf, expected: int | None) -> None:
        recorded(ledger, entry_of("r1", expected_version=expected))
        assert version_of(ledger, "subject-1") == 0
        recorded(ledger, entry_of("r2", expected_version=expected))

    def test_an_answer_made_from_another_version_is_refused(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        first, unread = entry_of("r1", facts=b"a", expected_version=0), entry_of("r4", facts=b"d")
        _, before, after = versions_after(first, unread)
        recorded(ledger, first)
        answers = commit(
            ledger,
            entry_of("r2", facts=b"b", expected_version=0),
            entry_of("r3", facts=b"c", expected_version=after),
            unread,
            entry_of("r5", facts=b"e", expected_version=before),
            entry_of("r6", facts=b"f", expected_version=after),
        )
        assert [type(answer) for answer in answers] == [
            SubjectChanged, SubjectChanged, Recorded, SubjectChanged, Recorded,
        ]  # fmt: skip
        assert (answers[2].index, answers[4].index) == (1, 2)
        assert ledger.entries.find_by_request_id(EntryKind.DECISION, "r2") is None

    def test_entries_for_one_subject_in_flight_together_see_each_other(
        self, ledger: SqlLedger, entry_of: EntryOf
    ) -> None:
        plain = [entry_of(f"r{number}", facts=b"f") for number in range(64)]
        versions = versions_after(*plain)
        entries = [entry._replace(expected_version=versions[number]) for number, entry in enumerate(plain)]
        assert [answer.index for answer in commit(ledger, *entries)] == list(range(64))
        assert version_of(ledger, "subject-1") == versions[-1]

    def test_what_was_built_on_a_state_that_never_came_is_refused(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        presumed = entry_of("presumed", facts=b"small", expected_version=0)
        built_on_it = entry_of("built on it", facts=b"f", expected_version=versions_after(presumed)[-1])
        recorded(ledger, entry_of("came instead", facts=b"large", expected_version=0))
        refusals = commit(ledger, presumed, built_on_it)
        assert [type(refusal) for refusal in refusals] == [SubjectChanged] * 2

    def test_a_retry_is_answered_whatever_the_version_is_now(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        entry = entry_of("r1", facts=b"a", expected_version=0)
        first = recorded(ledger, entry)
        recorded(ledger, entry_of("r2", facts=b"b", expected_version=versions_after(entry)[-1]))
        assert commit(ledger, entry) == [replace(first, is_replay=True)]

    def test_an_entry_may_name_its_subject_by_the_bytes_it_stands_under(
        self, ledger: SqlLedger, entry_of: EntryOf
    ) -> None:
        first, second = entry_of("r1", facts=b"a"), entry_of("r2", facts=b"b", subject_id="")
        _, between, after = versions_after(first, second)
        subject = recorded(ledger, first).sealed.subject
        record = recorded(ledger, second._replace(subject=subject, expected_version=between))
        assert record.sealed.subject == subject
        assert record in ledger.entries.records_of_subject("subject-1", 10).entries
        assert version_of(ledger, "subject-1") == after


class TestErasing:
    def erasure(self, entry_of: EntryOf, request_id: str = "erase", **changes: object) -> Entry:
        return entry_of(request_id, kind=EntryKind.ERASURE, product="", outcome=0, policy_version="", **changes)

    def test_erasing_makes_every_payload_of_the_subject_unreadable(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        entries = [entry_of(f"r{number}", facts=b"f") for number in range(3)]
        mine = [recorded(ledger, entry) for entry in entries]
        other = recorded(ledger, entry_of("other", subject_id="subject-2"))
        erased = recorded(ledger, self.erasure(entry_of, expected_version=versions_after(*entries)[-1]))
        assert (erased.index, erased.payload, erased.is_erased) == (4, None, True)
        assert erased.sealed.subject == mine[0].sealed.subject
        for record in mine:
            assert ledger.entries.find(record.sealed.entry_id) == replace(record, payload=None, is_erased=True)
        assert ledger.entries.find(other.sealed.entry_id) == other
        assert ledger.entries.list_entries(EntryFilter(subject_id="subject-1"), 10).entries == ()
        with pytest.raises(SubjectUnknown):
            ledger.entries.records_of_subject("subject-1", 10)

    def test_the_log_goes_on_and_still_adds_up(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        commit(ledger, entry_of("r1"), self.erasure(entry_of), entry_of("r2"))
        leaves = [leaf_hash(entry.sealed) for entry in ledger.entries.stored_in_order("decisions")]
        frontier, _ = Frontier.empty().appended(leaves)
        assert ledger.entries.head("decisions") == (3, frontier.root())

    def test_who_was_erased_begins_anew(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        entry = entry_of("r1", facts=b"f")
        erasure = self.erasure(entry_of, expected_version=versions_after(entry)[-1])
        before, erased, after = commit(ledger, entry, erasure, entry_of("r2", expected_version=0))
        assert after.sealed.subject not in (before.sealed.subject, erased.sealed.subject)
        assert ledger.entries.records_of_subject("subject-1", 10).entries == (after,)

    def test_a_retry_of_an_erasure_gets_its_record(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        recorded(ledger, entry_of("r1"))
        erased = recorded(ledger, self.erasure(entry_of))
        again = self.erasure(entry_of, entry_id="another")
        assert commit(ledger, again) == [replace(erased, is_replay=True)]

    def test_a_retry_of_an_erased_request_gets_its_record_without_the_payload(
        self, ledger: SqlLedger, entry_of: EntryOf
    ) -> None:
        earlier = recorded(ledger, entry_of("r1"))
        without = replace(earlier, payload=None, is_erased=True, is_replay=True)
        first, _, in_the_same_batch = commit(ledger, entry_of("r1"), self.erasure(entry_of), entry_of("r1"))
        assert first == replace(earlier, is_replay=True)
        assert in_the_same_batch == without
        assert commit(ledger, entry_of("r1")) == [without]

    def test_a_stranger_cannot_be_erased(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        refusals = commit(
            ledger,
            self.erasure(entry_of, subject_id="nobody"),
            self.erasure(entry_of, "erase-2", subject_id="", subject=bytes(16), request=b"", answer=b"", evidence=b""),
        )
        assert [type(refusal) for refusal in refusals] == [SubjectUnknown] * 2
        assert ledger.entries.head("decisions").size == 0

    def test_an_erasure_expects_a_version_too(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        entry = entry_of("r1", facts=b"f")
        recorded(ledger, entry)
        (refusal,) = commit(ledger, self.erasure(entry_of, expected_version=0))
        assert isinstance(refusal, SubjectChanged)
        assert version_of(ledger, "subject-1") == versions_after(entry)[-1]

    def test_only_what_needs_no_key_is_recorded_on_the_erased(self, ledger: SqlLedger, entry_of: EntryOf) -> None:
        subject = recorded(ledger, entry_of("r1")).sealed.subject
        recorded(ledger, self.erasure(entry_of))
        nothing_secret = {"request": b"", "answer": b"", "evidence": b"", "facts": b"f"}
        named = {"subject_id": "", "subject": subject, "kind": EntryKind.EXPIRY}
        with_secrets, expiry = commit(ledger, entry_of("r2", **named), entry_of("r3", **named, **nothing_secret))
        assert isinstance(with_secrets, SubjectUnknown)
        assert (expiry.sealed.subject, expiry.payload, expiry.is_erased) == (subject, None, True)
        assert ledger.entries.find(expiry.sealed.entry_id) == expiry
        assert version_of(ledger, "subject-1") is None


class TestKeys:
    def test_the_wrong_master_keys_open_no_ledger(
        self, database_url: str, master_keys: MasterKeys, entry_of: EntryOf
    ) -> None:
        with open_ledger(database_url, master_keys) as ledger:
            recorded(ledger, entry_of("r1"))
        with pytest.raises(MasterKeyMissing):
            open_ledger(database_url, MasterKeys.generate())

    def test_a_lost_key_refuses_its_own_subject_only(
        self, database: Database, database_url: str, master_keys: MasterKeys, entry_of: EntryOf
    ) -> None:
        with open_ledger(database_url, master_keys) as ledger:
            recorded(ledger, entry_of("r1"))
        with database.writing() as connection:
            connection.exec_driver_sql("UPDATE subjects SET master_key_id = 'gone'")
        with open_ledger(database_url, master_keys) as ledger:
            before, lost, after = commit(
                ledger, entry_of("r2", subject_id="s2"), entry_of("r3"), entry_of("r4", subject_id="s2")
            )
            assert isinstance(lost, MasterKeyMissing)
            assert (before.index, after.index) == (1, 2)
            with pytest.raises(MasterKeyMissing):
                ledger.entries.find_by_request_id(EntryKind.DECISION, "r1")
            (retry,) = commit(ledger, entry_of("r1"))
            assert isinstance(retry, MasterKeyMissing)
