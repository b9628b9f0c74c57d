"""Events for tests: made by hand, and at random."""

from typing import Any

from google.type.money_pb2 import Money
from hypothesis import strategies as st

from underwriter.v1.account_event_pb2 import AccountEvent

NOW_US = 1_790_000_000_000_000
HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US


def money(amount: str, currency: str = "CNY") -> Money:
    units, _, cents = amount.partition(".")
    return Money(currency_code=currency, units=int(units), nanos=int(cents.ljust(9, "0") or 0))


def event_of(
    event_id: str, time_us: int = NOW_US, subject_id: str = "subject-1", device_id: str = "", **detail: Any
) -> AccountEvent:
    """An event; the keyword is its detail, as a dict."""
    event = AccountEvent(event_id=event_id, subject_id=subject_id, device_id=device_id, **detail)
    event.event_time.FromMicroseconds(time_us)
    return event


def login_failed(event_id: str, time_us: int = NOW_US, **fields: Any) -> AccountEvent:
    return event_of(event_id, time_us, login={"succeeded": False}, **fields)


def repaid(event_id: str, time_us: int, days_late: int | None = 0) -> AccountEvent:
    late = {} if days_late is None else {"days_late": days_late}
    return event_of(event_id, time_us, repayment={"amount": money("10"), **late})


def missed(event_id: str, time_us: int, days_late: int | None = None) -> AccountEvent:
    return event_of(event_id, time_us, missed_repayment={} if days_late is None else {"days_late": days_late})


_LATE = st.one_of(st.none(), st.integers(0, 5))
_MONEY = st.builds(money, st.sampled_from(["0", "1", "9.5", "1000"]), st.sampled_from(["CNY", "CNY", "CNY", "EUR"]))


def _optional(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=fields)


def _late(fields: dict[str, Any], days_late: int | None) -> dict[str, Any]:
    return fields if days_late is None else {**fields, "days_late": days_late}


DETAILS = st.one_of(
    st.builds(lambda succeeded: {"login": {"succeeded": succeeded}}, st.booleans()),
    st.builds(lambda removed: {"device": {"removed": removed}}, st.booleans()),
    st.builds(lambda credential: {"credential": {"credential": credential}}, st.integers(1, 4)),
    st.builds(lambda passed: {"verification": {"passed": passed}}, st.booleans()),
    st.builds(lambda fields: {"application": fields}, _optional(amount=_MONEY)),
    st.builds(
        lambda amount, more: {"drawdown": {"amount": amount, **more}},
        _MONEY,
        _optional(outstanding=_MONEY, credit_limit=_MONEY),
    ),
    st.builds(
        lambda amount, more, late: {"repayment": _late({"amount": amount, **more}, late)},
        _MONEY,
        _optional(outstanding=_MONEY, credit_limit=_MONEY),
        _LATE,
    ),
    st.builds(lambda late: {"missed_repayment": _late({}, late)}, _LATE),
    st.builds(lambda lender: {"inquiry": {"lender": lender}}, st.sampled_from(["", "Bank A", "Bank B", "银行"])),
    st.builds(
        lambda turnover, more: {"turnover_report": {"turnover": turnover, **more}},
        _MONEY,
        _optional(previous_turnover=_MONEY),
    ),
    st.just({"manual_action": {"action": "CALLED", "actor": "clerk-1"}}),
)
"""The details of events, of every kind."""

TIMES = st.one_of(
    # On the edges of what figures look back at, and anywhere in three years.
    st.sampled_from([0, 1, HOUR_US, DAY_US, DAY_US + 1, 7 * DAY_US, 30 * DAY_US, 365 * DAY_US, 365 * DAY_US + 1]),
    st.integers(0, 3 * 365 * DAY_US),
).map(lambda before_us: NOW_US - before_us)


@st.composite
def event_lists(draw: st.DrawFn, subjects: int = 1, most: int = 30) -> list[AccountEvent]:
    """Events with different ids, of so many subjects."""
    count = draw(st.integers(0, most))
    ids = draw(st.permutations([f"e{number}" for number in range(count)]))
    return [
        event_of(
            event_id,
            draw(TIMES),
            f"subject-{draw(st.integers(1, subjects))}",
            draw(st.sampled_from(["", "device-1", "device-2"])),
            **draw(DETAILS),
        )
        for event_id in ids
    ]
