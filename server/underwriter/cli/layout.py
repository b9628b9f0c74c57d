"""Lays text out in columns and paragraphs, without cutting any of it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from textwrap import wrap

from rich.cells import cell_len

GAP = "  "


def columns(rows: Iterable[Sequence[str]], *, right: Collection[int] = ()) -> Iterator[str]:
    """Yield each row with its cells as wide as the widest of their column; those numbered in `right` end together."""
    rows = list(rows)
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (padded(cell, width, right=n in right) for n, (cell, width) in enumerate(zip(row, widths, strict=True)))
        yield GAP.join(cells).rstrip()


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Return a text filled up to a width in terminal columns; Chinese characters take two."""
    filling = " " * (width - cell_len(text))
    return filling + text if right else text + filling


def paragraph(text: str, width: int, *, first: str = "", indent: str = "") -> list[str]:
    """Return a text in lines no wider than `width` where its words allow; the first starts with `first`."""
    lines = wrap(
        text, width, initial_indent=first, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
    return lines or [first.rstrip()]
