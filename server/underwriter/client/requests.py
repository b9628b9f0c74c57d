"""Makes the messages that the clients send."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from uuid import uuid4

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.money_pb2 import Money

from underwriter.v1.account_event_pb2 import AccountEvent
from underwriter.v1.account_pb2 import AlertSeverity
from underwriter.v1.account_service_pb2 import (
    AcknowledgeAlertRequest,
    GetAccountRequest,
    RecordEventsRequest,
    ReviewLineRequest,
    WatchAlertsRequest,
)
from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_pb2 import Outcome
from underwriter.v1.decision_service_pb2 import DecideRequest, Explain, ListDecisionsRequest
from underwriter.v1.facility_service_pb2 import (
    ConfirmDrawdownRequest,
    RecordRepaymentRequest,
    ReleaseReservationRequest,
)
from underwriter.v1.ledger_service_pb2 import EraseSubjectRequest
from underwriter.v1.policy_service_pb2 import (
    ActivatePolicyRequest,
    ParameterSetting,
    Rollout,
    SetParametersRequest,
    SetRolloutRequest,
    SourceFile,
    ValidatePolicyRequest,
)
from underwriter.v1.portfolio_service_pb2 import LendingDimension, SummarizeLendingRequest, SummarizeWarningsRequest


def decide_request(
    application: Application,
    *,
    product: str,
    request_id: str | None = None,
    explain: Explain = Explain.EXPLAIN_REASONS,
    policy_version: str = "",
    validate_only: bool = False,
) -> DecideRequest:
    """Return a request to decide on an application. Without a request id it gets a new UUID."""
    return DecideRequest(
        request_id=request_id or str(uuid4()),
        product=product,
        application=application,
        explain=explain,
        policy_version=policy_version,
        validate_only=validate_only,
    )


def with_request_id(request: DecideRequest) -> DecideRequest:
    """Return the request, or a copy with a new id if it has none: only a request with an id may be sent again."""
    if request.request_id:
        return request
    identified = DecideRequest(request_id=str(uuid4()))
    identified.MergeFrom(request)
    return identified


def list_request(
    *,
    product: str = "",
    outcome: Outcome = Outcome.OUTCOME_UNSPECIFIED,
    subject_id: str = "",
    start_time: datetime | None = None,
    end_time: datetime | None = None,
    page_size: int = 100,
) -> ListDecisionsRequest:
    """Return a request for the first page of the decisions for which all that is given holds. Times must be aware."""
    return ListDecisionsRequest(
        page_size=page_size,
        product=product,
        outcome=outcome,
        subject_id=subject_id,
        start_time=_timestamp(start_time),
        end_time=_timestamp(end_time),
    )


def drawdown_request(facility: str, amount: Money, request_id: str | None = None) -> ConfirmDrawdownRequest:
    """Return a request to draw on a facility. Without a request id it gets a new UUID."""
    return ConfirmDrawdownRequest(request_id=request_id or str(uuid4()), facility=facility, amount=amount)


def release_request(facility: str, request_id: str | None = None) -> ReleaseReservationRequest:
    """Return a request to give up what is not drawn of a facility. Without a request id it gets a new UUID."""
    return ReleaseReservationRequest(request_id=request_id or str(uuid4()), facility=facility)


def repayment_request(facility: str, principal: Money, request_id: str | None = None) -> RecordRepaymentRequest:
    """Return a request to record repaid principal. Without a request id it gets a new UUID."""
    return RecordRepaymentRequest(request_id=request_id or str(uuid4()), facility=facility, principal=principal)


def summarize_request(
    group_by: Iterable[LendingDimension],
    *,
    product: str = "",
    start_time: datetime | None = None,
    end_time: datetime | None = None,
) -> SummarizeLendingRequest:
    """Return a request to sum up what is lent. Times must be aware."""
    return SummarizeLendingRequest(
        group_by=group_by, product=product, start_time=_timestamp(start_time), end_time=_timestamp(end_time)
    )


def warnings_request(start_time: datetime | None) -> SummarizeWarningsRequest:
    """Return a request to count the accounts by grade of early warning. The time must be aware."""
    return SummarizeWarningsRequest(start_time=_timestamp(start_time))


def events_requests(events: Iterable[AccountEvent]) -> Iterator[RecordEventsRequest]:
    """Yield a request for each event of a stream."""
    return (RecordEventsRequest(event=event) for event in events)


def account_request(subject_id: str) -> GetAccountRequest:
    """Return a request for what is known of a subject's account."""
    return GetAccountRequest(name=f"accounts/{subject_id}")


