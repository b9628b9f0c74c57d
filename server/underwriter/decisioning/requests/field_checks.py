"""The checks of single values, one class a kind.

Each check says its rule twice. `screen` is the text of a Python expression over the local `v`, cheap and true only of
values that are fine: generated code asks it first. `faults` decides exactly, and words what is wrong; it runs only on
values that the screen did not pass.
"""

import calendar
import math
import re
import sys
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Protocol

from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor

from underwriter.decisioning.requests import faults
from underwriter.decisioning.requests.faults import FieldFault
from underwriter.decisioning.requests.field_values import NANOS_PER_UNIT, amount
from underwriter.decisioning.requests.open_values import StructCheck
from underwriter.feel.temporal import UTC, Date, DateTime
from underwriter.policy.constraints import Limits, limits_of
from underwriter.policy.inputs import FieldKind, kind_of_field

DOCUMENT_LENGTH = 65_536
"""Texts that may be this long are documents, such as rule files: they may have tabs and line ends."""

MAX_DECIMAL_DIGITS = 34
"""The digits of a decimal128 number, FEEL's own (DMN 1.5, 10.3.2.3.1)."""

FIRST_DAY = Date(1900, 1, 1)
LAST_DAY = Date(2200, 12, 31)

_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_MAX_DECIMAL_TEXT = 100
_COMMON_DECIMAL = re.compile(r"-?[0-9]{1,16}(\.[0-9]{1,16})?")
_CURRENCY = re.compile("[A-Z]{3}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_CONTROL_IN_DOCUMENTS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_DAYS_OF_MONTHS = {month: calendar.monthrange(2026, month)[1] for month in range(1, 13)}

Constant = Callable[[object], str]
"""Gives the name by which generated code reads an object."""


class ValueCheck(Protocol):
    """Checks one value of a field."""

    @property
    def allowed(self) -> str:
        """What is allowed, in words."""

    def screen(self, constant: Constant) -> str:
        """Return an expression over `v` that is true only of values that are fine; empty if all are."""

    def faults(self, path: str, value: Any, currency: str | None) -> list[FieldFault]:
        """Return all that is wrong with the value. `currency` is what money must be in; None admits any."""


def value_check(field: FieldDescriptor) -> ValueCheck:
    """Return the check of one value of a field that is no plain message: those are checked field by field."""
    kind = kind_of_field(field)
    return ChoiceCheck(field.enum_type) if kind is FieldKind.CHOICE else _CHECKS[kind](limits_of(field))


class NumberCheck:
    """Integers and doubles: within the bounds, and finite."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.allowed = faults.interval(limits.minimum, limits.maximum)

    def screen(self, constant: Constant) -> str:
        """Compare with the bounds, or with the greatest finite double. NaN fails every comparison."""
        del constant
        low, high = self._limits.minimum, self._limits.maximum
        least = -sys.float_info.max if low is None else float(low)
        greatest = sys.float_info.max if high is None else float(high)
        return f"{_literal(least)} <= v <= {_literal(greatest)}"

    def faults(self, path: str, value: float, currency: str | None) -> list[FieldFault]:
        """Name NaN and infinities as such."""
        del currency
        number = Decimal(repr(value))
        fine = number.is_finite() and self._limits.admit(number)
        return [] if fine else [faults.out_of_range(path, number, self.allowed)]


class FlagCheck:
    """Booleans: both values are fine."""

    allowed = "true or false"

    def __init__(self, limits: Limits) -> None:
        del limits

    def screen(self, constant: Constant) -> str:
        """Return nothing to ask."""
        del constant
        return ""

    def faults(self, path: str, value: bool, currency: str | None) -> list[FieldFault]:
        """Return none."""
        del path, value, currency
        return []


class TextCheck:
    """Texts: not too long, of the field's form if it has one, else without control characters."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._pattern = re.compile(limits.pattern) if limits.pattern else None
        self._control = _CONTROL_IN_DOCUMENTS if limits.max_length >= DOCUMENT_LENGTH else _CONTROL
        form = f" of the form {limits.pattern}" if limits.pattern else ""
        self.allowed = f"a text of at most {faults.count(limits.max_length, 'character')}{form}"

    def screen(self, constant: Constant) -> str:
        """Match the pattern; printable text has no control characters."""
        matches = f"{constant(self._pattern.fullmatch)}(v)" if self._pattern else "v.isprintable()"
        return f"len(v) <= {self._limits.max_length} and {matches}"

    def faults(self, path: str, value: str, currency: str | None) -> list[FieldFault]:
        """Return the first thing that is wrong, by length or position and never by content."""
        del currency
        if len(value) > self._limits.max_length:
            return [faults.too_long(path, value, self._limits.max_length)]
        if self._pattern is None:
            control = self._control.search(value)
            return [faults.control_character(path, control.start() + 1)] if control else []
        if self._pattern.fullmatch(value):
            return []
        start = self._pattern.match(value)
        return [faults.not_matching(path, value, start.end() if start else 0, self._limits.pattern)]


class ChoiceCheck:
    """Enums: a number that has a name. Proto3 keeps others as they came."""

    def __init__(self, enum: EnumDescriptor) -> None:
        self._names: Mapping[int, str] = {value.number: value.name for value in enum.values}
        self.allowed = ", ".join(self._choices())

    def screen(self, constant: Constant) -> str:
        """Look the number up."""
        return f"v in {constant(frozenset(self._names))}"

    def faults(self, path: str, value: int, currency: str | None) -> list[FieldFault]:
        """Tell the number, and the names that there are."""
        del currency
        return [] if value in self._names else [faults.unknown_choice(path, value, self._choices())]

    def _choices(self) -> list[str]:
        return [name for number, name in self._names.items() if number]


class MoneyCheck:
    """Money: in the product's currency, units and nanos that make one amount, the amount within the bounds."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.allowed = "an amount of money, " + faults.interval(limits.minimum, limits.maximum)

    def screen(self, constant: Constant) -> str:
        """Pass positive amounts; units below the greatest leave room for any nanos. Both are left in `n` and `f`."""
        del constant
        low, high = self._limits.minimum, self._limits.maximum
        least = 0 if low is None else max(math.ceil(low), 0)
        below = 2**63 if high is None else math.floor(high)
        parts = f"{least} <= (n := v.units) < {below} and 0 <= (f := v.nanos) < {NANOS_PER_UNIT}"
        return f"v.currency_code == currency and {parts}"

    def faults(self, path: str, value: Any, currency: str | None) -> list[FieldFault]:
        """Judge currency and amount each for itself."""
        return [*self._currency_faults(path, value.currency_code, currency), *self._amount_faults(path, value)]

    def _currency_faults(self, path: str, code: str, currency: str | None) -> list[FieldFault]:
        if code == currency or (currency is None and _CURRENCY.fullmatch(code)):
            return []
        return [faults.not_a_currency(f"{path}.currency_code", code, currency or "three capital letters, such as CNY")]

    def _amount_faults(self, path: str, money: Any) -> list[FieldFault]:
        if abs(money.nanos) >= NANOS_PER_UNIT:
            limit = NANOS_PER_UNIT - 1
            return [faults.out_of_range(f"{path}.nanos", money.nanos, f"{-limit} to {limit}")]
        if money.units * money.nanos < 0:
            return [faults.out_of_range(f"{path}.nanos", money.nanos, "0, or a number with the sign of units")]
        number = amount(money)
        if self._limits.admit(number):
            return []
        allowed = faults.interval(self._limits.minimum, self._limits.maximum)
        return [faults.out_of_range(path, faults.plain(number), allowed)]


class DecimalCheck:
    """`google.type.Decimal`: a finite number of at most 34 ASCII digits, below 1E34, in steps no finer than 1E-34."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        bounds = limits.minimum, limits.maximum
        self.allowed = f"a decimal number of at most {MAX_DECIMAL_DIGITS} digits, such as 0.0725"
        if bounds != (None, None):
            self.allowed = f"{self.allowed}, {faults.interval(*bounds)}"

    def screen(self, constant: Constant) -> str:
        """Pass short plain numbers, if there are no bounds to compare with."""
        bounds = self._limits.minimum, self._limits.maximum
        return f"{constant(_COMMON_DECIMAL.fullmatch)}(v.value)" if bounds == (None, None) else "False"

    def faults(self, path: str, value: Any, currency: str | None) -> list[FieldFault]:
        """Look at the form before the number, so that no long text is ever converted."""
        del currency
        text: str = value.value
        if len(text) > _MAX_DECIMAL_TEXT or not _DECIMAL.fullmatch(text):
            return [faults.not_a_decimal(path, text, self.allowed)]
        number = Decimal(text)
        if not _is_decimal128(number) or not self._limits.admit(number):
            return [faults.out_of_range(path, text, self.allowed)]
        return []


class DateCheck:
    """`google.type.Date`: a whole day that the calendar has, of the years 1900 to 2200."""

    allowed = f"a day from {FIRST_DAY} to {LAST_DAY}"

    def __init__(self, limits: Limits) -> None:
        del limits

    def screen(self, constant: Constant) -> str:
        """Pass all days but the 29th of February."""
        days = constant(_DAYS_OF_MONTHS.get)
        return f"{FIRST_DAY.year} <= v.year <= {LAST_DAY.year} and 0 < v.day <= {days}(v.month, 0)"

    def faults(self, path: str, value: Any, currency: str | None) -> list[FieldFault]:
        """Ask the calendar."""
        del currency
        try:
            fine = FIRST_DAY <= Date.checked(value.year, value.month, value.day) <= LAST_DAY
        except (ValueError, OverflowError):  # the month or day is none, or beyond what a number of the calendar holds
            fine = False
        found = f"{value.year:04d}-{value.month:02d}-{value.day:02d}"
        return [] if fine else [faults.out_of_range(path, found, self.allowed)]


class MomentCheck:
    """`google.protobuf.Timestamp`: of the years 1900 to 2200, with nanos from 0 to 999,999,999."""

    _FIRST = FIRST_DAY.value
    _END = LAST_DAY.value + 86_400
    allowed = f"a time from {FIRST_DAY}T00:00:00Z to {LAST_DAY}T23:59:59Z"

    def __init__(self, limits: Limits) -> None:
        del limits

    def screen(self, constant: Constant) -> str:
        """Compare both parts."""
        del constant
        return f"{self._FIRST} <= v.seconds < {self._END} and 0 <= v.nanos < {NANOS_PER_UNIT}"

    def faults(self, path: str, value: Any, currency: str | None) -> list[FieldFault]:
        """Tell a moment that exists as one, others by their seconds."""
        del currency
        found = []
        if not 0 <= value.nanos < NANOS_PER_UNIT:
            found.append(faults.out_of_range(f"{path}.nanos", value.nanos, f"0 to {NANOS_PER_UNIT - 1}"))
        if not self._FIRST <= value.seconds < self._END:
            found.append(faults.out_of_range(path, _written(value), self.allowed))
        return found


_CHECKS: Mapping[FieldKind, Callable[[Limits], ValueCheck]] = {
    FieldKind.INTEGER: NumberCheck,
    FieldKind.DOUBLE: NumberCheck,
    FieldKind.BOOLEAN: FlagCheck,
    FieldKind.TEXT: TextCheck,
    FieldKind.MONEY: MoneyCheck,
    FieldKind.DECIMAL: DecimalCheck,
    FieldKind.DATE: DateCheck,
    FieldKind.MOMENT: MomentCheck,
    FieldKind.STRUCT: StructCheck,
}


def _literal(bound: float) -> str:
    return str(int(bound)) if bound.is_integer() and abs(bound) < 2**53 else repr(bound)


def _is_decimal128(number: Decimal) -> bool:
    _, digits, exponent = number.as_tuple()
    return len(digits) <= MAX_DECIMAL_DIGITS and int(exponent) >= -MAX_DECIMAL_DIGITS and number.adjusted() < 34


def _written(timestamp: Any) -> str:
    try:
        return str(DateTime.at(timestamp.seconds, 0, UTC))
    except ValueError:
        return f"second {timestamp.seconds} of 1970"
