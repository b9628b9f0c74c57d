"""Caps on totals that no rule looks at: a warning, since an offer above one is noticed only when it is recorded."""

import pytest

from underwriter.feel.diagnostics import has_errors

from .desks import findings_in, write_rules

LISTS = {
    "funding": '[{funder: "own", share: 1, cap: 1000}]',
    "cover": '[{guarantor: "fund", coverage: 0.5, cap: 1000}]',
    "concentrations": '[{name: "joint", share: 1, cap: 1000}]',
}
TOTALS = {"funding": "funders", "cover": "guarantees", "concentrations": "concentrations"}
POLICY = """decisions:
  checks:
    rules: [{{id: C1, when: '{condition}', then: refer, reason: R}}]
outcome:
  rules: [checks]
  offer: {{credit_limit: 100, annual_rate: 0.1, {term}: '{given}'}}
"""


def codes(folder, term, given, condition):
    rules = write_rules(folder, POLICY.format(term=term, given=given, condition=condition))
    found = findings_in(rules, folder / "no models")
    assert not has_errors(found)
    return [finding.code for finding in found]


@pytest.mark.parametrize("term", LISTS)
def test_a_cap_on_what_no_rule_reads_is_warned_of(tmp_path, term):
    assert codes(tmp_path, term, LISTS[term], "request.amount > 900") == ["cap-on-the-unread"]


@pytest.mark.parametrize("term", LISTS)
def test_a_rule_that_reads_the_totals_is_enough(tmp_path, term):
    condition = f"sum(concatenate([0], {TOTALS[term]}.committed)) > 900"
    assert codes(tmp_path, term, LISTS[term], condition) == []


@pytest.mark.parametrize("term", LISTS)
def test_other_totals_are_not(tmp_path, term):
    other = next(total for total in TOTALS.values() if total != TOTALS[term])
    assert codes(tmp_path, term, LISTS[term], f"count({other}) > 900") == ["cap-on-the-unread"]


@pytest.mark.parametrize("term", LISTS)
def test_without_a_cap_nothing_need_be_read(tmp_path, term):
    assert codes(tmp_path, term, LISTS[term].replace(", cap: 1000", ""), "request.amount > 900") == []
