"""Domains of whole policies: what shipped policies compute for applications lies in them."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from underwriter.analysis.domains.domains import Domains
from underwriter.analysis.domains.making import numbers, of_values
from underwriter.decisioning.decide import evaluate_with_trace
from underwriter.decisioning.requests.application_files import read_requests
from underwriter.feel.types import NUMBER

from ..decisioning.desks import shipped
from .folders import OUTCOME, checked
from .memberships import is_in

APPLICATIONS = sorted((Path(__file__).parents[2] / "bench" / "applications").glob("*.yaml"))
NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize("path", APPLICATIONS, ids=lambda path: path.stem)
def test_what_a_shipped_policy_computes_is_in_the_domains(path: Path) -> None:
    for found in read_requests(path):
        policy = shipped().policy_for(found.product)
        request = found.request(policy.currency, policy.attributes)
        values, _ = evaluate_with_trace(policy, request.application, NOW)
        domains = Domains(policy.policy.checked)
        outside = {name for name, value in values.items() if not is_in(value, domains.of_path((name,)))}
        assert values
        assert outside == set()


def test_parameters_inputs_and_decisions_have_domains() -> None:
    policy = """parameters:
  least: {value: 18}
  rates: {value: [0.1, 0.2]}
  prime: {history: {2026-01-01: 0.03, 2026-07-01: 0.04}}
decisions:
  doubled: {expression: least * 2}
  grade:
    table:
      hit policy: unique
      rows: |
        | applicant.age || grade | points |
        | < 200         || 1     | 0.5    |
        | >= 200        || 2     | 7      |
  card:
    scorecard:
      base: 100
      attributes:
        - name: age
          value: applicant.age
          reason: R
          missing: 5
          bins: [{when: '< 30', points: 1}, {when: '>= 30', points: 20}, {when: '> 900', points: 50}]
  checks:
    rules: [{id: C1, when: card.points > 900, then: refer, reason: R}]
"""
    (found,) = checked(policy + OUTCOME).policies
    domains = Domains(found)
    expected = {
        ("least",): of_values(NUMBER, [Decimal(18)]),
        ("prime",): of_values(NUMBER, [Decimal("0.03"), Decimal("0.04")], can_be_null=True),
        ("rates", "1"): of_values(NUMBER, [Decimal("0.1"), Decimal("0.2")], can_be_null=True),
        ("doubled",): of_values(NUMBER, [Decimal(36)]),
        ("applicant", "age"): numbers(Decimal(0), Decimal(130), can_be_null=True, is_whole=True),
        ("grade", "points"): of_values(NUMBER, [Decimal("0.5")], can_be_null=True),
        ("card", "points"): numbers(Decimal(101), Decimal(120), is_whole=True),
        ("exposure", "lenders_12m"): numbers(Decimal(0), Decimal(2**63 - 1), can_be_null=True, is_whole=True),
    }
    assert {path: domains.of_path(path) for path in expected} == expected
