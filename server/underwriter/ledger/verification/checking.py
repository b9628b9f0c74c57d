"""Verifies a proof file without any database."""

from dataclasses import dataclass
from hashlib import sha256

from underwriter.ledger.checkpoints import Checkpoint, Note, NoteInvalid, VerifierKey, open_checkpoint
from underwriter.ledger.entry import Payload, Sealed
from underwriter.ledger.keys import PayloadDamaged, open_with_record_key
from underwriter.ledger.merkle import verify_inclusion
from underwriter.ledger.verification.errors import ProofInvalid
from underwriter.ledger.verification.leaf_bytes import read_leaf
from underwriter.ledger.verification.proof_file import ProofFile


@dataclass(frozen=True, slots=True)
class ProvedRecord:
    """What a proof shows: the record stands at an index of the log whose checkpoint this is.

    `is_signed` tells whether the checkpoint's signature was checked by a key that was given another way; if not,
    anybody may have made all of it. `payload` is there if the record is disclosed.
    """

    sealed: Sealed
    index: int
    leaf_hash: bytes
    checkpoint: Checkpoint
    signers: tuple[str, ...]
    is_signed: bool
    payload: Payload | None


def check_proof(proof: ProofFile, key: VerifierKey | None) -> ProvedRecord:
    """Return what a proof file proves. Raises ProofInvalid with all that is wrong."""
    faults: list[str] = []
    leaf_hash = sha256(b"\x00" + proof.leaf).digest()
    sealed = _sealed(proof, faults)
    note, checkpoint = _checkpoint(proof, key, faults)
    if checkpoint is not None and not verify_inclusion(
        leaf_hash, proof.index, checkpoint.size, proof.path, checkpoint.root_hash
    ):
        faults.append(
            f"the hashes do not lead from this record at index {proof.index} to the root of the checkpoint of "
            f"{checkpoint.size} records: the record, the index or a hash was changed"
        )
    payload = None
    if sealed is not None and proof.record_key is not None:
        payload = _payload(sealed, proof.record_key, faults)
    if faults or sealed is None or checkpoint is None or note is None:
        raise ProofInvalid(faults)
    signers = tuple(f"{signature.key_name}+{signature.key_hash.hex()}" for signature in note.signatures)
    return ProvedRecord(sealed, proof.index, leaf_hash, checkpoint, signers, key is not None, payload)


def _sealed(proof: ProofFile, faults: list[str]) -> Sealed | None:
    try:
        return read_leaf(proof.leaf)
    except ValueError as error:
        faults.append(str(error))
        return None


def _checkpoint(proof: ProofFile, key: VerifierKey | None, faults: list[str]) -> tuple[Note | None, Checkpoint | None]:
    try:
        note = Note.parse(proof.checkpoint)
        if key is not None:
            return note, open_checkpoint(proof.checkpoint, key)
        return note, Checkpoint.parse(note.text)
    except NoteInvalid as error:
        faults.append(f"the checkpoint is refused: {error}")
        return None, None


def _payload(sealed: Sealed, record_key: bytes, faults: list[str]) -> Payload | None:
    if not sealed.payload:
        return Payload(b"", b"", b"")
    try:
        return open_with_record_key(record_key, sealed.entry_id, sealed.payload)
    except PayloadDamaged:
        faults.append("the record key does not open the record: it is the key of another one, or was changed")
        return None
