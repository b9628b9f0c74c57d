"""What a call can be refused for, and how each refusal is told to the client.

CallRefused
├── RequestMalformed     the bytes are no message of the method's type
├── RequestInvalid       fields break their constraints
├── NothingFound         the named resource does not exist
├── AccountUnknown       nothing happened to the account yet
├── RecordErased         the decision's content was erased with its subject's data
├── RecordArchived       the decision's content was moved to an archive
├── OtherVersionInForce  an order was meant for another version than the one in force
├── ReloadRefused        the rules folder can't be read or taken up
├── PolicyVersionUnknown the pinned policy version was never active here, or decides on another product
├── TooBusy              the worker has all the calls in flight that it may have
├── DeadlinePassed       the client has stopped waiting
└── Draining             the worker is stopping

`status_of` maps these, and the errors of the packages below, to one `google.rpc.Status` with rich details.
"""

from collections.abc import Mapping, Sequence

import grpc
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, ResourceInfo, RetryInfo
from google.rpc.status_pb2 import Status

from underwriter.accounts import (
    AmountAboveOwed,
    AmountAboveUndrawn,
    ChangedTooOften,
    FacilityNotOpen,
    FacilityRefused,
    NothingOwed,
    NothingUndrawn,
    OfferExpired,
    SubjectOwes,
)
from underwriter.accounts.errors import AccountSuspended, AlertUnknown, EventIdReused, NotALine
from underwriter.decisioning import InputsRefused, PolicyUnusable, RulesRefused, UnknownModel, UnknownProduct
from underwriter.decisioning.requests.validation import FieldFault
from underwriter.ledger import OrdersChanged, PageTokenInvalid, RequestIdReused, SubjectUnknown
from underwriter.ledger.checkpoints import LogAltered, OriginChanged
from underwriter.ledger.keys import KeyDamaged, MasterKeyMissing, PayloadDamaged
from underwriter.ledger.merkle import TreeDamaged
from underwriter.replay import RequestUnfit
from underwriter.service.accounts.alert_cursor import CursorInvalid
from underwriter.service.resources import ResourceNameMalformed
from underwriter.storage import DatabaseUnavailable

DOMAIN = "underwriter"
# gRPC's clients refuse metadata over 8 KiB by default; details travel there in base64, with the rest of the status.
MOST_VIOLATIONS_BYTES = 5_000
VIOLATION_OVERHEAD_BYTES = 8

RETRY_WHEN_BUSY_MS = 100
RETRY_WHEN_UNAVAILABLE_MS = 500


_FACILITY_REASONS: Mapping[type[FacilityRefused], str] = {
    AccountSuspended: "ACCOUNT_SUSPENDED",
    AmountAboveOwed: "AMOUNT_ABOVE_OWED",
    AmountAboveUndrawn: "AMOUNT_ABOVE_UNDRAWN",
    FacilityNotOpen: "FACILITY_NOT_OPEN",
    NotALine: "NOT_A_LINE",
    NothingOwed: "NOTHING_OWED",
    NothingUndrawn: "NOTHING_UNDRAWN",
    OfferExpired: "OFFER_EXPIRED",
}


class CallRefused(Exception):
    """The base of the refusals that the service itself raises."""


class RequestMalformed(CallRefused):
    """The bytes received are no message of the method's request type."""

    def __init__(self, message_type: str) -> None:
        super().__init__(f"the bytes received are not a {message_type} message; is the client built from other protos?")


class RequestInvalid(CallRefused):
    """Fields of the request break their constraints. `faults` names every one."""

    def __init__(self, faults: Sequence[FieldFault]) -> None:
        count = "1 field is wrong" if len(faults) == 1 else f"{len(faults)} fields are wrong"
        super().__init__(f"{count}: {', '.join(fault.path for fault in faults[:5])}{' ...' if len(faults) > 5 else ''}")
        self.faults = faults


def refuse_faults(faults: Sequence[FieldFault]) -> None:
    """Raise RequestInvalid if there are faults."""
    if faults:
        raise RequestInvalid(faults)


class NothingFound(CallRefused):
    """No resource has this name. `kind` is its message type, and `hint` says which other name may be meant."""

    def __init__(self, kind: str, name: str, hint: str = "") -> None:
        super().__init__(f"there is no {kind.lower()} {name}{f'; {hint}' if hint else ''}")
        self.kind = kind
        self.name = name


class AccountUnknown(CallRefused):
    """No event was recorded on the account. Its name, which is the lender's identifier of a person, is not told."""

    def __init__(self) -> None:
        super().__init__("there is no such account: no event was recorded on it, or its data was erased")


class RecordErased(CallRefused):
    """The record is there and provable, but its content was erased with its subject's data."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the content of {name} was erased with its subject's data; what remains is the proof of it")
        self.name = name


class RecordArchived(CallRefused):
    """The record is there and provable, but its content was moved to an archive file."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the content of {name} was moved to an archive; `underwriter ledger restore` brings it back")
        self.name = name


