"""Large tables whose rows part all inputs: nothing is missing, and with a row taken out exactly that is."""

import os
from random import Random

import pytest

from underwriter.feel.types import NUMBER

from .analysed_tables import analysed, checked_table

SOAK = pytest.mark.skipif("UNDERWRITER_SOAK" not in os.environ, reason="large tables: `make soak` runs it")

COLUMNS = [f"c{number}" for number in range(6)]
TYPES = dict.fromkeys(COLUMNS, NUMBER)
ENDS = 100_000


def parted(rows: int, random: Random) -> list[list[str]]:
    """Part everything by a value of one column, then one of the parts, and so on."""
    parts = [[(-ENDS, ENDS)] * len(COLUMNS)]
    while len(parts) < rows:
        part = parts.pop(random.randrange(len(parts)))
        column = random.randrange(len(COLUMNS))
        low, high = part[column]
        middle = random.randrange(low + 1, high) if high - low > 1 else high
        pieces = [(low, middle), (middle, high)] if middle < high else [(low, high)]
        parts += [[*part[:column], piece, *part[column + 1 :]] for piece in pieces]
    return [[cell(*ends) for ends in part] for part in parts]


def cell(low: int, high: int) -> str:
    if (low, high) == (-ENDS, ENDS):
        return "-"
    if low == -ENDS:
        return f"< {high}"
    return f">= {low}" if high == ENDS else f"[{low}..{high})"


def findings_on(policy: str, rows: list[list[str]]):
    lines = [f"| {' | '.join(row)} || {number} |" for number, row in enumerate(rows)]
    return analysed(checked_table(policy, "\n".join([f"| {' | '.join(COLUMNS)} || y |", *lines]), TYPES))


@pytest.mark.parametrize("policy", ["unique", "first", "any"])
@pytest.mark.parametrize("count", [200, pytest.param(1000, marks=[pytest.mark.slow, SOAK])])
def test_a_row_that_is_taken_out_of_many_is_missed(policy, count):
    random = Random(count)  # noqa: S311 - rows drawn again alike
    rows = parted(count, random)
    random.shuffle(rows)
    assert findings_on(policy, rows) == []
    *others, taken = rows
    (gap,) = findings_on(policy, others)
    assert gap.code == "table-gap"
    assert f"| {' | '.join(taken)} |" in gap.help


def test_rows_over_a_whole_are_no_gap_however_many_cross():
    random = Random(5)  # noqa: S311 - rows drawn again alike
    found = findings_on("first", [*parted(150, random), *parted(50, random)])
    assert {finding.code for finding in found} == {"shadowed-row"}


def test_what_crosses_too_often_is_said_to(monkeypatch):
    random = Random(6)  # noqa: S311 - rows drawn again alike
    monkeypatch.setattr("underwriter.analysis.tables.MOST_WORK", 2_000)
    found = findings_on("first", [*parted(100, random)[1:], *parted(100, random)[1:]])
    assert "table-too-tangled" in {finding.code for finding in found}
