"""What other values of parameters lead to, beside other decisions: rules that never fire now, rates above a cap."""

from underwriter.analysis.analyse import analyse
from underwriter.decisioning import ActivePolicy
from underwriter.decisioning.collection_pause import without_collection
from underwriter.decisioning.desk import surroundings_of
from underwriter.feel.diagnostics import Diagnostic
from underwriter.workbench.suppressions import suppress


def findings_caused(before: ActivePolicy, after: ActivePolicy) -> list[Diagnostic]:
    """Return the warnings on a policy that there were not on the same rules with the values of before."""
    with without_collection():
        known = {_place(finding) for finding in _findings(before)}
        return [finding for finding in _findings(after) if _place(finding) not in known]


def _findings(active: ActivePolicy) -> list[Diagnostic]:
    """Return what is found in one policy, but for what its files allow."""
    found = analyse([active.policy.checked], surroundings_of({}).environment)
    return suppress(found, active.policy.files, is_complete=False)[0]


def _place(finding: Diagnostic) -> tuple[str, str, int]:
    return finding.code, finding.source.name, finding.span.start
