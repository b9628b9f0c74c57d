"""Writes a table as tests of one row after the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from underwriter.dmn.code import Code
from underwriter.dmn.tables.checked_table import CheckedRow
from underwriter.dmn.tables.hits import HitWriter

_DEEPEST = 10


@dataclass(frozen=True, slots=True)
class ScannedRow:
    """A row and its tests as Python: `sure` ones are of constants and never warn, so they may be tried in any order."""

    row: CheckedRow
    sure: tuple[str, ...]
    others: tuple[str, ...]


class ScanWriter:
    """Writes rows in order. Neighbours that begin with the same sure test have it tried once.

    Of disjoint rows, which differ by their sure tests, those that begin with the same test are made neighbours.
    """

    def __init__(self, code: Code, hits: HitWriter, *, is_disjoint: bool) -> None:
        self._code = code
        self._hits = hits
        self._is_disjoint = is_disjoint

    def write(self, rows: Sequence[ScannedRow]) -> None:
        """Write all rows and what those that match come to."""
        if not self._hits.is_first:
            self._hits.write_start()
            self._write_rows(rows, 0)
            self._hits.write_choice()
            return
        with self._code.block("while True:"):  # left at the first hit
            self._write_rows(rows, 0)
            self._hits.write_default()
            self._code.line("break")

    def _write_rows(self, rows: Sequence[ScannedRow], done: int) -> None:
        """Write rows of which the first `done` sure tests have been tried."""

        def next_test(row: ScannedRow) -> str:
            return row.sure[done] if done < min(len(row.sure), _DEEPEST) else ""

        if self._is_disjoint:
            first = {next_test(row): place for place, row in reversed(list(enumerate(rows)))}
            rows = sorted(rows, key=lambda row: first[next_test(row)])
        for test, group in groupby(rows, next_test):
            members = list(group)
            if test and len(members) > 1:
                with self._code.block(f"if {test}:"):
                    self._write_rows(members, done + 1)
            else:
                for row in members:
                    self._write_row(row, done)

    def _write_row(self, row: ScannedRow, done: int) -> None:
        tests = " and ".join((*row.sure[done:], *row.others)) or "True"
        with self._code.block(f"if {tests}:", row.row.row.source):
            self._hits.write_hit(self._hits.item(row.row).text, str(row.row.row.number))
