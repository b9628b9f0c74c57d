"""Rules folders with one small policy, for tests of what is found in it."""

from collections.abc import Sequence
from pathlib import Path

from underwriter.analysis.analyse import analyse
from underwriter.decisioning import CheckedFiles, check_files
from underwriter.feel.diagnostics import Diagnostic
from underwriter.policy import RuleFiles

HEAD = "policy: tiny\ntitle: {en: Tiny, zh: 小}\nproduct: TINY\n"
ENGINE_REASONS = ("INSUFFICIENT_DATA", "EVALUATION_FAILED", "OFFER_ABOVE_CAP", "NO_OFFER")
RULES = """
  checks:
    rules: [{id: C1, when: request.amount > 900, then: refer, reason: R, if unknown: pass}]
"""
OUTCOME = "outcome:\n  rules: [checks]\n"


def checked(policy: str, files: dict[str, str] | None = None, reasons: Sequence[str] = ("R",)) -> CheckedFiles:
    """Check a policy, whose first lines are given for it, with other files of its folder."""
    codes = (*ENGINE_REASONS, *reasons)
    catalogue = "reasons:\n" + "".join(
        f"  {code}: {{en: {code} text., zh: {code}。, adverse: true}}\n" for code in codes
    )
    texts = {"reasons/all.yaml": catalogue, "tiny/policy.yaml": HEAD + policy, **(files or {})}
    found = check_files(RuleFiles(texts, "rules"), Path("no models"))
    assert list(found.findings) == [], "\n".join(one.render() for one in found.findings)
    return found


def findings(policy: str, files: dict[str, str] | None = None) -> list[Diagnostic]:
    """Return what the analysis of a policy finds."""
    found = checked(policy, files)
    return analyse(found.policies, found.environment)


def codes(policy: str, files: dict[str, str] | None = None) -> list[str]:
    """Return the codes of what the analysis of a policy finds."""
    return [finding.code for finding in findings(policy, files)]