def watch_request(
    cursor: str, subject_id: str, least_severity: AlertSeverity, *, from_start: bool
) -> WatchAlertsRequest:
    """Return a request for alerts, of all accounts if no subject is given."""
    account = f"accounts/{subject_id}" if subject_id else ""
    return WatchAlertsRequest(cursor=cursor, from_start=from_start, account=account, least_severity=least_severity)


def acknowledge_request(
    name: str, actor: str, note: str, request_id: str | None, *, release: bool
) -> AcknowledgeAlertRequest:
    """Return an answer to an alert. Without a request id it gets a new UUID."""
    return AcknowledgeAlertRequest(
        request_id=request_id or str(uuid4()), name=name, actor=actor, note=note, release=release
    )


def review_request(
    facility: str, application: Application, request_id: str | None, explain: Explain
) -> ReviewLineRequest:
    """Return a request to review a line. Without a request id it gets a new UUID."""
    return ReviewLineRequest(
        request_id=request_id or str(uuid4()), facility=facility, application=application, explain=explain
    )


def erase_request(subject_id: str, request_id: str | None = None) -> EraseSubjectRequest:
    """Return a request to erase what is recorded on a subject. Without a request id it gets a new UUID."""
    return EraseSubjectRequest(request_id=request_id or str(uuid4()), subject_id=subject_id)


def validate_request(files: Mapping[str, str], *, keep: bool = False) -> ValidatePolicyRequest:
    """Return a request to check rule files, given as text by path below the rules folder, and perhaps to keep them."""
    sources = [SourceFile(path=path, content=content) for path, content in files.items()]
    return ValidatePolicyRequest(files=sources, keep=keep)


def activate_request(
    name: str, *, actor: str, reason: str, policy_version: str, expected_version: str, validate_only: bool
) -> ActivatePolicyRequest:
    """Return an order to hold a policy at a version, or to follow the rules folder if none is given."""
    return ActivatePolicyRequest(
        name=name,
        policy_version=policy_version,
        actor=actor,
        reason=reason,
        expected_version=expected_version,
        validate_only=validate_only,
    )


def parameters_request(
    name: str, values: Mapping[str, str], *, actor: str, reason: str, expected_version: str, validate_only: bool
) -> SetParametersRequest:
    """Return an order to set parameters, given as FEEL text by name; an empty text takes back what was set."""
    return SetParametersRequest(
        name=name,
        parameters=[ParameterSetting(name=parameter, value=value) for parameter, value in values.items()],
        actor=actor,
        reason=reason,
        expected_version=expected_version,
        validate_only=validate_only,
    )


def rollout_request(
    name: str, rollout: Rollout, *, actor: str, reason: str, expected_version: str, validate_only: bool
) -> SetRolloutRequest:
    """Return an order to set the rollout of a policy; an empty one ends it."""
    return SetRolloutRequest(
        name=name,
        rollout=rollout,
        actor=actor,
        reason=reason,
        expected_version=expected_version,
        validate_only=validate_only,
    )


def _timestamp(moment: datetime | None) -> Timestamp | None:
    if moment is None:
        return None
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone; give an aware datetime, such as datetime.now(UTC)")
    timestamp = Timestamp()
    timestamp.FromDatetime(moment)
    return timestamp
