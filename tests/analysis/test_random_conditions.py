"""Random conditions of rules: those that never or always are true are found, by their truth tables."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.analysis.domains.domains import Domains
from underwriter.analysis.rules import looks_at_rules

from ..policy.surroundings import SURROUNDINGS, loaded

SOAK = pytest.mark.skipif("UNDERWRITER_SOAK" not in os.environ, reason="hundreds of policies: `make soak` runs it")

D = Decimal
NUMBERS = [*map(D, ("-1", "0", "0.5", "1", "1.5", "2", "2.5", "3", "4")), None]
VALUES = {"n": NUMBERS, "b": [True, False, None], "s": ["", "A", "AA", "B", "C", None]}
LIMIT = D(3)


@dataclass(frozen=True)
class Drawn:
    """A condition's text, and its truth for values of the inputs: true, false, or None for null."""

    text: str
    truth: Callable[[dict], bool | None]


def compared(symbol, end):
    def truth(values):
        value = values["n"]
        if symbol in ("=", "!="):
            return (value == end) == (symbol == "=")
        if value is None:
            return None
        return {"<": value < end, "<=": value <= end, ">": value > end, ">=": value >= end}[symbol]

    return truth


ENDS = st.sampled_from([("0", D(0)), ("1", D(1)), ("2", D(2)), ("limit", LIMIT)])
SYMBOLS = ("<", "<=", ">", ">=", "=", "!=")
FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}


@st.composite
def atoms(draw):
    symbol, (text, end) = draw(st.sampled_from(SYMBOLS)), draw(ENDS)
    at_least, at_most = compared(">=", D(1)), compared("<=", LIMIT)
    is_one, is_big = compared("=", D(1)), compared(">", D(2))
    return draw(
        st.sampled_from(
            [
                Drawn(f"attributes.n {symbol} {text}", compared(symbol, end)),
                Drawn(f"{text} {symbol} attributes.n", compared(FLIPPED[symbol], end)),
                Drawn("attributes.n between 1 and limit", lambda values: both(at_least(values), at_most(values))),
                Drawn("attributes.n in [1..limit]", lambda values: both(at_least(values), at_most(values))),
                Drawn("attributes.n in (1, > 2)", lambda values: either(is_one(values), is_big(values))),
                Drawn("attributes.n = null", lambda values: values["n"] is None),
                Drawn("attributes.n != null", lambda values: values["n"] is not None),
                Drawn("attributes.b", lambda values: values["b"]),
                Drawn("attributes.b = true", lambda values: values["b"] is True),
                Drawn("is_big", is_big),
                Drawn('attributes.s in ("A", "B")', lambda values: values["s"] in ("A", "B")),
                Drawn('attributes.s < "B"', lambda values: None if values["s"] is None else values["s"] < "B"),
                Drawn("true", lambda _: True),
            ]
        )
    )


def both(one, other):
    if one is False or other is False:
        return False
    return None if None in (one, other) else True


def either(one, other):
    return opposite(both(opposite(one), opposite(other)))


def opposite(one):
    return None if one is None else not one


def joined(inner):
    pairs = st.tuples(inner, inner)
    return st.one_of(
        pairs.map(lambda p: Drawn(f"({p[0].text} and {p[1].text})", lambda v: both(p[0].truth(v), p[1].truth(v)))),
        pairs.map(lambda p: Drawn(f"({p[0].text} or {p[1].text})", lambda v: either(p[0].truth(v), p[1].truth(v)))),
        inner.map(lambda one: Drawn(f"not({one.text})", lambda v: opposite(one.truth(v)))),
        st.tuples(inner, inner, inner).map(
            lambda p: Drawn(
                f"(if {p[0].text} then {p[1].text} else {p[2].text})",
                lambda v: p[1].truth(v) if p[0].truth(v) is True else p[2].truth(v),
            )
        ),
    )


CONDITIONS = st.lists(st.recursive(atoms(), joined, max_leaves=5), min_size=10, max_size=30)
COMBINATIONS = [dict(zip(VALUES, values, strict=True)) for values in product(*VALUES.values())]


def policy_of(conditions):
    rules = "\n".join(
        f"      - {{id: R{number}, when: '{condition}', then: refer, reason: R}}"
        for number, condition in enumerate(conditions)
    )
    return loaded(
        "attributes: {n: number, b: boolean, s: string}\n"
        "parameters: {limit: {value: 3}}\n"
        "decisions:\n"
        "  is_big: {expression: attributes.n > 2}\n"
        f"  checks:\n    rules:\n{rules}\n"
        "outcome: {rules: [checks]}\n"
    )


def expected(condition):
    truths = {condition.truth(values) for values in COMBINATIONS}
    if True not in truths:
        return "rule-never-fires"
    return "rule-always-fires" if truths == {True} else None


def check(conditions):
    checked = policy_of([condition.text for condition in conditions]).checked
    found = {
        (finding.source.text, finding.code)
        for look in looks_at_rules(checked, Domains(checked), SURROUNDINGS.environment)
        for finding in look.findings
    }
    true = {(condition.text, expected(condition)) for condition in conditions}
    assert found == {(text, code) for text, code in true if code is not None}


@settings(deadline=None, max_examples=20)
@given(conditions=CONDITIONS)
def test_conditions_that_never_or_always_hold_are_found(conditions):
    check(conditions)


@SOAK
@pytest.mark.slow
@settings(deadline=None, max_examples=300)
@given(conditions=CONDITIONS)
def test_conditions_that_never_or_always_hold_are_found_among_many(conditions):
    check(conditions)
