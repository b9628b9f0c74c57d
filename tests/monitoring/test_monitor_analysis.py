"""Conditions of monitors that can never be true: told where no event meets them, by the code that matches events."""

import json
from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.decisioning.functions import CREDIT_FUNCTIONS
from underwriter.feel import Environment
from underwriter.feel.temporal import Date
from underwriter.feel.values import Value
from underwriter.monitoring.definitions import EventKind, Monitor
from underwriter.monitoring.event_kinds import KINDS_BY_NAME
from underwriter.monitoring.monitor_analysis import analyse_monitors
from underwriter.monitoring.monitor_set import load_monitors, read_monitors
from underwriter.monitoring.window import Window, WindowEvent
from underwriter.policy import RuleFiles

from .oracle import matches_in

LANGUAGE = Environment().extended(CREDIT_FUNCTIONS)
RULES = Path(__file__).parents[2] / "rules"
D = Decimal


def monitor_of(trigger: str, key: str = "account", **lists: object) -> Monitor:
    """Return a monitor of one rule; lists are what stands beside its trigger."""
    title = {"en": "E", "zh": "E"}
    alert = {"alert": "A", "severity": "low"}
    rule = {"id": "R1", "title": title, "trigger": trigger, **lists, "then": alert}
    text = json.dumps({"monitor": "m", "title": title, "key": key, "rules": [rule]})
    monitors, findings = load_monitors(RuleFiles({"monitoring/m.yaml": text}), LANGUAGE)
    assert monitors is not None, findings
    return monitors.monitors[0]


def told(monitor: Monitor) -> list[str]:
    """Return the conditions of which the analysis says that they are never true."""
    return [finding.source.text for finding in analyse_monitors([monitor], LANGUAGE)]


AMOUNTS = [None, *map(D, ("0", "0.01", "2", "3", "4", "5", "6", "1000000000000"))]
DAYS = [None, *map(D, ("0", "1", "2", "3", "4", "10000"))]
TEXTS = [None, "0", "A", "AA", "B", "C"]
TRUTHS = [None, True, False]
VALUES: dict[str, dict[str, list]] = {
    "drawdown": {"amount": AMOUNTS, "facility": TEXTS, "utilisation": [None, D(0), D("0.5"), D(1), D(3)]},
    "repayment": {
        "amount": AMOUNTS,
        "days_late": DAYS,
        "instalment_number": [None, D(1), D(2), D(1200)],
        "due_date": [None, Date(2026, 2, 1), Date(2026, 3, 1), Date(2027, 2, 1)],
    },
    "login_failed": {"usual_location": TRUTHS, "device_id": TEXTS},
    "turnover_report": {"change": [None, D(-1), D("-0.2"), D(0), D(2)], "turnover": AMOUNTS},
    "credential_changed": {"credential": [None, "PHONE", "EMAIL", "PAYMENT_CODE"]},
    "password_reset": {"credential": ["PASSWORD"]},
}
"""Values that the fields of events may have."""


@pytest.mark.parametrize(
    ("kind", "condition", "is_never"),
    [
        ("drawdown", "amount > 5 and amount < 3", True),
        ("drawdown", "amount > 3 and amount < 5", False),
        ("drawdown", "amount > 5 CNY and amount <= 5 CNY", True),
        ("drawdown", "amount >= 5 and amount <= 5", False),
        ("drawdown", "amount < 0", True),
        ("drawdown", "amount <= 0", False),
        ("drawdown", "amount > 1000000000000", True),
        ("drawdown", "amount = null", False),
        ("drawdown", "amount = null and amount > 1", True),
        ("drawdown", 'facility = "A" and facility = "B"', True),
        ("drawdown", 'facility = "A" or facility = "B"', False),
        ("drawdown", 'facility in ("A", "B") and not(facility in ("A", "B", "C"))', True),
        ("drawdown", 'facility > "A" and facility < "B"', False),
        ("drawdown", "utilisation < 0", True),
        ("drawdown", "utilisation > 2", False),
        ("drawdown", "if amount > 4 then amount < 3 else amount > 4", True),
        ("drawdown", "if amount > 4 then amount < 3 else amount > 3", False),
        ("drawdown", "amount / 0 > 1", True),
        ("drawdown", "false", True),
        ("drawdown", "true", False),
        ("repayment", "days_late > 3 and days_late < 4", True),
        ("repayment", "amount > 3 and amount < 5 and days_late > 2", False),
        ("repayment", "instalment_number = 0", True),
        ("repayment", "instalment_number >= 1", False),
        ("repayment", "days_late < 0 or days_late > 10000", True),
        ("repayment", "days_late > instalment_number and days_late < instalment_number", True),
        ("repayment", "due_date.year > 2026 and due_date.year < 2026", True),
        ("repayment", "due_date.year = 2026 and due_date.month = 2", False),
        ("repayment", "due_date > date(2026, 5, 1) and due_date < date(2026, 2, 1)", True),
        ("repayment", "string length(string(days_late)) = 5", False),
        ("repayment", "(days_late + 1) * 2 < 2", True),
        ("login_failed", "usual_location and not(usual_location)", True),
        ("login_failed", "not(usual_location)", False),
        ("login_failed", "usual_location = null", False),
        ("login_failed", "device_id = null", False),
        ("turnover_report", "change < -1", True),
        ("turnover_report", "change <= -1", False),
        ("credential_changed", 'credential = "PASSWORD"', True),
        ("credential_changed", 'credential != "PHONE"', False),
        ("password_reset", 'credential = "PASSWORD"', False),
        ("password_reset", 'credential in ("PHONE", "EMAIL")', True),
    ],
)
def test_a_condition_is_told_if_no_event_meets_it(kind: str, condition: str, *, is_never: bool) -> None:
    monitor = monitor_of(f"{kind} where {condition}")
    where = monitor.rules[0].trigger.where
    assert where is not None
    assert any(where.holds(values) for values in _all_values(VALUES[kind])) is not is_never
    assert told(monitor) == ([condition] if is_never else [])


