"""A proof as a file: a C2SP tlog-proof (c2sp.org/tlog-proof), with the record's leaf as its extra data.

    c2sp.org/tlog-proof@v1
    extra <base64 of a JSON object>
    index <the record's index>
    <base64 of a hash, from the leaf's sibling up to the root's child>
    ...
                                        an empty line
    <the signed checkpoint>

The JSON object has the leaf's canonical bytes as `leaf`, in base64 (`underwriter.ledger.leaf` has their layout), and,
where the record is disclosed, the key that opens its payload as `record_key`.
"""

import json
import re
from binascii import Error as Base64Error
from dataclasses import dataclass
from typing import Any, Self

from underwriter.ledger.checkpoints.canonical_base64 import from_base64, to_base64
from underwriter.ledger.keys.sealing import KEY_BYTES
from underwriter.ledger.merkle import HASH_SIZE
from underwriter.ledger.verification.errors import ProofInvalid

FIRST_LINE = "c2sp.org/tlog-proof@v1"
SUFFIX = ".tlog-proof"

_INDEX = re.compile(r"index (0|[1-9][0-9]{0,17})")
_EXTRA = "extra "


@dataclass(frozen=True, slots=True)
class ProofFile:
    """What a proof file holds. Nothing of it is verified: `check_proof` does that."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    leaf: bytes
    record_key: bytes | None = None

    def __str__(self) -> str:
        extra = {"leaf": to_base64(self.leaf)}
        if self.record_key is not None:
            extra["record_key"] = to_base64(self.record_key)
        lines = (
            FIRST_LINE,
            _EXTRA + to_base64(json.dumps(extra).encode()),
            f"index {self.index}",
            *map(to_base64, self.path),
            "",
            self.checkpoint,
        )
        return "\n".join(lines)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the proof that `str` makes this text of. Raises ProofInvalid with all faults."""
        head, gap, checkpoint = text.partition("\n\n")
        first, extra, index, *hashes = [*head.split("\n"), "", "", ""][: max(3, head.count("\n") + 1)]
        if first != FIRST_LINE:
            raise ProofInvalid([f"it is no proof: its first line is not {FIRST_LINE}"])
        faults = []
        if not gap:
            faults.append("there is no empty line with a checkpoint behind it")
        match = _INDEX.fullmatch(index)
        if match is None:
            faults.append("line 3 is not `index` and a number")
        path = [_bytes(line, HASH_SIZE, f"line {number}: the hash", faults) for number, line in enumerate(hashes, 4)]
        leaf, record_key = _read_extra(extra, faults)
        if faults:
            raise ProofInvalid(faults)
        proof = cls(int(match[1]) if match else 0, tuple(path), checkpoint, leaf, record_key)
        if str(proof) != text:
            raise ProofInvalid(["line 2: the extra data is not in the form in which we write it: it was changed"])
        return proof


def _read_extra(line: str, faults: list[str]) -> tuple[bytes, bytes | None]:
    if not line.startswith(_EXTRA):
        faults.append("line 2 is not `extra` and the record's leaf: this is a proof of something else")
        return b"", None
    try:
        values: Any = json.loads(from_base64(line.removeprefix(_EXTRA)))
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict) or "leaf" not in values:
        faults.append("line 2: the extra data is not base64 of a JSON object with a leaf")
        return b"", None
    leaf = _bytes(values["leaf"], None, "line 2: the leaf", faults)
    if "record_key" not in values:
        return leaf, None
    return leaf, _bytes(values["record_key"], KEY_BYTES, "line 2: the record key", faults)


def _bytes(text: object, size: int | None, what: str, faults: list[str]) -> bytes:
    try:
        content = from_base64(text) if isinstance(text, str) else None
    except (Base64Error, ValueError):
        content = None
    if content is None or (size is not None and len(content) != size):
        faults.append(f"{what} is not base64" + ("" if size is None else f" of {size} bytes"))
        return b""
    return content
