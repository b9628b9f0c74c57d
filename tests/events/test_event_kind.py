"""What kind of event each detail tells of."""

from typing import Any

import pytest

from underwriter.events.event_kind import event_kind
from underwriter.v1.account_event_pb2 import AccountEvent, AccountEventKind

KINDS: list[tuple[dict[str, Any], str]] = [
    ({}, "UNSPECIFIED"),
    ({"login": {"succeeded": True}}, "LOGIN_SUCCEEDED"),
    ({"login": {"succeeded": False}}, "LOGIN_FAILED"),
    ({"device": {}}, "DEVICE_CHANGED"),
    ({"device": {"removed": True}}, "DEVICE_REMOVED"),
    ({"credential": {"credential": 1}}, "PASSWORD_RESET"),
    ({"credential": {"credential": 2}}, "CREDENTIAL_CHANGED"),
    ({"verification": {"passed": True}}, "VERIFICATION_PASSED"),
    ({"verification": {"passed": False}}, "VERIFICATION_FAILED"),
    ({"application": {}}, "APPLICATION_SUBMITTED"),
    ({"drawdown": {}}, "DRAWDOWN"),
    ({"repayment": {}}, "REPAYMENT"),
    ({"missed_repayment": {}}, "REPAYMENT_MISSED"),
    ({"inquiry": {}}, "CREDIT_INQUIRY"),
    ({"turnover_report": {}}, "TURNOVER_REPORT"),
    ({"manual_action": {}}, "MANUAL_ACTION"),
]


@pytest.mark.parametrize(("detail", "kind"), KINDS)
def test_the_kind_follows_from_the_detail(detail: dict[str, Any], kind: str) -> None:
    event = AccountEvent(**detail)
    assert event_kind(event) == AccountEventKind.Value(f"ACCOUNT_EVENT_KIND_{kind}")


def test_every_kind_is_among_them() -> None:
    assert {f"ACCOUNT_EVENT_KIND_{kind}" for _, kind in KINDS} == set(AccountEventKind.keys())
