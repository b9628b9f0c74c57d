"""Reads YAML line by line: which keys and dashes each line has, and in which column.

A document that is being typed is broken most of the time, so this looks at lines only, and never fails.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_DASH = re.compile(r"-(?: +|$)")
_KEY = re.compile(r"""(?P<key>"[^"]*"|'[^']*'|[^\s#&*!|>'"%@`{}\[\],:-][^#:]*?|-[^\s#:][^#:]*?) *:(?: +|$)""")


@dataclass(frozen=True, slots=True)
class Entry:
    """A dash or a key of a line. `column` is where it starts; `value` the column of what stands behind it.

    `key` is None for a dash.
    """

    line: int
    column: int
    key: str | None
    value: int


def entries(number: int, line: str) -> Iterator[Entry]:
    """Yield the dashes of a line, and the key behind them if there is one."""
    column = len(line) - len(line.lstrip(" "))
    while dash := _DASH.match(line, column):
        yield Entry(number, column, None, dash.end())
        column = dash.end()
    if key := _KEY.match(line, column):
        yield Entry(number, column, key["key"].strip("\"'"), key.end())


def is_blank(line: str) -> bool:
    """Tell whether a line holds nothing but blanks and a comment."""
    content = line.lstrip()
    return not content or content.startswith("#")


def comment_column(line: str) -> int:
    """Return where the comment of a line starts; the line's length if it has none.

    A `#` is one at the start or behind a blank, outside of quotes (YAML 1.2, 6.6).
    """
    quote = ""
    for column, character in enumerate(line):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character == "#" and (column == 0 or line[column - 1] in " \t"):
            return column
    return len(line)
