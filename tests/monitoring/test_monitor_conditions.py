"""Conditions over one event, compiled from their text."""

from decimal import Decimal

import pytest

from underwriter.feel import Environment
from underwriter.feel.source import Source
from underwriter.feel.temporal import Date
from underwriter.feel.values import Value
from underwriter.monitoring.condition_compiler import ConditionCompiler
from underwriter.monitoring.conditions import Condition
from underwriter.monitoring.event_kinds import KINDS_BY_NAME

COMPILER = ConditionCompiler(Environment(), "CNY")


def condition(kind: str, text: str) -> Condition:
    compiled, findings = COMPILER.compile(Source(text), KINDS_BY_NAME[kind])
    assert not findings
    assert compiled is not None
    return compiled


@pytest.mark.parametrize(
    ("kind", "text", "values", "holds"),
    [
        ("drawdown", "amount > 10000", {"amount": Decimal(10001)}, True),
        ("drawdown", "amount > 10000", {"amount": Decimal(10000)}, False),
        ("drawdown", "amount > 10000 CNY", {"amount": Decimal(10001)}, True),
        ("drawdown", "amount in [100 CNY..200 CNY]", {"amount": Decimal(150)}, True),
        ("drawdown", 'facility = "12 CNY"', {"facility": "12 CNY"}, True),
        ("drawdown", "amount > 10000", {"amount": None}, False),
        ("drawdown", "amount > 10000", {}, False),
        ("drawdown", "not(amount > 10000)", {}, False),
        ("drawdown", "amount = null", {}, True),
        ("drawdown", "amount > 0.5 * credit_limit", {"amount": Decimal(6), "credit_limit": Decimal(10)}, True),
        ("drawdown", "amount / outstanding > 1", {"amount": Decimal(6), "outstanding": Decimal(0)}, False),
        ("device_changed", "tampered", {"tampered": True}, True),
        ("device_changed", "tampered", {"tampered": False}, False),
        ("credential_changed", 'credential in ("PHONE", "EMAIL")', {"credential": "EMAIL"}, True),
        ("turnover_report", "period_end < date(2026, 5, 1)", {"period_end": Date(2026, 4, 30)}, True),
        ("login_failed", "true", {}, True),
    ],
)
def test_a_condition_is_true_of_these_values(kind: str, text: str, values: dict[str, Value], *, holds: bool) -> None:
    assert condition(kind, text).holds(values) is holds


def test_a_condition_keeps_its_text_as_it_was_written() -> None:
    assert condition("drawdown", "amount > 10000 CNY").source.text == "amount > 10000 CNY"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("amount > 1 USD", "other-currency"),
        ("amount > 1 cny", "unit-after-number"),
        ("amount > 1 CNY CNY", "unit-after-number"),
        ("today() > null", "reads-the-clock"),
        ("amount", "type-mismatch"),
        ("lender = null", "unknown-name"),
    ],
)
def test_a_condition_that_says_nothing_clear_is_refused(text: str, code: str) -> None:
    compiled, findings = COMPILER.compile(Source(text), KINDS_BY_NAME["drawdown"])
    assert compiled is None
    assert code in {finding.code for finding in findings}
