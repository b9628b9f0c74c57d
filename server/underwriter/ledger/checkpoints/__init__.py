"""Knows how to sign the head of the log, so that anybody can tell whether the log was altered since (C2SP notes)."""

from underwriter.ledger.checkpoints.checkpoint import Checkpoint, open_checkpoint
from underwriter.ledger.checkpoints.errors import CheckpointError, KeyInvalid, LogAltered, NoteInvalid, OriginChanged
from underwriter.ledger.checkpoints.note import Note, Signature
from underwriter.ledger.checkpoints.prover import Inclusion, LogProver
from underwriter.ledger.checkpoints.signer import (
    SigningKey,
    default_origin,
    make_signing_key,
    read_signing_key,
)
from underwriter.ledger.checkpoints.store import CheckpointStore, SignedCheckpoint
from underwriter.ledger.checkpoints.verifier_key import VerifierKey

__all__ = [
    "Checkpoint",
    "CheckpointError",
    "CheckpointStore",
    "Inclusion",
    "KeyInvalid",
    "LogAltered",
    "LogProver",
    "Note",
    "NoteInvalid",
    "OriginChanged",
    "Signature",
    "SignedCheckpoint",
    "SigningKey",
    "VerifierKey",
    "default_origin",
    "make_signing_key",
    "open_checkpoint",
    "read_signing_key",
]
