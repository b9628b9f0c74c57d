"""PortfolioService: tells the totals of lending, and the accounts by grade of early warning."""

import asyncio
import time

from google.protobuf.timestamp_pb2 import Timestamp

from underwriter.accounts.lending_message import summary_message
from underwriter.accounts.lending_total import Dimension
from underwriter.accounts.totals import LendingQuery, lending_summary
from underwriter.accounts.warnings import WarningGrades
from underwriter.decisioning.requests.validation import FieldFault, request_faults
from underwriter.service.accounts.account_messages import warnings_message
from underwriter.service.errors import refuse_faults
from underwriter.storage import Database
from underwriter.v1 import portfolio_service_pb2 as v1

DEFAULT_PERIOD_US = 30 * 24 * 3600 * 1_000_000
"""How far back moves of grades are counted if no start is asked for."""

_DIMENSIONS = {v1.LendingDimension.Value(f"LENDING_DIMENSION_{dimension.name}"): dimension for dimension in Dimension}


class PortfolioService:
    """The methods of underwriter.v1.PortfolioService. Errors are raised; `CallGate` turns them into statuses."""

    def __init__(self, database: Database, log: str, warnings: WarningGrades) -> None:
        self._database = database
        self._log = log
        self._warnings = warnings
        self._summing = asyncio.Lock()

    async def summarize_lending(self, request: v1.SummarizeLendingRequest) -> v1.SummarizeLendingResponse:
        """Sum up what is lent. One sum at a time: each reads every facility."""
        refuse_faults([*request_faults(request), *_dimension_faults(request), *_period_faults(request)])
        async with self._summing:
            time_us = time.time_ns() // 1000
            summary = await asyncio.to_thread(lending_summary, self._database, self._log, _query(request))
        return summary_message(summary, time_us)

    async def summarize_warnings(self, request: v1.SummarizeWarningsRequest) -> v1.SummarizeWarningsResponse:
        """Count the accounts of each grade. One sum at a time, like those of lending."""
        refuse_faults(request_faults(request))
        async with self._summing:
            time_us = time.time_ns() // 1000
            start_us = time_us - DEFAULT_PERIOD_US
            if request.HasField("start_time"):
                start_us = _first_microsecond(request.start_time)
            summary = await asyncio.to_thread(self._warnings.summary, start_us)
        return warnings_message(summary, time_us)


def _query(request: v1.SummarizeLendingRequest) -> LendingQuery:
    return LendingQuery(
        group_by=[_DIMENSIONS[dimension] for dimension in request.group_by],
        product=request.product,
        start_us=_first_microsecond(request.start_time) if request.HasField("start_time") else None,
        end_us=_first_microsecond(request.end_time) if request.HasField("end_time") else None,
    )


def _first_microsecond(moment: Timestamp) -> int:
    """Return the first whole microsecond that is not before a moment."""
    nanoseconds: int = moment.ToNanoseconds()
    return -(-nanoseconds // 1000)


def _dimension_faults(request: v1.SummarizeLendingRequest) -> list[FieldFault]:
    """Return a fault for each dimension that is none, or named before. Unknown numbers are told by the constraints."""
    faults = []
    for index, dimension in enumerate(request.group_by):
        path = f"group_by[{index}]"
        if dimension == v1.LENDING_DIMENSION_UNSPECIFIED:
            allowed = ", ".join(map(v1.LendingDimension.Name, _DIMENSIONS))
            faults.append(FieldFault(path, "LENDING_DIMENSION_UNSPECIFIED", allowed))
        elif dimension in _DIMENSIONS and dimension in request.group_by[:index]:
            faults.append(FieldFault(path, "a dimension named before", "each dimension once"))
    return faults


def _period_faults(request: v1.SummarizeLendingRequest) -> list[FieldFault]:
    start, end = request.start_time, request.end_time
    if not (request.HasField("start_time") and request.HasField("end_time")):
        return []
    is_empty = (start.seconds, start.nanos) >= (end.seconds, end.nanos)
    return [FieldFault("end_time", "a time that is not after start_time", "a later time")] if is_empty else []
