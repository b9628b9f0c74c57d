"""An account's figures, from the state that is kept of it.

They are as of a time: the one asked for, or that of the newest event that the state tells of, if that is later, so that
a clock that runs behind the events' leaves none of them out. "In the last" means not more than so long before it, and a
month is a calendar month in UTC. Counts are of recorded events, 0 where none was, and come to at most `MOST_MARKS`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from google.type.decimal_pb2 import Decimal as DecimalMessage
from google.type.money_pb2 import Money

from underwriter.accounts.account_state import (
    APPLICATION,
    DEVICE_ADDED,
    DRAWDOWN,
    INQUIRY,
    LOGIN_FAILED,
    MISSED,
    MOST_MARKS,
    REACH_US,
    REPAYMENT,
    month_of,
)
from underwriter.accounts.money import money_message
from underwriter.credit.arithmetic import DECIMAL128
from underwriter.v1.account_pb2 import AccountFigures
from underwriter.v1.record_pb2 import AccountAmount, AccountMark, AccountState

_HOUR_US = 3_600_000_000
_WEEK_US = 7 * 24 * _HOUR_US

_LOOKS_AT: Mapping[str, Mapping[int, int]] = {
    "worst_days_late_12m": {REPAYMENT: REACH_US[REPAYMENT], MISSED: REACH_US[MISSED]},
    "missed_12m": {MISSED: REACH_US[MISSED]},
    "inquiries_7d": {INQUIRY: _WEEK_US},
    "inquiries_30d": {INQUIRY: REACH_US[INQUIRY]},
    "inquiring_lenders_7d": {INQUIRY: _WEEK_US},
    "applications_7d": {APPLICATION: REACH_US[APPLICATION]},
    "drawdowns_24h": {DRAWDOWN: REACH_US[DRAWDOWN]},
    "drawn_24h": {DRAWDOWN: REACH_US[DRAWDOWN]},
    "login_failures_24h": {LOGIN_FAILED: REACH_US[LOGIN_FAILED]},
    "devices_added_30d": {DEVICE_ADDED: REACH_US[DEVICE_ADDED]},
}
"""The kinds of events that a figure looks back at, and how far. Figures that are not here don't age."""


def figures(state: AccountState, now_us: int) -> AccountFigures:
    """Return the figures as of `now_us`.

    - `currency` is that of the newest event with an amount. Amounts in others are absent, and what follows from them.
    - `on_time_months`: how many months on end, back from the newest in which a payment came or was missed, have at
      least one repayment and none that was late or missed; at most `MOST_MONTHS`. A repayment that does not say how
      late it was counts as in time, since one that is missed is an event of its own. Absent without any payment.
    - `worst_days_late_12m`: the most days that a repayment, or one that was missed, was late, by those of the last 365
      days that tell it; absent if none does. `missed_12m` counts those missed in the last 365 days.
    - `inquiries_7d`, `inquiries_30d`, `applications_7d`, `drawdowns_24h`, `login_failures_24h`: how many there were.
    - `inquiring_lenders_7d`, `devices_added_30d`: how many different ones; one that is not named counts as another.
    - `drawn_24h`: the sum; absent if one of the drawdowns has another currency, or if there were too many to know.
    - `outstanding`, `credit_limit`: as the newest event that tells it says. `utilisation` is the former as a part of
      the latter, absent if the limit is 0.
    - `turnover_change`: by the newest report of turnover, what it is more than that of the period before, as a part of
      the latter; absent if that is not told or 0.
    """
    recent = _Recent(state, now_us)
    told = AccountFigures(
        currency=state.newest_amount.currency,
        on_time_months=_on_time_months(state.marks),
        worst_days_late_12m=_worst_days_late(recent.of("worst_days_late_12m")),
        missed_12m=len(recent.of("missed_12m")),
        inquiries_7d=len(recent.of("inquiries_7d")),
        inquiries_30d=len(recent.of("inquiries_30d")),
        inquiring_lenders_7d=_different(recent.of("inquiring_lenders_7d")),
        applications_7d=len(recent.of("applications_7d")),
        drawdowns_24h=len(recent.of("drawdowns_24h")),
        drawn_24h=_drawn(recent.of("drawn_24h"), state.newest_amount.currency),
        login_failures_24h=len(recent.of("login_failures_24h")),
        devices_added_30d=_different(recent.of("devices_added_30d")),
    )
    _tell_amounts(told, state)
    return told


