"""Functions of numbers (DMN 1.5, 10.3.4.5)."""

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_FLOOR,
    ROUND_HALF_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    ROUND_UP,
    Decimal,
)
from functools import lru_cache

from underwriter.feel.builtins.entry import Builtin, Parameter, Signature
from underwriter.feel.faults import Fault
from underwriter.feel.types import BOOLEAN, DAYS_DURATION, MONTHS_DURATION, NUMBER

_LEAST_SCALE = -6111
_GREATEST_SCALE = 6176
_N = Parameter("n", NUMBER)
_SCALE = Parameter("scale", NUMBER)


def rounded(number: Decimal, scale: Decimal | None, mode: str) -> Decimal:
    """Return a number rounded to so many digits after the point; `Fault` for more than numbers can have."""
    result = number.quantize(_unit(scale), rounding=mode)
    if result.is_nan():  # the digits asked for are more than 34: the number has none to round away
        return number
    return result + 0  # not as -0, nor as 0E+3


@lru_cache(maxsize=256)
def _unit(scale: Decimal | None) -> Decimal:
    """Return the unit that a scale rounds to, the scale's fraction cut off; kept, since policies use few scales."""
    if scale is None:
        return Decimal(1)
    if not _LEAST_SCALE - 1 < scale < _GREATEST_SCALE + 1:
        raise Fault("out-of-range", "the scale {} is not from -6111 to 6176", scale)
    return Decimal((0, (1,), -int(scale)))


def _sqrt(number: Decimal) -> Decimal:
    if number < 0:
        raise Fault("out-of-range", "there is no square root of {}", number)
    return number.sqrt()


def _log(number: Decimal) -> Decimal:
    if number <= 0:
        raise Fault("out-of-range", "there is no logarithm of {}", number)
    return number.ln()


def _modulo(dividend: Decimal, divisor: Decimal) -> Decimal:
    """Return what is left, with the divisor's sign: dividend - divisor * floor(dividend / divisor)."""
    if not divisor:
        raise Fault("division-by-zero", "modulo({}, 0) has no value", dividend)
    rest = dividend % divisor
    if rest.is_nan():
        raise Fault("out-of-range", "modulo({}, {}) needs more digits than numbers have", dividend, divisor)
    return rest + divisor if rest and (rest < 0) != (divisor < 0) else rest


def _decimal(number: Decimal, scale: Decimal) -> Decimal:
    return rounded(number, scale, ROUND_HALF_EVEN)


def _is_odd(number: Decimal) -> bool:
    return abs(number % 2) == 1


def _is_even(number: Decimal) -> bool:
    rest = number % 2
    return rest.is_nan() or not rest  # a number of more than 34 digits ends in zeros


def _rounding(name: str, mode: str, doc: str, example: str, *more: Signature) -> Builtin:
    def implementation(number: Decimal, scale: Decimal) -> Decimal:
        return rounded(number, scale, mode)

    return Builtin(name, doc, example, (*more, Signature((_N, _SCALE), NUMBER, implementation)))


def _whole(mode: str) -> Signature:
    """Return the signature of rounding to a whole number, which never fails and stands inline."""

    def implementation(number: Decimal) -> Decimal:
        return rounded(number, None, mode)

    template = f"({{0}}.to_integral_value({mode!r}) + 0)"  # not as -0, nor as 0E+3
    return Signature((_N,), NUMBER, implementation, is_total=True, template=template)


