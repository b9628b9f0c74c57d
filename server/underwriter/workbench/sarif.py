"""Findings as a SARIF log (OASIS, Static Analysis Results Interchange Format 2.1.0), for code hosts and editors."""

from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Final
from urllib.parse import quote

from underwriter.decisioning import ENGINE_VERSION
from underwriter.feel.diagnostics import Diagnostic
from underwriter.workbench.check import FolderCheck

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
PAGES: Final = "docs/findings"
"""Where the page of each finding stands, by its code."""


def sarif_log(check: FolderCheck) -> dict[str, object]:
    """Return a log of one run: what was found, and what was found and allowed, with the reason."""
    allowed = [(suppressed.finding, suppressed.reason) for suppressed in check.suppressed]
    codes = sorted({finding.code for finding in (*check.findings, *(finding for finding, _ in allowed))})
    results = [_result(finding, codes) for finding in check.findings]
    results += [{**_result(finding, codes), "suppressions": [_suppression(reason)]} for finding, reason in allowed]
    driver = {
        "name": "underwriter",
        "version": ENGINE_VERSION,
        "rules": [{"id": code, "help": {"text": f"See {PAGES}/{code}.md."}} for code in codes],
    }
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(driver, results)]}


def _run(driver: Mapping[str, object], results: Iterable[Mapping[str, object]]) -> dict[str, object]:
    return {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": list(results)}


def _result(finding: Diagnostic, codes: list[str]) -> dict[str, object]:
    text = f"{finding.message}\n{finding.help}" if finding.help else finding.message
    return {
        "ruleId": finding.code,
        "ruleIndex": codes.index(finding.code),
        "level": finding.severity.value,
        "message": {"text": text},
        "locations": [{"physicalLocation": _location(finding)}],
    }


def _location(finding: Diagnostic) -> dict[str, object]:
    start, end = finding.position, finding.source.position(max(finding.span.end, finding.span.start))
    region = {
        "startLine": start.line + 1,
        "startColumn": start.column + 1,
        "endLine": end.line + 1,
        "endColumn": end.column + 1,
    }
    return {"artifactLocation": {"uri": _uri(finding.source.name)}, "region": region}


def _uri(path: str) -> str:
    """Return a path as a reference: relative ones stay so, for whoever knows where the run began."""
    pure = PurePath(path)
    return pure.as_uri() if pure.is_absolute() else quote(pure.as_posix())


def _suppression(reason: str) -> dict[str, object]:
    return {"kind": "inSource", "justification": reason}