class OtherVersionInForce(CallRefused):
    """An order says which version it is meant for, and another one is in force."""

    def __init__(self, name: str, version: str) -> None:
        super().__init__(f"version {version} of {name} is in force; look at it, and order again if it is still meant")
        self.version = version


class ReloadRefused(CallRefused):
    """The rules folder can't be read, or its rules can't be taken up by all workers. The old rules are in force."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"the rules in force stay: {problem}")


class PolicyVersionUnknown(CallRefused):
    """The request pins a policy version that can't decide on its product here."""

    def __init__(self, product: str, version: str) -> None:
        super().__init__(
            f"version {version} of the policy for {product} was never active here; "
            "leave policy_version out to use the active one, which ListPolicies shows"
        )


class TooBusy(CallRefused):
    """The worker has as many calls in flight as it may have."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} calls are in flight already; try again shortly, or over another connection")


class DeadlinePassed(CallRefused):
    """The call's deadline had passed before the work began. Nothing is recorded."""

    def __init__(self) -> None:
        super().__init__("the deadline passed before the call began; nothing was decided or recorded")


class Draining(CallRefused):
    """The worker is stopping. What was not answered may be sent again, over a new connection."""

    def __init__(self) -> None:
        super().__init__("the server is stopping; send what was not answered again over a new connection")


