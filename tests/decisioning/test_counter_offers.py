"""Counter-offers: what is found, that it would be approved, what is left out, and what goes wrong."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.decisioning import Stored, decide, explain, load_desk, run_policy_tests
from underwriter.decisioning.counter_offers import MOST_AMOUNTS, largest
from underwriter.decisioning.desk import policy_from_bundle
from underwriter.decisioning.replaying import decide_again
from underwriter.v1.decision_service_pb2 import DecideRequest
from underwriter.v1.record_pb2 import ExposureEvidence, ExposurePosition

from .desks import ID, NOW, application, codes, decided, outcome_name, tiny, write_rules

POLICY = """parameters: {{least: {{value: 1000}}}}
attributes: {{most: number, longest: number, shortest: number, tried: number}}
decisions:
  checks:
    rules:
      - {{id: C1, when: request.amount > attributes.most, then: decline, reason: R, if unknown: pass}}
      - {{id: C2, when: request.term_months > attributes.longest, then: decline, reason: R, if unknown: pass}}
      - {{id: C3, when: request.term_months < attributes.shortest, then: decline, reason: R, if unknown: pass}}
      - {{id: C4, when: exposure.total > 500, then: decline, reason: R}}
outcome:
  rules: [checks]
  offer:
    credit_limit: request.amount
    annual_rate: 0.1
    term_months: if request.term_months = null then 12 else request.term_months
  caps: {{credit_limit: 50000}}
  counter_offer:
{}
"""
AMOUNT = "    amount: {least: least, step: 100}\n"
TERM = "    term_months: {most: attributes.tried}\n"


def both(folder):
    return tiny(folder, POLICY.format(AMOUNT + TERM))


def asking(amount=20_000, months=12, **attributes):
    known = {"most": 15_000, "longest": 24, "shortest": 1, "tried": 36, **attributes}
    return {"request": {"amount": amount, "term_months": months}, "attributes": known}


def counter_of(decision):
    if not decision.HasField("counter_offer"):
        return None
    counter = decision.counter_offer
    assert counter.amount.currency_code == "CNY"
    return counter.amount.units + Decimal(counter.amount.nanos).scaleb(-9), counter.term_months


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (asking(), (15_000, 12)),
        (asking(most=15_099), (15_000, 12)),
        (asking(amount=15_001), (15_000, 12)),
        (asking(amount=Decimal("15000.01")), (15_000, 12)),
        (asking(most=1_000), (1_000, 12)),
        (asking(most=999), None),
        (asking(amount=1_000, most=999), None),
        (asking(months=25, most=99_999), (20_000, 24)),
        (asking(months=3, shortest=6, longest=99, most=99_999), (20_000, 36)),
        (asking(months=3, shortest=6, longest=12, tried=12, most=99_999), (20_000, 12)),
        (asking(months=25, longest=1, most=99_999), (20_000, 1)),
        (asking(months=25, longest=0, most=99_999), None),
        (asking(months=25, longest=24, tried=None, most=99_999), None),
        (asking(months=25, longest=24, tried=1, most=99_999), (20_000, 1)),
        (asking(months=None, most=10_000), (10_000, 0)),
        (asking(amount=None, months=25), None),
        (asking(most=99_999), None),
        (asking(amount=60_000, most=55_000), (50_000, 12)),
        (asking(amount=10**12, most=10**12 - 1), (50_000, 12)),
    ],
    ids=str,
)
def test_the_largest_amount_is_found_else_the_longest_term(tmp_path, facts, expected):
    decision = decided(both(tmp_path), facts).decision
    assert counter_of(decision) == expected
    if expected is not None:
        again = {**facts, "request": {"amount": expected[0], **({"term_months": expected[1]} if expected[1] else {})}}
        approved = decided(both(tmp_path), again).decision
        assert outcome_name(approved) == "APPROVE"
        assert list(approved.offers) == list(decision.counter_offer.offers)


LIMITED = POLICY.replace("credit_limit: request.amount", "credit_limit: min(request.amount, 12345)")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (asking(), (12_300, 12)),
        (asking(most=12_000), (12_000, 12)),
        (asking(months=25, most=99_999), None),
        (asking(amount=12_345, months=25, most=99_999), (12_345, 24)),
        (asking(amount=Decimal("12345.01"), months=25, most=99_999), None),
    ],
    ids=str,
)
def test_an_amount_of_which_less_would_be_offered_is_not_told(tmp_path, facts, expected):
    assert counter_of(decided(tiny(tmp_path, LIMITED.format(AMOUNT + TERM)), facts).decision) == expected


def test_what_is_paid_down_need_not_be_offered(tmp_path):
    text = POLICY.replace(
        "credit_limit: request.amount", "credit_limit: min(request.amount - request.down_payment, 9999)"
    )
    facts = asking()
    facts["request"]["down_payment"] = 500
    assert counter_of(decided(tiny(tmp_path, text.format(AMOUNT + TERM)), facts).decision) == (10_400, 12)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (asking(months=2, shortest=3, longest=9, most=99_999), 9),
        (asking(months=2, shortest=6, longest=9, most=99_999), 9),
        (asking(months=2, shortest=7, longest=9, most=99_999), None),
        (asking(months=25, shortest=6, longest=24, tried=6, most=99_999), 6),
        (asking(months=25, shortest=1, longest=24, tried=5, most=99_999), None),
    ],
    ids=str,
)
def test_terms_are_tried_from_the_least_one(tmp_path, facts, expected):
    policy = tiny(tmp_path, POLICY.format(AMOUNT + "    term_months: {least: 6, most: attributes.tried}\n"))
    found = counter_of(decided(policy, facts).decision)
    assert found == (None if expected is None else (20_000, expected))


def test_a_least_term_that_is_unknown_is_one_month(tmp_path):
    text = POLICY.format(AMOUNT + "    term_months: {least: attributes.tried, most: 36}\n")
    facts = asking(months=25, most=99_999, tried=None)
    assert counter_of(decided(tiny(tmp_path, text), facts).decision) == (20_000, 24)


def test_only_a_decline_has_one_and_it_sets_nothing_aside(tmp_path):
    policy = both(tmp_path)
    approved = decided(policy, asking(amount=15_000))
    assert (outcome_name(approved.decision), counter_of(approved.decision)) == ("APPROVE", None)
    declined = decided(policy, asking())
    assert (outcome_name(declined.decision), declined.facts, len(declined.decision.offers)) == ("DECLINE", None, 0)
    referred = decided(policy, asking(amount=60_000, most=99_999)).decision
    assert (codes(referred), counter_of(referred)) == (["OFFER_ABOVE_CAP"], None)


def test_a_policy_that_states_none_looks_for_none(tmp_path):
    policy = tiny(tmp_path, POLICY.format("").replace("  counter_offer:\n", ""))
    assert not policy.policy.makes_counter_offers
    assert counter_of(decided(policy, asking(most=1_000, tried=None)).decision) is None


@pytest.mark.parametrize(("part", "expected"), [(AMOUNT, None), (TERM, (20_000, 24))])
def test_either_part_may_stand_alone(tmp_path, part, expected):
    facts = asking(months=25, most=99_999)
    facts["attributes"].pop("tried") if part == AMOUNT else None
    text = POLICY.format(part) if part == TERM else POLICY.format(part).replace(", tried: number", "")
    assert counter_of(decided(tiny(tmp_path, text), facts).decision) == expected


def test_it_is_looked_for_with_what_is_stored(tmp_path):
    policy = both(tmp_path)
    request = DecideRequest(product="TINY", application=application(policy, asking()))
    position = ExposurePosition(lender="own", product="TINY", currency="CNY", drawn=60_000)
    indebted = decide(request, policy, NOW, ID, stored=Stored(ExposureEvidence(positions=[position])))
    assert (outcome_name(indebted.decision), counter_of(indebted.decision)) == ("DECLINE", None)


def test_a_replay_and_an_explanation_find_the_same(tmp_path):
    policy = both(tmp_path)
    request = DecideRequest(request_id="r", product="TINY", application=application(policy, asking()))
    made = decide(request, policy, NOW, ID)
    kept = policy_from_bundle(policy.bundle(), {})
    assert decide_again(request, kept, made.evidence, NOW, ID).decision == made.decision
    assert explain(request, policy, NOW, ID).decision.counter_offer == made.decision.counter_offer


@pytest.mark.parametrize(
    ("part", "attributes", "problem", "place"),
    [
        ("    amount: {least: attributes.tried, step: 100}\n", {"tried": 0}, "least_amount: is no amount above 0", 21),
        ("    amount: {least: attributes.tried, step: 100}\n", {"tried": Decimal("0.001")}, "least_amount: is no", 21),
        ("    amount: {least: 100, step: attributes.tried}\n", {"tried": 0}, "amount_step: is no amount above 0", 32),
        ("    amount: {least: 100, step: attributes.tried}\n", {"tried": -5}, "amount_step: is no amount above 0", 32),
        (TERM, {"tried": 0, "most": 99_999, "longest": 1}, "most_term_months: is no whole number from 1 to 360", 25),
        (
            TERM,
            {"tried": Decimal("1.5"), "most": 99_999, "longest": 1},
            "most_term_months: is no whole number from 1 to 360",
            25,
        ),
        (TERM, {"tried": 361, "most": 99_999, "longest": 1}, "most_term_months: is no whole number from 1 to 360", 25),
        (
            "    term_months: {least: attributes.tried, most: 36}\n",
            {"tried": 0, "most": 99_999, "longest": 1},
            "least_term_months: is no whole number from 1 to 360",
            26,
        ),
    ],
)
def test_bounds_that_are_none_leave_the_decline_and_are_told(tmp_path, part, attributes, problem, place):
    policy = tiny(tmp_path, POLICY.format(part))
    result = decided(policy, asking(**attributes))
    assert (outcome_name(result.decision), counter_of(result.decision)) == ("DECLINE", None)
    assert [text.startswith(problem) for text in result.problems] == [True]
    request = DecideRequest(product="TINY", application=application(policy, asking(**attributes)))
    (warning,) = explain(request, policy, NOW, ID).decision.trace.warnings
    assert (warning.kind, warning.message) == ("COUNTER_OFFER_REFUSED", result.problems[0])
    assert warning.source.endswith(f"tiny/policy.yaml:21:{place}")


def test_a_search_that_breaks_leaves_the_decline_and_is_told(tmp_path):
    def broken(_inputs, _models, _warnings):
        raise ZeroDivisionError

    policy = both(tmp_path)
    compiled = replace(policy.policy.compiled, counter_offer_bounds=broken)
    policy = replace(policy, policy=replace_compiled(policy.policy, compiled))
    result = decided(policy, asking())
    assert outcome_name(result.decision) == "DECLINE"
    assert result.problems == ("counter_offer: ZeroDivisionError",)


def replace_compiled(policy, compiled):
    return type(policy)(policy.checked, compiled, policy.reasons, policy.files, policy.path, policy.version)


def test_an_input_that_is_read_as_a_whole_is_varied_too(tmp_path):
    text = POLICY.format(AMOUNT + TERM).replace("  checks:\n", "  whole: {expression: request}\n  checks:\n", 1)
    policy = tiny(tmp_path, text.replace("request.amount > attributes", "whole.amount > attributes"))
    assert ("request",) in policy.policy.reads
    assert counter_of(decided(policy, asking()).decision) == (15_000, 12)


@given(st.integers(1, 9), st.integers(0, 8), st.integers(1, 30_000), st.integers(1, 40), st.integers(0, 40))
@settings(max_examples=60, deadline=None)
def test_whatever_the_rules_are_it_would_be_approved(tmp_path_factory, divisor, rest, amount, months, longest):
    text = POLICY.format(AMOUNT + TERM).replace(
        "request.term_months < attributes.shortest",
        "'modulo(request.amount / 100, attributes.shortest) > attributes.most'",
    )
    policy = cached_policy(tmp_path_factory, text.replace("request.amount > attributes.most", "request.amount < 0"))
    facts = asking(amount=amount, months=months, longest=longest, most=rest, shortest=divisor)
    decision = decided(policy, facts).decision
    if found := counter_of(decision):
        again = decided(policy, {**facts, "request": {"amount": found[0], "term_months": found[1]}}).decision
        assert outcome_name(again) == "APPROVE"
        assert list(again.offers) == list(decision.counter_offer.offers)


THRESHOLDS = st.integers(0, 30_000)


@given(THRESHOLDS, st.integers(1, 30_000), st.integers(1, 5_000), st.integers(1, 3_000), st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_where_acceptance_is_monotone_it_is_what_trying_every_point_finds(
    tmp_path_factory, most, asked, least, step, longest
):
    text = POLICY.format("    amount: {least: attributes.tried, step: attributes.shortest}\n").replace(
        "request.term_months < attributes.shortest", "attributes.longest < 0"
    )
    policy = cached_policy(tmp_path_factory, text)
    facts = asking(amount=asked, months=longest, longest=99, most=most, tried=least, shortest=step)
    points = [least + place * step for place in range(MOST_AMOUNTS) if least + place * step < asked]
    expected = max((point for point in points if point <= most), default=None) if asked > most else None
    found = counter_of(decided(policy, facts).decision)
    assert found == (None if expected is None else (expected, longest))


_POLICIES = {}


def cached_policy(tmp_path_factory, text):
    if text not in _POLICIES:
        _POLICIES[text] = tiny(tmp_path_factory.mktemp("rules"), text)
    return _POLICIES[text]


@given(st.integers(0, 200), st.sets(st.integers(0, 200)))
def test_bisection_finds_what_is_granted_whatever_the_rules_are(most, granted):
    tried = []

    def is_granted(number):
        tried.append(number)
        return number in granted

    found = largest(most, is_granted)
    assert (found is None) == (0 not in granted)
    assert found is None or (found in granted and found <= most)
    assert len(tried) <= 2 + most.bit_length()
    assert set(tried) <= set(range(most + 1))


@given(st.integers(0, 5_000), st.integers(-1, 5_000))
def test_bisection_finds_the_largest_where_acceptance_is_monotone(most, last):
    assert largest(most, lambda number: number <= last) == (min(last, most) if last >= 0 else None)


TEST = """tests:
  - name: a test
    given: {request: {amount: 20000, term_months: 12}, applicant: {subject_id: s}, attributes: %s}
    expect: {outcome: DECLINE, counter_offer: %s}
