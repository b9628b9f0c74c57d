"""Runs the tests that stand beside the rules, through the same engine as applications."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from time import perf_counter

from underwriter import scoring
from underwriter.decisioning.active_policy import ActivePolicy
from underwriter.decisioning.decide import decide, evaluate_with_trace
from underwriter.decisioning.models import ScoredBy
from underwriter.decisioning.requests.given import FilledBase, GivenRefused, application_from
from underwriter.decisioning.requests.given_stored import stored_values
from underwriter.decisioning.requests.validation import request_faults
from underwriter.decisioning.rule_tests.coverage import Coverage
from underwriter.decisioning.rule_tests.expectations import Expected, mismatches
from underwriter.decisioning.rule_tests.files import RuleTest, load_tests, sent_of
from underwriter.decisioning.rule_tests.stated_parameters import with_stated_parameters
from underwriter.decisioning.stored import always
from underwriter.feel.diagnostics import Diagnostic
from underwriter.policy import ModelOutput
from underwriter.policy.policy import CallModel
from underwriter.v1.decision_service_pb2 import DecideRequest

_TEST_ID = "00000000-0000-7000-8000-000000000000"


@dataclass(frozen=True, slots=True)
class RuleTestResult:
    """How a test went: every expectation that did not hold, or every fault of what was given; and how long it took."""

    test: RuleTest
    failures: tuple[str, ...]
    seconds: float = 0.0

    @property
    def has_passed(self) -> bool:
        """Whether all came out as expected."""
        return not self.failures


def run_tests(policy: ActivePolicy, tests: Sequence[RuleTest]) -> tuple[list[RuleTestResult], Coverage]:
    """Run tests against a policy; return how each went, and what of the policy they reached."""
    coverage, bases = Coverage.of(policy.policy), Bases(policy)
    return [_run(policy, test, coverage, bases) for test in tests], coverage


class CannotRun(Exception):
    """A test whose givens are no application of the policy. `faults` holds every fault."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Arranged:
    """What a test gives: the request, and the policy with what the test states in place of models and of the store."""

    policy: ActivePolicy
    request: DecideRequest


class Bases:
    """The applications that the defaults of test files describe, each made when it is first asked for."""

    def __init__(self, policy: ActivePolicy) -> None:
        self._policy = policy
        self._bases: dict[int, tuple[Mapping[str, object], FilledBase | None]] = {}

    def of(self, test: RuleTest) -> FilledBase | None:
        """Return what a test changes; None where the defaults alone have faults, which its test tells with its own."""
        key = id(test.base)
        if key not in self._bases:
            self._bases[key] = (test.base, self._filled(sent_of(test.base)))
        return self._bases[key][1]

    def _filled(self, given: Mapping[str, object]) -> FilledBase | None:
        try:
            application = application_from(given, currency=self._policy.currency, attributes=self._policy.attributes)
        except GivenRefused:
            return None
        return FilledBase(given, application)


def arranged(policy: ActivePolicy, test: RuleTest, base: FilledBase | None = None) -> Arranged:
    """Return what a test gives, ready to be decided on or traced. `base` is what the defaults of its file describe.

    Raises:
        CannotRun: when it gives no application of the policy, with every fault.
    """
    try:
        policy = with_stated_parameters(policy, test.given)
        application = application_from(test.sent, currency=policy.currency, attributes=policy.attributes, base=base)
        stored = stored_values(test.given, policy.currency)
    except GivenRefused as error:
        raise CannotRun(tuple(f"given {fault}" for fault in error.faults)) from None
    unknown = sorted(set(test.models) - set(policy.models))
    if unknown:
        known = ", ".join(policy.models) or "none"
        raise CannotRun(tuple(f"models: the policy has no model '{name}'; it has: {known}" for name in unknown))
    calls = tuple(_call(policy, index, test) for index in range(len(policy.calls)))
    stubbed = replace(policy, calls=calls, read_stored=always(stored, policy.stored_paths))
    request = DecideRequest(request_id="test", product=policy.product, application=application)
    faults = request_faults(request, policy.currency, policy.attributes)
    if faults:
        raise CannotRun(tuple(f"given {str(fault).removeprefix('application.')}" for fault in faults))
    return Arranged(stubbed, request)


def _run(policy: ActivePolicy, test: RuleTest, coverage: Coverage, bases: Bases) -> RuleTestResult:
    begun = perf_counter()
    try:
        stage = arranged(policy, test, bases.of(test))
    except CannotRun as refused:
        return RuleTestResult(test, refused.faults)
    decision = decide(stage.request, stage.policy, test.now, _TEST_ID).decision
    values, trace = evaluate_with_trace(stage.policy, stage.request.application, test.now)
    coverage.add(trace)
    failures = tuple(mismatches(Expected(test.expect), decision, values))
    return RuleTestResult(test, failures, perf_counter() - begun)


def _call(policy: ActivePolicy, index: int, test: RuleTest) -> CallModel:
    """Return the real model, or one that says what the test states for it."""
    name = list(policy.models)[index]
    stated = test.models.get(name)
    if stated is None:
        return policy.calls[index]
    output = _stated_output(policy.models[name], stated)
    return lambda _features: output


def _stated_output(model: scoring.Model, stated: Mapping[str, Decimal]) -> ModelOutput:
    """Return what a model would say at the stated probability or points. It has no reasons of its own then."""
    scale = model.manifest.points
    probability = float(stated["probability"]) if "probability" in stated else _probability_at(scale, stated["score"])
    points = int(stated.get("score", scale.points(probability)))
    average = tuple(feature.average_contribution for feature in model.manifest.features)
    score = scoring.Score(probability, points, (0.0,) * len(average), average, ())
    missing = stated.get("missing", Decimal(0))
    return ModelOutput(Decimal(repr(probability)), Decimal(points), missing, ScoredBy(model, score))


def _probability_at(scale: scoring.PointsScale, points: Decimal) -> float:
    """Return the probability of default that stands for points on a scale."""
    odds = math.exp((scale.offset - float(points)) / scale.factor)
    return odds / (1 + odds)


@dataclass(frozen=True, slots=True)
class PolicyReport:
    """How a policy's tests went. `diagnostics` are what is wrong with the test files themselves."""

    results: Sequence[RuleTestResult]
    coverage: Coverage
    diagnostics: Sequence[Diagnostic]

    @property
    def failed(self) -> list[RuleTestResult]:
        """The tests that failed."""
        return [result for result in self.results if not result.has_passed]

    @property
    def has_passed(self) -> bool:
        """Whether there are tests, all in order, and all passed."""
        return bool(self.results) and not self.failed and not self.diagnostics


def run_policy_tests(policy: ActivePolicy, rules: Path) -> PolicyReport:
    """Run the tests beside a policy in its rules folder."""
    folder = (rules / policy.policy.path).parent
    tests, diagnostics = load_tests(folder, str(folder))
    results, coverage = run_tests(policy, tests)
    return PolicyReport(results, coverage, diagnostics)
