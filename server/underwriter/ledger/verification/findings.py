"""What a verification finds wrong, each with the first entry that it may concern."""

from dataclasses import dataclass
from enum import StrEnum


class FindingKind(StrEnum):
    """What is wrong, in one word for programs."""

    CONTENT = "content"
    """An entry's content is not what was recorded."""
    LEAF_HASH = "leaf-hash"
    """An entry's content does not give its leaf hash, and the tree does not tell that the content is what changed."""
    MISSING = "missing"
    """There is no entry at an index."""
    BEYOND = "beyond"
    """There are entries behind the end of the tree."""
    CUT = "cut"
    """The log is shorter than its tree head or a checkpoint says."""
    ORDER = "order"
    """Each entry gives its leaf hash, but the leaves don't give the tree that was recorded or signed."""
    TREE_NODE = "tree-node"
    """A stored hash of the tree is wrong, or one is missing or too many."""
    TREE_HEAD = "tree-head"
    """The stored head of the tree is wrong or missing."""
    CHECKPOINT = "checkpoint"
    """A checkpoint is garbled, or its signature is not right."""
    PAYLOAD = "payload"
    """A payload is gone, and no archive has it."""
    ARCHIVE = "archive"
    """An archive's file is missing, is another, or does not hold what was archived."""
    DUPLICATE = "duplicate"
    """An entry id or request id stands twice."""
    STRAY = "stray"
    """Checkpoints or stored hashes name a log that has no entries."""
    SUBJECT = "subject"
    """The key of a subject is gone, and there is no record of its erasure."""
    SUBJECT_KEY = "subject-key"
    """The key of a subject can't be unwrapped by the master keys."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is wrong in a log.

    The fault lies in one of the entries from `first_index` up to but not including `end_index`: if that is one, it is
    exactly that entry, and `entry_id` is what its row says; both are None where no entry is concerned. `what` says
    what is wrong, `meaning` what must have happened. `follows_from` is the index of an earlier finding of which this
    one is only a consequence.
    """

    kind: FindingKind
    log: str
    first_index: int | None
    end_index: int | None
    entry_id: str
    what: str
    meaning: str
    follows_from: int | None = None

    @property
    def place(self) -> str:
        """Where it is, in words: `decisions[12]`, or `decisions[256..511]` if any of these may be the one."""
        if self.first_index is None or self.end_index is None:
            return self.log
        if self.end_index - self.first_index == 1:
            return f"{self.log}[{self.first_index}]"
        return f"{self.log}[{self.first_index}..{self.end_index - 1}]"
