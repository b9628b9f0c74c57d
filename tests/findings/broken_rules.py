"""Broken rules folders, and clean ones that look like them: what they hold, and what is found in them.

Each folder in broken/ and clean/ holds only files that differ from those in base/, which is a small policy in order. A
folder in broken/ is named after the code that it must be found for, and what is special: `table-gap--whole-numbers`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from rich.console import Console

from underwriter.cli.findings import print_findings
from underwriter.decisioning.functions import CREDIT_FUNCTIONS
from underwriter.decisioning.rule_tests.files import load_tests
from underwriter.feel import Environment
from underwriter.feel.diagnostics import Diagnostic, in_file_order
from underwriter.monitoring.monitor_set import load_monitors
from underwriter.monitoring.monitor_tests import load_monitor_tests
from underwriter.policy import RuleFiles, read_rule_files
from underwriter.policy.reason_catalogue import REASONS_PATH
from underwriter.policy.rule_files import MONITOR_FOLDER
from underwriter.workbench.check import check_rule_files

HERE = Path(__file__).parent
BASE = read_rule_files(HERE / "base")
GOLDEN = "findings.txt"
MOST_PRINTED = 8
"""Findings of a case beyond these are counted only."""
MONITOR_LANGUAGE = Environment().extended(CREDIT_FUNCTIONS)
NOT_IN_FILES = frozenset({"refused-value"})
"""Codes of findings on what an operator sets for a policy, which no rules folder shows."""
_MODELS = "models"
_CODE = re.compile(r": (?:error|warning)\[([a-z0-9-]+)\]: ")


@dataclass(frozen=True)
class Case:
    """A folder with files of a rules folder, and one named models if it needs any."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def code(self) -> str:
        """The code that it is there for."""
        return self.name.partition("--")[0]

    @property
    def golden(self) -> str:
        """What `underwriter check`, or `underwriter test` for tests beside the rules, must print of it."""
        return (self.folder / GOLDEN).read_text("utf-8")

    @property
    def files(self) -> Sequence[Path]:
        """All files but the golden one."""
        return [path for path in sorted(self.folder.rglob("*")) if path.is_file() and path.name != GOLDEN]


def cases(kind: str) -> list[Case]:
    """Return the cases in broken/ or clean/."""
    return [Case(path) for path in sorted((HERE / kind).iterdir())]


def codes_in(printed: str) -> list[str]:
    """Return the codes of printed findings, in order."""
    return _CODE.findall(printed)


def printed_findings(case: Case) -> str:
    """Return what is printed of a case, with paths as they stand below the folder of the rules or models."""
    out = StringIO()
    plain = Console(file=out, highlight=False, soft_wrap=True, markup=False, emoji=False)
    findings = _findings(case)
    print_findings(findings[:MOST_PRINTED], plain)
    if len(findings) > MOST_PRINTED:
        plain.print(f"({len(findings) - MOST_PRINTED} more)")
    return out.getvalue().replace(f"{case.folder}/", "")


def _findings(case: Case) -> list[Diagnostic]:
    files = _rule_files(case)
    check = check_rule_files(files, case.folder / _MODELS)
    return in_file_order([*check.findings, *_test_findings(case, files)])


def _rule_files(case: Case) -> RuleFiles:
    """Return the case's files over those of the base; alone if it has a catalogue of reasons of its own."""
    own = {path: text for path, text in read_rule_files(case.folder).texts.items() if not path.startswith(_MODELS)}
    return RuleFiles(own if REASONS_PATH in own else {**BASE.texts, **own}, "rules")


def _test_findings(case: Case, files: RuleFiles) -> Iterator[Diagnostic]:
    yield from load_tests(case.folder / "small", "rules/small")[1]
    monitors, _ = load_monitors(files, MONITOR_LANGUAGE)
    if monitors is not None:
        yield from load_monitor_tests(case.folder / MONITOR_FOLDER, f"rules/{MONITOR_FOLDER}", monitors.monitors)[1]
