"""LedgerService: proves what is recorded, forgets subjects, and exports what is stored on them."""

import asyncio
import time

from underwriter.accounts.erasure import SubjectErasure
from underwriter.decisioning.requests.validation import FieldFault, request_faults
from underwriter.ledger.checkpoints import CheckpointStore, LogProver, SignedCheckpoint
from underwriter.ledger.entry import EntryKind
from underwriter.ledger.export import SubjectExport
from underwriter.service.errors import NothingFound, RequestInvalid, refuse_faults
from underwriter.service.resources import record_id_of, record_name
from underwriter.v1 import ledger_service_pb2 as v1

DEFAULT_PAGE_SIZE = 100


class LedgerService:
    """The methods of underwriter.v1.LedgerService, of one log. Errors are raised; `CallGate` tells them."""

    def __init__(
        self,
        log: str,
        checkpoints: CheckpointStore,
        prover: LogProver,
        erasure: SubjectErasure,
        export: SubjectExport,
    ) -> None:
        self._log = log
        self._checkpoints = checkpoints
        self._prover = prover
        self._erasure = erasure
        self._export = export

    async def get_checkpoint(self, request: v1.GetCheckpointRequest) -> v1.Checkpoint:
        """Return a signed checkpoint that covers every record made so far."""
        refuse_faults(request_faults(request))
        self._check_log(request.log)
        return self._message(await asyncio.to_thread(self._checkpoints.covering_all, _now_us()))

    async def get_inclusion_proof(self, request: v1.GetInclusionProofRequest) -> v1.InclusionProof:
        """Prove that a record stands in the log. If no checkpoint covers it yet, one is signed."""
        refuse_faults(request_faults(request))
        entry_id, is_decision = record_id_of(request.name)
        proof = await asyncio.to_thread(self._prover.inclusion, entry_id, _now_us())
        if proof is None or is_decision != (proof.kind == EntryKind.DECISION):
            raise NothingFound("Decision" if is_decision else "Record", request.name)
        return v1.InclusionProof(
            log=self._log,
            leaf_index=proof.index,
            leaf_hash=proof.leaf_hash,
            hashes=proof.path,
            checkpoint=self._message(proof.checkpoint),
        )

    async def get_consistency_proof(self, request: v1.GetConsistencyProofRequest) -> v1.ConsistencyProof:
        """Prove that an older state of the log is the beginning of a newer one that a checkpoint was signed over."""
        refuse_faults(request_faults(request))
        self._check_log(request.log)
        signed = await asyncio.to_thread(self._second_checkpoint, request.second_size)
        second_size = request.second_size if signed is None else signed.checkpoint.size
        faults = []
        if request.first_size > second_size:
            faults.append(FieldFault("first_size", str(request.first_size), f"at most the newer size, {second_size}"))
        if signed is None:
            faults.append(FieldFault("second_size", str(request.second_size), "the size of a signed checkpoint, or 0"))
        if signed is None or faults:
            raise RequestInvalid(faults)
        hashes = await asyncio.to_thread(self._prover.consistency, request.first_size, second_size)
        return v1.ConsistencyProof(
            log=self._log,
            first_size=request.first_size,
            second_size=second_size,
            hashes=hashes,
            checkpoint=self._message(signed),
        )

    async def erase_subject(self, request: v1.EraseSubjectRequest) -> v1.EraseSubjectResponse:
        """Make a person's data unreadable for good."""
        refuse_faults(request_faults(request))
        erased = await self._erasure.erase(request.request_id, request.subject_id, _now_us())
        response = v1.EraseSubjectResponse(record=record_name(erased.record_id), erased_records=erased.erased_records)
        response.erase_time.FromMicroseconds(erased.time_us)
        return response

    async def export_subject(self, request: v1.ExportSubjectRequest) -> v1.ExportSubjectResponse:
        """Return a page of all that is stored on a person, oldest first."""
        refuse_faults(request_faults(request))
        page_size = request.page_size or DEFAULT_PAGE_SIZE
        return await self._export.page(request.subject_id, page_size, request.page_token)

    def _check_log(self, log: str) -> None:
        if log not in ("", self._log):
            raise NothingFound("Log", log)

    def _second_checkpoint(self, size: int) -> SignedCheckpoint | None:
        return self._checkpoints.at(size) if size else self._checkpoints.covering_all(_now_us())

    def _message(self, signed: SignedCheckpoint) -> v1.Checkpoint:
        message = v1.Checkpoint(
            note=signed.note,
            tree_size=signed.checkpoint.size,
            root_hash=signed.checkpoint.root_hash,
            verifier_key=str(self._checkpoints.verifier_key),
        )
        message.sign_time.FromMicroseconds(signed.sign_time_us)
        return message


def _now_us() -> int:
    return time.time_ns() // 1000
