"""Writes the few parts of protobuf's wire format that are written here, since a message object a piece takes too long.

See "Encoding" in the documentation of Protocol Buffers. Field numbers are below 16.
"""

_VARINT, _LENGTH_DELIMITED = 0, 2  # wire types
_BYTES = [bytes((number,)) for number in range(256)]
_MORE = 0x80  # the bit of a byte after which more of a number follows


def number_tag(field: int) -> bytes:
    """Return what stands before a field's whole number."""
    return _BYTES[field << 3 | _VARINT]


def message_tag(field: int) -> bytes:
    """Return what stands before a field's message, or text, with its length."""
    return _BYTES[field << 3 | _LENGTH_DELIMITED]


def varint(number: int) -> bytes:
    """Return a number from 0 in groups of seven bits, the lowest first."""
    return _BYTES[number] if number < _MORE else _BYTES[number & 0x7F | _MORE] + varint(number >> 7)


def padded_varint(number: int, size: int) -> bytes:
    """Return a number from 0 in so many bytes, which must hold it: the last groups may be of zeros."""
    return lowest_groups(number, size - 1) + _BYTES[number >> 7 * (size - 1)]


def lowest_groups(number: int, count: int) -> bytes:
    """Return the lowest groups of a number of which more follow."""
    return bytes([number >> 7 * place & 0x7F | _MORE for place in range(count)])


def with_length(content: bytes) -> bytes:
    """Return a message, or a text, after its length."""
    return varint(len(content)) + content
