"""Writes a table as a look-up of the rows that may match, and tests of what is not constant in those."""

from collections.abc import Sequence
from dataclasses import dataclass

from underwriter.dmn.code import Code
from underwriter.dmn.tables.cells import Answer
from underwriter.dmn.tables.checked_table import CheckedRow
from underwriter.dmn.tables.hits import HitWriter
from underwriter.dmn.tables.index import ColumnIndex
from underwriter.feel import Generator, Variable


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row, its tests that the index does not decide, and what it answers."""

    row: CheckedRow
    tests: tuple[str, ...]
    item: Answer

    @property
    def is_known(self) -> bool:
        """Whether the row needs no code of its own: found is matched, and its answer is known."""
        return not self.tests and self.item.is_constant


class LookupWriter:
    """Writes the rows of an indexed table. What rows answer, and their numbers, are tuples in the order of the rows."""

    def __init__(self, code: Code, generator: Generator, hits: HitWriter) -> None:
        self._code = code
        self._generator = generator
        self._hits = hits
        self._found, self._row, self._item = code.name("found"), code.name("row"), code.name("item")
        self._items = self._numbers = ""

    def write(self, rows: Sequence[FoundRow], indexes: Sequence[tuple[ColumnIndex, Variable]]) -> None:
        """Write the look-up and what the rows that it finds come to."""
        self._code.line(f"{self._found} = {' & '.join(self._looked_up(*pair) for pair in indexes)}")
        self._items = self._generator.constant(tuple(found.item.value for found in rows))
        self._numbers = self._generator.constant(tuple(found.row.row.number for found in rows))
        is_known = all(found.is_known for found in rows)
        if self._hits.is_first:
            self._write_first_known() if is_known else self._write_first(rows)
        elif self._hits.is_single and is_known:
            self._write_only_known(rows)
        else:
            self._write_all(rows)

    def _looked_up(self, index: ColumnIndex, subject: Variable) -> str:
        if index.is_by_value:
            rows, otherwise = self._generator.constant(index.by_value), self._generator.constant(index.rows[0])
            return f"{rows}.get({subject.code}, {otherwise})"
        rows, cuts = self._generator.constant(index.rows), self._generator.constant(index.axis.cuts)
        return f"{rows}[position({cuts}, {subject.code})]"

    def _write_first_known(self) -> None:
        with self._code.block(f"if {self._found}:"):
            self._code.line(f"{self._row} = first_row({self._found})")
            self._hits.write_answer(f"{self._items}[{self._row}]", self._number)
        with self._code.block("else:"):
            self._hits.write_default()

    def _write_first(self, rows: Sequence[FoundRow]) -> None:
        with self._code.block(f"for {self._row} in rows_of({self._found}):"):
            self._write_item(rows)
            self._hits.write_hit(self._item, self._number)
        with self._code.block("else:"):
            self._hits.write_default()

    def _write_only_known(self, rows: Sequence[FoundRow]) -> None:
        """Write the usual case, a single row, apart: it needs no list."""
        with self._code.block(f"if {self._found} and not {self._found} & {self._found} - 1:"):
            self._code.line(f"{self._row} = {self._found}.bit_length() - 1")
            self._hits.write_only(f"{self._items}[{self._row}]", self._number)
        with self._code.block("else:"):
            self._write_all(rows)

    def _write_all(self, rows: Sequence[FoundRow]) -> None:
        self._hits.write_start()
        with self._code.block(f"for {self._row} in rows_of({self._found}):"):
            self._write_item(rows)
            self._hits.write_hit(self._item, self._number)
        self._hits.write_choice()

    @property
    def _number(self) -> str:
        return f"{self._numbers}[{self._row}]"

    def _write_item(self, rows: Sequence[FoundRow]) -> None:
        """Write what the row at hand adds to the hits, or that it goes on with the next row if it does not match."""
        self._code.line(f"{self._item} = {self._items}[{self._row}]")
        places = [place for place, found in enumerate(rows) if not found.is_known]
        if places:
            self._write_search(rows, places)

    def _write_search(self, rows: Sequence[FoundRow], places: Sequence[int]) -> None:
        """Write the code of some rows, so that the one at hand is found by halving."""
        if len(places) == 1:
            with self._code.block(f"if {self._row} == {places[0]}:", rows[places[0]].row.row.source):
                self._write_row(rows[places[0]])
            return
        middle = len(places) // 2
        with self._code.block(f"if {self._row} < {places[middle]}:"):
            self._write_search(rows, places[:middle])
        with self._code.block("else:"):
            self._write_search(rows, places[middle:])

    def _write_row(self, found: FoundRow) -> None:
        if found.tests:
            with self._code.block(f"if not ({' and '.join(found.tests)}):"):
                self._code.line("continue")
        if not found.item.is_constant:
            self._code.line(f"{self._item} = {found.item.text}")
