"""The version of what is stored on a subject: a number that stands for all that happened to it, in order."""

from hashlib import sha256

NEW_SUBJECT = 0
"""The version of a subject that nothing has happened to."""


def version_after(version: int, entry_id: str) -> int:
    """Return the version after an entry with facts: 1 to 2^63 - 1.

    It is no count: two histories of equal length have two versions. Who advances a state in memory before its entry is
    recorded, and builds on it, is so refused if something else was recorded instead, even if just as much.
    """
    digest = sha256(version.to_bytes(8, "big") + entry_id.encode()).digest()
    return (int.from_bytes(digest[:8], "big") >> 1) or 1
