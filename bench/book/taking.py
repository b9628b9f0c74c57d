"""The loan that an applicant takes when approved: which offer, how much of it, and what is due when."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from google.type.money_pb2 import Money
from outcomes import Cover, Row

from underwriter import credit
from underwriter.v1.application_pb2 import Application, RepaymentMethod
from underwriter.v1.decision_pb2 import Offer


def taken(offers: Sequence[Offer]) -> Offer:
    """Return the offer that is taken: of several plans the longest."""
    return max(offers, key=lambda offer: offer.term_months)


def cents(money: Money) -> int:
    """Return an amount in minor units."""
    return int(money.units * 100 + money.nanos // 10_000_000)


def drawn(offer: Offer, application: Application) -> int:
    """Return what is drawn at once: a loan whole; of a line what was asked for, or half of it without an amount."""
    limit = cents(offer.credit_limit)
    if offer.instalments:
        return sum(cents(row.principal) for row in offer.instalments)
    asked = cents(application.request.amount) if application.request.HasField("amount") else limit // 2
    return min(asked, limit)


def rows(offer: Offer, amount: int, day: date) -> list[Row]:
    """Return what is due when: the offer's own instalments, or for a line those of what was drawn."""
    if offer.instalments:
        found = [(cents(row.principal), cents(row.interest), cents(row.fees)) for row in offer.instalments]
    else:
        found = [
            (int(row.principal * 100), int(row.interest * 100), int(row.fees * 100))
            for row in _schedule(offer, Decimal(amount).scaleb(-2), day)
        ]
    first = offer.term_months - len(found) + 1  # one payment at the end has the whole term before it
    return [Row(month, *parts) for month, parts in enumerate(found, first)]


def _schedule(offer: Offer, amount: Decimal, day: date) -> tuple[credit.Instalment, ...]:
    method = credit.RepaymentMethod[RepaymentMethod.Name(offer.repayment_method).removeprefix("REPAYMENT_METHOD_")]
    fee_rate = sum((Decimal(fee.rate.value) for fee in offer.fees), Decimal(0))
    rate = Decimal(offer.annual_rate.value)
    return credit.repayment_schedule(
        amount, rate, offer.term_months, method, day, fee_rate, grace_months=offer.grace_months
    )


def covers(offer: Offer) -> list[Cover]:
    """Return who else bears losses."""
    return [
        Cover(float(share.coverage.value), float(share.retained_loss.value), float(share.annual_price.value))
        for share in offer.risk_shares
    ]
