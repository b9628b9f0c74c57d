"""LedgerService on a real ledger: proofs that a client can verify, and what is refused."""

import asyncio
from collections.abc import Iterator
from uuid import UUID, uuid4

import grpc
import pytest
from sqlalchemy import select, update

from underwriter.accounts.alert_book import AlertBook
from underwriter.accounts.erasure import SubjectErasure
from underwriter.accounts.event_book import EventBook
from underwriter.accounts.facility_book import FacilityBook
from underwriter.accounts.warnings import WarningGrades
from underwriter.ledger import Entry, EntryKind, Recorded, SubjectUnknown, leaf_hash, open_ledger
from underwriter.ledger.checkpoints import (
    Checkpoint,
    CheckpointStore,
    LogAltered,
    LogProver,
    SigningKey,
    VerifierKey,
    open_checkpoint,
)
from underwriter.ledger.export import SubjectExport
from underwriter.ledger.keys import MasterKeys
from underwriter.ledger.merkle import EMPTY_ROOT, verify_consistency, verify_inclusion
from underwriter.service.accounts.account_export import AccountExport
from underwriter.service.errors import CallRefused, NothingFound, RequestInvalid, status_of
from underwriter.service.ledger_service import LedgerService
from underwriter.service.resources import ResourceNameMalformed
from underwriter.storage.schema import checkpoints, entries
from underwriter.v1 import ledger_service_pb2 as v1

KEY = SigningKey("bank.example/decisions", bytes(range(32)))
NOW_US = 1_790_000_000_000_000


class Served:
    """A ledger, and the service on it."""

    def __init__(self, url: str) -> None:
        self.ledger = open_ledger(url, MasterKeys.generate())
        database = self.ledger.database
        self.store = CheckpointStore(database, self.ledger.log, KEY)
        books = EventBook(database, self.ledger.vault), AlertBook(database), WarningGrades(database)
        self.service = LedgerService(
            self.ledger.log,
            self.store,
            LogProver(database, self.ledger.log, self.store),
            SubjectErasure(self.ledger, FacilityBook(database), self.ledger.vault, database),
            SubjectExport(self.ledger.entries, AccountExport(*books, self.ledger.vault), self.ledger.vault),
        )

    def record(self, count: int = 1, kind: EntryKind = EntryKind.DECISION) -> list[Recorded]:
        """Record so many things on subject-1."""

        async def commit_all() -> list[Recorded]:
            return await asyncio.gather(*(self.ledger.commit(entry(kind)) for _ in range(count)))

        return asyncio.run(commit_all())

    def checkpoint(self, log: str = "") -> v1.Checkpoint:
        return asyncio.run(self.service.get_checkpoint(v1.GetCheckpointRequest(log=log)))

    def inclusion(self, name: str) -> v1.InclusionProof:
        return asyncio.run(self.service.get_inclusion_proof(v1.GetInclusionProofRequest(name=name)))

    def consistency(self, first: int, second: int = 0, log: str = "") -> v1.ConsistencyProof:
        request = v1.GetConsistencyProofRequest(log=log, first_size=first, second_size=second)
        return asyncio.run(self.service.get_consistency_proof(request))


def entry(kind: EntryKind) -> Entry:
    entry_id = str(uuid4())
    return Entry(
        kind=kind,
        entry_id=entry_id,
        request_id=f"request-{entry_id}",
        subject_id="subject-1",
        subject=b"",
        product="PAY_LATER",
        outcome=1,
        policy_version="a" * 64,
        time_us=NOW_US,
        request=b"",
        answer=b"",
        evidence=b"",
        facts=b"",
        expected_version=None,
    )


@pytest.fixture
def served(database_url: str) -> Iterator[Served]:
    made = Served(database_url)
    yield made
    made.ledger.close()


def opened(message: v1.Checkpoint) -> Checkpoint:
    """What a client makes of a checkpoint, once its note and its fields agree."""
    checkpoint = open_checkpoint(message.note, VerifierKey.parse(message.verifier_key))
    assert (checkpoint.size, checkpoint.root_hash) == (message.tree_size, message.root_hash)
    return checkpoint


def faulty_fields(refused: pytest.ExceptionInfo[RequestInvalid]) -> list[str]:
    return [fault.path for fault in refused.value.faults]


def test_a_checkpoint_covers_every_record_made_so_far(served: Served) -> None:
    assert opened(served.checkpoint()) == Checkpoint(KEY.name, 0, EMPTY_ROOT)
    for size in (3, 4):
        served.record(size - asyncio.run(served.ledger.head()).size)
        message = served.checkpoint("decisions")
        assert opened(message).size == size
        assert message.sign_time.ToMicroseconds() > NOW_US // 2


@pytest.mark.parametrize("kind", [EntryKind.DECISION, EntryKind.REPAYMENT])
def test_a_record_is_proven_right_after_it_was_made(served: Served, kind: EntryKind) -> None:
    served.record(5)
    (recorded,) = served.record(kind=kind)
    folder = "decisions" if kind is EntryKind.DECISION else "records"
    proof = served.inclusion(f"{folder}/{recorded.sealed.entry_id}")
    assert (proof.log, proof.leaf_index) == ("decisions", 5)
    assert proof.leaf_hash == recorded.leaf_hash == leaf_hash(recorded.sealed)
    root_hash = opened(proof.checkpoint).root_hash
    assert verify_inclusion(proof.leaf_hash, proof.leaf_index, proof.checkpoint.tree_size, proof.hashes, root_hash)


