"""Cells of tables with what they mean, told in plain Python: what the analysis must agree with."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import Any

from hypothesis import strategies as st

from underwriter.feel.temporal import Date

NUMBERS = {"0": Decimal(0), "1": Decimal(1), "2.5": Decimal("2.5"), "-3": Decimal(-3), "7": Decimal(7)}
STRINGS = {'""': "", '"a"': "a", '"b"': "b", '"ab"': "ab"}
DATES = {f'@"2026-01-{day}"': Date(2026, 1, int(day)) for day in ("01", "02", "09")}
BOOLEANS = {"true": True, "false": False}
LIMIT = Decimal("2.5")
"""The value of the name `limit`."""


@dataclass(frozen=True)
class Cell:
    """A cell's text, and whether it accepts a value: None if that can't be told beforehand."""

    text: str
    accepts: Callable[[Any], bool | None]


ANYTHING = Cell("-", lambda _: True)
NULL = Cell("null", lambda value: value is None)
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda value, end: value < end,
    "<=": lambda value, end: value <= end,
    ">": lambda value, end: value > end,
    ">=": lambda value, end: value >= end,
}


def _equal(text: str, constant: Any) -> Cell:
    return Cell(text, lambda value: value == constant)


def _unequal(text: str, constant: Any) -> Cell:
    return Cell(f"!= {text}", lambda value: value != constant)


def _compared(symbol: str, text: str, end: Any) -> Cell:
    return Cell(f"{symbol} {text}", lambda value: None if value is None else _ORDER[symbol](value, end))


def _range(brackets: tuple[str, str], low: tuple[str, Any], high: tuple[str, Any]) -> Cell:
    above = _compared(">=" if brackets[0] == "[" else ">", *low)
    below = _compared("<=" if brackets[1] == "]" else "<", *high)

    def accepts(value: Any) -> bool | None:
        return None if value is None else bool(above.accepts(value) and below.accepts(value))

    return Cell(f"{brackets[0]}{low[0]}..{high[0]}{brackets[1]}", accepts)


def _any_of(cells: list[Cell]) -> Cell:
    return Cell(", ".join(cell.text for cell in cells), lambda value: any(cell.accepts(value) for cell in cells))


def _none_of(cells: list[Cell]) -> Cell:
    text = f"not({', '.join(cell.text for cell in cells)})"
    return Cell(text, lambda value: all(cell.accepts(value) is False for cell in cells))


def cells(constants: dict[str, Any], *, is_ordered: bool = True) -> st.SearchStrategy[Cell]:
    """Cells of constants: values, comparisons and ranges, null, several of them, and negations."""
    constant = st.sampled_from(list(constants.items()))
    plain = [constant.map(lambda item: _equal(*item)), constant.map(lambda item: _unequal(*item)), st.just(NULL)]
    if is_ordered:
        brackets = st.tuples(st.sampled_from("[("), st.sampled_from("])"))
        plain.append(st.builds(lambda symbol, end: _compared(symbol, *end), st.sampled_from(list(_ORDER)), constant))
        pairs = st.sampled_from(list(combinations(sorted(constants.items(), key=lambda item: item[1]), 2)))
        plain.append(st.builds(lambda brackets, ends: _range(brackets, *ends), brackets, pairs))
    several = st.lists(st.one_of(plain), min_size=1, max_size=3)
    return st.one_of(st.just(ANYTHING), *plain, several.map(_any_of), several.map(_none_of))


NUMBER_CELLS = cells(NUMBERS) | st.sampled_from([_compared("<", "limit", LIMIT), _equal("limit", LIMIT)])
STRING_CELLS = cells(STRINGS)
DATE_CELLS = cells(DATES)
BOOLEAN_CELLS = cells(BOOLEANS, is_ordered=False)

ALL_NUMBERS = [*NUMBERS.values(), *map(Decimal, ("-4", "-1", "0.5", "2", "3", "8"))]
ALL_STRINGS = [*STRINGS.values(), "aa", "abc", "c", "!"]
ALL_DATES = [*DATES.values(), Date(2025, 12, 31), Date(2026, 1, 5), Date(2026, 1, 30)]
"""One value at each constant, between any two of them, and before and after them all; but none before `""`."""
