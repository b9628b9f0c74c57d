"""Base64 (RFC 4648, section 4) in its one canonical form, so that no two texts stand for the same bytes."""

from base64 import b64decode, b64encode


def to_base64(content: bytes) -> str:
    """Return the bytes as text."""
    return b64encode(content).decode("ascii")


def from_base64(text: str) -> bytes:
    """Return the bytes that `to_base64` makes this text of. Raises ValueError for any other text."""
    content = b64decode(text, validate=True)
    if to_base64(content) != text:
        raise ValueError("not canonical base64")
    return content
