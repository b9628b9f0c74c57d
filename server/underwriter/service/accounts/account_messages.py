"""Accounts and alerts as the API's messages."""

from collections.abc import Sequence

from google.protobuf.timestamp_pb2 import Timestamp

from underwriter.accounts.alert import StoredAlert
from underwriter.accounts.event_rows import StoredEvent
from underwriter.accounts.money import money_message
from underwriter.accounts.warnings import WarningMove, WarningSummary
from underwriter.service.resources import account_name, alert_name
from underwriter.v1 import account_pb2, portfolio_service_pb2
from underwriter.v1.record_pb2 import AccountEvidence


def alert_message(alert: StoredAlert, subject_id: str) -> account_pb2.Alert:
    """Return an alert as clients see it. `subject_id` is the lender's identifier of its account's holder, if known."""
    return account_pb2.Alert(
        name=alert_name(alert.alert_id),
        account=account_name(subject_id) if subject_id else "",
        monitor=alert.monitor,
        rule=alert.rule,
        code=alert.code,
        severity=alert.severity,  # type: ignore[arg-type]  # numbers of the API's enums, as are the next two
        effect=alert.effect,  # type: ignore[arg-type]
        state=alert.state,  # type: ignore[arg-type]
        event_time=timestamp(alert.event_time_us),
        raise_time=timestamp(alert.raise_time_us),
        expire_time=None if alert.expire_time_us is None else timestamp(alert.expire_time_us),
        events=alert.event_ids,
        actor=alert.actor,
        acknowledge_time=None if alert.acknowledge_time_us is None else timestamp(alert.acknowledge_time_us),
    )


def move_message(move: WarningMove) -> account_pb2.WarningMove:
    """Return a move from one grade of early warning to another as clients see it."""
    return account_pb2.WarningMove(
        from_grade=move.from_grade, to_grade=move.to_grade, move_time=timestamp(move.move_time_us)
    )


def account_message(
    subject_id: str,
    known: AccountEvidence,
    alerts: Sequence[StoredAlert],
    moves: Sequence[WarningMove],
    events: Sequence[StoredEvent],
    read_time_us: int,
) -> account_pb2.Account:
    """Return an account as clients see it; alerts, moves and events in the order given."""
    return account_pb2.Account(
        name=account_name(subject_id),
        figures=known.figures,
        alerts=[alert_message(alert, subject_id) for alert in alerts],
        warning_grade=known.warning_grade,
        warning_moves=list(map(move_message, moves)),
        events=[stored.event for stored in events],
        read_time=timestamp(read_time_us),
    )


def warnings_message(summary: WarningSummary, time_us: int) -> portfolio_service_pb2.SummarizeWarningsResponse:
    """Return the accounts by grade of early warning as clients see them."""
    v1 = portfolio_service_pb2
    return v1.SummarizeWarningsResponse(
        totals=[
            v1.WarningTotal(
                grade=total.grade,
                account_count=total.account_count,
                drawn=[money_message(lent.drawn, currency) for currency, lent in sorted(total.lent.items())],
                undrawn=[money_message(lent.undrawn, currency) for currency, lent in sorted(total.lent.items())],
            )
            for total in summary.totals
        ],
        moves=[
            v1.WarningMoves(from_grade=from_grade, to_grade=to_grade, count=count)
            for (from_grade, to_grade), count in summary.moves.items()
        ],
        summarize_time=timestamp(time_us),
    )


def timestamp(time_us: int) -> Timestamp:
    """Return the moment that is so many microseconds after 1970 in UTC."""
    moment = Timestamp()
    moment.FromMicroseconds(time_us)
    return moment
