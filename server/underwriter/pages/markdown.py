"""Pieces of Markdown: tables, code and comments that authors wrote above what they explain."""

from collections.abc import Iterable, Sequence

from underwriter.feel.source import Source
from underwriter.policy.rule_files import ALLOWING


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a table's lines, with an empty one after it. Cells are Markdown already."""
    lines = [_row(heads), _row(["---"] * len(heads)), *map(_row, rows)]
    return [*lines, ""]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def cell(text: str) -> str:
    """Return plain text for a table's cell."""
    return one_line(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def code(text: str) -> str:
    """Return a text in FEEL for a table's cell or a line; nothing for nothing."""
    line = one_line(text).replace("|", "\\|")
    if not line:
        return ""
    return f"`` {line} ``" if "`" in line else f"`{line}`"


def one_line(text: str) -> str:
    """Return a text with each stretch of white space as one space."""
    return " ".join(text.split())


def comment_above(source: Source) -> str:
    """Return the comment that stands directly above a place in its file, as one paragraph."""
    number = source.position(0).line - 1
    lines: list[str] = []
    while source.line(number).lstrip().startswith("#"):
        lines.insert(0, source.line(number).strip())
        number -= 1
    return comment_text(lines)


def comment_text(lines: Iterable[str]) -> str:
    """Return the lines of a comment as one paragraph, without those that allow a finding."""
    return " ".join(line.removeprefix("#").strip() for line in lines if not ALLOWING.match(line))
