"""Parameters have other values than their files say: which, what comes of it, and what names it."""

import hashlib
import json
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.feel import Environment
from underwriter.policy import RulesRefused, load_policy
from underwriter.policy.definitions import value_text
from underwriter.policy.loader import load_definition
from underwriter.policy.parameter_overrides import constant, constant_text, override_faults

from .surroundings import HEAD, PASSING, SURROUNDINGS, files_of

TEXT = f"""{HEAD}parameters:
  limit: {{value: 5, unit: CNY}}
  name: {{value: "A"}}
  strict: {{value: false}}
  cities: {{value: [1, 2]}}
  rate: {{history: {{2026-01-01: 0.03}}}}
decisions:
{PASSING}  doubled: {{expression: limit * 2}}
  within: {{expression: "list contains(cities, 3) or strict or name = \\"B\\""}}
outcome: {{rules: [passing]}}
"""
FILES = files_of(TEXT)


def loaded(**overrides):
    return load_policy(FILES, "policy.yaml", SURROUNDINGS, overrides)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("18", Decimal(18)),
        (" -0.50 ", Decimal("-0.50")),
        ('"a \\"b\\""', 'a "b"'),
        ("true", True),
        ("[]", ()),
        ('["a", "b"]', ("a", "b")),
        ("[1, -2]", (Decimal(1), Decimal(-2))),
        ("null", None),
        ("1 + 1", None),
        ("limit", None),
        ("[1, null]", None),
        ("[[1]]", None),
        ("{a: 1}", None),
        ('@"2026-01-01"', None),
        ("- (1)", Decimal(-1)),
        ("--1", None),
        ("today()", None),
        ("", None),
        ("1 2", None),
    ],
)
def test_what_a_constant_is(text, value):
    assert constant(text, Environment()) == value


SCALARS = st.decimals(-99, 99, places=3) | st.booleans() | st.text(max_size=8)


@given(SCALARS | st.lists(SCALARS, max_size=3).map(tuple))
@settings(max_examples=60)
def test_a_value_is_written_in_one_way_that_says_the_same(value):
    text = value_text(value)
    assert constant(text, Environment()) == value
    assert constant_text(f"  {text} ", Environment()) == text


def test_a_policy_goes_by_the_values_that_were_set():
    policy = loaded(limit="7", strict="true")
    values = {parameter.name.text: parameter.value for parameter in policy.checked.definition.parameters}
    assert values == {"limit": Decimal(7), "name": "A", "strict": True, "cities": (Decimal(1), Decimal(2))}
    told = {p.name.text: (p.text, p.file_text) for p in policy.checked.definition.parameters}
    assert told["limit"] == ("7", "5")
    assert told["name"] == ('"A"', None)
    assert policy.overrides == {"limit": "7", "strict": "true"}


def test_the_values_are_part_of_the_version_and_nothing_else_changes_it():
    plain = loaded()
    content = {"policy": "policy.yaml", "files": dict(plain.files.texts), "models": {}}
    assert (
        plain.version == hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    ), "versions that are recorded already stay"
    assert loaded(limit="7").version == loaded(limit=" 7 ").version
    assert len({plain.version, loaded(limit="7").version, loaded(limit="8").version, loaded(limit="5").version}) == 4


@pytest.mark.parametrize(
    ("overrides", "found", "is_of_name"),
    [
        ({"limit": '"7"'}, "a string", False),
        ({"limit": "[7]"}, "a list<number>", False),
        ({"cities": "1"}, "a number", False),
        ({"cities": '["a"]'}, "a list<string>", False),
        ({"strict": "1"}, "a number", False),
        ({"name": "limit"}, "no constant", False),
        ({"limt": "7"}, "no parameter of the policy", True),
        ({"rate": "0.04"}, "a dated parameter", True),
        ({"doubled": "1"}, "no parameter of the policy", True),
    ],
)
def test_what_can_not_be_set(overrides, found, is_of_name):
    definition, _ = load_definition(FILES, "policy.yaml")
    (fault,) = override_faults(definition, overrides, Environment())
    assert (fault.name, fault.is_of_name) == (*overrides, is_of_name)
    assert found in fault.found
    with pytest.raises(RulesRefused) as refused:
        loaded(**overrides)
    assert [diagnostic.code for diagnostic in refused.value.diagnostics] == ["refused-value"]


def test_an_empty_list_may_stand_for_a_list():
    assert loaded(cities="[]").overrides == {"cities": "[]"}
