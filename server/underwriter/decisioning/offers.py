"""Makes the API's offers from the terms that the rules gave, and refuses those that pass a cap."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from google.protobuf.timestamp_pb2 import Timestamp

from underwriter import credit
from underwriter.decisioning.concentrations import Concentration, concentrations_of
from underwriter.decisioning.encoded_money import MONEY_SIZE, money_encoder
from underwriter.decisioning.encoded_shares import encoded_cover, encoded_funding
from underwriter.decisioning.funding import FundedPart, funded_parts
from underwriter.decisioning.instalments import encoded_instalments
from underwriter.decisioning.list_terms import is_unknown
from underwriter.decisioning.money import decimal_message
from underwriter.decisioning.risk_shares import CoveredPart, covered_parts
from underwriter.decisioning.wire_format import message_tag, varint, with_length
from underwriter.policy import OfferTerms
from underwriter.v1.application_pb2 import RepaymentMethod
from underwriter.v1.decision_pb2 import Fee, Offer

ZERO = Decimal(0)
_METHODS = {method: RepaymentMethod.Value(f"REPAYMENT_METHOD_{method}") for method in credit.RepaymentMethod}
INSTALMENT_FEE = "INSTALMENT_FEE"
DEFAULT_TERM_MONTHS = Decimal(12)  # what the yearly cost of an offer without a term is reckoned over
DEFAULT_VALIDITY_DAYS = Decimal(30)
SECONDS_A_DAY = 86_400
_LIMIT = message_tag(Offer.CREDIT_LIMIT_FIELD_NUMBER)
_FEE = message_tag(Offer.FEES_FIELD_NUMBER)
_FEE_AMOUNT = message_tag(Fee.AMOUNT_FIELD_NUMBER)
_EXPIRE_TIME = message_tag(Offer.EXPIRE_TIME_FIELD_NUMBER)
_LISTS = tuple(map(OfferTerms._fields.index, ("funding", "cover", "concentrations")))


class Price(NamedTuple):
    """What a price comes to: the yearly cost with all fees, the rate as an offer shows it, and the months.

    `fee` is the encoded fee without its amount, empty for none; `encoded` are the other fields that the price alone
    tells.
    """

    effective_annual_rate: Decimal | None
    annual_rate: str
    method: credit.RepaymentMethod
    term_months: int
    grace_months: int
    fee: bytes
    encoded: bytes


class MadeOffer(NamedTuple):
    """An offer, encoded, with what it would lend, in minor units: the principal of a loan, the limit of a line.

    `expire_time` is in seconds since 1970. `parts` are those of the funders of a joint loan, `cover` is that of
    guarantors, `concentrations` are what it counts towards. `expected_loss` is in minor units too.
    """

    encoded: bytes
    price: Price
    expire_time: int
    amount: int
    parts: Sequence[FundedPart] | None
    cover: Sequence[CoveredPart]
    concentrations: Sequence[Concentration]
    expected_loss: int | None

    @property
    def offer(self) -> Offer:
        """The offer as a message of its own."""
        offer: Offer = Offer.FromString(self.encoded)
        return offer


class Offers(NamedTuple):
    """The offers that can be made; and whether others were left out for an undetermined term or for passing a cap."""

    made: Sequence[MadeOffer]
    has_unknown: bool
    has_above_cap: bool


class _Setting:
    """In what currency, when and where offers are made."""

    def __init__(self, currency: str, now: datetime, time_zone: ZoneInfo | None) -> None:
        self.exponent = credit.minor_unit_exponent(currency)
        self.money = money_encoder(self.exponent, currency)
        self.now, self.time_zone = now, time_zone
        self.timestamp = int(now.timestamp())


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
    setting = _Setting(currency, now, time_zone)
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
        elif (offer := _made(terms, price, setting)) is not None:
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
) -> Price:
    method = credit.RepaymentMethod(method_name or credit.RepaymentMethod.ANNUITY)
    grace = _months(grace_months or ZERO)
    offer = Offer(repayment_method=_METHODS[method], term_months=_months(term_months or ZERO), grace_months=grace)
    rate = None
    if annual_rate is not None:
        months = _months(term_months if term_months is not None else DEFAULT_TERM_MONTHS)
        rate = credit.effective_annual_rate_of(method, annual_rate, months, fee_rate or ZERO, grace)
        offer.annual_rate.CopyFrom(decimal_message(annual_rate))
        offer.effective_annual_rate.CopyFrom(decimal_message(rate))
    fee = Fee(code=INSTALMENT_FEE, rate=decimal_message(fee_rate)).SerializeToString() if fee_rate else b""
    return Price(rate, offer.annual_rate.value, method, offer.term_months, grace, fee, offer.SerializeToString())


def _months(term: Decimal) -> int:
    if term != term.to_integral_value():
        raise ValueError(f"{term} is not a whole number of months")
    return int(term)


def _made(terms: OfferTerms, price: Price, setting: _Setting) -> MadeOffer | None:
    exponent, money, timestamp = setting.exponent, setting.money, setting.timestamp
    limit = credit.minor_units(terms.credit_limit or ZERO, exponent)
    if limit <= 0 or terms.funding == []:
        return None
    valid_days = terms.valid_days if terms.valid_days is not None else DEFAULT_VALIDITY_DAYS
    expire_time = timestamp + int(valid_days * SECONDS_A_DAY)
    fields = [price.encoded, _LIMIT, money.encoded(limit), _encoded_expiry(expire_time)]
    amount, principal = limit, None
    if terms.principal is not None:
        principal = credit.rounded_minor_units(terms.principal, exponent)
        amount = min(limit, principal)
    if principal is not None or price.fee:
        fields += _repayment(terms, price, principal, setting)
    parts = None if terms.funding is None else funded_parts(terms.funding, amount, exponent)
    cover = covered_parts(terms.cover, amount, exponent) if terms.cover else ()
    counted = concentrations_of(terms.concentrations, exponent) if terms.concentrations else ()
    if parts:
        fields += encoded_funding(parts, money)
    if cover:
        fields += encoded_cover(cover, money)
    loss = None if terms.expected_loss is None else credit.rounded_minor_units(terms.expected_loss, exponent)
    return MadeOffer(b"".join(fields), price, expire_time, amount, parts, cover, counted, loss)


def _repayment(terms: OfferTerms, price: Price, principal: int | None, setting: _Setting) -> Iterator[bytes]:
    """Yield the fields of the fee, and of the instalments that repay a principal in minor units."""
    fee_rate, zone = terms.fee_rate or ZERO, setting.time_zone
    if principal is None or zone is None:
        if price.fee:
            yield _FEE + with_length(price.fee)
        return
    if price.fee:
        fee = credit.rounded_minor_units(principal * fee_rate, 0)
        yield _FEE + varint(len(price.fee) + len(_FEE_AMOUNT) + MONEY_SIZE) + price.fee + _FEE_AMOUNT
        yield setting.money.encoded(fee)
    if terms.annual_rate is None or terms.term_months is None:
        return
    months, grace_months, today = price.term_months, price.grace_months, setting.now.astimezone(zone).date()
    repayments = credit.repayments_of(principal, terms.annual_rate, months, price.method, today, fee_rate, grace_months)
    yield encoded_instalments(repayments, setting.money)


@lru_cache(maxsize=64)  # many decisions are made in a second
def _encoded_expiry(seconds: int) -> bytes:
    return _EXPIRE_TIME + with_length(Timestamp(seconds=seconds).SerializeToString())
