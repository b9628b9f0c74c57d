"""What is told of parts that several policies include, where their parameters differ."""

import pytest

from underwriter.analysis.analyse import analyse
from underwriter.feel.diagnostics import Diagnostic

from .folders import HEAD, checked

PARTS = {
    "rule-never-fires": """
decisions:
  checks:
    rules: [{id: C1, when: request.amount > 900 and top > 5, then: refer, reason: R, if unknown: pass}]
""",
    "rule-always-fires": """
decisions:
  checks:
    rules: [{id: C1, when: request.amount > 900 or top < 5, then: refer, reason: R, if unknown: pass}]
""",
    "row-never-matches": """
decisions:
  level: {expression: if request.amount > 900 then 1 else top}
  points:
    table: {hit policy: first, rows: "| level || points |\\n| > 5 || 1 |\\n| - || 2 |\\n"}
  checks:
    rules: [{id: C1, when: points > 1, then: refer, reason: R, if unknown: pass}]
""",
    "shadowed-row": """
decisions:
  points:
    table: {hit policy: first, rows: "| request.amount || points |\\n| < 5 || 1 |\\n| < top || 2 |\\n| - || 3 |\\n"}
  checks:
    rules: [{id: C1, when: points > 1, then: refer, reason: R, if unknown: pass}]
""",
    "shadowed-bin": """
decisions:
  level: {expression: if request.amount > 900 then 1 else top}
  card:
    scorecard:
      attributes:
        - {name: level, value: level, reason: R, missing: 0, bins: [{when: "> 5", points: 1}, {when: "-", points: 2}]}
  checks:
    rules: [{id: C1, when: card.points > 1, then: refer, reason: R, if unknown: pass}]
""",
}
POLICY = "include: [../part.yaml]\nparameters:\n  top: {{value: {top}}}\noutcome:\n  rules: [checks]\n"
OTHER = HEAD.replace("tiny", "other").replace("TINY", "OTHER")


def found(part: str, top: int, other_top: int | None = None) -> list[Diagnostic]:
    """Return what is found in a part that is included by one or two policies with these parameters."""
    other = {} if other_top is None else {"other/policy.yaml": OTHER + POLICY.format(top=other_top)}
    folder = checked(POLICY.format(top=top), {"part.yaml": part, **other})
    return analyse(folder.policies, folder.environment)


@pytest.mark.parametrize("code", PARTS)
def test_what_never_or_always_happens_does_so_in_every_policy(code: str) -> None:
    part = PARTS[code]
    assert code in [finding.code for finding in found(part, 2)]
    assert [finding.code for finding in found(part, 2, 3)].count(code) == 1
    assert code not in [finding.code for finding in found(part, 2, 9)]
    assert code not in [finding.code for finding in found(part, 9, 2)]


def test_a_gap_in_one_policy_is_told() -> None:
    part = PARTS["shadowed-row"].replace("| - || 3 |", "| >= 6 || 3 |")
    assert [finding.code for finding in found(part, 9, 2)] == ["table-gap"]
