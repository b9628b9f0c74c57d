"""Parts that several policies include are read and checked once, and come out in each as if it stood alone."""

import pytest

from underwriter.feel.types import (
    BOOLEAN,
    NUMBER,
    STRING,
    ConstrainedType,
    ContextType,
    FunctionType,
    ListType,
    is_same,
)
from underwriter.policy import RuleFiles, check_policies
from underwriter.policy.checked import CheckedPolicy
from underwriter.policy.shared_checks import NamesLookedUp, SharedChecks

from .surroundings import REASONS, SURROUNDINGS

PART = """
decisions:
  level: {expression: top * 2}
  points:
    table: {hit policy: first, rows: "| level || points |\\n| > 5 || 1 |\\n| - || 2 |\\n"}
  checks:
    rules: [{id: C1, when: points > 1, then: refer, reason: R}]
"""
POLICY = """
policy: {name}
title: {{en: One, zh: 一}}
product: {name}
include: [../part.yaml]
parameters: {{{parameter}}}
outcome: {{rules: [checks]}}
"""


def checked(*parameters: str, part: str = PART) -> tuple[list[CheckedPolicy], list[str]]:
    """Check policies that include one part; return them, and what is found."""
    names = [f"p{number}" for number in range(len(parameters))]
    pairs = zip(names, parameters, strict=True)
    policies = {f"{name}/policy.yaml": POLICY.format(name=name, parameter=value) for name, value in pairs}
    files = RuleFiles({"reasons.yaml": REASONS, "part.yaml": part, **policies})
    found = check_policies(files, SURROUNDINGS)
    return list(found.by_path.values()), [finding.code for finding in found.findings]


def test_a_decision_whose_names_have_the_same_types_is_checked_once() -> None:
    (first, second), found = checked("top: {value: 2}", "top: {value: 9}")
    assert found == []
    for name in ("level", "points"):
        assert first.boxes[name] is second.boxes[name]
    rule = first.decisions["checks"].logic.rules[0]  # type: ignore[union-attr]
    assert first.formula(rule.when) is second.formula(rule.when)
    assert (first.requires, first.inputs, first.order) == (second.requires, second.inputs, second.order)


def test_a_table_that_states_its_output_values_is_checked_once() -> None:
    part = PART.replace("{hit policy: first, rows", "{hit policy: first, output values: {points: [1, 2]}, rows")
    (first, second), found = checked("top: {value: 2}", "top: {value: 9}", part=part)
    assert found == []
    assert first.boxes["points"] is second.boxes["points"]


def test_a_decision_whose_names_have_other_types_is_checked_anew() -> None:
    part = PART.replace("top * 2", "if top = null then 1 else 2")
    (first, second), found = checked("top: {value: 2}", "top: {value: high}", part=part)
    assert found == []
    assert first.boxes["level"] is not second.boxes["level"]
    assert first.boxes["points"] is second.boxes["points"]


@pytest.mark.parametrize("parameter", ["top: {value: high}", "other: {value: 2}"])
def test_what_is_sound_in_one_policy_is_refused_in_another(parameter: str) -> None:
    for parameters in (("top: {value: 2}", parameter), (parameter, "top: {value: 2}")):
        policies, found = checked(*parameters)
        assert len(policies) == 1
        assert found


def test_a_text_that_cannot_be_read_keeps_out_every_policy() -> None:
    policies, found = checked("top: {value: 2}", "top: {value: 9}", part=PART.replace("top * 2", "top * * 2"))
    assert (policies, len(found)) == ([], 1)


def test_a_table_in_a_file_of_its_own_is_read_again_when_it_changes() -> None:
    part = PART.replace('rows: "| level || points |\\n| > 5 || 1 |\\n| - || 2 |\\n"', "rows: !csv points.csv")
    policy = POLICY.format(name="p0", parameter="top: {value: 2}")
    texts = {"reasons.yaml": REASONS, "part.yaml": part, "p0/policy.yaml": policy}
    for points in ("1", "7"):
        files = RuleFiles({**texts, "points.csv": f"level,||,points\n-,,{points}\n"})
        (found,) = check_policies(files, SURROUNDINGS).by_path.values()
        ((_, table),) = found.tables.values()
        assert table.rows[0].outputs[0].source.text == points


def test_going_through_all_names_is_noticed() -> None:
    names = NamesLookedUp({"a": NUMBER})
    assert ("a" in names, "b" in names, names["a"], len(names)) == (True, False, NUMBER, 1)
    assert (names.found, names.is_each_known) == ({"a": NUMBER, "b": None}, True)
    assert (list(names), names.is_each_known) == (["a"], False)


def test_what_is_kept_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("underwriter.policy.shared_checks.MOST_KEPT", 1)
    (first, second), _ = checked("top: {value: 2}", "top: {value: 9}")
    (decision, *_), shared = first.definition.decisions, SharedChecks()
    shared.keep_names(decision.logic, (), {"top"})
    shared.keep_names(second.definition.decisions[1].logic, (), {"level"})
    assert shared.names_read(decision.logic, ()) is None


EVEN, ODD = (ConstrainedType("grade", base=NUMBER, accepts=lambda value, rest=rest: value == rest) for rest in (0, 1))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (EVEN, ODD),
        (ListType(item=EVEN), ListType(item=ODD)),
        (ContextType(fields={"a": EVEN}), ContextType(fields={"a": ODD})),
        (FunctionType(result=EVEN), FunctionType(result=ODD)),
        (FunctionType(parameters=(("a", EVEN),)), FunctionType(parameters=(("a", ODD),))),
    ],
)
def test_types_are_the_same_only_with_the_same_constraints(one, other) -> None:
    assert one == other
    assert is_same(one, one)
    assert not is_same(one, other)


def test_equal_types_without_constraints_are_the_same() -> None:
    def made() -> ContextType:
        return ContextType(
            fields={"a": ListType(item=STRING), "b": FunctionType(parameters=(("c", NUMBER),), result=BOOLEAN)}
        )

    assert is_same(made(), made())
    assert not is_same(made(), NUMBER)
