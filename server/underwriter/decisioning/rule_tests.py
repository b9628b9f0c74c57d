"""Tests that stand beside the rules: read from YAML, run through the same engine as applications."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from underwriter import scoring
from underwriter.decisioning.active_policy import ActivePolicy
from underwriter.decisioning.coverage import Coverage
from underwriter.decisioning.decide import decide, evaluate_with_trace
from underwriter.decisioning.expectations import Expected, mismatches
from underwriter.decisioning.given import GivenRefused, application_from
from underwriter.decisioning.models import ScoredBy
from underwriter.decisioning.validation import request_faults
from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.source import Source
from underwriter.policy import ModelOutput
from underwriter.policy.documents import Data, Fields, plain_value, read_document
from underwriter.policy.policy import CallModel
from underwriter.policy.reading import Reading
from underwriter.policy.shapes import TEST, TEST_FILE
from underwriter.v1.decision_service_pb2 import DecideRequest

DEFAULT_NOW = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
TEST_FOLDER = "tests"
_TEST_ID = "00000000-0000-7000-8000-000000000000"


@dataclass(frozen=True, slots=True)
class RuleTest:
    """One test: what is given (already merged with the file's defaults) and what must come out."""

    name: str
    source: Source
    given: Mapping[str, object]
    models: Mapping[str, Mapping[str, Decimal]]
    now: datetime
    expect: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class RuleTestResult:
    """How a test went: every expectation that did not hold, or every fault of what was given."""

    test: RuleTest
    failures: tuple[str, ...]

    @property
    def has_passed(self) -> bool:
        """Whether all came out as expected."""
        return not self.failures


def load_tests(folder: Path, shown: str) -> tuple[list[RuleTest], list[Diagnostic]]:
    """Read the test files of a policy's folder. `shown` is how findings name the folder."""
    tests: list[RuleTest] = []
    reading = Reading()
    for path in sorted((folder / TEST_FOLDER).glob("*.yaml")):
        document, findings = read_document(f"{shown}/{TEST_FOLDER}/{path.name}", path.read_text("utf-8"))
        reading.diagnostics += findings
        if document is not None:
            tests += _tests_of(document, reading)
    return tests, reading.diagnostics


def run_tests(policy: ActivePolicy, tests: Sequence[RuleTest]) -> tuple[list[RuleTestResult], Coverage]:
    """Run tests against a policy; return how each went, and which rules, rows and bins they reached."""
    coverage = Coverage.of(policy.policy)
    return [_run(policy, test, coverage) for test in tests], coverage


def _run(policy: ActivePolicy, test: RuleTest, coverage: Coverage) -> RuleTestResult:
    try:
        application = application_from(test.given, currency=policy.currency, attributes=policy.attributes)
    except GivenRefused as error:
        return RuleTestResult(test, tuple(f"given {fault}" for fault in error.faults))
    unknown = sorted(set(test.models) - set(policy.models))
    if unknown:
        return RuleTestResult(test, tuple(f"models: the policy has no model '{name}'" for name in unknown))
    stubbed = replace(policy, calls=tuple(_call(policy, index, test) for index in range(len(policy.calls))))
    request = DecideRequest(request_id="test", product=policy.product, application=application)
    faults = request_faults(request, policy.currency, policy.attributes)
    if faults:
        return RuleTestResult(test, tuple(f"given {fault}" for fault in faults))
    decision = decide(request, stubbed, test.now, _TEST_ID).decision
    values, trace = evaluate_with_trace(stubbed, application, test.now)
    coverage.add(trace)
    return RuleTestResult(test, tuple(mismatches(Expected(test.expect), decision, values)))


def _call(policy: ActivePolicy, index: int, test: RuleTest) -> CallModel:
    """Return the real model, or one that says what the test states for it."""
    name = list(policy.models)[index]
    stated = test.models.get(name)
    if stated is None:
        return policy.calls[index]
    output = _stated_output(policy.models[name], stated)
    return lambda _features: output


def _stated_output(model: scoring.Model, stated: Mapping[str, Decimal]) -> ModelOutput:
    scale = model.manifest.points
    probability = stated.get("probability")
    if probability is None:
        odds = math.exp((scale.offset - float(stated["score"])) / scale.factor)
        probability = Decimal(repr(odds / (1 + odds)))
    points = stated.get("score", Decimal(scale.points(float(probability))))
    count = len(model.manifest.features)
    zeros = (0.0,) * count
    score = scoring.Score(float(probability), int(points), zeros, zeros, ())
    return ModelOutput(probability, points, stated.get("missing", Decimal(0)), ScoredBy(model, score))


def _tests_of(document: Data, reading: Reading) -> list[RuleTest]:
    top = reading.fields(document, TEST_FILE, document.source)
    if top is None:
        return []
    defaults = top.get("defaults")
    base = plain_value(defaults) if isinstance(defaults, Fields) else {}
    tests = [
        _test(item, base if isinstance(base, dict) else {}, reading)
        for item in reading.items(top.get("tests"), "tests")
    ]
    return [test for test in tests if test]


def _test(data: Data, defaults: dict[str, object], reading: Reading) -> RuleTest | None:
    fields = reading.fields(data, TEST, data.source)
    name = reading.text(fields.get("name"), "name") if fields else None
    if fields is None or name is None:
        return None
    own = plain_value(fields)
    merged = merged_fields(defaults, own if isinstance(own, dict) else {})
    now = merged.get("now")
    moment = datetime.fromisoformat(str(now)) if now else DEFAULT_NOW
    return RuleTest(
        name.text,
        name.source,
        _mapping(merged.get("given")),
        {model: _mapping(stated) for model, stated in _mapping(merged.get("models")).items()},  # type: ignore[misc]
        moment if moment.tzinfo else moment.replace(tzinfo=UTC),
        _mapping(merged.get("expect")),
    )


def merged_fields(base: Mapping[str, object], over: Mapping[str, object]) -> dict[str, object]:
    """Return `base` with the fields of `over` put over it, mappings within mappings; null takes a field away."""
    merged = dict(base)
    for key, value in over.items():
        known = merged.get(key)
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict) and isinstance(known, dict):
            merged[key] = merged_fields(known, value)
        else:
            merged[key] = merged_fields({}, value) if isinstance(value, dict) else value
    return merged


def _mapping(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


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
