"""Knows how to keep a Merkle tree over the records and to prove by few hashes what is in it (RFC 6962, section 2.1)."""

from underwriter.ledger.merkle.errors import TreeDamaged
from underwriter.ledger.merkle.frontier import Frontier, Node, root_over
from underwriter.ledger.merkle.hashing import EMPTY_ROOT, HASH_SIZE, node_hash
from underwriter.ledger.merkle.proofs import (
    consistency_path,
    inclusion_path,
    verify_consistency,
    verify_inclusion,
)
from underwriter.ledger.merkle.stored_tree import StoredTree

__all__ = [
    "EMPTY_ROOT",
    "HASH_SIZE",
    "Frontier",
    "Node",
    "StoredTree",
    "TreeDamaged",
    "consistency_path",
    "inclusion_path",
    "node_hash",
    "root_over",
    "verify_consistency",
    "verify_inclusion",
]
