"""Checks a whole rules folder: the one check that the command line, the server and editors share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from underwriter.analysis.analyse import analyse, analyse_together
from underwriter.decisioning import CheckedFiles, check_files
from underwriter.decisioning.collection_pause import without_collection
from underwriter.feel.diagnostics import Diagnostic, has_errors, in_file_order
from underwriter.monitoring.monitor_analysis import analyse_monitors
from underwriter.monitoring.monitor_set import MonitorSet, check_monitors
from underwriter.policy import RuleFiles, read_rule_files
from underwriter.workbench.suppressions import Suppressed, suppress
from underwriter.workbench.unused_files import unused_files


@dataclass(frozen=True, slots=True)
class FolderCheck:
    """What is wrong in a rules folder, by file and place, and what its authors have allowed, with their reasons.

    `checked` are the policies and models that were found, and `monitors` the monitors if none is wrong, so that nothing
    needs to be checked again to be made ready.
    """

    findings: Sequence[Diagnostic]
    suppressed: Sequence[Suppressed]
    checked: CheckedFiles
    monitors: MonitorSet | None


def check_folder(rules: Path, models: Path, files: Mapping[str, str] = MappingProxyType({})) -> FolderCheck:
    """Check the policies, monitors and DMN models of a rules folder, and the models that they may use.

    `files` (text by path below the rules folder) stand over those of the folder. Policies without errors are analysed,
    and monitors if none has any; what only all policies together can tell, such as that nobody uses a part or a
    file, is told where there are no errors at all.

    Raises:
        OSError: when the rules folder can't be read.
        UnicodeDecodeError: when a file in it is not UTF-8; its reason names the file.
    """
    with without_collection():
        return check_rule_files(read_rule_files(rules).with_files(files), models)


def check_rule_files(files: RuleFiles, models: Path) -> FolderCheck:
    """Check rule files that were read already."""
    checked = check_files(files, models)
    monitors, of_monitors = check_monitors(files)
    found = [*checked.findings, *of_monitors]
    is_complete = not has_errors(found)
    found += analyse(checked.policies, checked.environment)
    found += analyse_monitors(monitors.monitors if monitors else (), checked.environment)
    if is_complete:
        found += [*analyse_together(checked.policies), *unused_files(checked.policies, files)]
    findings, suppressed = suppress(in_file_order(found), files, is_complete=is_complete)
    return FolderCheck(in_file_order(findings), suppressed, checked, monitors)