def status_of(error: Exception) -> Status | None:
    """Return what a client is told about an error, or None for an error that nobody foresaw."""
    match error:
        case RequestMalformed():
            return _status(grpc.StatusCode.INVALID_ARGUMENT, "REQUEST_MALFORMED", error)
        case RequestInvalid():
            return _status(grpc.StatusCode.INVALID_ARGUMENT, "REQUEST_INVALID", error, _violations(error.faults))
        case InputsRefused():
            return status_of(RequestInvalid(error.faults))
        case ResourceNameMalformed():
            fault = FieldFault("name", "another form", error.form)
            return _status(grpc.StatusCode.INVALID_ARGUMENT, "NAME_MALFORMED", error, _violations([fault]))
        case PageTokenInvalid():
            fault = FieldFault("page_token", "a token not given for these filters", "a next_page_token, or nothing")
            return _status(grpc.StatusCode.INVALID_ARGUMENT, "PAGE_TOKEN_INVALID", error, _violations([fault]))
        case UnknownProduct():
            return _unknown_product(error)
        case UnknownModel():
            resource = ResourceInfo(resource_type="DMN model", resource_name=error.path[:64])
            return _status(grpc.StatusCode.NOT_FOUND, "DMN_MODEL_UNKNOWN", error, resource)
        case NothingFound():
            resource = ResourceInfo(resource_type=f"underwriter.v1.{error.kind}", resource_name=error.name)
            return _status(grpc.StatusCode.NOT_FOUND, f"{error.kind.upper()}_NOT_FOUND", error, resource)
        case AccountUnknown():
            return _status(grpc.StatusCode.NOT_FOUND, "ACCOUNT_NOT_FOUND", error)
        case AlertUnknown():
            resource = ResourceInfo(resource_type="underwriter.v1.Alert", resource_name=f"alerts/{error.alert_id}")
            return _status(grpc.StatusCode.NOT_FOUND, "ALERT_NOT_FOUND", error, resource)
        case CursorInvalid():
            fault = FieldFault("cursor", "another text", "a cursor that this server gave, or nothing")
            return _status(grpc.StatusCode.INVALID_ARGUMENT, "CURSOR_INVALID", error, _violations([fault]))
        case EventIdReused():
            resource = ResourceInfo(resource_type="underwriter.v1.AccountEvent", resource_name=error.event_id)
            return _status(grpc.StatusCode.ALREADY_EXISTS, "EVENT_ID_REUSED", error, resource)
        case RequestIdReused():
            resource = ResourceInfo(resource_type="underwriter.v1.DecideRequest", resource_name=error.request_id)
            return _status(grpc.StatusCode.ALREADY_EXISTS, "REQUEST_ID_REUSED", error, resource)
        case OtherVersionInForce():
            return _status(grpc.StatusCode.ABORTED, "OTHER_VERSION_IN_FORCE", error, version=error.version)
        case ReloadRefused():
            return _status(grpc.StatusCode.FAILED_PRECONDITION, "RELOAD_REFUSED", error)
        case OrdersChanged():
            return _status(grpc.StatusCode.ABORTED, "ORDERS_CHANGED", error, _retry(RETRY_WHEN_BUSY_MS))
        case PolicyVersionUnknown():
            return _status(grpc.StatusCode.FAILED_PRECONDITION, "POLICY_VERSION_UNKNOWN", error)
        case RequestUnfit():
            return _status(grpc.StatusCode.FAILED_PRECONDITION, "REQUEST_UNFIT", error)
        case RulesRefused() | PolicyUnusable():
            return _policy_cannot_run()
        case RecordErased():
            resource = ResourceInfo(resource_type="underwriter.v1.Decision", resource_name=error.name)
            return _status(grpc.StatusCode.NOT_FOUND, "RECORD_ERASED", error, resource)
        case RecordArchived():
            resource = ResourceInfo(resource_type="underwriter.v1.Decision", resource_name=error.name)
            return _status(grpc.StatusCode.FAILED_PRECONDITION, "RECORD_ARCHIVED", error, resource)
        case SubjectUnknown():
            return _status(grpc.StatusCode.NOT_FOUND, "SUBJECT_UNKNOWN", error)
        case ChangedTooOften():
            return _status(grpc.StatusCode.ABORTED, "CHANGED_TOO_OFTEN", error, _retry(RETRY_WHEN_BUSY_MS))
        case FacilityRefused():
            return _status(grpc.StatusCode.FAILED_PRECONDITION, _FACILITY_REASONS[type(error)], error)
        case MasterKeyMissing():
            return _status(grpc.StatusCode.FAILED_PRECONDITION, "MASTER_KEY_MISSING", error)
        case KeyDamaged() | PayloadDamaged():
            return _status(grpc.StatusCode.DATA_LOSS, "RECORD_DAMAGED", error)
        case SubjectOwes():
            return _status(grpc.StatusCode.FAILED_PRECONDITION, "SUBJECT_OWES", error)
        case OriginChanged():
            text = "the server's signing key is not that of this log, so it signs nothing"
            return _status(grpc.StatusCode.FAILED_PRECONDITION, "LOG_ORIGIN_CHANGED", text)
        case LogAltered() | TreeDamaged():
            # What was found goes to the log: it is for those who look after the record.
            text = "the record is not what was signed before, so nothing can be proved; the server's log says where"
            return _status(grpc.StatusCode.DATA_LOSS, "LOG_ALTERED", text)
        case TooBusy():
            return _status(grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_MANY_CALLS", error, _retry(RETRY_WHEN_BUSY_MS))
        case DatabaseUnavailable():
            return _ledger_unavailable()
        case Draining():
            return _status(grpc.StatusCode.UNAVAILABLE, "SERVER_STOPPING", error, _retry(0))
        case DeadlinePassed():
            return _status(grpc.StatusCode.DEADLINE_EXCEEDED, "DEADLINE_PASSED", error)
        case _:
            return None


def defect_status(incident: str) -> Status:
    """Return what a client is told about an error that nobody foresaw: only the id that finds it in the log."""
    text = f"the server failed on this call; its log has the cause under incident {incident}"
    return _status(grpc.StatusCode.INTERNAL, "DEFECT", text, incident=incident)


def reason_of(status: Status) -> str:
    """Return the stable reason of a status that `status_of` made."""
    info = ErrorInfo()
    return info.reason if status.details and status.details[0].Unpack(info) else ""


def _status(code: grpc.StatusCode, reason: str, error: object, *details: Message, **metadata: str) -> Status:
    """Return a status whose first detail is the ErrorInfo."""
    status = Status(code=code.value[0], message=str(error))
    for detail in (ErrorInfo(reason=reason, domain=DOMAIN, metadata=metadata), *details):
        status.details.add().Pack(detail)
    return status


def _violations(faults: Sequence[FieldFault]) -> BadRequest:
    """Return every fault, as far as they fit into the metadata that gRPC clients accept; then how many do not."""
    told = BadRequest()
    size = 0
    for number, fault in enumerate(faults):
        description = f"found {fault.found}; allowed: {fault.allowed}"
        size += len(fault.path.encode()) + len(description.encode()) + VIOLATION_OVERHEAD_BYTES
        if size > MOST_VIOLATIONS_BYTES:
            rest = f"{len(faults) - number} more fields are wrong; they are told once these are mended"
            told.field_violations.add(field="", description=rest)
            break
        told.field_violations.add(field=fault.path, description=description)
    return told


def _retry(milliseconds: int) -> RetryInfo:
    delay = Duration()
    delay.FromMilliseconds(milliseconds)
    return RetryInfo(retry_delay=delay)


def _unknown_product(error: UnknownProduct) -> Status:
    known = ", ".join(sorted(error.known))
    text = f"there is no policy for the product {error.product[:64]!r}; products: {known}"
    resource = ResourceInfo(resource_type="product", resource_name=error.product[:64])
    return _status(grpc.StatusCode.NOT_FOUND, "PRODUCT_UNKNOWN", text, resource, products=known)


def _policy_cannot_run() -> Status:
    # The diagnostics speak to rule authors and go to the log.
    text = "the policy version can't be loaded any more: its rules or models are refused by this server"
    return _status(grpc.StatusCode.FAILED_PRECONDITION, "POLICY_CANNOT_RUN", text)


def _ledger_unavailable() -> Status:
    # The database's own words go to the log: they tell of paths that are no business of a client.
    text = "the decision can't be recorded or read now, so there is none; try again with the same request id"
    return _status(grpc.StatusCode.UNAVAILABLE, "LEDGER_UNAVAILABLE", text, _retry(RETRY_WHEN_UNAVAILABLE_MS))
