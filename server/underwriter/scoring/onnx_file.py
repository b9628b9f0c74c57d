"""Reads from an ONNX file, without any runtime, the operator sets that it is written for, and the nodes of its graph.

The file is a protobuf `ModelProto` (onnx.proto, https://github.com/onnx/onnx), of which only what is named below is
read.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias

# The numbers of the fields, by message.
_GRAPH, _OPSET_IMPORT = 7, 8  # ModelProto
_DOMAIN, _VERSION = 1, 2  # OperatorSetIdProto
_NODE = 1  # GraphProto
_NODE_INPUT, _NODE_OUTPUT, _OP_TYPE, _ATTRIBUTE = 1, 2, 4, 5  # NodeProto
_NAME, _INTEGER, _TENSOR, _INTEGERS = 1, 3, 5, 8  # AttributeProto
_RAW_DATA = 9  # TensorProto
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_LONG = 0x80  # from this byte on, a number goes on in the next

Field: TypeAlias = tuple[int, int | bytes]


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
    graphs = _messages(_fields(content), _GRAPH)
    return [_node(node) for graph in graphs for node in _messages(_fields(graph), _NODE)]


def _node(content: bytes) -> Node:
    fields = list(_fields(content))
    integers: dict[str, tuple[int, ...]] = {}
    tensors: dict[str, bytes] = {}
    for attribute in _messages(fields, _ATTRIBUTE):
        of_attribute = list(_fields(attribute))
        (name,) = _texts(of_attribute, _NAME)
        integers[name] = tuple(_integers(of_attribute))
        for tensor in _messages(of_attribute, _TENSOR):
            tensors[name] = b"".join(_messages(_fields(tensor), _RAW_DATA))
    return Node(
        "".join(_texts(fields, _OP_TYPE)), _texts(fields, _NODE_INPUT), _texts(fields, _NODE_OUTPUT), integers, tensors
    )


def _messages(fields: Iterable[Field], wanted: int) -> Iterator[bytes]:
    return (value for number, value in fields if number == wanted and isinstance(value, bytes))


def _texts(fields: Iterable[Field], wanted: int) -> tuple[str, ...]:
    return tuple(value.decode() for value in _messages(fields, wanted))


def _integers(attribute: Iterable[Field]) -> Iterator[int]:
    """Yield an attribute's whole numbers from 0, written one by one or packed."""
    for number, value in attribute:
        if number not in (_INTEGER, _INTEGERS):
            continue
        if isinstance(value, int):
            yield value
            continue
        position = 0
        while position < len(value):
            one, position = _varint(value, position)
            yield one


def _fields(content: bytes) -> Iterator[Field]:
    """Yield the fields of a message, each by its number."""
    position, size = 0, len(content)
    while position < size:
        tag, position = (content[position], position + 1) if content[position] < _LONG else _varint(content, position)
        kind = tag & 7
        if kind == _VARINT:
            # most are of one byte, and there are thousands
            is_short = position < size and content[position] < _LONG
            value, position = (content[position], position + 1) if is_short else _varint(content, position)
            yield tag >> 3, value
            continue
        if kind == _BYTES:
            length, position = _varint(content, position)
        elif kind in (_FIXED64, _FIXED32):
            length = 8 if kind == _FIXED64 else 4
        else:
            raise ValueError(f"byte {position} begins a field of unknown kind {kind}")
        if position + length > size:
            raise ValueError(f"it ends after {size} bytes, {position + length - size} too early")
        yield tag >> 3, content[position : position + length]
        position += length


def _varint(content: bytes, position: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if position >= len(content):
            raise ValueError(f"it ends after {len(content)} bytes, inside a number")
        byte = content[position]
        position += 1
        value |= (byte & ~_LONG) << shift
        if byte < _LONG:
            return value, position
    raise ValueError(f"byte {position} ends a number of more than 64 bits")
