"""The words of a verification, one function for each thing that can be wrong."""

from underwriter.ledger.verification.findings import Finding, FindingKind

_CONSEQUENCE = "a consequence of what is wrong there"


def content_altered(log: str, index: int, entry_id: str) -> Finding:
    """The tree that was recorded has the stored leaf hash: the content is what changed."""
    return _at(
        FindingKind.CONTENT, log, index, entry_id,
        "what stands in its row does not give the leaf hash that was recorded",
        "its content was altered after it was recorded; the leaf hash and the tree are as they were",
    )  # fmt: skip


def leaf_hash_altered(log: str, index: int, entry_id: str) -> Finding:
    """The tree that was recorded has the hash that the content gives: the column is what changed."""
    return _at(
        FindingKind.LEAF_HASH, log, index, entry_id,
        "its stored leaf hash is not the one that its content gives and that the tree was made of",
        "the leaf hash was altered; the content is as it was recorded",
    )  # fmt: skip


def entry_altered(log: str, index: int, entry_id: str) -> Finding:
    """Neither the content nor the stored leaf hash gives the recorded tree, or more was altered near it."""
    return _at(
        FindingKind.LEAF_HASH, log, index, entry_id,
        "what stands in its row does not give its leaf hash",
        "its content or its leaf hash was altered after it was recorded, or the tree as well",
    )  # fmt: skip


def entries_missing(log: str, start: int, end: int) -> Finding:
    """Indexes without entries, before the end of the log."""
    count = end - start
    return Finding(
        FindingKind.MISSING, log, start, end if count == 1 else start + 1, "",
        "there is no entry at this index" if count == 1 else f"there are no entries at {count} indexes from here on",
        "indexes are given without gaps, so what stood here was deleted, or moved elsewhere",
    )  # fmt: skip


def entries_beyond(log: str, size: int, last_index: int, entry_id: str) -> Finding:
    """Entries behind the end of the tree."""
    return _at(
        FindingKind.BEYOND, log, size, entry_id,
        f"the tree has {size} entries, but there are entries up to index {last_index}",
        "entries were put in past the server, or the tree head was set back: the tree grows with each entry",
    )  # fmt: skip


def tail_cut(log: str, end: int, size: int, by: str) -> Finding:
    """The log ends before what the tree head or a checkpoint covers."""
    return Finding(
        FindingKind.CUT, log, end, end + 1, "",
        f"the log ends before this index, but {by} covers {size} entries",
        "the end of the log was cut off, or an older copy of the database was put in its place",
    )  # fmt: skip


def signed_otherwise(log: str, start: int, end: int, size: int, follows_from: int | None) -> Finding:
    """Entries whose leaf hashes fit their content, but not what was signed."""
    return Finding(
        FindingKind.ORDER, log, start, end, "",
        f"the entries don't give the root that the checkpoint of {size} entries has",
        "entries were altered with their hashes, swapped, put in or taken out after the checkpoint was signed",
        follows_from,
    )  # fmt: skip


def recorded_otherwise(log: str, start: int, end: int, follows_from: int | None) -> Finding:
    """Entries whose leaf hashes fit their content, but not the tree that was recorded."""
    return Finding(
        FindingKind.ORDER, log, start, end, "",
        "the entries don't give the hash over them that was recorded",
        "entries were altered with their leaf hashes, swapped, put in or taken out; or the stored hash was altered",
        follows_from,
    )  # fmt: skip


def node_altered(log: str, level: int, start: int, follows_from: int | None) -> Finding:
    """A stored node that is not what the entries below it give."""
    return Finding(
        FindingKind.TREE_NODE, log, start, start + (1 << level), "",
        f"the stored hash over these {1 << level} entries is not the one that they give",
        "the stored hash was altered; the entries themselves are right" if follows_from is None else _CONSEQUENCE,
        follows_from,
    )  # fmt: skip


