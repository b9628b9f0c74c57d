"""Counter-offers of the shipped products: whoever applies again with one gets all of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cache
from math import exp, log
from random import Random

import pytest

from underwriter.decisioning import ActivePolicy, decide
from underwriter.decisioning.money import set_minor_units
from underwriter.decisioning.requests import field_values
from underwriter.decisioning.requests.given_stored import stored_values
from underwriter.decisioning.rule_tests.files import RuleTest, load_tests
from underwriter.decisioning.stored import always
from underwriter.policy import ModelOutput
from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_pb2 import CounterOffer, Decision
from underwriter.v1.decision_service_pb2 import DecideRequest

from .desks import ID, RULES, application, codes, outcome_name, shipped

CENTS = 2
MULTIPLES = (0.2, 100)
"""What is asked for instead, as a multiple of what the test asks for."""

TERMS = (1, 72)
"""Over how many months it is asked for."""

POINTS = (560, 850)
"""What the models say, from grade F to grade A."""

APPLICATIONS = 500
FEWEST_FOUND = 10
"""How many of the applications are told a counter-offer, at least: of fewer the property would say little."""


@dataclass(frozen=True, slots=True)
class Told:
    """An application that was declined, and what it was told to ask for instead."""

    policy: ActivePolicy
    sent: Application
    now: datetime
    counter: CounterOffer


def with_counter_offers() -> list[str]:
    return [p.parent.name for p in sorted(RULES.glob("*/policy.yaml")) if "counter_offer:" in p.read_text("utf-8")]


def answer(policy: ActivePolicy, sent: Application, now: datetime) -> Decision:
    return decide(DecideRequest(product=policy.product, application=sent), policy, now, ID).decision


def with_what_is_known(policy: ActivePolicy, test: RuleTest, points: int) -> ActivePolicy:
    """Return the policy with what a test has stored, and with models that say these points."""
    odds = 0.02 * 2 ** ((700 - points) / 60)
    output = ModelOutput(Decimal(repr(odds / (1 + odds))), Decimal(points), Decimal(0), None)
    stored = stored_values(test.given, policy.currency)
    calls = (lambda _features: output,) * len(policy.calls)
    return replace(policy, calls=calls, read_stored=always(stored, policy.stored_paths))


def asking_anything(base: Application, rng: Random) -> Application:
    """Return an application with another amount and term, and sometimes a part of it paid down."""
    sent = Application()
    sent.CopyFrom(base)
    amount = max(1, round(base.request.amount.units * exp(rng.uniform(*map(log, MULTIPLES)))))
    set_minor_units(sent.request.amount, amount * 10**CENTS, CENTS, "CNY")
    if rng.random() < 0.5:
        sent.request.term_months = rng.randint(*TERMS)
    if rng.random() < 0.2:
        set_minor_units(sent.request.down_payment, amount * rng.randrange(10**CENTS), CENTS, "CNY")
    return sent


@cache
def told(folder: str) -> list[Told]:
    policy = next(policy for policy in shipped().policies.values() if policy.policy.path.startswith(f"{folder}/"))
    tests, findings = load_tests(RULES / folder, "rules")
    assert not findings
    telling = [test for test in tests if test.expect.get("counter_offer", "none") != "none"]
    rng, found = Random(folder), []  # noqa: S311 - no secret
    for _ in range(APPLICATIONS):
        test = rng.choice(rng.choice([tests, telling]))
        known = with_what_is_known(policy, test, rng.randint(*POINTS))
        sent = asking_anything(application(policy, test.sent), rng)
        decision = answer(known, sent, test.now)
        if decision.HasField("counter_offer"):
            found.append(Told(known, sent, test.now, decision.counter_offer))
    return found


def lent(policy: ActivePolicy, sent: Application) -> Decimal:
    """Return what has to be lent: the amount asked for, but for what is paid down where the rules look at that."""
    amount, paid_down = field_values.amount(sent.request.amount), field_values.amount(sent.request.down_payment)
    return amount - paid_down if ("request", "down_payment") in policy.policy.reads else amount


@pytest.mark.parametrize("folder", with_counter_offers())
def test_whoever_asks_for_what_was_told_gets_all_of_it(folder):
    assert len(told(folder)) >= FEWEST_FOUND
    for each in told(folder):
        again = Application()
        again.CopyFrom(each.sent)
        again.request.amount.CopyFrom(each.counter.amount)
        if each.counter.term_months:
            again.request.term_months = each.counter.term_months
        decision = answer(each.policy, again, each.now)
        assert (outcome_name(decision), list(decision.offers)) == ("APPROVE", list(each.counter.offers))
        assert max(field_values.amount(offer.credit_limit) for offer in decision.offers) >= lent(each.policy, again)
        assert not [code for code in codes(decision) if code.startswith(("LIMITED_BY", "SMALLER_FOR"))]


@pytest.mark.parametrize("folder", with_counter_offers())
def test_what_is_told_is_less_or_over_another_term(folder):
    for each in told(folder):
        less = field_values.amount(each.counter.amount) < field_values.amount(each.sent.request.amount)
        assert less != (each.counter.term_months != each.sent.request.term_months)
