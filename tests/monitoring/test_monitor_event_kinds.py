"""What can be read of an event of each kind."""

import pytest

from underwriter.events.event_kind import event_kind
from underwriter.feel.types import BOOLEAN, DATE, NUMBER, STRING
from underwriter.monitoring.event_kinds import KINDS, KINDS_BY_NAME
from underwriter.policy.inputs import choices
from underwriter.v1 import account_event_pb2 as pb

NAMES = {number: name.lower() for number, name in choices(pb.AccountEventKind.DESCRIPTOR).items()}
DETAILS = pb.AccountEvent.DESCRIPTOR.oneofs_by_name["detail"].fields


def test_there_is_each_kind_of_the_protocol_by_its_name() -> None:
    assert {kind.number: kind.name for kind in KINDS.values()} == NAMES
    assert {name: kind.number for name, kind in KINDS_BY_NAME.items()} == {name: n for n, name in NAMES.items()}


@pytest.mark.parametrize("detail", [field.name for field in DETAILS])
def test_an_event_with_any_detail_is_of_a_kind_that_reads_that_detail(detail: str) -> None:
    event = pb.AccountEvent()
    getattr(event, detail).SetInParent()
    assert KINDS[event_kind(event)].detail == detail


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("login_failed", {"device_id": STRING, "usual_location": BOOLEAN}),
        ("credit_inquiry", {"device_id": STRING, "lender": STRING}),
        (
            "drawdown",
            {
                "device_id": STRING,
                "facility": STRING,
                "amount": NUMBER,
                "outstanding": NUMBER,
                "credit_limit": NUMBER,
                "utilisation": NUMBER,
            },
        ),
        (
            "turnover_report",
            {
                "device_id": STRING,
                "turnover": NUMBER,
                "previous_turnover": NUMBER,
                "period_end": DATE,
                "change": NUMBER,
            },
        ),
    ],
)
def test_a_kind_has_its_details_fields_and_what_follows_from_them(name: str, types: dict[str, object]) -> None:
    assert dict(KINDS_BY_NAME[name].types) == types


def test_events_can_be_compared_by_their_account_too() -> None:
    assert set(KINDS_BY_NAME["login_failed"].comparable) == {"device_id", "usual_location", "account"}
