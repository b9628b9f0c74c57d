"""Writes generated Python line by line: indentation, unique names, and beside each line its place in the rule files."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from underwriter.feel.source import Source


class Code:
    """A growing piece of Python. With `is_traced`, lines meant for the trace are written, otherwise left out.

    Numbers in names begin at `first_number`: lower ones are free for names that are given elsewhere.
    """

    def __init__(self, *, is_traced: bool, first_number: int = 0) -> None:
        self.is_traced = is_traced
        self._lines: list[str] = []
        self._depth = 0
        self._numbers = count(first_number)

    def name(self, stem: str) -> str:
        """Return an identifier that no other line of this code uses."""
        return f"{stem}{next(self._numbers)}"

    def line(self, text: str, source: Source | None = None) -> None:
        """Write a line, with the place of the rule text that it comes from."""
        origin = f"  # {_printable(source.location(0))}" if source else ""
        self._lines.append("    " * self._depth + text + origin)

    def trace(self, text: str) -> None:
        """Write a line that records a step, in the traced twin only."""
        if self.is_traced:
            self.line(text)

    @contextmanager
    def block(self, text: str, source: Source | None = None) -> Iterator[None]:
        """Write the head of a block and indent what is written inside the `with`."""
        self.line(text, source)
        self._depth += 1
        yield
        self._depth -= 1

    def __str__(self) -> str:
        return "\n".join(self._lines) + "\n"


def _printable(text: str) -> str:
    """Return the text without line ends and the like: the name of a file must not end the comment that it stands in."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else "?" for character in text)
