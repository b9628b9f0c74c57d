"""What is kept of an account: the same whatever order its events came in, with the figures of all of them."""

import random
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from google.type.money_pb2 import Money
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.accounts.account_figures import figures, figures_hold_until
from underwriter.accounts.account_state import MOST_MARKS, MOST_MONTHS, advance, told_by
from underwriter.accounts.errors import AmountTooFine
from underwriter.accounts.money import minor_units_of
from underwriter.events.event_kind import event_kind
from underwriter.v1.account_event_pb2 import AccountEvent
from underwriter.v1.account_pb2 import AccountFigures
from underwriter.v1.record_pb2 import AccountState

from .account_events import DAY_US, HOUR_US, NOW_US, event_lists, event_of, login_failed, missed, money, repaid


def told(event: AccountEvent) -> AccountState:
    return told_by(event, event_kind(event), str.encode)


def state_of(events: Iterable[AccountEvent]) -> AccountState:
    """The state after events that came one at a time."""
    state = AccountState()
    for event in events:
        state = advance(state, [told(event)])
    return state


class Oracle:
    """An account's figures, from all of its events at once and without any state."""

    def __init__(self, events: Sequence[AccountEvent], now_us: int) -> None:
        self.events = sorted(events, key=lambda event: (time_of(event), event.event_id))
        telling = [event for event in self.events if tells(event)]
        self.as_of_us = max([now_us, *map(time_of, telling)])

    def recent(self, detail: str, reach_us: int, suits: Callable[[Any], bool] = lambda _: True) -> list[AccountEvent]:
        events = [event for event in self.events if event.WhichOneof("detail") == detail]
        return [
            event for event in events if suits(getattr(event, detail)) and time_of(event) >= self.as_of_us - reach_us
        ]

    def newest(self, *places: tuple[str, str]) -> tuple[AccountEvent, Money] | None:
        for event in reversed(self.events):
            for detail, field in places:
                if event.WhichOneof("detail") == detail and getattr(event, detail).HasField(field):
                    return event, getattr(getattr(event, detail), field)
        return None

    @property
    def currency(self) -> str:
        places = ("application", "drawdown", "repayment", "missed_repayment")
        found = self.newest(*((place, "amount") for place in places), ("turnover_report", "turnover"))
        return found[1].currency_code if found else ""

    def amount(self, field: str) -> int | None:
        found = self.newest(("drawdown", field), ("repayment", field))
        return minor_units_of(found[1]) if found and found[1].currency_code == self.currency else None

    def on_time_months(self) -> int | None:
        by_month: dict[tuple[int, int], set[bool]] = {}
        for event in self.events:
            moment = datetime.fromtimestamp(time_of(event) / 1e6, UTC)
            match event.WhichOneof("detail"):
                case "repayment":
                    by_month.setdefault((moment.year, moment.month), set()).add(event.repayment.days_late == 0)
                case "missed_repayment":
                    by_month.setdefault((moment.year, moment.month), set()).add(False)
        if not by_month:
            return None
        (year, month), months = max(by_month), 0
        while by_month.get((year, month)) == {True}:
            months += 1
            year, month = (year, month - 1) if month > 1 else (year - 1, 12)
        return months

    def figures(self) -> AccountFigures:
        inquiries = self.recent("inquiry", 7 * DAY_US)
        drawdowns = self.recent("drawdown", DAY_US)
        paid, failed = self.recent("repayment", 365 * DAY_US), self.recent("missed_repayment", 365 * DAY_US)
        late = [event.repayment.days_late for event in paid if event.repayment.HasField("days_late")]
        late += [event.missed_repayment.days_late for event in failed if event.missed_repayment.HasField("days_late")]
        devices = self.recent("device", 30 * DAY_US, lambda device: not device.removed)
        expected = AccountFigures(
            currency=self.currency,
            on_time_months=self.on_time_months(),
            worst_days_late_12m=max(late) if late else None,
            missed_12m=len(failed),
            inquiries_7d=len(inquiries),
            inquiries_30d=len(self.recent("inquiry", 30 * DAY_US)),
            inquiring_lenders_7d=len({event.inquiry.lender or event.event_id for event in inquiries}),
            applications_7d=len(self.recent("application", 7 * DAY_US)),
            drawdowns_24h=len(drawdowns),
            login_failures_24h=len(self.recent("login", DAY_US, lambda login: not login.succeeded)),
            devices_added_30d=len({event.device_id or event.event_id for event in devices}),
        )
        if self.currency and all(event.drawdown.amount.currency_code == self.currency for event in drawdowns):
            drawn = sum(minor_units_of(event.drawdown.amount) for event in drawdowns)
            expected.drawn_24h.CopyFrom(money(f"{Decimal(drawn) / 100:.2f}", self.currency))
        self._tell_amounts(expected)
        return expected

    def _tell_amounts(self, expected: AccountFigures) -> None:
        outstanding, limit = self.amount("outstanding"), self.amount("credit_limit")
        for name, amount in (("outstanding", outstanding), ("credit_limit", limit)):
            if amount is not None:
                getattr(expected, name).CopyFrom(money(f"{Decimal(amount) / 100:.2f}", self.currency))
        if outstanding is not None and limit:
            expected.utilisation.value = plain(outstanding, limit)
        found = self.newest(("turnover_report", "turnover"))
        if found is not None and found[1].currency_code == self.currency:
            report = found[0].turnover_report
            before = report.previous_turnover
            if before.currency_code == self.currency and minor_units_of(before):
                after, base = minor_units_of(report.turnover), minor_units_of(before)
                expected.turnover_change.value = plain(after - base, base)


