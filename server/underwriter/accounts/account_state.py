"""What is kept of an account's events, so that its figures can be told without reading them all again.

The state follows from the set of the events alone: what one event tells is a state of its own (`told_by`), and states
are joined (`advance`) in any order and any grouping, the same one twice too, with one result. For that, what is left
out of a state is what newer events make needless for ever:

- of each kind, marks that are older than any figure looks back from the newest mark of the kind, and all but the newest
  `MOST_MARKS`;
- repayments after which one came in the same calendar month that was as late or later, and those of months that lie
  `MOST_MONTHS` or more before the newest.

Events stand in one order: by time, then by event id.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, MutableSequence, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from underwriter.accounts.money import minor_units_of
from underwriter.v1.account_event_pb2 import AccountEvent, AccountEventKind
from underwriter.v1.record_pb2 import AccountAmount, AccountMark, AccountState

# Bound here, since each use of the enum's wrapper looks the name up.
LOGIN_FAILED = AccountEventKind.ACCOUNT_EVENT_KIND_LOGIN_FAILED
DRAWDOWN = AccountEventKind.ACCOUNT_EVENT_KIND_DRAWDOWN
APPLICATION = AccountEventKind.ACCOUNT_EVENT_KIND_APPLICATION_SUBMITTED
INQUIRY = AccountEventKind.ACCOUNT_EVENT_KIND_CREDIT_INQUIRY
DEVICE_ADDED = AccountEventKind.ACCOUNT_EVENT_KIND_DEVICE_CHANGED
MISSED = AccountEventKind.ACCOUNT_EVENT_KIND_REPAYMENT_MISSED
REPAYMENT = AccountEventKind.ACCOUNT_EVENT_KIND_REPAYMENT

_AmountName = Literal["outstanding", "credit_limit", "newest_amount", "turnover"]

MOST_MARKS = 256
"""The most marks of a kind that are kept: a count that comes to it says that there were at least so many."""
MOST_MONTHS = 120
"""How many calendar months of repayments are kept."""

_DAY_US = 86_400_000_000
REACH_US: Mapping[int, int] = {
    LOGIN_FAILED: _DAY_US,
    DRAWDOWN: _DAY_US,
    APPLICATION: 7 * _DAY_US,
    INQUIRY: 30 * _DAY_US,
    DEVICE_ADDED: 30 * _DAY_US,
    REPAYMENT: 365 * _DAY_US,
    MISSED: 365 * _DAY_US,
}
"""How far figures look back at events of a kind; kinds that are not here leave no mark."""

_EPOCH = date(1970, 1, 1)
_NONE_YET, _NOT_TOLD = -2, -1


def told_by(event: AccountEvent, kind: AccountEventKind, party_ref: Callable[[str], bytes]) -> AccountState:
    """Return the state of an account that had only this event. `party_ref` makes names of lenders and devices unknown.

    Raises AmountTooFine for an amount that is finer than its currency's minor unit.
    """
    told, time_us = AccountState(), event.event_time.ToMicroseconds()
    name = event.WhichOneof("detail")
    detail = getattr(event, name)
    for field, target in _AMOUNTS.get(name, ()):
        if detail.HasField(field):
            money = getattr(detail, field)
            amount = AccountAmount(
                time_us=time_us,
                event_id=event.event_id,
                amount=minor_units_of(money),
                currency=money.currency_code,
            )
            getattr(told, target).CopyFrom(amount)
    if kind in REACH_US:
        told.marks.append(_mark(event, kind, time_us, told, party_ref))
    return told


_OF_THE_ACCOUNT = (("amount", "newest_amount"), ("outstanding", "outstanding"), ("credit_limit", "credit_limit"))
_AMOUNTS = {
    "application": (("amount", "newest_amount"),),
    "drawdown": _OF_THE_ACCOUNT,
    "repayment": _OF_THE_ACCOUNT,
    "missed_repayment": (("amount", "newest_amount"),),
    "turnover_report": (
        ("turnover", "newest_amount"),
        ("turnover", "turnover"),
        ("previous_turnover", "previous_turnover"),
    ),
}
"""The amounts of each detail, and where they are kept."""


def _mark(
    event: AccountEvent, kind: AccountEventKind, time_us: int, told: AccountState, party_ref: Callable[[str], bytes]
) -> AccountMark:
    mark = AccountMark(kind=kind, time_us=time_us, event_id=event.event_id)
    if kind == DRAWDOWN:
        mark.amount, mark.currency = told.newest_amount.amount, told.newest_amount.currency
    elif kind == REPAYMENT and event.repayment.HasField("days_late"):
        mark.days_late = event.repayment.days_late
    elif kind == MISSED and event.missed_repayment.HasField("days_late"):
        mark.days_late = event.missed_repayment.days_late
    elif kind == INQUIRY and event.inquiry.lender:
        mark.party = party_ref(event.inquiry.lender)
    elif kind == DEVICE_ADDED and event.device_id:
        mark.party = party_ref(event.device_id)
    return mark


def advance(state: AccountState, told: Iterable[AccountState]) -> AccountState:
    """Return the state of an account that had the events of all these states. None of them is changed."""
    joined = AccountState()
    joined.CopyFrom(state)
    changed: set[int] = set()
    for part in told:
        _take_newer(joined, part)
        for mark in part.marks:
            _insert(joined.marks, mark)
            changed.add(mark.kind)
    # Only the kinds of new marks can have any that have become needless.
    for kind in changed:
        _drop_needless(joined.marks, kind)
    return joined


def _take_newer(joined: AccountState, part: AccountState) -> None:
    names: tuple[_AmountName, ...] = ("outstanding", "credit_limit", "newest_amount")
    for name in names:
        if _is_newer(part, joined, name):
            getattr(joined, name).CopyFrom(getattr(part, name))
    if _is_newer(part, joined, "turnover"):
        joined.turnover.CopyFrom(part.turnover)
        joined.ClearField("previous_turnover")
        if part.HasField("previous_turnover"):
            joined.previous_turnover.CopyFrom(part.previous_turnover)


def _is_newer(part: AccountState, joined: AccountState, name: _AmountName) -> bool:
    if not part.HasField(name):
        return False
    if not joined.HasField(name):
        return True
    theirs, ours = getattr(part, name), getattr(joined, name)
    return bool((theirs.time_us, theirs.event_id) > (ours.time_us, ours.event_id))


def _order(mark: AccountMark) -> tuple[int, str]:
    return mark.time_us, mark.event_id


def _insert(marks: MutableSequence[AccountMark], mark: AccountMark) -> None:
    """Put a mark in its place, unless it is there."""
    place = bisect_left(marks, _order(mark), key=_order)
    if place == len(marks) or marks[place].event_id != mark.event_id:
        marks.insert(place, mark)


def _drop_needless(marks: MutableSequence[AccountMark], kind: int) -> None:
    places = [place for place, mark in enumerate(marks) if mark.kind == kind]
    needless = _needless_repayments if kind == REPAYMENT else _needless
    for place in sorted(needless(marks, places), reverse=True):
        del marks[place]


def _needless(marks: Sequence[AccountMark], places: Sequence[int]) -> list[int]:
    """Return the places of marks that are too old or too many, given those of all of their kind."""
    newest = marks[places[-1]]
    since_us = newest.time_us - REACH_US[newest.kind]
    too_many = len(places) - MOST_MARKS
    return [place for number, place in enumerate(places) if number < too_many or marks[place].time_us < since_us]


def _needless_repayments(marks: Sequence[AccountMark], places: Sequence[int]) -> list[int]:
    """Return the places of repayments but those that tell the months with any, and how late any were at worst since."""
    needless: list[int] = []
    newest_month = month = month_of(marks[places[-1]].time_us)
    worst = _NONE_YET
    for place in reversed(places):
        mark = marks[place]
        if (its_month := month_of(mark.time_us)) != month:
            month, worst = its_month, _NONE_YET
        days_late = mark.days_late if mark.HasField("days_late") else _NOT_TOLD
        if month <= newest_month - MOST_MONTHS or days_late <= worst:
            needless.append(place)
        worst = max(worst, days_late)
    return needless


def month_of(time_us: int) -> int:
    """Return the calendar month, in UTC, that a time lies in, as months since the year 0."""
    return _month_of_day(time_us // _DAY_US)


@lru_cache(maxsize=4096)
def _month_of_day(day: int) -> int:
    first = _EPOCH + timedelta(days=day)
    return first.year * 12 + first.month - 1
