"""Writes the few parts of protobuf's wire format that are written here, since a message object a piece takes too long.

See "Encoding" in the documentation of Protocol Buffers. Field numbers are below 16, messages shorter than 128 bytes.
"""

_VARINT, _LENGTH_DELIMITED = 0, 2  # wire types
_BYTES = [bytes((number,)) for number in range(256)]
_MORE = 0x80  # the bit of a byte after which more of a number follows
_SHORT = _BYTES[:_MORE] + [bytes((number & 0x7F | _MORE, number >> 7)) for number in range(_MORE, _MORE << 7)]


def number_tag(field: int) -> bytes:
    """Return what stands before a field's whole number."""
    return _BYTES[field << 3 | _VARINT]


def message_tag(field: int) -> bytes:
    """Return what stands before a field's message, or text, with its length."""
    return _BYTES[field << 3 | _LENGTH_DELIMITED]


def varint(number: int) -> bytes:
    """Return a number from 0 in groups of seven bits, the lowest first."""
    return _SHORT[number] if number < len(_SHORT) else _BYTES[number & 0x7F | _MORE] + varint(number >> 7)


def with_length(content: bytes) -> bytes:
    """Return a message, or a text, after its length."""
    return _BYTES[len(content)] + content
