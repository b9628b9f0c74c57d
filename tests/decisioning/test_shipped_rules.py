"""The shipped rules and model on generated applications: what must hold whatever is sent."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.decisioning import ActivePolicy, decide, explain, run_policy_tests
from underwriter.decisioning.rule_tests.files import load_tests
from underwriter.policy import ModelOutput
from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_pb2 import Decision
from underwriter.v1.decision_service_pb2 import DecideRequest

from .desks import ID, NOW, RULES, application, assert_twins_agree, codes, outcome_name, shipped
from .random_messages import CURRENCY, filled

PRODUCTS = sorted(path.parent.name.upper() for path in RULES.glob("*/policy.yaml"))
JUDGING = [name for name in PRODUCTS if name != "EARLY_WARNING"]
"""All that judge applications: early warning judges accounts, and runs no model."""

SEEDS = st.integers(min_value=0, max_value=2**32)
LENDABLE = 40
"""How many of the tested applications are approved, at least: of fewer the properties would say little."""


def policies() -> list[ActivePolicy]:
    return list(shipped().policies.values())


def policy_of(folder: str) -> ActivePolicy:
    return next(policy for policy in policies() if Path(policy.policy.path).parent.name == folder.lower())


def applications_of_tests(policy: ActivePolicy) -> list[Application]:
    """Return the applications of the tests beside the rules."""
    tests, findings = load_tests((RULES / policy.policy.path).parent, "rules")
    assert not findings
    return [application(policy, test.sent) for test in tests]


def request_for(policy: ActivePolicy, sent: Application) -> DecideRequest:
    return DecideRequest(request_id="r", product=policy.product, application=sent)


def scoring_as(policy: ActivePolicy, output: ModelOutput) -> ActivePolicy:
    """Return the policy with models that all say the same."""
    return replace(policy, calls=(lambda _features: output,) * len(policy.calls))


def mixed(base: Application, seed: int) -> Application:
    """Return an application with some of its fields taken away, and some put in their place from a random one."""
    rng = Random(seed)  # noqa: S311 - no secret
    result = Application()
    result.CopyFrom(base)
    other = filled(Application, seed, 0.7)
    other.ClearField("attributes")
    for _ in range(rng.choice([0, 1, 1, 2, 4])):
        field = rng.choice([field for field in Application.DESCRIPTOR.fields if field.name != "attributes"])
        mine, its = getattr(result, field.name), getattr(other, field.name)
        if field.is_repeated or rng.random() < 0.1:
            result.ClearField(field.name)
            continue
        inner = rng.choice(field.message_type.fields)
        mine.ClearField(inner.name)
        if rng.random() < 0.6:
            part = type(its)()
            part.CopyFrom(its)
            for name in [f.name for f in part.DESCRIPTOR.fields if f.name != inner.name]:
                part.ClearField(name)
            mine.MergeFrom(part)
    return result


@pytest.fixture(scope="module")
def corpus() -> dict[str, list[Application]]:
    return {policy.policy.id: applications_of_tests(policy) for policy in policies()}


def check(policy: ActivePolicy, sent: Application) -> Decision:
    """Assert what holds of every decision; return it."""
    request = request_for(policy, sent)
    result = decide(request, policy, NOW, ID)
    decision = result.decision
    assert result.problems == ()
    assert_twins_agree(result, explain(request, policy, NOW, ID))
    again = decide(request, policy, NOW, ID).decision
    assert again.SerializeToString(deterministic=True) == decision.SerializeToString(deterministic=True)
    outcome, found = outcome_name(decision), codes(decision)
    assert len(set(found)) == len(found)
    assert all(reason.text["en"] and reason.text["zh"] for reason in decision.reasons)
    assert "EVALUATION_FAILED" not in found
    parts = policy.policy.checked.definition.outcome
    assert bool(decision.offers) == (outcome == "APPROVE" and parts.offer is not None)
    assert decision.HasField("line_change") == (outcome == "APPROVE" and parts.line_change is not None)
    assert bool(decision.verification.required) == (outcome == "VERIFY")
    if outcome == "DECLINE":
        assert 1 <= len(found) <= 4
    elif outcome != "APPROVE":
        assert found
    for offer in decision.offers:
        assert 0 <= Decimal(offer.effective_annual_rate.value) <= policy_parameter(policy, "max_effective_rate")
        assert offer.credit_limit.currency_code == CURRENCY
        assert (offer.credit_limit.units, offer.credit_limit.nanos) > (0, 0)
    if decision.HasField("counter_offer"):
        check_counter_offer(policy, request, decision)
    return decision


def check_counter_offer(policy: ActivePolicy, request: DecideRequest, declined: Decision) -> None:
    """Assert that what is told instead would be approved, with the offers that are told."""
    assert outcome_name(declined) == "DECLINE"
    counter, other = declined.counter_offer, DecideRequest()
    other.CopyFrom(request)
    other.application.request.amount.CopyFrom(counter.amount)
    if counter.term_months:
        other.application.request.term_months = counter.term_months
    approved = decide(other, policy, NOW, ID).decision
    assert outcome_name(approved) == "APPROVE"
    assert list(approved.offers) == list(counter.offers)


def policy_parameter(policy: ActivePolicy, name: str) -> Decimal:
    (value,) = (p.value for p in policy.policy.checked.definition.parameters if p.name.text == name)
    assert isinstance(value, Decimal)
    return value


@pytest.mark.parametrize("folder", PRODUCTS)
@settings(max_examples=80, deadline=None)
@given(data=st.data(), seed=SEEDS)
def test_whatever_is_changed_in_a_tested_application_decisions_keep_their_promises(corpus, folder, data, seed):
    policy = policy_of(folder)
    check(policy, mixed(data.draw(st.sampled_from(corpus[policy.policy.id]), label="base"), seed))


@pytest.mark.parametrize("folder", PRODUCTS)
@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, share=st.sampled_from([0.0, 0.3, 0.8, 1.0]))
def test_any_application_within_its_constraints_is_decided(folder, seed, share):
    sent = filled(Application, seed, share)
    sent.ClearField("attributes")
    check(policy_of(folder), sent)


@pytest.mark.parametrize("folder", PRODUCTS)
def test_of_nobody_nothing_is_known_and_nothing_approved(folder):
    policy = policy_of(folder)
    decision = decide(request_for(policy, Application()), policy, NOW, ID).decision
    assert outcome_name(decision) != "APPROVE"
    assert ("INSUFFICIENT_DATA" if folder in JUDGING else "NO_EVENTS") in codes(decision)


@pytest.mark.parametrize("folder", JUDGING)
def test_tested_applications_keep_the_promises_with_any_score(corpus, folder):
    policy = policy_of(folder)
    scored = scoring_as(policy, ModelOutput(Decimal("0.02"), Decimal(800), Decimal(0), None))
    approved = 0
    for sent in corpus[policy.policy.id]:
        check(policy, sent)
        approved += outcome_name(check(scored, sent)) == "APPROVE"
    assert approved >= LENDABLE


def without_behaviour(policy: ActivePolicy, sent: Application) -> Decision:
    """Decide on an application without what the model reads."""
    less = Application()
    less.CopyFrom(sent)
    less.ClearField("behaviour")
    return decide(request_for(policy, less), policy, NOW, ID).decision


def test_no_line_is_given_to_anyone_of_whom_the_model_knows_nothing(corpus):
    policy = policy_of("personal_credit")
    outcomes = {outcome_name(without_behaviour(policy, sent)) for sent in corpus[policy.policy.id]}
    assert "APPROVE" not in outcomes
    assert outcomes


def test_a_purchase_of_someone_of_whom_the_model_knows_nothing_is_never_graded_well(corpus):
    policy = policy_of("pay_later")
    decisions = [without_behaviour(policy, sent) for sent in corpus[policy.policy.id]]
    grades = {decision.grade for decision in decisions if outcome_name(decision) == "APPROVE"}
    assert grades <= {"D", "E"}


@pytest.mark.parametrize("folder", JUDGING)
def test_a_model_that_fails_approves_nobody(corpus, folder):
    broken = scoring_as(policy_of(folder), ModelOutput(None, None, None, RuntimeError("session lost")))
    outcomes = set()
    for sent in corpus[broken.policy.id]:
        result = decide(request_for(broken, sent), broken, NOW, ID)
        assert set(result.problems) == {"RuntimeError: session lost"}
        outcomes.add(outcome_name(result.decision))
    assert "REFER" in outcomes
    assert "APPROVE" not in outcomes


@pytest.mark.parametrize("folder", JUDGING)
def test_a_model_that_raises_is_a_model_that_fails(corpus, folder, monkeypatch):
    policy = policy_of(folder)
    for model in policy.models.values():
        monkeypatch.setattr(type(model), "score", lambda *_: 1 / 0)
    result = decide(request_for(policy, corpus[policy.policy.id][0]), policy, NOW, ID)
    assert set(result.problems) == {"ZeroDivisionError: division by zero"}
    assert outcome_name(result.decision) != "APPROVE"


@pytest.mark.parametrize("folder", PRODUCTS)
def test_the_tests_beside_the_rules_pass_and_reach_every_rule_row_and_bin(folder):
    report = run_policy_tests(policy_of(folder), RULES)
    failed = [(result.test.source.location(0), result.failures) for result in report.failed]
    assert failed == []
    assert report.diagnostics == []
    assert [spot.what for spot in report.coverage.uncovered] == []
    assert report.has_passed
