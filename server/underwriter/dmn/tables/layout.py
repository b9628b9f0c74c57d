"""Lays a grid between bars out in columns of equal width, as a person would who had the time."""

from collections.abc import Sequence

from underwriter.dmn.tables.grid import Line, bar_line, is_rule
from underwriter.feel.diagnostics import terminal_width
from underwriter.feel.source import Source

_LEAST_RULE = 3
"""Fewest dashes that make a line part the header from the rows."""


def laid_out(text: str) -> str:
    """Return the text of a grid with each cell as wide as the widest of its column; wide characters take two places.

    No cell's text changes. A grid stays as it is whose lines have different shapes, or a string that does not end:
    nobody knows what its columns are.
    """
    lines = text.split("\n")
    grid = {number: bar_line(Source(line)) for number, line in enumerate(lines) if line.strip()}
    if len({line.shape for line in grid.values()}) != 1:
        return text
    widths = _widths(list(grid.values()))
    written = {number: _written(line, widths) for number, line in grid.items()}
    if any(_texts(bar_line(Source(written[number]))) != _texts(line) for number, line in grid.items()):
        return text  # a string without its end takes bars in
    return "\n".join([written.get(number, "") for number in range(len(lines))])


def _texts(line: Line) -> list[list[str]]:
    return [] if is_rule(line) else [[cell.text for cell in cells] for cells in line.groups]


def _widths(lines: Sequence[Line]) -> list[list[int]]:
    """Return for each group the widths of its columns."""
    least = _LEAST_RULE if any(map(is_rule, lines)) else 0
    cells = [line for line in lines if not is_rule(line)]
    return [
        [max([least, *(_width(line.groups[group][column].text) for line in cells)]) for column in range(count)]
        for group, count in enumerate(lines[0].shape)
    ]


def _written(line: Line, widths: Sequence[Sequence[int]]) -> str:
    filling = "-" if is_rule(line) else " "
    groups = [
        " | ".join(_filled(cell.text, width, filling) for cell, width in zip(cells, sizes, strict=True))
        for cells, sizes in zip(line.groups, widths, strict=True)
    ]
    return f"| {' || '.join(groups)} |"


def _filled(text: str, width: int, filling: str) -> str:
    if filling == " ":
        return text + filling * (width - _width(text))
    is_centred = len(text) > 1 and text.endswith(":")
    return text[0] + filling * (width - 1 - is_centred) + (":" if is_centred else "")


def _width(text: str) -> int:
    return sum(map(terminal_width, text))
