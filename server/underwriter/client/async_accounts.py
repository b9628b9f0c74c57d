"""The calls of AccountService, as the async client has them."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import suppress
from typing import Any

import grpc

from underwriter.client.async_calls import told
from underwriter.client.errors import error_of_call
from underwriter.client.limits import STREAM_TIMEOUT_SECONDS
from underwriter.client.patience import Patience
from underwriter.client.requests import (
    account_request,
    acknowledge_request,
    events_requests,
    review_request,
    watch_request,
)
from underwriter.v1.account_event_pb2 import AccountEvent
from underwriter.v1.account_pb2 import Account, Alert, AlertSeverity
from underwriter.v1.account_service_pb2 import (
    RecordEventRequest,
    RecordEventResponse,
    RecordEventsResponse,
    WatchAlertsResponse,
)
from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_pb2 import Decision
from underwriter.v1.decision_service_pb2 import Explain


class AsyncAccountCalls:
    """What the client can ask about accounts."""

    _accounts: Iterator[Any]
    _timeout: float

    async def record_event(self, event: AccountEvent) -> RecordEventResponse:
        """Record what happened to an account; it is durable then. UNAVAILABLE is tried again a few times.

        The same event, by its `event_id`, counts once however often it is sent.
        """
        recorded: RecordEventResponse = await told(
            next(self._accounts).RecordEvent, RecordEventRequest(event=event), self._timeout
        )
        return recorded

    async def record_events(
        self, events: Iterable[AccountEvent], *, timeout: float = STREAM_TIMEOUT_SECONDS
    ) -> RecordEventsResponse:
        """Record events over one stream, and return what became of them once all are durable.

        One that is refused does not keep the others from being recorded. If the call fails, send all of them again.
        """
        call = next(self._accounts).RecordEvents(timeout=timeout)
        try:
            with suppress(asyncio.InvalidStateError):  # the server has ended the call, and its status says why
                for request in events_requests(events):
                    await call.write(request)
                await call.done_writing()
            recorded: RecordEventsResponse = await call
        except grpc.RpcError as error:
            raise error_of_call(error) from None
        finally:
            call.cancel()
        return recorded

    async def get_account(self, subject_id: str) -> Account:
        """Return what is known of an account: figures from its events, alerts in force, its grade of early warning."""
        account: Account = await told(next(self._accounts).GetAccount, account_request(subject_id), self._timeout)
        return account

    async def watch_alerts(
        self,
        *,
        cursor: str = "",
        from_start: bool = False,
        subject_id: str = "",
        least_severity: AlertSeverity = AlertSeverity.ALERT_SEVERITY_UNSPECIFIED,
    ) -> AsyncIterator[WatchAlertsResponse]:
        """Yield alerts as they are raised and answered, without end; each with the cursor to go on from later.

        Without a cursor it begins now, or with the oldest alert. If the connection ends, it goes on over a new one.
        """
        request = watch_request(cursor, subject_id, least_severity, from_start=from_start)
        patience = Patience()
        while True:
            stream = next(self._accounts).WatchAlerts(request)
            try:
                async for response in stream:
                    patience.renew()
                    request.cursor, request.from_start = response.cursor, False
                    if response.HasField("alert"):
                        yield response
            except grpc.RpcError as error:
                await asyncio.sleep(patience.break_off(error))
            finally:
                stream.cancel()

    async def acknowledge_alert(
        self, name: str, actor: str, *, note: str = "", release: bool = False, request_id: str | None = None
    ) -> Alert:
        """Say that `actor` has seen an alert, `alerts/{uuid}`, and with `release` end its effect; return it then.

        The same `request_id` changes nothing more. Without it the call gets a new one, under which UNAVAILABLE is tried
        again a few times.
        """
        request = acknowledge_request(name, actor, note, request_id, release=release)
        alert: Alert = await told(next(self._accounts).AcknowledgeAlert, request, self._timeout)
        return alert

    async def review_line(
        self,
        facility: str,
        application: Application,
        *,
        request_id: str | None = None,
        explain: Explain = Explain.EXPLAIN_REASONS,
    ) -> Decision:
        """Return the decision on an open line, `facilities/{uuid}`, by what is known of its holder today.

        What is left out of the line is filled in by the server. `request_id` as for a decision.
        """
        request = review_request(facility, application, request_id, explain)
        decision: Decision = await told(next(self._accounts).ReviewLine, request, self._timeout)
        return decision
