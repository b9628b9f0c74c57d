"""Makes the request to review a line: what the client did not send of the line is filled in from the facility."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from google.type.decimal_pb2 import Decimal

from underwriter.accounts import FacilityNotOpen, FacilityState
from underwriter.accounts.errors import NotALine
from underwriter.accounts.facility import Facility
from underwriter.accounts.money import money_message
from underwriter.feel.types import Type
from underwriter.v1.account_service_pb2 import ReviewLineRequest
from underwriter.v1.application_pb2 import Application, AttributeValue
from underwriter.v1.decision_service_pb2 import DecideRequest

REVIEWED_PRODUCT, CURRENT_RATE = "reviewed_product", "current_rate"
MONTHS_SINCE_LAST_CHANGE = "months_since_last_change"
FILLED_IN = (REVIEWED_PRODUCT, CURRENT_RATE, MONTHS_SINCE_LAST_CHANGE)
"""The attributes of a policy that are those of the line where they are not sent."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def check_is_line(facility: Facility) -> None:
    """Raise FacilityNotOpen or NotALine unless a facility is an open line."""
    if facility.state is not FacilityState.OPEN:
        raise FacilityNotOpen(facility.facility_id, facility.state.name.lower())
    if not facility.revolving:
        raise NotALine(facility.facility_id)


def review_request(asked: ReviewLineRequest, product: str) -> DecideRequest:
    """Return the request as it was sent, for the policy of a product."""
    return DecideRequest(
        request_id=asked.request_id, product=product, application=asked.application, explain=asked.explain
    )


def fill_in(request: DecideRequest, facility: Facility, attributes: Mapping[str, Type], now_us: int) -> None:
    """Fill in what was not sent of a line.

    That is its limit as the amount, its term, and of the attributes that the policy declares the product that it was
    opened as, its rate, and the whole months since its approval.
    """
    line = Application()
    line.request.amount.CopyFrom(money_message(facility.credit_limit, facility.currency))
    if facility.term_months:
        line.request.term_months = facility.term_months
    for name, value in _of_line(facility, now_us).items():
        if name in attributes:
            line.attributes[name].CopyFrom(value)
    _fill(request.application, line)


def fill_in_as(request: DecideRequest, recorded: DecideRequest) -> None:
    """Fill in the same as when the request was recorded."""
    _fill(request.application, recorded.application)


def _fill(sent: Application, line: Application) -> None:
    if line.request.HasField("amount") and not sent.request.HasField("amount"):
        sent.request.amount.CopyFrom(line.request.amount)
    if line.request.HasField("term_months") and not sent.request.HasField("term_months"):
        sent.request.term_months = line.request.term_months
    for name in FILLED_IN:
        if name in line.attributes and name not in sent.attributes:
            sent.attributes[name].CopyFrom(line.attributes[name])


def _of_line(facility: Facility, now_us: int) -> dict[str, AttributeValue]:
    months = _whole_months(facility.approve_time_us, now_us)
    told = {
        REVIEWED_PRODUCT: AttributeValue(text=facility.product),
        MONTHS_SINCE_LAST_CHANGE: AttributeValue(number=Decimal(value=str(months))),
    }
    if facility.annual_rate:
        told[CURRENT_RATE] = AttributeValue(number=Decimal(value=facility.annual_rate))
    return told


def _whole_months(start_us: int, end_us: int) -> int:
    """Return how many months have passed in full from one time to another, by the calendar in UTC; 0 if none."""
    start, end = (_EPOCH + timedelta(microseconds=time_us) for time_us in (start_us, end_us))
    months = (end.year - start.year) * 12 + end.month - start.month
    has_begun_last = (end.day, end.time()) < (start.day, start.time())
    return max(months - has_begun_last, 0)
