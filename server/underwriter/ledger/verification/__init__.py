"""Knows how to find out whether anything in the record was altered, and to prove to others that nothing was."""

from underwriter.ledger.verification.checking import ProvedRecord, check_proof
from underwriter.ledger.verification.errors import NotDisclosable, ProofError, ProofInvalid, RecordNotFound
from underwriter.ledger.verification.findings import Finding, FindingKind
from underwriter.ledger.verification.proof_file import ProofFile
from underwriter.ledger.verification.proving import Prover
from underwriter.ledger.verification.signed_roots import read_checkpoint
from underwriter.ledger.verification.verify import Scope, Verification, Verified

__all__ = [
    "Finding",
    "FindingKind",
    "NotDisclosable",
    "ProofError",
    "ProofFile",
    "ProofInvalid",
    "ProvedRecord",
    "Prover",
    "RecordNotFound",
    "Scope",
    "Verification",
    "Verified",
    "check_proof",
    "read_checkpoint",
]
