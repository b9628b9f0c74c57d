"""Every count of an impact, against a naive loop over the same records."""

import pickle
from collections import Counter
from dataclasses import fields

import pytest

from underwriter.decisioning import KeptPolicies
from underwriter.impact import ImpactTally, impact_tables
from underwriter.impact.rule_changes import RuleChanges, rule_changes
from underwriter.impact.tally import Dimension
from underwriter.ledger import open_ledger
from underwriter.replay import sampled
from underwriter.v1.decision_pb2 import OUTCOME_APPROVE


def test_outcomes_and_swaps_are_those_of_the_decisions_side_by_side(tally, decisions) -> None:
    matrix = Counter((one.recorded.outcome, one.decision.outcome) for one in decisions)
    assert tally.summary.outcomes == matrix
    assert len(matrix) > 4
    swapped = {pair: sum(count for key, count in matrix.items() if _approvals(*key) == pair) for pair in BOTH}
    assert swapped[True, False]
    movements = tally.summary.movements.items()
    assert swapped == {pair: sum(found.count for movement, found in movements if movement[:2] == pair) for pair in BOTH}


BOTH = [(True, True), (True, False), (False, True), (False, False)]


def _approvals(*outcomes: int) -> tuple[bool, ...]:
    return tuple(outcome == OUTCOME_APPROVE for outcome in outcomes)


@pytest.mark.parametrize(("side", "name"), [("recorded", "recorded"), ("decision", "now")])
def test_limits_and_rates_are_those_of_the_largest_offers(side, name, tally, decisions) -> None:
    for product, spread in tally.limits.items():
        offers = [
            max(getattr(one, side).offers, key=lambda offer: offer.credit_limit.units)
            for one in decisions
            if one.sealed.product == product and getattr(one, side).offers
        ]
        limits = Counter(offer.credit_limit.units + offer.credit_limit.nanos / 1e9 for offer in offers)
        assert {float(limit): count for limit, count in getattr(spread, name).items()} == limits
        rates = Counter(float(offer.annual_rate.value) for offer in offers if offer.HasField("annual_rate"))
        assert {float(rate): count for rate, count in getattr(tally.rates[product], name).items()} == rates


@pytest.mark.parametrize(("side", "name"), [("recorded_facts", "recorded"), ("facts", "now")])
def test_amounts_and_expected_losses_are_sums_of_facts(side, name, tally, decisions) -> None:
    for dimension in (Dimension.PRODUCT, Dimension.GRADE):
        facts = [getattr(one, side) for one in decisions if getattr(one, side)]
        sides = [getattr(counts, name) for _, counts in tally.of_dimension(dimension)]
        assert sum(s.amount for s in sides) == sum(part.amount for f in facts for part in f.facility.parts)
        assert sum(s.loss for s in sides) == sum(f.facility.terms.expected_loss for f in facts) > 0


def test_reasons_gained_and_lost_are_differences_of_sets(tally, decisions) -> None:
    sets = [({r.code for r in one.recorded.reasons}, {r.code for r in one.decision.reasons}) for one in decisions]
    assert tally.reasons.gained == Counter(code for was, now in sets for code in now - was)
    assert tally.reasons.lost == Counter(code for was, now in sets for code in was - now)
    assert tally.reasons.gained["LARGE_AMOUNT"]


def test_everyone_is_in_the_group_that_the_rules_tell_also_who_is_not_approved(tally, decisions) -> None:
    """By the first rows of the table of groups: the young, then the employed."""
    groups: Counter[tuple[str, str, bool]] = Counter()
    for one in decisions:
        age, occupation = one.request.application.applicant.age, one.request.application.applicant.occupation
        assert age
        group = "YOUNG" if age <= 22 else {1: "EMPLOYED"}.get(occupation, "")
        if group:
            groups[one.sealed.product, group, one.recorded.outcome == OUTCOME_APPROVE] += 1
    assert len(groups) > 4
    for (product, group, _), _count in groups.items():
        (counts,) = [c for s, c in tally.segments.items() if s == (Dimension.USER_GROUP, product, group)]
        assert counts.decided == groups[product, group, True] + groups[product, group, False]
        assert counts.recorded.approved == groups[product, group, True]


def test_counts_of_parts_add_up_to_the_whole(tally, decisions) -> None:
    whole = ImpactTally()
    for start in range(0, len(decisions), 60):
        part = ImpactTally()
        for decision in decisions[start : start + 60]:
            part.count(decision)
        whole.add(pickle.loads(pickle.dumps(part)))  # noqa: S301 - our own, as processes hand it over
    for field in fields(ImpactTally):
        if field.name != "summary":  # which adds up fractions
            assert getattr(whole, field.name) == getattr(tally, field.name)
    assert whole.summary.outcomes == tally.summary.outcomes


def test_a_sample_is_drawn_from_all_and_about_as_large_as_asked(work, decisions) -> None:
    wanted = sampled(work, 50).wanted
    places = [place for place, one in enumerate(decisions) if wanted.takes(one.sealed)]
    assert 20 <= len(places) <= 100
    assert places[0] < len(decisions) / 4
    assert places[-1] > len(decisions) * 3 / 4
    assert sampled(work, 10**6) == work


def test_what_changed_since_the_newest_decisions_is_told_with_its_products(tally, work, new_desk) -> None:
    with open_ledger(work.database, work.master_keys, log=work.log) as ledger:
        kept = KeptPolicies(ledger.artifacts.load)
        changes = rule_changes(tally.newest, kept, new_desk)
        assert not changes.unknown
        gone = rule_changes(tally.newest, KeptPolicies(lambda _: None), new_desk)
    titles = {change.title: products for change, products in changes.changes.items()}
    assert titles == {
        "parameter large_amount": ("PERSONAL_CREDIT_LINE",),
        "parameter thin_file_line": ("PERSONAL_CREDIT_LINE",),
        "row 3 of grade_margin": ("PERSONAL_CREDIT_LINE",),
    }
    assert gone.unknown == ("PERSONAL_CREDIT_LINE",)  # pay-later has not changed


def test_tables_tell_what_the_figures_are(tally) -> None:
    tables = {table.key: table for table in impact_tables(tally, RuleChanges())}
    assert all(len(row) == len(table.heads) for table in tables.values() for row in table.rows)
    products = {row[0]: row[1] for row in tables["products"].rows}
    assert sum(map(int, products.values())) == tally.summary.replayed
    assert tables["outcomes"].rows[-1][-1] == str(tally.summary.replayed)
    assert [row[-2] for row in tables["groups"].rows if row[-2] == "1.00"]
