"""Counter-offers and models: one that looks at what is varied is asked again, another is not."""

from decimal import Decimal

import pytest

from underwriter.decisioning import decide
from underwriter.decisioning.active_policy import activate
from underwriter.decisioning.functions import CREDIT_FUNCTIONS
from underwriter.decisioning.replaying import decide_again
from underwriter.feel import Environment, Source
from underwriter.feel.types import ContextType
from underwriter.policy import ModelInterface, RuleFiles, Surroundings, load_policy
from underwriter.policy.inputs import application_type
from underwriter.scoring import Score
from underwriter.v1.decision_service_pb2 import DecideRequest

from .desks import ENGINE_REASONS, HEAD, ID, NOW, application, outcome_name

POLICY = f"""{HEAD}models: {{risk: stub/1}}
decisions:
  checks:
    rules:
      - {{id: C1, when: risk.probability > 0.5, then: decline, reason: R}}
      - {{id: C2, when: request.amount > 5000, then: decline, reason: R}}
outcome:
  rules: [checks]
  score: risk
  offer: {{credit_limit: request.amount, annual_rate: 0.1}}
  counter_offer: {{amount: {{least: 1000, step: 1000}}}}
"""
REASONS = "".join(f"  {code}: {{en: Text., zh: 文。, adverse: true}}\n" for code in (*ENGINE_REASONS, "R"))


class Model:
    """Finds a request the riskier the greater its one feature is; remembers what it was asked."""

    name, version = "stub/1", "1f" * 32

    def __init__(self, scale):
        self.asked = []
        self._scale = scale

    def score(self, features):
        (feature,) = features
        self.asked.append(feature)
        return Score(min(float(feature) / self._scale, 1.0), 500, (0.0,), (0.0,), ())


def active(model, feature):
    interface = ModelInterface(model.name, model.version, (("f", Source(feature, "model.yaml")),), ())
    surroundings = Surroundings(
        Environment().extended(CREDIT_FUNCTIONS),
        ContextType(fields=application_type().fields),
        {model.name: interface},
    )
    files = RuleFiles({"policy.yaml": POLICY, "reasons.yaml": f"reasons:\n{REASONS}"})
    return activate(load_policy(files, "policy.yaml", surroundings), {"risk": model})


@pytest.mark.parametrize(
    ("feature", "scale", "found", "asked"),
    [
        ("request.amount", 6_000, 3_000, [8000, 1000, 4000, 2000, 3000, 3000]),
        ("applicant.age", 100, 5_000, [30]),
        ("applicant.age", 50, None, [30]),
    ],
)
def test_a_model_is_asked_again_only_if_it_looks_at_the_amount(feature, scale, found, asked):
    model = Model(scale)
    policy = active(model, feature)
    given = {"applicant": {"age": 30}, "request": {"amount": 8_000}}
    request = DecideRequest(product="TINY", application=application(policy, given))
    made = decide(request, policy, NOW, ID)
    assert outcome_name(made.decision) == "DECLINE"
    assert (made.decision.counter_offer.amount.units or None) == found
    assert model.asked == asked

    again = decide_again(request, policy, made.evidence, NOW, ID)
    assert again.decision == made.decision
    assert again.model_differences == ()


def test_what_was_said_then_counts_in_a_replay():
    then, now = Model(100), Model(100 + 1e-6)
    given = {"applicant": {"age": 30}, "request": {"amount": 8_000}}
    policy = active(then, "applicant.age")
    request = DecideRequest(product="TINY", application=application(policy, given))
    made = decide(request, policy, NOW, ID)
    again = decide_again(request, active(now, "applicant.age"), made.evidence, NOW, ID)
    assert again.decision.counter_offer == made.decision.counter_offer
    assert again.evidence.models[0].probability == made.evidence.models[0].probability == float(Decimal("0.3"))
