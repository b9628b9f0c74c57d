"""The list of codes is that of the findings which the code makes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from underwriter.workbench.finding_codes import FINDING_CODES

SERVER = Path(__file__).parents[2] / "server" / "underwriter"
MAKERS = {"Diagnostic", "_finding", "_fault", "_at", "_at_table", "report"}
OTHERS = ("v1", "conformance")
"""Generated code, and the runner of the compatibility kit, whose findings are on files of its own."""
CODE = re.compile("[a-z0-9]+(-[a-z0-9]+)+")


def _codes(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and node.args and _name(node.func) in MAKERS:
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str) and CODE.fullmatch(first.value):
                yield first.value


def _name(function: ast.expr) -> str:
    return getattr(function, "id", getattr(function, "attr", ""))


def test_every_code_is_in_the_list_and_every_one_listed_is_made() -> None:
    paths = [path for path in SERVER.rglob("*.py") if path.relative_to(SERVER).parts[0] not in OTHERS]
    assert {code for path in paths for code in _codes(path)} == FINDING_CODES
