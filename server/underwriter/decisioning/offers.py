"""Makes the API's offers from the terms that the rules gave, and refuses those that pass a cap."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date

from underwriter import credit
from underwriter.decisioning.money import decimal_message, money_message
from underwriter.policy import OfferTerms
from underwriter.v1.application_pb2 import RepaymentMethod
from underwriter.v1.decision_pb2 import Fee, Instalment, Offer

ZERO = Decimal(0)
_METHODS = {method: RepaymentMethod.Value(f"REPAYMENT_METHOD_{method}") for method in credit.RepaymentMethod}
INSTALMENT_FEE = "INSTALMENT_FEE"
DEFAULT_VALIDITY_DAYS = Decimal(30)


@dataclass(frozen=True, slots=True)
class Offers:
    """The offers that can be made; and whether others were left out for an undetermined term or for passing a cap."""

    made: Sequence[Offer]
    has_unknown: bool
    has_above_cap: bool


def make_offers(evaluated: Sequence[Sequence[object]], stated: frozenset[str], currency: str, now: datetime) -> Offers:
    """Make the offers. `stated` are the terms and caps that the policy states: none of them may be null.

    An offer of nothing (a limit of zero or less) is left out without more ado. The day of `now`, in its own time zone,
    is that from which instalments count.

    Raises:
        ValueError: when terms are outside what credit arithmetic takes, such as a term of no months.
    """
    made: list[Offer] = []
    has_unknown = has_above_cap = False
    for values in evaluated:
        terms = OfferTerms._make(values)
        if any(getattr(terms, name) is None for name in stated):
            has_unknown = True
            continue
        rate = _effective_annual_rate(terms)
        if _is_above_cap(terms, rate):
            has_above_cap = True
        elif terms.credit_limit and terms.credit_limit > ZERO:
            made.append(_offer(terms, rate, currency, now))
    return Offers(made, has_unknown, has_above_cap)


def _is_above_cap(terms: OfferTerms, rate: Decimal | None) -> bool:
    limit, limit_cap, rate_cap = terms.credit_limit, terms.credit_limit_cap, terms.effective_annual_rate_cap
    if limit is not None and limit_cap is not None and limit > limit_cap:
        return True
    return rate is not None and rate_cap is not None and rate > rate_cap


def _method(terms: OfferTerms) -> credit.RepaymentMethod:
    return credit.RepaymentMethod(terms.repayment_method or credit.RepaymentMethod.ANNUITY)


def _months(term: Decimal) -> int:
    if term != term.to_integral_value():
        raise ValueError(f"a term of {term} months is not a whole number of months")
    return int(term)


def _effective_annual_rate(terms: OfferTerms) -> Decimal | None:
    """Return the yearly cost with all fees; a year's term stands for an offer that states none."""
    if terms.annual_rate is None:
        return None
    months = _months(terms.term_months) if terms.term_months is not None else 12
    return credit.effective_annual_rate_of(_method(terms), terms.annual_rate, months, terms.fee_rate or ZERO)


def _offer(terms: OfferTerms, rate: Decimal | None, currency: str, now: datetime) -> Offer:
    validity = timedelta(days=float(terms.valid_days if terms.valid_days is not None else DEFAULT_VALIDITY_DAYS))
    return Offer(
        credit_limit=money_message(terms.credit_limit or ZERO, currency),
        term_months=_months(terms.term_months or ZERO),
        annual_rate=decimal_message(terms.annual_rate or ZERO),
        effective_annual_rate=decimal_message(rate) if rate is not None else None,
        repayment_method=_METHODS[_method(terms)],
        fees=_fees(terms, currency),
        instalments=_instalments(terms, currency, now),
        expire_time=Timestamp(seconds=int((now + validity).timestamp())),
    )


def _fees(terms: OfferTerms, currency: str) -> list[Fee]:
    if not terms.fee_rate:
        return []
    amount = None
    if terms.principal is not None:
        fee = credit.round_money(terms.principal * terms.fee_rate, credit.minor_unit_exponent(currency))
        amount = money_message(fee, currency)
    return [Fee(code=INSTALMENT_FEE, amount=amount, rate=decimal_message(terms.fee_rate))]


def _instalments(terms: OfferTerms, currency: str, now: datetime) -> list[Instalment]:
    if terms.principal is None or terms.annual_rate is None or terms.term_months is None:
        return []
    exponent = credit.minor_unit_exponent(currency)
    schedule = credit.repayment_schedule(
        credit.round_money(terms.principal, exponent),
        terms.annual_rate,
        _months(terms.term_months),
        _method(terms),
        now.date(),
        terms.fee_rate or ZERO,
        exponent,
    )
    return [_instalment(instalment, currency) for instalment in schedule]


def _instalment(instalment: credit.Instalment, currency: str) -> Instalment:
    day = instalment.due_date
    return Instalment(
        due_date=Date(year=day.year, month=day.month, day=day.day),
        payment=money_message(instalment.payment, currency),
        principal=money_message(instalment.principal, currency),
        interest=money_message(instalment.interest, currency),
        fees=money_message(instalment.fees, currency),
        balance=money_message(instalment.balance, currency),
    )
