"""Desks for tests: of a tiny policy written in the test, and of the shipped rules."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType

import pytest

from underwriter.decisioning import ActivePolicy, Decided, Desk, check_files, decide, explain, load_desk
from underwriter.decisioning.requests.given import application_from
from underwriter.feel.diagnostics import Diagnostic
from underwriter.policy import read_rule_files
from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_pb2 import Decision, Outcome
from underwriter.v1.decision_service_pb2 import DecideRequest

ROOT = Path(__file__).parents[2]
RULES, MODELS = ROOT / "rules", ROOT / "models"
NOW = datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=UTC)
ID = "0195b6f0-0000-7000-8000-000000000001"
ENGINE_REASONS = ("INSUFFICIENT_DATA", "EVALUATION_FAILED", "OFFER_ABOVE_CAP", "NO_OFFER")
HEAD = "policy: tiny\ntitle: {en: Tiny, zh: 小}\nproduct: TINY\n"


def write_rules(folder: Path, policy: str, reasons: Sequence[str] = ("R",), **tests: str) -> Path:
    """Write a rules folder with one policy, reasons of these codes, and test files beside the policy."""
    entries = [
        f"  {code}: {{en: {code} text., zh: {code}文。, adverse: true}}\n" for code in (*ENGINE_REASONS, *reasons)
    ]
    (folder / "tiny" / "tests").mkdir(parents=True, exist_ok=True)
    (folder / "reasons.yaml").write_text(f"reasons:\n{''.join(entries)}", "utf-8")
    (folder / "tiny" / "policy.yaml").write_text(policy if policy.startswith("policy:") else HEAD + policy, "utf-8")
    for name, text in tests.items():
        (folder / "tiny" / "tests" / f"{name}.yaml").write_text(text, "utf-8")
    return folder


def findings_in(rules: Path, models: Path, files: Mapping[str, str] = MappingProxyType({})) -> list[Diagnostic]:
    """Return the findings on a rules folder, with some files in the place of its own."""
    return list(check_files(read_rule_files(rules).with_files(files), models).findings)


def tiny(folder: Path, policy: str, reasons: Sequence[str] = ("R",)) -> ActivePolicy:
    """Return a policy that runs no models."""
    return load_desk(write_rules(folder, policy, reasons), folder / "no models").policy_for("TINY")


def application(policy: ActivePolicy, given: Mapping[str, object]) -> Application:
    return application_from(given, currency=policy.currency, attributes=policy.attributes)


def decided(policy: ActivePolicy, given: Mapping[str, object], now: datetime = NOW) -> Decided:
    """Decide on plain data. Traced and untraced must agree in all but the trace."""
    request = DecideRequest(request_id="r", product=policy.product, application=application(policy, given))
    result = decide(request, policy, now, ID)
    assert_twins_agree(result, explain(request, policy, now, ID))
    return result


def assert_twins_agree(plain: Decided, traced: Decided) -> None:
    decision = Decision()
    decision.CopyFrom(traced.decision)
    decision.ClearField("trace")
    assert decision == plain.decision
    assert traced.problems == plain.problems


def outcome_name(decision: Decision) -> str:
    return Outcome.Name(decision.outcome).removeprefix("OUTCOME_")


def codes(decision: Decision) -> list[str]:
    assert [reason.rank for reason in decision.reasons] == list(range(1, len(decision.reasons) + 1))
    return [reason.code for reason in decision.reasons]


@cache
def shipped() -> Desk:
    """Return the desk of the shipped rules; the test that asks is skipped where no trained model is beside them."""
    if not (MODELS / "personal_default" / "2" / "model.onnx").exists():
        pytest.skip("the model personal_default/2 is not trained: run `make train`")
    return load_desk(RULES, MODELS)
