"""Totals of lending as rows of text, for tables and CSV."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from io import StringIO

from underwriter.accounts.audit import Difference
from underwriter.accounts.lending_total import Dimension, LendingTotal
from underwriter.cli.layout import columns
from underwriter.credit.money import minor_unit_exponent
from underwriter.v1.application_pb2 import Purpose

_PURPOSES: dict[int, str] = {number: name.removeprefix("PURPOSE_") for name, number in Purpose.items()}
_HEADING = (
    "currency",
    "approved_count",
    "reserved_count",
    "open_count",
    "credit_limit",
    "reserved",
    "drawn",
    "undrawn",
    "average_annual_rate",
    "expected_loss",
)


def total_cells(totals: Iterable[LendingTotal], dimensions: Sequence[Dimension], separator: str) -> list[list[str]]:
    """Return a heading and a row for each total; `separator` stands between thousands. What is not known is empty."""
    heading = [*map(str, dimensions), *_HEADING]
    return [heading, *(_cells(total, dimensions, separator) for total in totals)]


def table_lines(cells: Sequence[Sequence[str]], dimension_count: int) -> Iterator[str]:
    """Yield the rows in columns, numbers to the right. Headings take as many lines as they have words."""
    heading, *rows = cells
    words = [name.split("_") for name in heading]
    height = max(map(len, words))
    lines = [[*zip(*([""] * (height - len(each)) + each for each in words), strict=True)][n] for n in range(height)]
    numbers = range(dimension_count + 1, len(heading))
    return columns([*lines, *([cell or "-" for cell in row] for row in rows)], right=numbers)


def csv_text(cells: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV."""
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(cells)
    return text.getvalue()


def difference_fields(difference: Difference) -> dict[str, object]:
    """Return a difference for programs: whole numbers as such, bytes in hexadecimal."""
    return {
        "place": difference.place,
        "field": difference.field,
        "logged": _plain(difference.logged),
        "stored": _plain(difference.stored),
    }


def _cells(total: LendingTotal, dimensions: Sequence[Dimension], separator: str) -> list[str]:
    places = minor_unit_exponent(total.currency)

    def money(amount: int | None) -> str:
        return "" if amount is None else format(Decimal(amount).scaleb(-places), f"{separator}f")

    rate = total.average_annual_rate
    return [
        *(_value(total, dimension) for dimension in dimensions),
        total.currency,
        *(format(count, separator) for count in (total.approved_count, total.reserved_count, total.open_count)),
        *map(money, (total.credit_limit, total.reserved, total.drawn, total.undrawn)),
        "" if rate is None else format(rate, "f"),
        money(total.expected_loss),
    ]


def _value(total: LendingTotal, dimension: Dimension) -> str:
    if dimension is Dimension.PURPOSE and total.purpose in _PURPOSES:
        return _PURPOSES[total.purpose]
    return str(getattr(total, dimension))


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    return value if value is None or isinstance(value, int | str) else str(value)
