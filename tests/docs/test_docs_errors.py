"""docs/api.md names every status and reason that a client can be told, and no others."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parents[2]
SERVICE = PROJECT / "server" / "underwriter" / "service"
FACILITY_REASONS = "_FACILITY_REASONS"
ROW = re.compile(r"^\| ([A-Z_]*) ?\| ([A-Z][A-Z_, ]+) \|", re.MULTILINE)


def documented() -> set[tuple[str, str]]:
    """Return each status with each of its reasons; a row without a status goes on with the one above."""
    table = (PROJECT / "docs" / "api.md").read_text("utf-8").split("## Errors\n")[1].split("\n## ")[0]
    found, status = set(), ""
    for named, reasons in ROW.findall(table):
        status = named or status
        found |= {(status, reason) for reason in reasons.split(", ")}
    return found


def texts_in(node: ast.AST) -> set[str]:
    return {inner.value for inner in ast.walk(node) if isinstance(inner, ast.Constant) and isinstance(inner.value, str)}


def calls_of(name: str, tree: ast.AST) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
            yield node


def kinds_not_found() -> set[str]:
    """Return what `NothingFound` is raised for, by whichever service."""
    trees = [ast.parse(file.read_text("utf-8")) for file in SERVICE.glob("*.py")]
    return {text for tree in trees for call in calls_of("NothingFound", tree) for text in texts_in(call.args[0])}


def told() -> set[tuple[str, str]]:
    """Return each status with each of its reasons, as the code of service/errors.py gives them."""
    tree = ast.parse((SERVICE / "errors.py").read_text("utf-8"))
    (facility_reasons,) = (
        texts_in(node.value)
        for node in tree.body
        if isinstance(node, ast.AnnAssign) and ast.unparse(node.target) == FACILITY_REASONS and node.value
    )
    found = set()
    for call in calls_of("_status", tree):
        status, reason = call.args[:2]
        assert isinstance(status, ast.Attribute)
        if isinstance(reason, ast.Constant):
            reasons = {str(reason.value)}
        elif isinstance(reason, ast.JoinedStr):
            reasons = {f"{kind.upper()}_NOT_FOUND" for kind in kinds_not_found()}
        else:
            assert ast.unparse(reason).startswith(FACILITY_REASONS)
            reasons = facility_reasons
        found |= {(status.attr, text) for text in reasons}
    return found


def test_the_page_names_every_status_and_reason() -> None:
    assert documented() == told()


def test_reasons_were_found() -> None:
    assert told() >= {
        ("INVALID_ARGUMENT", "REQUEST_INVALID"),
        ("NOT_FOUND", "DECISION_NOT_FOUND"),
        ("NOT_FOUND", "RECORD_NOT_FOUND"),
        ("FAILED_PRECONDITION", "OFFER_EXPIRED"),
        ("INTERNAL", "DEFECT"),
    }
