"""Texts with a mark where the cursor stands."""

from underwriter.feel.source import Position

MARK = "¦"


def unmarked(text: str) -> tuple[str, Position]:
    """Return a text without its mark, and where that stood."""
    offset = text.index(MARK)
    line = text.count("\n", 0, offset)
    return text.replace(MARK, "", 1), Position(line, offset - (text.rfind("\n", 0, offset) + 1))
