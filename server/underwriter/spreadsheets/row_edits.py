"""Writes rows back into the lines where a table stands. Lines of rows that stay the same are kept as they are."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise, zip_longest

from underwriter.dmn.tables.grid import DOUBLE_LINE, bar_line, is_rule
from underwriter.dmn.tables.layout import laid_out
from underwriter.feel.source import Source
from underwriter.spreadsheets.sheets import in_one_line
from underwriter.spreadsheets.written_tables import GridForm, Groups, WrittenTable, texts_of


class NoBlock(ValueError):
    """A table whose rows are not written line by line, as in `rows: |`, so that they can't be replaced there."""


@dataclass(frozen=True, slots=True)
class RowEdit:
    """Lines that take the place of others in a file; numbers count from 0."""

    replaced: range
    lines: tuple[str, ...]


def row_edit(table: WrittenTable, wanted: Sequence[Groups], lines: Sequence[str]) -> RowEdit:
    """Return the edit by which a table gets other rows; the first of `wanted` is the header.

    `lines` are those of the file where the rows stand, without newlines. A grid between bars is laid out anew. Raises
    NoBlock when the rows do not stand there line by line.
    """
    sources = [line.source for line in (table.grid.header, *table.grid.rows)]
    numbers = [source.position(0).line for source in sources]
    if table.form is GridForm.BARS and any(
        lines[number].strip() != source.text for number, source in zip(numbers, sources, strict=True)
    ):
        raise NoBlock(table.name)
    region = list(_merged([table.header, *table.rows], wanted, _with_following(numbers, lines), table.form))
    margin = lines[numbers[0]][: sources[0].position(0).column]
    if table.form is GridForm.BARS:
        laid = laid_out("\n".join(row.strip() for row in region)).split("\n")
        region = [margin + row if row else "" for row in laid]
    ending = "\r" if lines[numbers[0]].endswith("\r") else ""
    return RowEdit(range(numbers[0], numbers[-1] + 1), tuple(row + ending for row in region))


def stands_between_bars(groups: Groups) -> bool:
    """Tell whether cells are read back as they are from a line between bars: no bar or open string is among them."""
    line = bar_line(Source(_bars(groups)))
    return texts_of(line) == groups and not is_rule(line)


def _with_following(numbers: Sequence[int], lines: Sequence[str]) -> list[list[str]]:
    """Return for each row its line and those after it that are no rows: empty ones, and one of dashes."""
    ends = [*numbers[1:], numbers[-1] + 1]
    return [[line.rstrip("\r") for line in lines[start:end]] for start, end in zip(numbers, ends, strict=True)]


def _merged(
    old: Sequence[Groups], wanted: Sequence[Groups], standing: Sequence[Sequence[str]], form: GridForm
) -> Iterator[str]:
    matcher = SequenceMatcher(None, _marked(old), _marked(wanted), autojunk=False)
    for _, first, last, new_first, new_last in matcher.get_opcodes():
        for place, number in zip_longest(range(first, last), range(new_first, new_last)):
            own, *following = standing[place] if place is not None else [""]
            if number is not None:
                is_same = place is not None and (place == 0) == (number == 0) and old[place] == wanted[number]
                yield own if is_same else _written(wanted[number], form, is_header=number == 0)
            yield from following


def _marked(lines: Sequence[Groups]) -> list[tuple[bool, Groups]]:
    """Return lines so that a row is never taken for a header of the same texts."""
    return [(number == 0, groups) for number, groups in enumerate(lines)]


def _written(groups: Groups, form: GridForm, *, is_header: bool) -> str:
    if form is GridForm.BARS:
        return _bars(groups)
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow(in_one_line(groups, DOUBLE_LINE if is_header else ""))
    return written.getvalue()


def _bars(groups: Groups) -> str:
    return f"| {' || '.join(' | '.join(cells) for cells in groups)} |"


def with_edits(lines: Sequence[str], edits: Sequence[RowEdit]) -> list[str]:
    """Return a file's lines after edits that do not touch each other."""
    ordered = sorted(edits, key=lambda edit: edit.replaced.start)
    done = [RowEdit(range(0), ()), *ordered, RowEdit(range(len(lines), len(lines)), ())]
    result: list[str] = []
    for before, edit in pairwise(done):
        result += [*lines[before.replaced.stop : edit.replaced.start], *edit.lines]
    return result