def plain(numerator: int, denominator: int) -> str:
    """A quotient to seven digits: the figures have many more."""
    return f"{Decimal(numerator) / Decimal(denominator):.7f}"


def to_seven_digits(found: AccountFigures) -> AccountFigures:
    rounded = AccountFigures()
    rounded.CopyFrom(found)
    for name in ("utilisation", "turnover_change"):
        if rounded.HasField(name):  # type: ignore[arg-type]
            value = getattr(rounded, name)
            value.value = f"{Decimal(value.value):.7f}"
    return rounded


def time_of(event: AccountEvent) -> int:
    time_us: int = event.event_time.ToMicroseconds()
    return time_us


def tells(event: AccountEvent) -> bool:
    """Whether anything of an event is kept."""
    return told(event) != AccountState()


@settings(max_examples=60, deadline=None)
@given(event_lists(), st.randoms(use_true_random=False), st.integers(NOW_US - 40 * DAY_US, NOW_US + 40 * DAY_US))
def test_any_order_gives_the_same_state_and_the_figures_of_all_events(
    events: list[AccountEvent], chance: random.Random, now_us: int
) -> None:
    state = state_of(events)
    shuffled = chance.sample(events, len(events))
    assert state_of(shuffled) == state
    assert to_seven_digits(figures(state, now_us)) == Oracle(events, now_us).figures()


@settings(max_examples=60, deadline=None)
@given(event_lists(), event_lists(), st.integers(0, 30))
def test_states_are_joined_in_any_grouping_and_twice_as_once(
    events: list[AccountEvent], others: list[AccountEvent], cut: int
) -> None:
    renamed = [event_of(f"x{event.event_id}", time_of(event)) for event in others]
    for event, other in zip(renamed, others, strict=True):
        event.MergeFrom(AccountEvent(device_id=other.device_id))
        detail = other.WhichOneof("detail")
        getattr(event, detail).CopyFrom(getattr(other, detail))
    all_events = events + renamed
    one_by_one = state_of(all_events)
    in_halves = advance(state_of(all_events[:cut]), [state_of(all_events[cut:])])
    assert in_halves == one_by_one
    assert advance(one_by_one, map(told, all_events)) == one_by_one
    assert advance(AccountState(), map(told, all_events)) == one_by_one


def test_joining_changes_no_state_that_is_given() -> None:
    state, part = state_of([login_failed("a")]), told(login_failed("b"))
    before, part_before = state.SerializeToString(), part.SerializeToString()
    advance(state, [part])
    assert (state.SerializeToString(), part.SerializeToString()) == (before, part_before)


