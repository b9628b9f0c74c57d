"""Checks an account's event before it is recorded, and names every fault at once."""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime

from google.type.money_pb2 import Money

from underwriter.accounts.errors import AmountTooFine
from underwriter.accounts.facility_message import facility_id_of
from underwriter.accounts.money import minor_units_of
from underwriter.decisioning.requests.faults import missing
from underwriter.decisioning.requests.validation import FieldFault, request_faults
from underwriter.policy.inputs import FieldKind, kind_of_field
from underwriter.service.accounts.own_events import OWN_FORM, is_own
from underwriter.service.facility_service import NAME_FORM
from underwriter.service.resources import ALERT_FORM, alert_id_of
from underwriter.v1.account_event_pb2 import AccountEvent
from underwriter.v1.account_service_pb2 import RecordEventRequest, RecordEventsRequest

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
AHEAD_SECONDS = 600
"""How far a client's clock may be ahead of ours."""
_TIME = "event.event_time"
_TIME_ALLOWED = f"a time from {EARLIEST.year} on, and not more than {AHEAD_SECONDS // 60} minutes after now"

_DETAILS = {field.name: field.message_type for field in AccountEvent.DESCRIPTOR.oneofs_by_name["detail"].fields}
_MONEY_FIELDS = {
    detail: [field.name for field in message.fields if kind_of_field(field) is FieldKind.MONEY]
    for detail, message in _DETAILS.items()
}
_NAMES: Mapping[str, tuple[Callable[[str], str | None], str]] = {
    "facility": (facility_id_of, NAME_FORM),
    "alert": (alert_id_of, ALERT_FORM),
}
_NAME_FIELDS = {
    detail: [field.name for field in message.fields if field.name in _NAMES] for detail, message in _DETAILS.items()
}


def event_faults(request: RecordEventRequest | RecordEventsRequest, now_s: float) -> list[FieldFault]:
    """Return all faults of a request that records an event.

    Besides its fields' constraints, the event must say what happened, and its id is none of the server's own. Its time
    is in whole microseconds, not before `EARLIEST` and not more than `AHEAD_SECONDS` after now. Amounts are in whole
    minor units of their currency.
    """
    # What is told of its time here takes the place of what is told of any request's time.
    faults = [fault for fault in request_faults(request) if fault.path != _TIME]
    if request.HasField("event"):
        parts = (fault.path.split(".") for fault in faults)
        faulted = {".".join(path[:length]) for path in parts for length in (2, 3)}
        faults += [fault for fault in _further_faults(request.event, now_s, faulted) if fault.path not in faulted]
    return faults


def _further_faults(event: AccountEvent, now_s: float, faulted: Collection[str]) -> Iterator[FieldFault]:
    if is_own(event.event_id):
        allowed = f"an id of another form than {OWN_FORM}"
        yield FieldFault("event.event_id", "an id of one of the server's own events", allowed)
    yield from _time_faults(event, now_s)
    detail = event.WhichOneof("detail")
    if detail is None:
        yield missing("event.detail", f"one of {', '.join(_DETAILS)}")
        return
    if detail == "device" and not event.device_id:
        yield missing("event.device_id", "the device that was added or removed")
    message = getattr(event, detail)
    for name in _MONEY_FIELDS[detail]:
        path = f"event.{detail}.{name}"
        if message.HasField(name) and path not in faulted:
            yield from _amount_faults(path, getattr(message, name))
    for name in _NAME_FIELDS[detail]:
        id_of, form = _NAMES[name]
        if (value := getattr(message, name)) and id_of(value) is None:
            yield FieldFault(f"event.{detail}.{name}", "another form", form)


def _time_faults(event: AccountEvent, now_s: float) -> Iterator[FieldFault]:
    if not event.HasField("event_time"):
        yield missing(_TIME, _TIME_ALLOWED)
        return
    seconds, nanos = event.event_time.seconds, event.event_time.nanos
    if nanos % 1000:
        yield FieldFault(_TIME, "a part of a microsecond", "whole microseconds")
    if not EARLIEST.timestamp() <= seconds <= now_s + AHEAD_SECONDS:
        yield FieldFault(_TIME, "a time outside what can be", _TIME_ALLOWED)


def _amount_faults(path: str, money: Money) -> Iterator[FieldFault]:
    try:
        minor_units_of(money)
    except AmountTooFine as error:
        yield FieldFault(path, "a finer amount", str(error))