def node_missing(log: str, level: int, start: int) -> Finding:
    """A node that must be stored and is not."""
    return Finding(
        FindingKind.TREE_NODE, log, start, start + (1 << level), "",
        f"the hash over these {1 << level} entries is not stored",
        "it was deleted, or its place was altered: the server writes it with the last of them",
    )  # fmt: skip


def nodes_too_many(log: str, count: int, follows_from: int | None) -> Finding:
    """Stored nodes that no tree of this size has."""
    return Finding(
        FindingKind.TREE_NODE, log, None, None, "",
        f"{count} stored hashes of the tree belong to no entries",
        "they were put in or moved, or the log was cut",
        follows_from,
    )  # fmt: skip


def head_missing(log: str, last_index: int) -> Finding:
    """There is no tree head."""
    return Finding(
        FindingKind.TREE_HEAD, log, None, None, "",
        f"there are entries up to index {last_index}, but no head of their tree",
        "the head was deleted, or the log's name was altered: the server writes it with each entry",
    )  # fmt: skip


def head_altered(log: str, why: str, follows_from: int | None) -> Finding:
    """A tree head that the entries don't give."""
    return Finding(
        FindingKind.TREE_HEAD, log, None, None, "",
        why,
        "the head was altered: a server would go on from a wrong tree" if follows_from is None else _CONSEQUENCE,
        follows_from,
    )  # fmt: skip


def checkpoint_refused(log: str, size: int, why: str) -> Finding:
    """A stored checkpoint that is garbled or wrongly signed."""
    return Finding(
        FindingKind.CHECKPOINT, log, None, None, "",
        f"the checkpoint of {size} entries is refused: {why}",
        "it was altered, or signed by another key; it proves nothing",
    )  # fmt: skip


def payload_missing(log: str, start: int, end: int, entry_id: str) -> Finding:
    """Payloads that are neither in the database nor, as far as it says, in an archive."""
    count = end - start
    return Finding(
        FindingKind.PAYLOAD, log, start, start + 1, entry_id,
        "its payload is gone" if count == 1 else f"its payload and those of the following {count - 1} are gone",
        "no archive is known to have them: they were deleted",
    )  # fmt: skip


def archive_refused(log: str, start: int, end: int, why: str) -> Finding:
    """An archive's file that can't be used, or is another."""
    return Finding(
        FindingKind.ARCHIVE, log, start, end, "",
        why,
        "the payloads of these entries can't be verified until the right file is there",
    )  # fmt: skip


def id_twice(log: str, index: int, entry_id: str, what: str, count: int) -> Finding:
    """An entry id or request id that stands more than once."""
    return _at(
        FindingKind.DUPLICATE, log, index, entry_id,
        f"its {what} stands in {count} entries",
        "an entry was copied, and the database's own check against that taken away",
    )  # fmt: skip


def stray_rows(log: str, what: str, other: str) -> Finding:
    """Checkpoints or nodes of a log that has no entries."""
    return Finding(
        FindingKind.STRAY, log, None, None, "",
        f"there are {what} of a log {other!r}, which has no entries",
        "the name of their log was altered, or all entries of that log were deleted",
    )  # fmt: skip


def subject_gone(log: str, index: int, entry_id: str, count: int) -> Finding:
    """A subject without a row and without a record of its erasure."""
    also = "" if count == 1 else f", nor are those of {count - 1} other entries"
    return _at(
        FindingKind.SUBJECT, log, index, entry_id,
        f"the key of its subject is not there{also}, and no record tells of an erasure",
        "the key was deleted past the server, or what stands for the subject was altered: it can't be read any more",
    )  # fmt: skip


def subject_key_damaged(log: str, index: int | None, entry_id: str, why: str) -> Finding:
    """A wrapped key that is not what was wrapped."""
    return Finding(
        FindingKind.SUBJECT_KEY, log, index, None if index is None else index + 1, entry_id,
        why,
        "what is recorded on this subject can't be read, unless the key is restored from a backup",
    )  # fmt: skip


def _at(kind: FindingKind, log: str, index: int, entry_id: str, what: str, meaning: str) -> Finding:
    return Finding(kind, log, index, index + 1, entry_id, what, meaning)
