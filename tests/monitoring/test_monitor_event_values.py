"""Events as monitors see them."""

from decimal import Decimal

import pytest
from google.type.date_pb2 import Date as DateMessage
from google.type.money_pb2 import Money

from underwriter.feel.temporal import Date
from underwriter.feel.values import Value
from underwriter.monitoring.definitions import EventKind
from underwriter.monitoring.event_kinds import KINDS, KINDS_BY_NAME
from underwriter.monitoring.event_values import event_values, window_event
from underwriter.v1 import account_event_pb2 as pb

ACCOUNT = b"\x01" * 16


def money(units: int, currency: str = "CNY", nanos: int = 0) -> Money:
    return Money(currency_code=currency, units=units, nanos=nanos)


def values_of(event: pb.AccountEvent) -> dict[str, Value]:
    """Return the values that are known."""
    found = window_event(event, ACCOUNT, "CNY").values
    return {name: value for name, value in found.items() if value is not None}


def test_an_event_keeps_its_id_account_kind_and_time_in_whole_microseconds() -> None:
    event = pb.AccountEvent(event_id="e1", subject_id="somebody", drawdown=pb.DrawdownDetail())
    event.event_time.FromJsonString("2026-05-01T10:00:00.123456789+08:00")
    seen = window_event(event, ACCOUNT, "CNY")
    assert (seen.time_us, seen.event_id, seen.account) == (1777600800123456, "e1", ACCOUNT)
    assert seen.kind == EventKind.ACCOUNT_EVENT_KIND_DRAWDOWN


@pytest.mark.parametrize(
    ("event", "values"),
    [
        (pb.AccountEvent(device_id="d1", login=pb.LoginDetail()), {"device_id": "d1"}),
        (pb.AccountEvent(login=pb.LoginDetail(usual_location=False)), {"usual_location": False}),
        (pb.AccountEvent(device=pb.DeviceDetail(tampered=True)), {"tampered": True}),
        (pb.AccountEvent(credential=pb.CredentialDetail(credential="CREDENTIAL_KIND_PHONE")), {"credential": "PHONE"}),
        (pb.AccountEvent(credential=pb.CredentialDetail()), {}),
        (pb.AccountEvent(inquiry=pb.InquiryDetail(lender="bank")), {"lender": "bank"}),
        (
            pb.AccountEvent(missed_repayment=pb.MissedRepaymentDetail(days_late=0, instalment_number=3)),
            {"days_late": Decimal(0), "instalment_number": Decimal(3)},
        ),
        (
            pb.AccountEvent(missed_repayment=pb.MissedRepaymentDetail(due_date=DateMessage(year=2026, month=5, day=1))),
            {"due_date": Date(2026, 5, 1)},
        ),
        (
            pb.AccountEvent(
                drawdown=pb.DrawdownDetail(
                    amount=money(10, nanos=500_000_000), outstanding=money(300), credit_limit=money(400)
                )
            ),
            {
                "amount": Decimal("10.5"),
                "outstanding": Decimal(300),
                "credit_limit": Decimal(400),
                "utilisation": Decimal("0.75"),
            },
        ),
        (
            pb.AccountEvent(turnover_report=pb.TurnoverReportDetail(turnover=money(80), previous_turnover=money(100))),
            {"turnover": Decimal(80), "previous_turnover": Decimal(100), "change": Decimal("-0.2")},
        ),
        (pb.AccountEvent(), {}),
    ],
)
def test_fields_become_values_and_what_was_not_sent_is_not_known(
    event: pb.AccountEvent, values: dict[str, Value]
) -> None:
    assert values_of(event) == values


@pytest.mark.parametrize("limit", [None, money(0), money(400, "USD")])
def test_utilisation_is_not_known_without_a_limit_in_the_currency(limit: Money | None) -> None:
    detail = pb.DrawdownDetail(amount=money(10), outstanding=money(300), credit_limit=limit)
    assert "utilisation" not in values_of(pb.AccountEvent(drawdown=detail))


@pytest.mark.parametrize("before", [None, money(0), money(100, "USD")])
def test_a_change_is_not_known_without_a_turnover_before(before: Money | None) -> None:
    detail = pb.TurnoverReportDetail(turnover=money(80), previous_turnover=before)
    assert "change" not in values_of(pb.AccountEvent(turnover_report=detail))


def test_an_amount_in_another_currency_is_not_known() -> None:
    event = pb.AccountEvent(repayment=pb.RepaymentDetail(amount=money(10, "USD")))
    assert window_event(event, ACCOUNT, "CNY").values["amount"] is None
    assert window_event(event, ACCOUNT, "USD").values["amount"] == Decimal(10)


@pytest.mark.parametrize("kind", KINDS_BY_NAME.values(), ids=lambda kind: kind.name)
def test_a_kind_has_a_value_for_each_of_its_fields(kind: object) -> None:
    event = pb.AccountEvent()
    getattr(event, KINDS[kind.number].detail).SetInParent()
    assert set(event_values(event, kind.number, "CNY")) == set(kind.types)
