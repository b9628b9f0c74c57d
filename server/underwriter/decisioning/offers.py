"""Makes the API's offers from the terms that the rules gave, and refuses those that pass a cap."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from underwriter import credit
from underwriter.decisioning.concentrations import Concentration, concentrations_of
from underwriter.decisioning.funding import FundedPart, funded_parts
from underwriter.decisioning.instalments import add_instalments
from underwriter.decisioning.list_terms import is_unknown
from underwriter.decisioning.money import decimal_message, set_minor_units
from underwriter.decisioning.risk_shares import CoveredPart, covered_parts
from underwriter.policy import OfferTerms
from underwriter.v1.application_pb2 import RepaymentMethod
from underwriter.v1.decision_pb2 import Fee, Offer

ZERO = Decimal(0)
_METHODS = {method: RepaymentMethod.Value(f"REPAYMENT_METHOD_{method}") for method in credit.RepaymentMethod}
INSTALMENT_FEE = "INSTALMENT_FEE"
DEFAULT_TERM_MONTHS = Decimal(12)  # what the yearly cost of an offer without a term is reckoned over
DEFAULT_VALIDITY_DAYS = Decimal(30)
SECONDS_A_DAY = 86_400
_LISTS = tuple(map(OfferTerms._fields.index, ("funding", "cover", "concentrations")))


class MadeOffer(NamedTuple):
    """An offer with what it would lend, in minor units: the principal of a loan, the limit of a line.

    `parts` are those of the funders of a joint loan, `cover` is that of guarantors, `concentrations` are what it counts
    towards. `expected_loss` is in minor units too.
    """

    offer: Offer
    amount: int
    parts: Sequence[FundedPart] | None
    cover: Sequence[CoveredPart]
    concentrations: Sequence[Concentration]
    expected_loss: int | None


class Offers(NamedTuple):
    """The offers that can be made; and whether others were left out for an undetermined term or for passing a cap."""

    made: Sequence[MadeOffer]
    has_unknown: bool
    has_above_cap: bool


class _Price(NamedTuple):
    """What a price comes to: the yearly cost with all fees, and what of an offer depends on the price alone."""

    effective_annual_rate: Decimal | None
    method: credit.RepaymentMethod
    offer: Offer


def make_offers(
    evaluated: Sequence[Sequence[object]],
    stated: Sequence[int],
    currency: str,
    now: datetime,
    time_zone: ZoneInfo | None,
) -> Offers:
    """Make the offers. `stated` are the places of the terms and caps that the policy states: none of them may be null.

    An offer of nothing (less than one minor unit) and one that nobody funds are left out without more ado. Instalments
    count from the day that it is in `time_zone`; without one they are left out.

    Raises:
        TermInvalid: when shares of funders, guarantors or concentrations are not those of a loan.
        ValueError: when terms are outside what credit arithmetic takes, such as a term of no months.
    """
    made: list[MadeOffer] = []
    has_unknown = has_above_cap = False
    for values in evaluated:
        if [place for place in stated if values[place] is None or (place in _LISTS and is_unknown(values[place]))]:
            has_unknown = True
            continue
        terms = OfferTerms._make(values)
        written = str(terms.annual_rate), str(terms.fee_rate)
        months = terms.term_months, terms.grace_months
        price = _price(terms.repayment_method, terms.annual_rate, *months, terms.fee_rate, written)
        if _is_above_cap(terms, price.effective_annual_rate):
            has_above_cap = True
        elif (offer := _made(terms, price, currency, now, time_zone)) is not None:
            made.append(offer)
    return Offers(made, has_unknown, has_above_cap)


def _is_above_cap(terms: OfferTerms, rate: Decimal | None) -> bool:
    limit, limit_cap, rate_cap = terms.credit_limit, terms.credit_limit_cap, terms.effective_annual_rate_cap
    if limit is not None and limit_cap is not None and limit > limit_cap:
        return True
    return rate is not None and rate_cap is not None and rate > rate_cap


# A lender has few prices and many customers. Equal rates may be written in several ways (0.07, 0.070), which an offer
# shows: so what is `written` belongs to the key.
@lru_cache(maxsize=4096)
def _price(
    method_name: str | None,
    annual_rate: Decimal | None,
    term_months: Decimal | None,
    grace_months: Decimal | None,
    fee_rate: Decimal | None,
    written: tuple[str, str],  # noqa: ARG001
) -> _Price:
    method = credit.RepaymentMethod(method_name or credit.RepaymentMethod.ANNUITY)
    grace = _months(grace_months or ZERO)
    offer = Offer(repayment_method=_METHODS[method], term_months=_months(term_months or ZERO), grace_months=grace)
    rate = None
    if annual_rate is not None:
        months = _months(term_months if term_months is not None else DEFAULT_TERM_MONTHS)
        rate = credit.effective_annual_rate_of(method, annual_rate, months, fee_rate or ZERO, grace)
        offer.annual_rate.CopyFrom(decimal_message(annual_rate))
        offer.effective_annual_rate.CopyFrom(decimal_message(rate))
    if fee_rate:
        offer.fees.append(Fee(code=INSTALMENT_FEE, rate=decimal_message(fee_rate)))
    return _Price(rate, method, offer)


def _months(term: Decimal) -> int:
    if term != term.to_integral_value():
        raise ValueError(f"{term} is not a whole number of months")
    return int(term)


def _made(
    terms: OfferTerms, price: _Price, currency: str, now: datetime, time_zone: ZoneInfo | None
) -> MadeOffer | None:
    exponent = credit.minor_unit_exponent(currency)
    limit = credit.minor_units(terms.credit_limit or ZERO, exponent)
    if limit <= 0 or terms.funding == []:
        return None
    offer = Offer()
    offer.CopyFrom(price.offer)
    set_minor_units(offer.credit_limit, limit, exponent, currency)
    valid_days = terms.valid_days if terms.valid_days is not None else DEFAULT_VALIDITY_DAYS
    offer.expire_time.seconds = int(now.timestamp()) + int(valid_days * SECONDS_A_DAY)
    amount = limit
    if terms.principal is not None:
        principal = credit.rounded_minor_units(terms.principal, exponent)
        amount = min(limit, principal)
        if time_zone is not None:
            _add_schedule(offer, terms, price.method, principal, currency, now.astimezone(time_zone).date())
    parts = None if terms.funding is None else funded_parts(terms.funding, amount, exponent)
    cover = covered_parts(terms.cover, amount, exponent) if terms.cover else ()
    counted = concentrations_of(terms.concentrations, exponent) if terms.concentrations else ()
    _add_shares(offer, parts or (), cover, exponent, currency)
    loss = None if terms.expected_loss is None else credit.rounded_minor_units(terms.expected_loss, exponent)
    return MadeOffer(offer, amount, parts, cover, counted, loss)


def _add_shares(
    offer: Offer, parts: Sequence[FundedPart], cover: Sequence[CoveredPart], exponent: int, currency: str
) -> None:
    for part in parts:
        funded = offer.funding_shares.add(funder=part.funder, share=decimal_message(part.share))
        set_minor_units(funded.amount, part.amount, exponent, currency)
    for covered in cover:
        share = offer.risk_shares.add(
            guarantor=covered.guarantor,
            coverage=decimal_message(covered.coverage),
            retained_loss=decimal_message(covered.retained_loss),
            annual_price=decimal_message(covered.annual_price),
        )
        set_minor_units(share.amount, covered.amount, exponent, currency)


def _add_schedule(
    offer: Offer, terms: OfferTerms, method: credit.RepaymentMethod, principal: int, currency: str, today: date
) -> None:
    """Put the instalments that repay the principal, in minor units, and the fees as amounts, into an offer."""
    exponent, fee_rate = credit.minor_unit_exponent(currency), terms.fee_rate or ZERO
    if fee_rate:
        fee = credit.rounded_minor_units(principal * fee_rate, 0)
        set_minor_units(offer.fees[0].amount, fee, exponent, currency)
    if terms.annual_rate is None or terms.term_months is None:
        return
    repayments = credit.repayments_of(
        principal, terms.annual_rate, offer.term_months, method, today, fee_rate, offer.grace_months
    )
    add_instalments(offer, repayments, exponent, currency)
