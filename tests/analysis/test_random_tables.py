"""Random tables: what is found in them is what trying one value of each kind finds, and each example is true."""

import os
import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.analysis.domains.domain import Domain
from underwriter.analysis.tables import MOST_TOLD
from underwriter.feel.types import BOOLEAN, DATE, NUMBER, STRING
from underwriter.feel.values import Range

from ..dmn.tables import ENVIRONMENT, CompiledTable
from .analysed_tables import analysed, checked_table
from .table_cells import (
    ALL_DATES,
    ALL_NUMBERS,
    ALL_STRINGS,
    BOOLEAN_CELLS,
    DATE_CELLS,
    LIMIT,
    NUMBER_CELLS,
    STRING_CELLS,
    Cell,
)

SOAK = pytest.mark.skipif("UNDERWRITER_SOAK" not in os.environ, reason="thousands of tables: `make soak` runs it")

D = Decimal
WHOLE = Range(D(0), D(7), True, False)
COLUMNS = {
    "n": NUMBER_CELLS,
    "w": NUMBER_CELLS,
    "f": NUMBER_CELLS,
    "s": STRING_CELLS,
    "d": DATE_CELLS,
    "b": BOOLEAN_CELLS,
}
TYPES = {"n": NUMBER, "w": NUMBER, "f": NUMBER, "s": STRING, "d": DATE, "b": BOOLEAN}
DOMAINS = {
    "w": Domain(NUMBER, can_be_null=False, within=WHOLE, is_whole=True),
    "f": Domain(NUMBER, values=frozenset({D(0), D(2), D(7)})),
}
VALUES = {
    "n": [*ALL_NUMBERS, None],
    "w": list(map(D, range(7))),
    "f": [D(0), D(2), D(7), None],
    "s": [*ALL_STRINGS, None],
    "d": [*ALL_DATES, None],
    "b": [True, False, None],
}
OUTPUTS = ("1", "2", "3")


@dataclass(frozen=True)
class RandomTable:
    """A table as it was drawn: the names of its inputs, and for each row its cells and its output."""

    policy: str
    inputs: tuple[str, ...]
    rows: tuple[tuple[tuple[Cell, ...], str], ...]

    @property
    def text(self) -> str:
        lines = [f"| {' | '.join(cell.text for cell in cells)} || {output} |" for cells, output in self.rows]
        return "\n".join([f"| {' | '.join(self.inputs)} || y |", *lines])

    def combinations(self, *, with_null: bool) -> list[tuple[object, ...]]:
        """All inputs; without null only where a column names it."""
        named = [_names_null(self, number) for number in range(len(self.inputs))]
        values = [
            [value for value in VALUES[name] if value is not None or with_null or named[number]]
            for number, name in enumerate(self.inputs)
        ]
        return list(product(*values))

    def matching(self, combination: tuple[object, ...]) -> list[int]:
        """The numbers of the rows that match an input."""
        return [
            number
            for number, (cells, _) in enumerate(self.rows, 1)
            if all(cell.accepts(value) for cell, value in zip(cells, combination, strict=True))
        ]


def _names_null(table: RandomTable, number: int) -> bool:
    """Whether a cell of a column is, or holds among others, the test `null`, or its negation."""
    texts = (cells[number].text.removeprefix("not(").removesuffix(")") for cells, _ in table.rows)
    return any(part == "null" for text in texts for part in text.split(", "))


@st.composite
def tables(draw):
    policy = draw(st.sampled_from(["unique", "any", "first", "priority"]))
    inputs = tuple(draw(st.lists(st.sampled_from(list(COLUMNS)), min_size=1, max_size=3, unique=True)))
    row = st.tuples(st.tuples(*(COLUMNS[name] for name in inputs)), st.sampled_from(OUTPUTS))
    return RandomTable(policy, inputs, tuple(draw(st.lists(row, min_size=1, max_size=7))))


def findings_on(table: RandomTable):
    types = {name: TYPES[name] for name in table.inputs}
    values = {"y": OUTPUTS} if table.policy == "priority" else None
    checked = checked_table(table.policy, table.text, types, {"limit": LIMIT}, values)
    return analysed(checked, DOMAINS, {"limit": LIMIT})


