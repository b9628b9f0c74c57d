"""Offers show rates as the rules write them, though equal rates are one price."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from underwriter.decisioning.offers import make_offers
from underwriter.policy import OfferTerms

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NO_TERMS = OfferTerms(*[None] * len(OfferTerms._fields))


def test_equal_rates_keep_their_digits() -> None:
    written = ["0.07", "0.070", "0.07"]
    terms = [
        NO_TERMS._replace(credit_limit=Decimal(1000), annual_rate=Decimal(text), fee_rate=Decimal(text))
        for text in written
    ]
    offers = make_offers(terms, [], "CNY", NOW, ZoneInfo("Asia/Shanghai")).made
    assert [made.offer.annual_rate.value for made in offers] == written
    assert [made.offer.fees[0].rate.value for made in offers] == written
    assert len({made.offer.effective_annual_rate.value for made in offers}) == 1
