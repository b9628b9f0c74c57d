"""Which packages each command imports: light commands start at once, and the server's parent process stays forkable."""

import json
import subprocess
import sys

import pytest

from .commands import EXAMPLES, PROJECT, environment

HEAVY = ("alembic", "google", "grpc", "numpy", "onnxruntime", "pydantic", "sqlalchemy", "structlog", "yaml")
READING = {"pydantic", "yaml"}  # typer's own, and YAML
KIT = PROJECT / "tests" / "conformance" / "kit"
IMPORTED = f"""
import json, sys
from underwriter.cli.application import app
try:
    app(sys.argv[1:])
except SystemExit as ended:
    assert ended.code == 0, ended.code
print()
print(json.dumps([name for name in {HEAVY} if name in sys.modules]))
"""


@pytest.mark.parametrize(
    ("arguments", "not_needed"),
    [
        (("--help",), set(HEAVY)),
        (("--version",), set(HEAVY)),
        (("check",), {"grpc", "sqlalchemy", "alembic", "structlog"}),
        (("decide", str(EXAMPLES / "minimal.yaml")), {"grpc", "sqlalchemy", "alembic", "structlog"}),
        (("explain", "--help"), {"onnxruntime", "numpy", "sqlalchemy", "alembic", "structlog"}),
        (("evaluate", str(KIT / "compliance-level-3/0001-line-increase/line-increase.dmn")), set(HEAVY) - READING),
        (("conformance", str(KIT)), set(HEAVY) - READING),
        # Threads of these would not survive the fork.
        (("serve", "--show-config"), {"onnxruntime", "numpy"}),
    ],
)
def test_a_command_imports_no_more_than_it_needs(arguments: tuple[str, ...], not_needed: set[str]) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", IMPORTED, *arguments],
        cwd=PROJECT,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert not not_needed & set(json.loads(ended.stdout.splitlines()[-1]))
