"""Credit arithmetic as functions that rules can call."""

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from underwriter import credit
from underwriter.feel import Builtin, Fault, Parameter, Signature
from underwriter.feel.types import NUMBER, STRING
from underwriter.feel.values import Range, Value

_NO_GRACE = Decimal(0)
_NEVER_NEGATIVE = Range(Decimal(0), None)


def _faulting(function: Callable[..., Value]) -> Callable[..., Value]:
    """Return the function with its refusals turned into FEEL's null and warning."""

    def call(*arguments: Value) -> Value:
        try:
            return function(*arguments)
        except credit.CreditArgumentError as error:
            raise Fault("invalid-argument", "{}", str(error)) from error

    return call


@_faulting
def _annuity_payment(principal: Decimal, annual_rate: Decimal, term_months: Decimal) -> Decimal:
    return credit.annuity_payment(credit.round_money(principal), annual_rate, _months(term_months))


@_faulting
def _affordable_principal(
    monthly_payment: Decimal, annual_rate: Decimal, term_months: Decimal, grace_months: Decimal = _NO_GRACE
) -> Decimal:
    months, grace = _months(term_months), _months(grace_months)
    return credit.affordable_principal(monthly_payment, annual_rate, months, grace_months=grace)


@lru_cache(maxsize=4096)
@_faulting
def _effective_annual_rate(
    method: str, annual_rate: Decimal, term_months: Decimal, fee_rate: Decimal, grace_months: Decimal = _NO_GRACE
) -> Decimal:
    months, grace = _months(term_months), _months(grace_months)
    return credit.effective_annual_rate_of(_method(method), annual_rate, months, fee_rate, grace)


@lru_cache(maxsize=4096)
@_faulting
def _highest_annual_rate(
    cap: Decimal, method: str, term_months: Decimal, fee_rate: Decimal, grace_months: Decimal = _NO_GRACE
) -> Decimal | None:
    months, grace = _months(term_months), _months(grace_months)
    return credit.highest_annual_rate(cap, months, _method(method), fee_rate, grace)


@lru_cache(maxsize=1024)
def _months(value: Decimal) -> int:
    if value != value.to_integral_value():
        raise Fault("invalid-argument", "{} is not a whole number of months", value)
    return int(value)


def _method(text: str) -> credit.RepaymentMethod:
    try:
        return credit.RepaymentMethod(text)
    except ValueError:
        raise Fault("invalid-argument", "there is no repayment method {}", text) from None


def _function(
    name: str, doc: str, example: str, parameters: tuple[Parameter, ...], implementation: Callable[..., Value]
) -> Builtin:
    return Builtin(name, doc, example, (Signature(parameters, NUMBER, implementation, result_range=_NEVER_NEGATIVE),))


_METHOD = Parameter("method", STRING)
_PRINCIPAL, _PAYMENT, _RATE, _TERM, _FEE, _CAP = (
    Parameter(name, NUMBER)
    for name in ("principal", "monthly payment", "annual rate", "term months", "fee rate", "cap")
)
_GRACE = Parameter("grace months", NUMBER, is_optional=True)

CREDIT_FUNCTIONS = (
    _function(
        "annuity payment",
        "The monthly payment that repays a loan in equal instalments; the rate is a fraction of a year.",
        "annuity payment(10000, 0.12, 12) = 888.49",
        (_PRINCIPAL, _RATE, _TERM),
        _annuity_payment,
    ),
    _function(
        "affordable principal",
        "The largest loan whose monthly payment is within the given one; in the grace months at the start, which are "
        "part of the term, only interest is paid.",
        "affordable principal(1000, 0, 12) = 12000 and affordable principal(1000, 0, 12, 3) = 9000",
        (_PAYMENT, _RATE, _TERM, _GRACE),
        _affordable_principal,
    ),
    _function(
        "effective annual rate",
        "The yearly cost of a loan with all interest and fees, compounded; the fee rate is on the principal, which is "
        "not repaid in the grace months.",
        'effective annual rate("ANNUITY", 0.12, 12, 0) = 0.126825 and '
        'effective annual rate("ANNUITY", 0.12, 12, 0.02, 6) < effective annual rate("ANNUITY", 0.12, 12, 0.02)',
        (_METHOD, _RATE, _TERM, _FEE, _GRACE),
        _effective_annual_rate,
    ),
    _function(
        "highest annual rate",
        "The highest nominal rate, in steps of 0.0001, whose effective annual rate is within the cap; no principal is "
        "repaid in the grace months.",
        'highest annual rate(0.24, "ANNUITY", 12, 0) = 0.2170',
        (_CAP, _METHOD, _TERM, _FEE, _GRACE),
        _highest_annual_rate,
    ),
)