"""
ATTRIBUTES = "{most: 15000, longest: 24, shortest: 1, tried: 36}"


@pytest.mark.parametrize(
    ("attributes", "expected", "failures"),
    [
        (ATTRIBUTES, "{amount: 15000, term_months: 12}", []),
        (ATTRIBUTES, "{amount: 15000 CNY, term_months: 12}", []),
        (ATTRIBUTES.replace("15000", "10"), "none", []),
        (ATTRIBUTES, "none", ["counter_offer: expected none, found {amount: 15000, term_months: 12}"]),
        (
            ATTRIBUTES.replace("15000", "10"),
            "{amount: 1, term_months: 12}",
            ["counter_offer: expected {amount: 1, term_months: 12}, found none"],
        ),
    ],
)
def test_tests_beside_rules_expect_it(tmp_path, attributes, expected, failures):
    rules = write_rules(tmp_path, POLICY.format(AMOUNT + TERM), a=TEST % (attributes, expected))
    (result,) = run_policy_tests(load_desk(rules, tmp_path / "none").policy_for("TINY"), rules).results
    assert list(result.failures) == failures


def test_nothing_is_tried_where_a_rule_that_reads_neither_stands_against_it(tmp_path):
    policy, evaluated = both(tmp_path), []

    def counted(*arguments):
        evaluated.append(arguments)
        return policy.policy.compiled.evaluate(*arguments)

    compiled = replace(policy.policy.compiled, evaluate=counted)
    watched = replace(policy, policy=replace_compiled(policy.policy, compiled))
    request = DecideRequest(product="TINY", application=application(policy, asking()))
    position = ExposurePosition(lender="own", product="TINY", currency="CNY", drawn=60_000)
    decide(request, watched, NOW, ID, stored=Stored(ExposureEvidence(positions=[position])))
    assert len(evaluated) == 1
    decide(request, watched, NOW, ID)
    bisected = 8  # of 190 amounts
    assert len(evaluated) == 1 + len(["decided", "the least", "in full"]) + bisected
