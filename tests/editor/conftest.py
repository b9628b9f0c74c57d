"""A language server on a copy of the shipped rules, as an editor starts it."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .lsp_client import LspClient, Message

PROJECT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from underwriter.cli import main; main()", "language-server"]


def started(root: Path) -> LspClient:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("UNDERWRITER_")}
    return LspClient([*COMMAND, "--models", str(PROJECT / "models")], root, environment)


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project's folder with some of the shipped rules, and a page on a finding."""
    root = tmp_path_factory.mktemp("workspace")
    for part in ("common", "reasons", "monitoring", "personal_credit", "pay_later", "early_warning"):
        shutil.copytree(PROJECT / "rules" / part, root / "rules" / part)
    pages = root / "docs" / "findings"
    pages.mkdir(parents=True)
    (pages / "unknown-name.md").write_text("# unknown-name\n")
    return root


@pytest.fixture(scope="session")
def started_editor(workspace: Path) -> Iterator[tuple[LspClient, list[Message]]]:
    """An editor on that folder, its server started once for all tests, and the progress that was shown of its start."""
    client = started(workspace)
    try:
        client.initialise()
        yield client, client.progress()
        assert client.end() == 0
    finally:
        client.kill()


@pytest.fixture(scope="session")
def editor(started_editor: tuple[LspClient, list[Message]]) -> LspClient:
    """That editor, when the first check is over."""
    return started_editor[0]


@pytest.fixture(scope="session")
def first_check(started_editor: tuple[LspClient, list[Message]]) -> list[Message]:
    """What it showed of the first check."""
    return started_editor[1]
