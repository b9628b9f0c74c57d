"""Every offer that the shipped rules make in their own tests, against loans that are worked out a second time.

A new product comes in by itself: its rule tests are decided again here, counter-offers among them.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from google.type.date_pb2 import Date
from google.type.money_pb2 import Money

from underwriter.credit import minor_unit_exponent
from underwriter.decisioning import ActivePolicy, decide
from underwriter.decisioning.decide import evaluate_with_trace
from underwriter.decisioning.requests.given import application_from
from underwriter.decisioning.requests.given_stored import stored_values
from underwriter.decisioning.rule_tests.files import RuleTest, load_tests
from underwriter.decisioning.rule_tests.stated_parameters import PARAMETERS, with_stated_parameters
from underwriter.decisioning.stored import always
from underwriter.policy import ModelOutput
from underwriter.policy.policy import CallModel
from underwriter.policy.stored_inputs import STORED_INPUTS
from underwriter.v1.application_pb2 import RepaymentMethod
from underwriter.v1.decision_pb2 import Offer
from underwriter.v1.decision_service_pb2 import DecideRequest

from ..decisioning.desks import ID, RULES, shipped
from .independent_loans import Due, Loan, effective_rate, instalments, internal_rate

HIGHEST_RATE = Decimal("0.24")
"""No loan may cost more a year, whatever a policy says."""

FOLDERS = sorted(path.parent.name for path in RULES.glob("*/policy.yaml"))


def policy_in(folder: str) -> ActivePolicy:
    (policy,) = (p for p in shipped().policies.values() if p.policy.path.startswith(f"{folder}/"))
    return policy


def requests(policy: ActivePolicy) -> Iterator[tuple[RuleTest, ActivePolicy, DecideRequest]]:
    """Yield the rule tests, each with the policy as the test has it, and its request."""
    tests, _ = load_tests((RULES / policy.policy.path).parent, "rules")
    for test in tests:
        sent = {name: value for name, value in test.given.items() if name not in (*STORED_INPUTS, PARAMETERS)}
        application = application_from(sent, currency=policy.currency, attributes=policy.attributes)
        yield test, as_tested(policy, test), DecideRequest(product=policy.product, application=application)


def as_tested(policy: ActivePolicy, test: RuleTest) -> ActivePolicy:
    stored = always(stored_values(test.given, policy.currency), policy.stored_paths)
    calls = [
        saying(policy, name, test) if name in test.models else call
        for name, call in zip(policy.models, policy.calls, strict=True)
    ]
    return replace(with_stated_parameters(policy, test.given), calls=tuple(calls), read_stored=stored)


def saying(policy: ActivePolicy, name: str, test: RuleTest) -> CallModel:
    """Return a model that says what the test states: probability or points, the other one by the model's scale."""
    stated, scale = test.models[name], policy.models[name].manifest.points
    probability = stated.get("probability")
    if probability is None:
        probability = Decimal(repr(1 / (1 + math.exp((float(stated["score"]) - scale.offset) / scale.factor))))
    points = stated.get("score", Decimal(scale.points(float(probability))))
    output = ModelOutput(probability, points, stated.get("missing", Decimal(0)), None)
    return lambda _features: output


def offers_of(policy: ActivePolicy) -> Iterator[tuple[str, date, Decimal, Offer]]:
    """Yield every offer, with the test's name, the day that it was made and the cap on its cost."""
    for test, stated, request in requests(policy):
        decision = decide(request, stated, test.now, ID).decision
        offers = [*decision.offers, *decision.counter_offer.offers]
        if not offers:
            continue
        values, _ = evaluate_with_trace(stated, request.application, test.now)
        made_on = test.now.astimezone(stated.policy.time_zone).date()
        for offer in offers:
            yield test.name, made_on, values["annual_rate_cap"], offer


def loan_of(offer: Offer, principal: int) -> Loan:
    fee_rate = sum((Fraction(fee.rate.value) for fee in offer.fees), Fraction(0))
    method = RepaymentMethod.Name(offer.repayment_method).removeprefix("REPAYMENT_METHOD_")
    rate = Fraction(offer.annual_rate.value)
    return Loan(principal, rate, offer.term_months, method, fee_rate, offer.grace_months)


def units(money: Money, exponent: int) -> int:
    return money.units * 10**exponent + money.nanos * 10**exponent // 10**9


def dues_of(offer: Offer, exponent: int) -> list[Due]:
    for row in offer.instalments:
        parts = (row.principal, row.interest, row.fees)
        assert units(row.payment, exponent) == sum(units(part, exponent) for part in parts)
    return [
        Due(day(row.due_date), *(units(m, exponent) for m in (row.principal, row.interest, row.fees, row.balance)))
        for row in offer.instalments
    ]


def day(message: Date) -> date:
    return date(message.year, message.month, message.day)


def paid_monthly(dues: list[Due], term: int) -> list[Fraction]:
    silent = term - len(dues)
    return [Fraction(0)] * silent + [Fraction(due.principal + due.interest + due.fee) for due in dues]


@pytest.mark.parametrize("folder", FOLDERS)
def test_offers_cost_what_they_say_and_no_more_than_the_cap(folder: str) -> None:
    policy = policy_in(folder)
    if policy.policy.checked.definition.outcome.offer is None:
        pytest.skip("it makes no offers")
    checked = 0
    for name, first_day, cap, offer in offers_of(policy):
        stated = Decimal(offer.effective_annual_rate.value)
        assert stated == effective_rate(loan_of(offer, 1)), name
        assert stated <= cap <= HIGHEST_RATE, name
        assert_schedule(offer, first_day, minor_unit_exponent(policy.currency), name)
        checked += 1
    assert checked > 0


def assert_schedule(offer: Offer, first_day: date, exponent: int, name: str) -> None:
    """Check the instalments, if the offer has any, to the minor unit; a line has none."""
    dues = dues_of(offer, exponent)
    if not dues:
        return
    principal = sum(due.principal for due in dues)
    assert 0 < principal <= units(offer.credit_limit, exponent), name
    assert dues == instalments(loan_of(offer, principal), first_day), name
    assert sum(due.fee for due in dues) == sum(units(fee.amount, exponent) for fee in offer.fees), name
    paid = internal_rate(Fraction(principal), paid_monthly(dues, offer.term_months))
    # Half a unit of rounding in each of n instalments, on a principal that is owed for n/24 years on average.
    rounding = Decimal(24) / principal + Decimal("0.000002")
    assert abs(paid - Decimal(offer.effective_annual_rate.value)) <= rounding, name