def month_us(month: int, day: int = 15) -> int:
    """The time of a day in the so-manieth month of 2020."""
    moment = datetime(2020 + (month - 1) // 12, (month - 1) % 12 + 1, day, tzinfo=UTC)
    return int(moment.timestamp()) * 1_000_000


ON_TIME: list[tuple[str, list[AccountEvent], int | None]] = [
    ("nothing is known", [login_failed("a")], None),
    ("each month", [repaid(f"e{month}", month_us(month)) for month in (11, 12, 13)], 3),
    ("a month without payment ends it", [repaid(f"e{month}", month_us(month)) for month in (1, 2, 4, 5)], 2),
    ("a late one ends it", [repaid("a", month_us(1)), repaid("b", month_us(2), 1), repaid("c", month_us(3))], 1),
    (
        "a late one ends it though the month has others",
        [repaid("a", month_us(2)), repaid("b", month_us(2, 16), 1), repaid("c", month_us(2, 17))],
        0,
    ),
    ("a missed one ends it", [repaid("a", month_us(1)), repaid("b", month_us(2)), missed("c", month_us(2, 20))], 0),
    ("one missed since ends it", [repaid("a", month_us(1)), missed("b", month_us(2))], 0),
    ("lateness that is not told is none", [repaid("a", month_us(1), None), repaid("b", month_us(2))], 2),
    ("months begin in UTC", [repaid("a", month_us(2, 1) - 1), repaid("b", month_us(2, 1))], 2),
    ("ten years are known", [repaid(f"e{month}", month_us(month)) for month in range(1, 200)], MOST_MONTHS),
]


@pytest.mark.parametrize(("events", "months"), [pytest.param(*row[1:], id=row[0]) for row in ON_TIME])
def test_months_on_time(events: list[AccountEvent], months: int | None) -> None:
    found = figures(state_of(events), NOW_US)
    assert (found.on_time_months if found.HasField("on_time_months") else None) == months


def test_time_goes_by_without_events() -> None:
    state = state_of([login_failed("a"), event_of("b", inquiry={"lender": "Bank"})])
    later = [figures(state, NOW_US + after_us) for after_us in (DAY_US, DAY_US + 1, 7 * DAY_US + 1, 30 * DAY_US + 1)]
    assert [found.login_failures_24h for found in later] == [1, 0, 0, 0]
    assert [found.inquiries_7d for found in later] == [1, 1, 0, 0]
    assert [found.inquiries_30d for found in later] == [1, 1, 1, 0]


COUNTS = (
    "missed_12m",
    "inquiries_7d",
    "inquiries_30d",
    "applications_7d",
    "drawdowns_24h",
    "login_failures_24h",
)


@settings(max_examples=40, deadline=None)
@given(event_lists(), st.integers(NOW_US - 40 * DAY_US, NOW_US + 400 * DAY_US), st.floats(0, 1))
def test_figures_hold_until_the_first_of_them_ages(events: list[AccountEvent], now_us: int, part: float) -> None:
    state = state_of(events)
    names = [field.name for field in AccountFigures.DESCRIPTOR.fields]
    until_us = figures_hold_until(state, now_us, names)
    last_us = now_us + 1000 * DAY_US if until_us is None else until_us - 1
    for time_us in (last_us, now_us + int(part * (last_us - now_us))):
        assert figures(state, time_us) == figures(state, now_us)
    for name in COUNTS:
        ends_us = figures_hold_until(state, now_us, [name])
        assert (ends_us is None) == (getattr(figures(state, now_us), name) == 0)
        if ends_us is not None:
            assert getattr(figures(state, ends_us), name) < getattr(figures(state, ends_us - 1), name)


def test_a_clock_behind_the_events_leaves_none_out() -> None:
    state = state_of([login_failed("a"), login_failed("b", NOW_US - HOUR_US)])
    assert figures(state, NOW_US - 10 * DAY_US).login_failures_24h == 2


@pytest.mark.parametrize("in_order", [True, False])
def test_what_is_kept_is_bounded_and_says_when_there_is_too_much(in_order: bool) -> None:
    count = 3 * MOST_MARKS
    drawdowns = [event_of(f"d{number}", NOW_US + number, drawdown={"amount": money("1")}) for number in range(count)]
    events = [*drawdowns, *(login_failed(f"l{number}", NOW_US + number) for number in range(count))]
    state = state_of(events if in_order else reversed(events))
    assert len(state.marks) == 2 * MOST_MARKS
    found = figures(state, NOW_US)
    assert (found.login_failures_24h, found.drawdowns_24h) == (MOST_MARKS, MOST_MARKS)
    assert not found.HasField("drawn_24h")


def test_many_repayments_leave_few_marks() -> None:
    events = [repaid(f"e{day}", NOW_US - day * DAY_US, day % 3) for day in range(2000)]
    assert len(state_of(events).marks) <= 3 * (2000 // 28)


def test_amounts_are_those_of_the_newest_event_that_tells_them() -> None:
    def drawn(event_id: str, time_us: int, outstanding: str, currency: str = "CNY") -> AccountEvent:
        told = {"amount": money("5", currency), "outstanding": money(outstanding, currency)}
        return event_of(event_id, time_us, drawdown={**told, "credit_limit": money("1000", currency)})

    early, late, same_time = drawn("b", NOW_US, "100"), drawn("a", NOW_US + 1, "250"), drawn("c", NOW_US, "175")
    assert figures(state_of([late, early]), NOW_US).outstanding == money("250")
    assert figures(state_of([same_time, early]), NOW_US).outstanding == money("175")
    assert figures(state_of([late, early]), NOW_US).utilisation.value == "0.25"
    mixed = figures(state_of([early, drawn("e", NOW_US + 2, "7", "EUR")]), NOW_US + 2)
    assert (mixed.currency, mixed.outstanding) == ("EUR", money("7", "EUR"))
    assert (mixed.drawdowns_24h, mixed.HasField("drawn_24h")) == (2, False)


def test_a_report_without_the_turnover_before_tells_no_change() -> None:
    first = event_of("a", turnover_report={"turnover": money("80"), "previous_turnover": money("100")})
    second = event_of("b", NOW_US + 1, turnover_report={"turnover": money("90")})
    assert figures(state_of([first]), NOW_US).turnover_change.value == "-0.2"
    assert not figures(state_of([second, first]), NOW_US).HasField("turnover_change")


def test_an_amount_finer_than_its_currency_is_refused() -> None:
    with pytest.raises(AmountTooFine):
        told(event_of("a", drawdown={"amount": money("1.5", "JPY")}))