def numbers_told(findings, code):
    return [int(re.search(r"row (\d+)", finding.message)[1]) for finding in findings if finding.code == code]


def agree(told, true):
    """At most so many are told, and then all or some of those that are true."""
    assert told == sorted(true) if len(true) <= MOST_TOLD else len(told) == MOST_TOLD and set(told) <= set(true)


@settings(deadline=None, max_examples=60)
@given(table=tables())
def test_what_is_found_is_what_is_there(table):
    check(table)


@SOAK
@pytest.mark.slow
@settings(deadline=None, max_examples=5000)
@given(table=tables())
def test_what_is_found_is_what_is_there_in_many_tables(table):
    check(table)


def check(table: RandomTable) -> None:
    findings = findings_on(table)
    codes = {finding.code for finding in findings}
    assert "table-too-tangled" not in codes
    matched = [table.matching(combination) for combination in table.combinations(with_null=True)]
    rows = range(1, len(table.rows) + 1)
    never = [row for row in rows if not any(row in rows_matched for rows_matched in matched)]
    agree(numbers_told(findings, "row-never-matches"), never)
    overlaps = any(disagrees(table, rows_matched) for rows_matched in matched)
    assert ("table-overlap" in codes) == overlaps
    if table.policy in ("first", "priority"):
        answering = {answering_row(table, rows_matched) for rows_matched in matched if rows_matched}
        shadowed = set(rows) - answering - set(never)
        told = numbers_told(findings, "shadowed-row")
        agree(sorted(told), shadowed)
    gaps = [values for values in table.combinations(with_null=False) if not table.matching(values)]
    assert ("table-gap" in codes) == bool(gaps)
    check_examples(table, findings)


def disagrees(table: RandomTable, rows: list[int]) -> bool:
    if table.policy == "unique":
        return len(rows) > 1
    return table.policy == "any" and len({table.rows[row - 1][1] for row in rows}) > 1


def answering_row(table: RandomTable, rows: list[int]) -> int:
    return rows[0] if table.policy == "first" else min(rows, key=lambda row: (table.rows[row - 1][1], row))


def check_examples(table: RandomTable, findings) -> None:
    """Ask the compiled table about each example."""
    types = {name: TYPES[name] for name in table.inputs}
    values = {"y": OUTPUTS} if table.policy == "priority" else None
    checked = checked_table(table.policy, table.text, types, {"limit": LIMIT}, values)
    compiled = CompiledTable(checked.table, {**types, "limit": NUMBER})
    for finding in findings:
        example = re.search(r"(?:matches|both match|matches;) ((?:\w = [^,; ]+(?:, )?)+)", finding.message)
        if finding.code not in ("table-gap", "table-overlap", "shadowed-row"):
            continue
        assert example is not None, finding.message
        given_values = {
            name: ENVIRONMENT.evaluate(text).value for name, text in re.findall(r"(\w) = ([^,; ]+)", example[1])
        }
        answer, traced = compiled.traced({"limit": LIMIT, **given_values})
        if finding.code == "table-gap":
            assert answer.value is None
            assert not traced
        elif finding.code == "table-overlap":
            assert answer.has_failed
        else:
            assert traced == [int(re.findall(r"row (\d+)", finding.message)[-1])]


@settings(deadline=None, max_examples=25)
@given(table=tables())
def test_with_the_rows_that_are_proposed_nothing_is_missing(table):
    gaps = [finding for finding in findings_on(table) if finding.code == "table-gap"]
    texts = [re.search(r"(\| .* \|)", finding.help)[1] for finding in gaps]
    assert len(set(texts)) == len(texts)
    types = {name: TYPES[name] for name in table.inputs}
    text = "\n".join([table.text, *(f"{cells}| 1 |" for cells in texts)])
    mended = checked_table("unique", text, types, {"limit": LIMIT})
    found = analysed(mended, DOMAINS, {"limit": LIMIT})
    if len(gaps) < MOST_TOLD:
        assert all(finding.code != "table-gap" for finding in found)
    new = range(len(table.rows) + 1, len(table.rows) + len(texts) + 1)
    overlaps = [finding.message for finding in found if finding.code == "table-overlap"]
    assert not [message for message in overlaps if any(f"and {row} " in message for row in new)]
