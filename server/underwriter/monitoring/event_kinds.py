"""What monitors may read of an event of each kind: the fields of its detail's message as FEEL types, and some more.

Names are the fields' own names in the proto files. A field that only tells the kind, such as whether a login succeeded,
is left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from google.protobuf.descriptor import FieldDescriptor

from underwriter.feel.types import NUMBER, STRING, Type
from underwriter.monitoring.definitions import EventKind
from underwriter.policy.inputs import field_type
from underwriter.v1.account_event_pb2 import AccountEvent

DEVICE_ID = "device_id"
ACCOUNT = "account"
"""Which account it happened to: not for conditions, but to compare events by."""

UTILISATION = "utilisation"
"""outstanding / credit_limit; not known where the limit is nothing."""
CHANGE = "change"
"""turnover / previous_turnover - 1; not known where there was none before."""


@dataclass(frozen=True, slots=True)
class KindOfEvent:
    """A kind of event: its name in monitor files, its number, and the field of `AccountEvent` that holds its detail.

    `fields` are the detail's, by name; `types` are those of all that conditions may read. Amounts are numbers, in the
    monitor's currency.
    """

    name: str
    number: int
    detail: str
    fields: Mapping[str, FieldDescriptor]
    types: Mapping[str, Type]

    @property
    def comparable(self) -> Mapping[str, Type]:
        """The types of what events can be compared by: what conditions may read, and the account."""
        return {**self.types, ACCOUNT: STRING}


_PREFIX = "ACCOUNT_EVENT_KIND_"
_TELLING = frozenset({("login", "succeeded"), ("device", "removed"), ("verification", "passed")})
"""Details' fields that only tell the kind."""

_DETAILS = {
    EventKind.ACCOUNT_EVENT_KIND_LOGIN_SUCCEEDED: "login",
    EventKind.ACCOUNT_EVENT_KIND_LOGIN_FAILED: "login",
    EventKind.ACCOUNT_EVENT_KIND_DEVICE_CHANGED: "device",
    EventKind.ACCOUNT_EVENT_KIND_DEVICE_REMOVED: "device",
    EventKind.ACCOUNT_EVENT_KIND_PASSWORD_RESET: "credential",
    EventKind.ACCOUNT_EVENT_KIND_CREDENTIAL_CHANGED: "credential",
    EventKind.ACCOUNT_EVENT_KIND_VERIFICATION_PASSED: "verification",
    EventKind.ACCOUNT_EVENT_KIND_VERIFICATION_FAILED: "verification",
    EventKind.ACCOUNT_EVENT_KIND_APPLICATION_SUBMITTED: "application",
    EventKind.ACCOUNT_EVENT_KIND_DRAWDOWN: "drawdown",
    EventKind.ACCOUNT_EVENT_KIND_REPAYMENT: "repayment",
    EventKind.ACCOUNT_EVENT_KIND_REPAYMENT_MISSED: "missed_repayment",
    EventKind.ACCOUNT_EVENT_KIND_CREDIT_INQUIRY: "inquiry",
    EventKind.ACCOUNT_EVENT_KIND_TURNOVER_REPORT: "turnover_report",
    EventKind.ACCOUNT_EVENT_KIND_MANUAL_ACTION: "manual_action",
}


def _kind(number: int, detail: str) -> KindOfEvent:
    message = AccountEvent.DESCRIPTOR.fields_by_name[detail].message_type
    fields = {field.name: field for field in message.fields if (detail, field.name) not in _TELLING}
    types = {DEVICE_ID: STRING, **{name: field_type(field) for name, field in fields.items()}}
    types |= {name: NUMBER for name, needed in _DERIVED.items() if needed <= fields.keys()}
    return KindOfEvent(EventKind.Name(number).removeprefix(_PREFIX).lower(), number, detail, fields, types)


_DERIVED = {UTILISATION: {"outstanding", "credit_limit"}, CHANGE: {"turnover", "previous_turnover"}}

KINDS: Mapping[int, KindOfEvent] = {number: _kind(number, detail) for number, detail in _DETAILS.items()}
KINDS_BY_NAME: Mapping[str, KindOfEvent] = {kind.name: kind for kind in KINDS.values()}
