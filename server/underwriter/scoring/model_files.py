"""The two files that a model is made of, and the bytes in which a record keeps them together."""

import hashlib
from struct import Struct
from typing import NamedTuple

_LENGTH = Struct(">I")


class ModelFiles(NamedTuple):
    """The contents of a model's manifest, `model.yaml`, and of the ONNX graph that it names."""

    manifest: bytes
    graph: bytes

    @property
    def version(self) -> str:
        """The SHA-256, in hexadecimal, of the SHA-256 of the manifest followed by that of the graph."""
        digests = [hashlib.sha256(content).digest() for content in self]
        return hashlib.sha256(b"".join(digests)).hexdigest()

    def to_bytes(self) -> bytes:
        """Return both as one: the manifest's length in 4 bytes, big-endian, the manifest, the graph."""
        return _LENGTH.pack(len(self.manifest)) + self.manifest + self.graph

    @classmethod
    def from_bytes(cls, content: bytes) -> "ModelFiles":
        """Return the files that `to_bytes` joined; raise ValueError for bytes that end within the manifest."""
        if len(content) < _LENGTH.size:
            raise ValueError("the content is too short for a model")
        end = _LENGTH.size + _LENGTH.unpack_from(content)[0]
        if end > len(content):
            raise ValueError("the content ends within the manifest")
        return cls(content[_LENGTH.size : end], content[end:])
