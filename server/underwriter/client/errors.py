"""The one exception that calls raise: a gRPC status with its details read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import grpc
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

_DETAILS_KEY = "grpc-status-details-bin"
_CODES = {code.value[0]: code for code in grpc.StatusCode}


@dataclass(frozen=True, slots=True)
class Violation:
    """One wrong field of a request: its path, and what was found there and what is allowed."""

    field: str
    description: str


class UnderwriterError(Exception):
    """A call was refused or could not be made.

    `code` is the gRPC status, `reason` the server's stable reason in UPPER_SNAKE_CASE (empty if the server was not
    reached), `violations` every wrong field of an INVALID_ARGUMENT, and `retry_after` how long to wait where trying
    again may help. `str()` tells all of it over several lines.
    """

    def __init__(
        self,
        code: grpc.StatusCode,
        message: str,
        reason: str = "",
        violations: Iterable[Violation] = (),
        retry_after: timedelta | None = None,
    ) -> None:
        self.code = code
        self.message = message
        self.reason = reason
        self.violations = tuple(violations)
        self.retry_after = retry_after
        super().__init__(self._text())

    def _text(self) -> str:
        lines = [f"{self.code.name}{f' ({self.reason})' if self.reason else ''}: {self.message}"]
        lines += [f"  {violation.field}: {violation.description}" for violation in self.violations]
        if self.retry_after:
            lines.append(f"  try again after {self.retry_after.total_seconds():g} s")
        return "\n".join(lines)


def error_of_status(status: Status) -> UnderwriterError:
    """Return the error that a google.rpc.Status tells."""
    info, request, retry = ErrorInfo(), BadRequest(), RetryInfo()
    for detail in status.details:
        for kind in (info, request, retry):
            detail.Unpack(kind)
    has_retry = any(detail.Is(RetryInfo.DESCRIPTOR) for detail in status.details)
    return UnderwriterError(
        code=_CODES.get(status.code, grpc.StatusCode.UNKNOWN),
        message=status.message,
        reason=info.reason,
        violations=[Violation(violation.field, violation.description) for violation in request.field_violations],
        retry_after=retry.retry_delay.ToTimedelta() if has_retry else None,
    )


def error_of_call(error: grpc.RpcError) -> UnderwriterError:
    """Return the error that a failed call tells, of either of gRPC's APIs."""
    for key, value in error.trailing_metadata() or ():
        if key == _DETAILS_KEY:
            return error_of_status(Status.FromString(value))
    return UnderwriterError(error.code(), error.details() or "no details")


def is_interruption(error: grpc.RpcError) -> bool:
    """Tell whether a stream broke off, so that what is unanswered may be sent again over a new one.

    That is UNAVAILABLE, and INTERNAL without the server's details: grpc.aio says so instead of the true status when
    the server ends a stream that the client is still writing to.
    """
    if error.code() is grpc.StatusCode.UNAVAILABLE:
        return True
    return error.code() is grpc.StatusCode.INTERNAL and not error_of_call(error).reason
