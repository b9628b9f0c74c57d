"""Reads from an ONNX file, without any runtime, the operator sets that it is written for.

The file is a protobuf `ModelProto` (onnx.proto, https://github.com/onnx/onnx), of which only field 8, `opset_import`,
is read.
"""

from collections.abc import Iterator

_OPSET_IMPORT = 8
_DOMAIN = 1
_VERSION = 2
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


def read_opsets(content: bytes) -> dict[str, int]:
    """Version by operator domain; the ONNX operators' own domain is "".

    Raises ValueError, with the reason, when the bytes are not a whole protobuf message.
    """
    opsets = {}
    for number, value in _fields(content):
        if number == _OPSET_IMPORT and isinstance(value, bytes):
            entry = dict(_fields(value))
            domain, version = entry.get(_DOMAIN, b""), entry.get(_VERSION, 0)
            if isinstance(domain, bytes) and isinstance(version, int):
                opsets[domain.decode()] = version
    return opsets


def _fields(content: bytes) -> Iterator[tuple[int, int | bytes]]:
    position = 0
    while position < len(content):
        tag, position = _varint(content, position)
        kind = tag & 7
        if kind == _VARINT:
            value, position = _varint(content, position)
            yield tag >> 3, value
            continue
        if kind == _BYTES:
            length, position = _varint(content, position)
        elif kind in (_FIXED64, _FIXED32):
            length = 8 if kind == _FIXED64 else 4
        else:
            raise ValueError(f"byte {position} begins a field of unknown kind {kind}")
        if position + length > len(content):
            raise ValueError(f"it ends after {len(content)} bytes, {position + length - len(content)} too early")
        yield tag >> 3, content[position : position + length]
        position += length


def _varint(content: bytes, position: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if position >= len(content):
            raise ValueError(f"it ends after {len(content)} bytes, inside a number")
        byte = content[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
    raise ValueError(f"byte {position} ends a number of more than 64 bits")