ABS = Builtin(
    "abs",
    "The number or duration without its sign.",
    'abs(-3) = 3 and abs(@"-P1D") = @"P1D"',
    (
        Signature((_N,), NUMBER, abs, is_total=True, template="abs({0})"),
        Signature((Parameter("n", DAYS_DURATION),), DAYS_DURATION, abs, is_total=True, template="abs({0})"),
        Signature((Parameter("n", MONTHS_DURATION),), MONTHS_DURATION, abs, is_total=True, template="abs({0})"),
    ),
)
CEILING = _rounding(
    "ceiling",
    ROUND_CEILING,
    "The least whole number, or number of `scale` digits after the point, that is not below the number.",
    "ceiling(1.5) = 2 and ceiling(-1.56, 1) = -1.5",
    _whole(ROUND_CEILING),
)
FLOOR = _rounding(
    "floor",
    ROUND_FLOOR,
    "The greatest whole number, or number of `scale` digits after the point, that is not above the number.",
    "floor(1.5) = 1 and floor(-1.56, 1) = -1.6",
    _whole(ROUND_FLOOR),
)
DECIMAL = Builtin(
    "decimal",
    "The number rounded to `scale` digits after the point, halves to the even neighbour.",
    "decimal(1/3, 2) = 0.33 and decimal(2.5, 0) = 2",
    (Signature((_N, _SCALE), NUMBER, _decimal),),
)
ROUND_UP_ = _rounding(
    "round up",
    ROUND_UP,
    "The number rounded to `scale` digits after the point, away from zero.",
    "round up(5.1, 0) = 6 and round up(-1.121, 2) = -1.13",
)
ROUND_DOWN_ = _rounding(
    "round down",
    ROUND_DOWN,
    "The number rounded to `scale` digits after the point, towards zero.",
    "round down(5.9, 0) = 5 and round down(-1.126, 2) = -1.12",
)
ROUND_HALF_UP_ = _rounding(
    "round half up",
    ROUND_HALF_UP,
    "The number rounded to `scale` digits after the point, halves away from zero.",
    "round half up(2.5, 0) = 3",
)
ROUND_HALF_DOWN_ = _rounding(
    "round half down",
    ROUND_HALF_DOWN,
    "The number rounded to `scale` digits after the point, halves towards zero.",
    "round half down(2.5, 0) = 2",
)
ROUND_HALF_EVEN_ = _rounding(
    "round half even",
    ROUND_HALF_EVEN,
    "The number rounded to `scale` digits after the point, halves to the even neighbour.",
    "round half even(2.5, 0) = 2",
)
MODULO = Builtin(
    "modulo",
    "What is left of the dividend after division, with the divisor's sign.",
    "modulo(12, 5) = 2 and modulo(-12, 5) = 3",
    (Signature((Parameter("dividend", NUMBER), Parameter("divisor", NUMBER)), NUMBER, _modulo),),
)
SQRT = Builtin(
    "sqrt",
    "The square root; null for a number below zero.",
    "sqrt(16) = 4",
    (Signature((Parameter("number", NUMBER),), NUMBER, _sqrt),),
)
LOG = Builtin(
    "log",
    "The natural logarithm; null for zero and below.",
    "decimal(log(10), 4) = 2.3026",
    (Signature((Parameter("number", NUMBER),), NUMBER, _log),),
)
EXP = Builtin(
    "exp",
    "Euler's number to the power of the number.",
    "decimal(exp(1), 4) = 2.7183",
    (Signature((Parameter("number", NUMBER),), NUMBER, Decimal.exp),),
)
ODD = Builtin(
    "odd",
    "Whether the number is odd.",
    "odd(5) and not(odd(2))",
    (Signature((Parameter("number", NUMBER),), BOOLEAN, _is_odd, is_total=True),),
)
EVEN = Builtin(
    "even",
    "Whether the number is even.",
    "even(2) and not(even(5))",
    (Signature((Parameter("number", NUMBER),), BOOLEAN, _is_even, is_total=True),),
)

NUMBERS = (
    ABS,
    CEILING,
    FLOOR,
    DECIMAL,
    ROUND_UP_,
    ROUND_DOWN_,
    ROUND_HALF_UP_,
    ROUND_HALF_DOWN_,
    ROUND_HALF_EVEN_,
    MODULO,
    SQRT,
    LOG,
    EXP,
    ODD,
    EVEN,
)
