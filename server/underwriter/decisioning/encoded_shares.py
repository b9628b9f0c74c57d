"""Encodes who funds an offer and who bears its losses, as fields of the offer.

A lender shares its loans in few ways: all but the amounts is kept encoded.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache

from underwriter.decisioning.encoded_money import MONEY_SIZE, MoneyEncoder
from underwriter.decisioning.funding import FundedPart
from underwriter.decisioning.money import decimal_message
from underwriter.decisioning.risk_shares import CoveredPart
from underwriter.decisioning.wire_format import message_tag, varint
from underwriter.v1.decision_pb2 import FundingShare, Offer, RiskShare

_FUNDING_SHARE = message_tag(Offer.FUNDING_SHARES_FIELD_NUMBER)
_FUNDED_AMOUNT = message_tag(FundingShare.AMOUNT_FIELD_NUMBER)
_RISK_SHARE = message_tag(Offer.RISK_SHARES_FIELD_NUMBER)
_COVERED_AMOUNT = message_tag(RiskShare.AMOUNT_FIELD_NUMBER)


def encoded_funding(parts: Sequence[FundedPart], money: MoneyEncoder) -> Iterator[bytes]:
    """Yield each funder's part of an offer."""
    for funder, share, amount, _ in parts:
        yield _before_funded(funder, str(share)) + money.encoded(amount)


def encoded_cover(cover: Sequence[CoveredPart], money: MoneyEncoder) -> Iterator[bytes]:
    """Yield each guarantor's part in the losses on an offer."""
    for part in cover:
        fractions = str(part.coverage), str(part.retained_loss), str(part.annual_price)
        yield _before_covered(part.guarantor, *fractions) + money.encoded(part.amount)


@lru_cache(maxsize=4096)
def _before_funded(funder: str, share: str) -> bytes:
    message = FundingShare(funder=funder, share=decimal_message(Decimal(share)))
    return _before_amount(_FUNDING_SHARE, message.SerializeToString() + _FUNDED_AMOUNT)


@lru_cache(maxsize=4096)
def _before_covered(guarantor: str, coverage: str, retained_loss: str, annual_price: str) -> bytes:
    message = RiskShare(
        guarantor=guarantor,
        coverage=decimal_message(Decimal(coverage)),
        retained_loss=decimal_message(Decimal(retained_loss)),
        annual_price=decimal_message(Decimal(annual_price)),
    )
    return _before_amount(_RISK_SHARE, message.SerializeToString() + _COVERED_AMOUNT)


def _before_amount(tag: bytes, content: bytes) -> bytes:
    """Return what stands before the amount of a message that ends with it, and has this content before."""
    return tag + varint(len(content) + MONEY_SIZE) + content
