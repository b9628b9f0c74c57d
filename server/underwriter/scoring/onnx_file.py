"""Reads from an ONNX file, without any runtime, the operator sets that it is written for, and the nodes of its graph.

The file is a protobuf `ModelProto` (onnx.proto, https://github.com/onnx/onnx), of which only what is named below is
read.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

# The numbers of the fields, by message.
_GRAPH, _OPSET_IMPORT = 7, 8  # ModelProto
_DOMAIN, _VERSION = 1, 2  # OperatorSetIdProto
_NODE = 1  # GraphProto
_NODE_INPUT, _NODE_OUTPUT, _OP_TYPE, _ATTRIBUTE = 1, 2, 4, 5  # NodeProto
_NAME, _INTEGER, _TENSOR, _INTEGERS = 1, 3, 5, 8  # AttributeProto
_RAW_DATA = 9  # TensorProto
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


class Node(NamedTuple):
    """One operation of a graph: its operator, the names of its tensors, and its attributes as far as they are numbers.

    `integers` holds attributes of one whole number or many, `tensors` the bytes of those that are tensors.
    """

    operator: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    integers: Mapping[str, tuple[int, ...]]
    tensors: Mapping[str, bytes]


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


def read_nodes(content: bytes) -> list[Node]:
    """Return the nodes of the graph, in their order. Raises ValueError as `read_opsets` does."""
    return [_node(node) for graph in _messages(content, _GRAPH) for node in _messages(graph, _NODE)]


def _node(content: bytes) -> Node:
    integers: dict[str, tuple[int, ...]] = {}
    tensors: dict[str, bytes] = {}
    for attribute in _messages(content, _ATTRIBUTE):
        (name,) = _texts(attribute, _NAME)
        integers[name] = tuple(_integers(attribute))
        for tensor in _messages(attribute, _TENSOR):
            tensors[name] = b"".join(_messages(tensor, _RAW_DATA))
    operator = "".join(_texts(content, _OP_TYPE))
    return Node(operator, _texts(content, _NODE_INPUT), _texts(content, _NODE_OUTPUT), integers, tensors)


def _messages(content: bytes, field: int) -> Iterator[bytes]:
    return (value for number, value in _fields(content) if number == field and isinstance(value, bytes))


def _texts(content: bytes, field: int) -> tuple[str, ...]:
    return tuple(value.decode() for value in _messages(content, field))


def _integers(attribute: bytes) -> Iterator[int]:
    """Yield an attribute's whole numbers from 0, written one by one or packed."""
    for number, value in _fields(attribute):
        if number not in (_INTEGER, _INTEGERS):
            continue
        if isinstance(value, int):
            yield value
            continue
        position = 0
        while position < len(value):
            one, position = _varint(value, position)
            yield one


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