def figures_hold_until(state: AccountState, now_us: int, names: Iterable[str]) -> int | None:
    """Return the time from which some of these figures may be others though nothing happens; None if none ever is."""
    recent = _Recent(state, now_us)
    return min((end_us for name in names for end_us in recent.ends_of(name)), default=None)


class _Recent:
    """The marks of a state by kind, not older than figures look back."""

    def __init__(self, state: AccountState, now_us: int) -> None:
        told_us = (state.outstanding.time_us, state.credit_limit.time_us, state.turnover.time_us)
        newest_mark_us = state.marks[-1].time_us if state.marks else now_us
        self._as_of_us = max(now_us, newest_mark_us, state.newest_amount.time_us, *told_us)
        self._by_kind: dict[int, list[AccountMark]] = {}
        for mark in state.marks:
            self._by_kind.setdefault(mark.kind, []).append(mark)

    def of(self, figure: str) -> list[AccountMark]:
        """Return the marks that a figure looks at, those of one kind after the other."""
        found: list[AccountMark] = []
        for kind, reach_us in _LOOKS_AT[figure].items():
            if kind in self._by_kind:  # few kinds are: most accounts had few events
                since_us = self._as_of_us - reach_us
                found += [mark for mark in self._by_kind[kind] if mark.time_us >= since_us]
        return found

    def ends_of(self, figure: str) -> Iterator[int]:
        """Yield when the oldest mark of each kind that a figure looks at becomes too old for it."""
        for kind, reach_us in _LOOKS_AT.get(figure, {}).items():
            times_us = (mark.time_us for mark in self._by_kind.get(kind, ()))
            oldest_us = next((time_us for time_us in times_us if time_us >= self._as_of_us - reach_us), None)
            if oldest_us is not None:
                yield oldest_us + reach_us + 1


def _on_time_months(marks: Sequence[AccountMark]) -> int | None:
    paid: set[int] = set()
    broken: set[int] = set()
    for mark in marks:
        if mark.kind == REPAYMENT:
            (broken if mark.days_late > 0 else paid).add(month_of(mark.time_us))
        elif mark.kind == MISSED:
            broken.add(month_of(mark.time_us))
    if not paid and not broken:
        return None
    month = newest = max(paid | broken)
    while month in paid and month not in broken:
        month -= 1
    return newest - month


def _worst_days_late(payments: Sequence[AccountMark]) -> int | None:
    return max((mark.days_late for mark in payments if mark.HasField("days_late")), default=None)


def _different(marks: Sequence[AccountMark]) -> int:
    return len({mark.party for mark in marks if mark.party}) + sum(not mark.party for mark in marks)


def _drawn(drawdowns: Sequence[AccountMark], currency: str) -> Money | None:
    if not currency or len(drawdowns) == MOST_MARKS or any(mark.currency != currency for mark in drawdowns):
        return None
    return money_message(sum(mark.amount for mark in drawdowns), currency)


def _tell_amounts(told: AccountFigures, state: AccountState) -> None:
    outstanding, credit_limit, turnover, previous = _in_currency(
        told.currency, state.outstanding, state.credit_limit, state.turnover, state.previous_turnover
    )
    if outstanding is not None:
        told.outstanding.CopyFrom(money_message(outstanding, told.currency))
    if credit_limit is not None:
        told.credit_limit.CopyFrom(money_message(credit_limit, told.currency))
    if outstanding is not None and credit_limit:
        told.utilisation.CopyFrom(_decimal(DECIMAL128.divide(Decimal(outstanding), Decimal(credit_limit))))
    if turnover is not None and previous:
        quotient = DECIMAL128.divide(Decimal(turnover), Decimal(previous))
        told.turnover_change.CopyFrom(_decimal(DECIMAL128.subtract(quotient, Decimal(1))))


def _in_currency(currency: str, *amounts: AccountAmount) -> Iterator[int | None]:
    for amount in amounts:
        yield amount.amount if currency and amount.currency == currency else None


def _decimal(value: Decimal) -> DecimalMessage:
    return DecimalMessage(value=format(value, "f"))
