"""The encoded instalments against messages made field by field from the exact schedule."""

from datetime import date
from decimal import Decimal

import pytest
from google.type.money_pb2 import Money
from hypothesis import given
from hypothesis import strategies as st

from underwriter import credit
from underwriter.decisioning.encoded_money import MONEY_SIZE, money_encoder
from underwriter.decisioning.instalments import encoded_instalments
from underwriter.v1.decision_pb2 import Instalment, Offer

HIGHEST = 10**18  # of what credit arithmetic takes, in whole units
rates = st.decimals(min_value=0, max_value=1, places=4)


def set_money(message: Money, amount: Decimal, currency: str) -> None:
    """Fill a `google.type.Money` with an amount; what is below a billionth is cut off."""
    units = int(amount)
    message.currency_code = currency
    message.units = units
    if amount != units:
        message.nanos = int((amount - units) * 10**9)


def message_of(instalment: credit.Instalment, currency: str) -> Instalment:
    day = instalment.due_date
    message = Instalment(due_date={"year": day.year, "month": day.month, "day": day.day})
    for field in ("payment", "principal", "interest", "fees", "balance"):
        set_money(getattr(message, field), getattr(instalment, field), currency)
    return message


@st.composite
def loans(draw: st.DrawFn) -> dict[str, object]:
    method = draw(st.sampled_from(list(credit.RepaymentMethod)))
    exponent = draw(st.integers(0, 4))
    return {
        "principal": draw(st.integers(1, HIGHEST * 10**exponent)),
        "annual_rate": Decimal(0) if method is credit.RepaymentMethod.FLAT_FEE else draw(rates),
        "term_months": draw(st.integers(1, 40)),
        "method": method,
        "first_day": draw(st.dates(date(2000, 1, 1), date(9000, 1, 1))),
        "fee_rate": draw(rates),
        "exponent": exponent,
    }


@given(loans(), st.sampled_from(["CNY", "JPY", "XTS"]))
def test_the_instalments_are_those_of_the_schedule(loan: dict, currency: str) -> None:
    offer = Offer(term_months=12)
    exponent = loan.pop("exponent")
    principal = Decimal(loan["principal"]).scaleb(-exponent)
    offer.MergeFromString(encoded_instalments(credit.repayments_of(**loan), money_encoder(exponent, currency)))
    schedule = credit.repayment_schedule(**{**loan, "principal": principal}, exponent=exponent)
    assert list(offer.instalments) == [message_of(row, currency) for row in schedule]
    assert offer.term_months == 12


def test_the_largest_amounts_have_every_digit() -> None:
    offer = Offer()
    repayments = credit.repayments_of(
        100 * HIGHEST, Decimal(10), 1, credit.RepaymentMethod.SINGLE_REPAYMENT, date(2026, 3, 2), Decimal(1)
    )
    offer.MergeFromString(encoded_instalments(repayments, money_encoder(2, "CNY")))
    [instalment] = offer.instalments
    assert instalment.principal == Money(currency_code="CNY", units=HIGHEST)
    assert instalment.payment == Money(currency_code="CNY", units=2_833_333_333_333_333_333, nanos=330_000_000)


def test_an_amount_of_nothing_has_a_currency_alone() -> None:
    offer = Offer()
    repayments = credit.repayments_of(
        10_000, Decimal(0), 1, credit.RepaymentMethod.FLAT_FEE, date(2026, 3, 2), Decimal(0)
    )
    offer.MergeFromString(encoded_instalments(repayments, money_encoder(2, "CNY")))
    assert offer.instalments[0].interest.SerializeToString() == Money(currency_code="CNY").SerializeToString()


def test_an_amount_that_money_cannot_hold_is_refused() -> None:
    repayments = credit.repayments_of(
        100 * HIGHEST, Decimal(10), 12, credit.RepaymentMethod.SINGLE_REPAYMENT, date(2026, 3, 2)
    )
    with pytest.raises(ValueError, match="beyond what"):
        encoded_instalments(repayments, money_encoder(2, "CNY"))


@given(st.integers(0, 2**63 - 1), st.integers(0, 10**4 - 1), st.integers(0, 4))
def test_an_amount_is_encoded_as_a_message_of_money(units: int, rest: int, exponent: int) -> None:
    rest %= 10**exponent
    encoded = money_encoder(exponent, "CNY").encoded(units * 10**exponent + rest)
    assert len(encoded) == MONEY_SIZE == 1 + encoded[0]
    nanos = rest * 10 ** (9 - exponent)
    assert Money.FromString(encoded[1:]) == Money(currency_code="CNY", units=units, nanos=nanos)


@pytest.mark.parametrize("amount", [-1, 100 * 2**63])
def test_an_amount_below_nothing_or_beyond_all_is_not_encoded(amount: int) -> None:
    with pytest.raises(ValueError, match="an amount of"):
        money_encoder(2, "CNY").encoded(amount)
