"""The rules that a process has loaded: policies and monitors of the same files."""

from dataclasses import dataclass
from pathlib import Path

from underwriter.decisioning import Desk, RulesRefused, desk_of
from underwriter.feel.diagnostics import Diagnostic, in_file_order
from underwriter.monitoring.monitor_set import MonitorSet, monitors_of
from underwriter.service.processes.reports import RulesInForce, RulesVersions


@dataclass(frozen=True, slots=True)
class LoadedRules:
    """Policies that are ready to decide, and checked monitors, of one generation of rule files."""

    desk: Desk
    monitors: MonitorSet
    generation: int

    @property
    def versions(self) -> RulesVersions:
        """What rules and models amount to."""
        policies = {policy.product: policy.version for policy in self.desk.policies.values()}
        return RulesVersions(policies, self.monitors.version)


def load_rules(rules: RulesInForce, models: Path, before: Desk | None = None) -> LoadedRules:
    """Load, check and compile rule files with the models of a folder; take over from a desk `before` what is the same.

    Raises:
        RulesRefused: when any rule file or model has an error, with all of them.
    """
    diagnostics: list[Diagnostic] = []
    desk, monitors = None, None
    try:
        desk = desk_of(rules.files, models, before)
    except RulesRefused as refused:
        diagnostics += refused.diagnostics
    try:
        monitors = monitors_of(rules.files)
    except RulesRefused as refused:
        diagnostics += refused.diagnostics
    if desk is None or monitors is None:
        raise RulesRefused(in_file_order(diagnostics))
    return LoadedRules(desk, monitors, rules.generation)
