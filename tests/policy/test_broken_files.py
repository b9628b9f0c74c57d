"""Rule files damaged at random: whatever stands in them, there are findings or a policy, never an exception."""

import os
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.policy import RuleFiles

from .surroundings import HEAD, REASONS, policies_in

POLICY = f"""{HEAD}include: [../common/parts.yaml]
currency: CNY
time zone: Asia/Shanghai
attributes: {{tax_region: string, brands: list of string}}
models: {{risk: stub/1}}
decisions:
  checks:
    rules:
      - id: C1
        when: applicant.age < min_age and not(applicant.verified)
        then: decline
        reason: R
        if unknown: verify
        ask for: ID_CARD
      - {{id: C2, when: card.points < 10, then: refer, reason: R, explained by: card, if unknown: pass}}
      - {{id: C4, when: request.amount > 9 * request.term_months, then: decline, reason: MORE}}
      - {{id: C3, when: "grade.name in (\\"A\\", \\"B\\")", then: approve, reason: R}}
  grade:
    table:
      hit policy: priority
      output values: {{name: ['"A"', '"B"']}}
      default: {{name: '"B"', rate: "0.3"}}
      rows: |
        | risk.score | debt   || name | rate |
        | > 700      | < 0.4  || "A"  | 0.1  |
        | -          | null   || "B"  | 0.2  |
  limits:
    table: {{hit policy: collect max, rows: !csv limits.csv}}
  line:
    context:
      base: limits * grade.rate
      total: if base > 100 then base else 0
outcome:
  rules: [checks]
  grade: grade.name
  score: risk
  offer:
    each: {{term: [3, 6]}}
    credit_limit: line.total + twice(term)
    annual_rate: grade.rate
    term_months: term
  counter_offer:
    amount: {{least: min_age, step: 100}}
    term_months: {{most: index * 10}}
  caps: {{effective_annual_rate: 0.24}}
"""
PARTS = """parameters:
  min_age: {value: 18, unit: years}
  steps: {value: [1, 2.5]}
  index: {history: {2026-01-01: 1.5, 2025-07-01: 2}, unit: points}
decisions:
  debt: {expression: sum(bureau.loans.monthly_payment) / applicant.monthly_income}
  twice:
    function:
      parameters: {n: number}
      expression: n * 2 + count(steps)
  card:
    scorecard:
      base: 5
      attributes:
        - name: age
          value: applicant.age
          reason: R
          missing: 0
          bins: [{when: "< 30", points: 5}, {when: "-", points: 9.5}]
"""
LIMITS = """applicant.monthly_income,||,limit,||,note
"< 1000, null",||,500,||,low
>= 1000,||,applicant.monthly_income * 2,||,
"""
REVIEW = """policy: review
title: {en: Review, zh: 查}
product: REVIEW
decisions:
  checks:
    rules: [{id: C1, when: applicant.age < 18, then: refer, reason: MORE}]
outcome:
  rules: [checks]
  line_change:
    action: if applicant.verified then "RAISE" else "KEEP"
    credit_limit: applicant.monthly_income * 2
    annual_rate: 0.1
    notice_days: 30
"""
MORE = "reasons:\n  MORE: {en: One more., zh: 又一个。, adverse: true, help: {en: Ask for less., zh: 请减少。}}\n"
FILES = {
    "tiny/policy.yaml": POLICY,
    "common/parts.yaml": PARTS,
    "tiny/limits.csv": LIMITS,
    "review/policy.yaml": REVIEW,
    "reasons.yaml": REASONS,
    "reasons/more.yaml": MORE,
}
EXAMPLES = 5000 if os.environ.get("UNDERWRITER_SOAK") else 120
SYMBOLS = [
    "",
    " ",
    "\n",
    "\t",
    "  - ",
    ": ",
    *"{}[]()<|,-#",
    '"',
    "'",
    "||",
    "..",
    "&a ",
    "*a",
    "!csv ",
    "\x00",
    "\u2028",
]
WORDS = ["null", "every x in ", "function(", "额", "1e9999", "applicant", "grade", "checks", "term"]
PIECES = [*SYMBOLS, *WORDS]


def damaged(text: str, rng: Random) -> str:
    """Return the text with a few lines taken away, doubled or moved, or pieces put into them."""
    lines = text.split("\n")
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        at = rng.randrange(len(lines))
        line = lines[at]
        place, end = sorted((rng.randrange(len(line) + 1), rng.randrange(len(line) + 1)))
        match rng.choice(["drop", "double", "swap", "insert", "insert", "replace", "replace"]):
            case "drop" if len(lines) > 1:
                del lines[at]
            case "double":
                lines.insert(at, line)
            case "swap":
                other = rng.randrange(len(lines))
                lines[at], lines[other] = lines[other], line
            case "insert":
                lines[at] = line[:place] + rng.choice(PIECES) + line[place:]
            case _:
                lines[at] = line[:place] + rng.choice(PIECES) + line[end:]
    return "\n".join(lines)


def test_the_files_are_in_order_before_they_are_damaged():
    policies, findings = policies_in(RuleFiles(FILES))
    assert [finding.render() for finding in findings] == []
    assert [policy.id for policy in policies] == ["review", "tiny"]


@pytest.mark.slow
@settings(max_examples=EXAMPLES, deadline=None)
@given(seed=st.integers(min_value=0, max_value=2**48))
def test_damaged_files_give_findings_or_a_policy(seed):
    rng = Random(seed)  # noqa: S311 - test data
    name = rng.choice([*FILES, "tiny/policy.yaml", "common/parts.yaml"])
    policies, findings = policies_in(RuleFiles({**FILES, name: damaged(FILES[name], rng)}))
    assert policies or findings
    for finding in findings:
        assert finding.message
        assert finding.render().startswith(f"{finding.source.name}:{finding.position}: ")
        lines = FILES.get(finding.source.name, "").count("\n") + 8
        assert 0 <= finding.position.line <= lines
        assert finding.position.column >= 0
