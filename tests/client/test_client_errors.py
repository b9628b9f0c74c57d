from datetime import timedelta

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

from underwriter.client.errors import UnderwriterError, Violation, error_of_status


def status(*details: object) -> Status:
    told = Status(code=grpc.StatusCode.INVALID_ARGUMENT.value[0], message="2 fields are wrong")
    for detail in details:
        told.details.add().Pack(detail)
    return told


def test_all_details_are_read_and_shown_over_several_lines() -> None:
    violations = [
        BadRequest.FieldViolation(field="application.applicant.age", description="found -1; allowed: 0 to 130"),
        BadRequest.FieldViolation(field="product", description="found nothing; allowed: a text"),
    ]
    error = error_of_status(
        status(
            ErrorInfo(reason="REQUEST_INVALID", domain="underwriter"),
            BadRequest(field_violations=violations),
            RetryInfo(retry_delay=Duration(nanos=100_000_000)),
        )
    )
    assert (error.code, error.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "REQUEST_INVALID")
    assert error.violations[0] == Violation("application.applicant.age", "found -1; allowed: 0 to 130")
    assert error.retry_after == timedelta(milliseconds=100)
    assert str(error).splitlines() == [
        "INVALID_ARGUMENT (REQUEST_INVALID): 2 fields are wrong",
        "  application.applicant.age: found -1; allowed: 0 to 130",
        "  product: found nothing; allowed: a text",
        "  try again after 0.1 s",
    ]


def test_a_status_without_details_reads_well_too() -> None:
    error = error_of_status(status())
    assert str(error) == "INVALID_ARGUMENT: 2 fields are wrong"
    assert (error.reason, error.violations, error.retry_after) == ("", (), None)


def test_an_unknown_code_is_unknown() -> None:
    assert error_of_status(Status(code=99, message="x")).code == grpc.StatusCode.UNKNOWN


def test_it_is_caught_as_an_exception() -> None:
    with pytest.raises(UnderwriterError, match="NOT_FOUND"):
        raise UnderwriterError(grpc.StatusCode.NOT_FOUND, "there is no decision")
