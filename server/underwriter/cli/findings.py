"""Findings on rules and models: as an author reads them, and as JSON."""

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console

from underwriter.feel.diagnostics import Diagnostic


def finding_fields(finding: Diagnostic) -> Mapping[str, object]:
    """Return a finding as JSON fields; line and column count from 1."""
    position = finding.position
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "help": finding.help,
        "path": finding.source.name,
        "line": position.line + 1,
        "column": position.column + 1,
    }


def print_findings(findings: Iterable[Diagnostic], out: Console) -> None:
    """Print findings with their lines and carets, a blank line after each."""
    for finding in findings:
        out.print(_rendered(finding) + "\n")


def counted(findings: Sequence[Diagnostic]) -> str:
    """Return how many findings there are, in words."""
    return "1 finding" if len(findings) == 1 else f"{len(findings)} findings"


def _rendered(finding: Diagnostic) -> str:
    """Return a finding with its line; without it where the file is no text, such as an ONNX graph."""
    if finding.source.line(finding.position.line):
        return finding.render()
    return f"{finding}\n    help: {finding.help}" if finding.help else str(finding)