def test_a_record_whose_payload_was_archived_is_proven_all_the_same(served: Served) -> None:
    (recorded, _) = served.record(2)
    with served.ledger.database.writing() as connection:
        connection.execute(update(entries).values(payload=None))
    assert served.inclusion(f"decisions/{recorded.sealed.entry_id}").leaf_hash == recorded.leaf_hash


def test_an_older_state_is_proven_to_be_the_beginning(served: Served) -> None:
    served.record(3)
    first = served.checkpoint()
    served.record(4)
    second = served.checkpoint()
    served.record(2)
    for proof in (served.consistency(3, 7), served.consistency(3), served.consistency(3, 3)):
        newer = opened(proof.checkpoint)
        assert (proof.log, proof.first_size, proof.second_size) == ("decisions", 3, newer.size)
        assert verify_consistency(3, first.root_hash, newer.size, newer.root_hash, proof.hashes)
    assert served.consistency(3, 7).checkpoint == second
    assert served.consistency(3).second_size == 9


def test_names_that_do_not_exist_are_not_found(served: Served) -> None:
    (decision,) = served.record()
    (drawdown,) = served.record(kind=EntryKind.DRAWDOWN)
    for name in (
        f"decisions/{UUID(int=0)}",
        f"records/{UUID(int=0)}",
        f"records/{decision.sealed.entry_id}",
        f"decisions/{drawdown.sealed.entry_id}",
    ):
        with pytest.raises(NothingFound) as refused:
            served.inclusion(name)
        assert refused.value.name == name


@pytest.mark.parametrize("name", ["decisions/1", "records/", "facilities/" + str(UUID(int=0)), str(UUID(int=0))])
def test_names_of_another_form_are_malformed(served: Served, name: str) -> None:
    with pytest.raises(ResourceNameMalformed):
        served.inclusion(name)


def test_another_log_is_not_found(served: Served) -> None:
    for call in (served.checkpoint, lambda log: served.consistency(1, log=log)):
        with pytest.raises(NothingFound, match="there is no log other"):
            call("other")


@pytest.mark.parametrize(
    ("first", "second", "fields"),
    [
        (0, 0, ["first_size"]),
        (-1, -1, ["first_size", "second_size"]),
        (6, 0, ["first_size"]),
        (6, 5, ["first_size"]),
        (5, 3, ["first_size", "second_size"]),
        (1, 4, ["second_size"]),
        (1, 6, ["second_size"]),
        (7, 6, ["first_size", "second_size"]),
        (2**63 - 1, 2**63 - 1, ["second_size"]),
    ],
)
def test_sizes_that_no_proof_is_made_for(served: Served, first: int, second: int, fields: list[str]) -> None:
    served.record(5)
    served.checkpoint()
    with pytest.raises(RequestInvalid) as refused:
        served.consistency(first, second)
    assert faulty_fields(refused) == fields


def test_requests_without_what_they_need_are_refused(served: Served) -> None:
    service = served.service
    for call, fields in (
        (service.get_checkpoint(v1.GetCheckpointRequest(log="a" * 65)), ["log"]),
        (service.get_inclusion_proof(v1.GetInclusionProofRequest()), ["name"]),
        (service.erase_subject(v1.EraseSubjectRequest()), ["request_id", "subject_id"]),
        (service.export_subject(v1.ExportSubjectRequest(page_size=1001)), ["subject_id", "page_size"]),
    ):
        with pytest.raises(RequestInvalid) as refused:
            asyncio.run(call)
        assert faulty_fields(refused) == fields


def test_an_altered_log_is_not_proven_and_not_signed(served: Served) -> None:
    recorded = served.record(3)
    served.checkpoint()
    with served.ledger.database.writing() as connection:
        connection.execute(update(entries).where(entries.c.log_index == 0).values(leaf_hash=bytes(32)))
    with pytest.raises(LogAltered):
        served.inclusion(f"decisions/{recorded[1].sealed.entry_id}")
    served.record()
    with pytest.raises(LogAltered):
        served.checkpoint()
    with served.ledger.database.reading() as connection:
        assert connection.execute(select(checkpoints.c.size)).scalars().all() == [3]


def test_a_subject_is_exported_by_pages_and_then_erased(served: Served) -> None:
    served.record(3, EntryKind.RELEASE)
    service = served.service
    request = v1.ExportSubjectRequest(subject_id="subject-1", page_size=2)
    first = asyncio.run(service.export_subject(request))
    request.page_token = first.next_page_token
    rest = asyncio.run(service.export_subject(request))
    assert [record.kind for record in (*first.records, *rest.records)] == ["RELEASE"] * 3
    assert (len(first.records), rest.next_page_token) == (2, "")

    erase = v1.EraseSubjectRequest(request_id="erase-1", subject_id="subject-1")
    erased = asyncio.run(service.erase_subject(erase))
    assert erased.erased_records == 3
    assert erased.erase_time.ToMicroseconds() > NOW_US // 2
    assert asyncio.run(service.erase_subject(erase)) == erased
    assert served.inclusion(erased.record).leaf_index == 3
    with pytest.raises(SubjectUnknown):
        asyncio.run(service.export_subject(v1.ExportSubjectRequest(subject_id="subject-1")))


def test_refusals_of_the_service_itself_have_a_status() -> None:
    told = status_of(NothingFound("Record", f"records/{UUID(int=0)}"))
    assert told is not None
    assert told.code == grpc.StatusCode.NOT_FOUND.value[0]
    assert issubclass(NothingFound, CallRefused)