@pytest.mark.parametrize(
    ("trigger", "event", "compared", "is_never"),
    [
        ("amount > 5", "drawdown where amount < 3", {"same": ["amount"]}, True),
        ("amount > 5", "drawdown where amount < 3", {"same": ["facility"]}, False),
        ("amount > 5", "drawdown where amount < 6", {"same": ["amount"]}, False),
        ('facility = "A"', 'repayment where facility = "B"', {"same": ["facility"]}, True),
        ('facility = "A"', 'repayment where facility = "B"', {"different": ["facility"]}, False),
        ("facility = null", 'drawdown where facility = "A"', {"same": ["facility"]}, True),
        ("amount > 5 and amount < 3", "drawdown where amount = 4", {"same": ["amount"]}, False),
        ("true", "drawdown where facility = null", {"same": ["facility"]}, True),
        ("true", "drawdown where facility = null", {"different": ["facility"]}, True),
        ("true", "credit_inquiry where lender = null", {"times": 2, "each": "lender"}, True),
        ("true", "credit_inquiry where lender = null", {"times": 2}, False),
        ("amount > 5 or amount = null", "drawdown where amount < 3", {}, False),
    ],
)
def test_a_step_is_told_if_it_contradicts_what_it_compares(
    trigger: str, event: str, compared: dict[str, object], *, is_never: bool
) -> None:
    monitor = monitor_of(
        f"drawdown where {trigger}", **{"preceded by": [{"event": event, "within": "1 hour", **compared}]}
    )
    assert (event.partition(" where ")[2] in told(monitor)) is is_never


def test_a_condition_that_contradicts_the_key_is_told() -> None:
    assert told(monitor_of("login_failed where device_id = null", key="device")) == ["device_id = null"]
    assert told(monitor_of("login_failed where device_id = null", key="account")) == []


def test_every_part_of_a_rule_is_named() -> None:
    event = {"event": "drawdown where amount < 0", "within": "1 hour"}
    monitor = monitor_of(
        "drawdown where amount < 0",
        **{"preceded by": [{"as": "first", **event}, event], "unless": [event], "unless followed by": [event]},
    )
    assert [finding.message.partition(" can never match")[0] for finding in analyse_monitors([monitor], LANGUAGE)] == [
        "the trigger of rule R1",
        "step 'first' of rule R1",
        "a step of rule R1",
        "an event under 'unless' of rule R1",
        "an event under 'unless followed by' of rule R1",
    ]


def test_a_condition_with_too_many_cases_is_not_told() -> None:
    cases = [f"(amount > {number} or outstanding > {number} or credit_limit > {number})" for number in range(12)]
    tangled = " and ".join(cases)
    assert told(monitor_of(f"drawdown where {tangled} and utilisation < 0")) == []


FIELDS = {"days_late": DAYS, "facility": TEXTS}
ATOMS = st.one_of(
    st.builds("days_late {} {}".format, st.sampled_from(("<", "<=", ">", ">=", "=", "!=")), st.integers(0, 4)),
    st.builds('facility {} "{}"'.format, st.sampled_from(("<", ">=", "=", "!=")), st.sampled_from(("A", "B"))),
    st.sampled_from(("days_late = null", "facility = null", 'facility in ("A", "B")', "days_late between 1 and 2")),
)
CONDITIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds("({} and {})".format, inner, inner),
        st.builds("({} or {})".format, inner, inner),
        st.builds("not({})".format, inner),
    ),
    max_leaves=4,
)


@settings(deadline=None, max_examples=60)
@given(
    trigger=CONDITIONS,
    step=CONDITIONS,
    compared=st.sampled_from(("", "same", "different")),
    field=st.sampled_from(tuple(FIELDS)),
)
def test_random_conditions_are_told_only_if_no_events_match(trigger: str, step: str, compared: str, field: str) -> None:
    fields = {compared: [field]} if compared else {}
    before = {"event": f"repayment where {step}", "within": "1 hour", **fields}
    monitor = monitor_of(f"repayment where {trigger}", **{"preceded by": [before]})
    rule, found = monitor.rules[0], told(monitor)
    for pattern in (rule.trigger, rule.steps[0].pattern):
        assert pattern.where is not None
        if not any(pattern.where.holds(values) for values in _all_values(FIELDS)):
            assert pattern.where.source.text in found
    assert not found or not any(list(matches_in([monitor], window)) for window in _windows())


def test_nothing_is_told_of_the_shipped_monitors() -> None:
    assert analyse_monitors(read_monitors(RULES).monitors, LANGUAGE) == []


def test_fields_have_values_of_every_kind_of_event() -> None:
    assert all(set(fields) <= set(KINDS_BY_NAME[kind].types) for kind, fields in VALUES.items())


def _all_values(fields: dict[str, list]) -> Iterator[dict[str, Value]]:
    return (dict(zip(fields, values, strict=True)) for values in product(*fields.values()))


def _windows() -> Iterator[Window]:
    """Yield two repayments one after the other, of all values."""
    kind = int(EventKind.ACCOUNT_EVENT_KIND_REPAYMENT)
    for first, second in product(list(_all_values(FIELDS)), repeat=2):
        events = [WindowEvent(time, f"e{time}", kind, b"a", values) for time, values in enumerate((first, second))]
        yield Window(events, 1, 10)
