"""docs/authoring.md, walked through: its edits are made and its commands run, in its order, beside a real server.

The rules are those of the personal credit line, with all that it includes. The other products would take much of the
tests' time, and the page shows nothing of them.
"""

import os
import re
import shlex
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from underwriter.cli.application import app
from underwriter.cli.output import console, errors

from ..cli.commands import edit
from ..service.conftest import PROJECT, RunningServer, StartServer, starter

PAGE = (PROJECT / "docs" / "authoring.md").read_text("utf-8")
STEP = re.compile(
    r"^```(?P<kind>\w+)\n(?P<block>.*?)^```"
    r"|^\| cell of `(?P<workbook>.*?)` .*\n\|.*\n\| (?P<cells>.*?) \| `(?P<was>.*?)` \| `(?P<now>.*?)` \|$",
    re.DOTALL | re.MULTILINE,
)
COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)
# Hashes, in full or in short, and times: others for each reader, but the same wherever the page shows the same.
NAME = r"\b(?:[0-9a-f]{64}|[0-9a-f]{12}|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\b"
# How wide columns are depends on what else is in them. Indents count: marks stand by them.
COLUMN_GAP = re.compile(r"(?<=\S) {2,}")
ADDRESS = "127.0.0.1:50051"
PATIENCE_S = 120.0
COMMANDS = COMMAND.findall(PAGE)
STORY = (
    *("git clone", "underwriter check", "underwriter serve", "underwriter check", "underwriter check"),
    *("underwriter test", "underwriter test", "underwriter diff", "underwriter try", "underwriter impact"),
    *("underwriter policy status", "underwriter policy status", "underwriter policy activate"),
)
"""What is typed, in this order."""
NOT_RUN = {
    "git clone https://git.lender.example/underwriter": "the checkout is there already, and may have no network",
    "cd underwriter": "the test chooses its folder itself",
    "make author": "it would install what the tests run on",
    ". .venv/bin/activate": "the commands are called in this process",
}


class Reader:
    """Someone who does what the page says in the folder of a checkout, and compares the answers.

    `server` is the one that they have started.
    """

    server: RunningServer

    def __init__(self, folder: Path, start_server: StartServer) -> None:
        self.folder = folder
        self._start_server = start_server
        self._named: dict[str, str] = {}

    def follow(self, step: re.Match[str]) -> None:
        if step["workbook"]:
            self._edit_workbook(self.folder / step["workbook"], step["cells"].split(", "), step["was"], step["now"])
        elif step["kind"] == "diff":
            self._edit_file(step["block"])
        elif step["kind"] == "yaml":
            assert any(step["block"] in path.read_text("utf-8") for path in self.folder.glob("rules/*/*.yaml"))
        else:
            for line, shown in COMMAND.findall(step["block"]):
                self._type(line.replace("\\\n", ""), shown)

    def _type(self, line: str, shown: str) -> None:
        if line in NOT_RUN:
            return
        if line.startswith("underwriter serve "):
            self._serve(line, shown)
        else:
            self._look(line, shown)

    def _look(self, line: str, shown: str) -> None:
        """Run a command until it shows what the page shows: what a server takes up by itself takes it a moment."""
        end = time.monotonic() + PATIENCE_S
        while not self._is_as(shown, answer := self._run(self._as_here(line))):
            is_awaited = line == "underwriter policy status" and time.monotonic() < end
            assert is_awaited, f"$ {line}\n{shown}\nis not what was shown:\n{answer}"
            time.sleep(0.2)

    def _run(self, line: str) -> str:
        """Return what a terminal would show."""
        if not line.startswith("underwriter "):
            return subprocess.check_output(shlex.split(line), cwd=self.folder, text=True)
        command, _, file = line.partition(" > ")
        arguments, environment = shlex.split(command)[1:], {"UNDERWRITER_SERVER": self._named.get(ADDRESS)}
        ended = CliRunner(env=environment).invoke(app, arguments, prog_name="underwriter", catch_exceptions=False)
        if file:
            (self.folder / file).write_text(ended.stdout, "utf-8")
        return ended.stderr if file else ended.output

    def _serve(self, line: str, shown: str) -> None:
        """Start the server with the options of the page, but on a free port."""
        words = shlex.split(line)[2:]
        options = {option.removeprefix("--"): value for option, value in zip(words[::2], words[1::2], strict=True)}
        self.server = self._start_server(**options)
        self._named[ADDRESS] = self.server.address
        assert self._is_as(shown, self.server.text), self.server.text

    def _as_here(self, text: str) -> str:
        return re.sub(rf"{NAME}|{re.escape(ADDRESS)}", lambda found: self._named.get(found[0], found[0]), text)

    def _is_as(self, shown: str, answer: str) -> bool:
        """Whether an answer is what is shown, with anything in place of `...`; learns names that are new from it."""
        shown, answer = (COLUMN_GAP.sub("  ", text) for text in (shown, answer))
        parts = re.split(rf"(\.\.\.\n?|{NAME}|{re.escape(ADDRESS)})", shown)
        new: list[str] = []
        found = re.fullmatch("".join(self._pattern(part, new) for part in parts), answer, re.DOTALL)
        if found:
            self._named |= dict(zip(new, found.groups(), strict=True))
        return found is not None

    def _pattern(self, part: str, new: list[str]) -> str:
        if part.startswith("..."):
            return ".*?" if part == "..." else r".*?\n?"
        if re.fullmatch(NAME, part) and part not in self._named:
            if part in new:
                return rf"\{new.index(part) + 1}"
            new.append(part)
            return f"({NAME})"
        return re.escape(self._named.get(part, part))

    def _edit_file(self, block: str) -> None:
        path, *lines = block.removeprefix("--- ").splitlines(keepends=True)
        was = "".join(line[1:] for line in lines if line[0] in " -")
        edit(self.folder / path.strip(), was, "".join(line[1:] for line in lines if line[0] in " +"))

    def _edit_workbook(self, path: Path, cells: list[str], was: str, now: str) -> None:
        workbook = openpyxl.load_workbook(path)
        sheet = workbook.worksheets[0]
        for cell in cells:
            assert sheet[cell].value == was
            sheet[cell] = now
        workbook.save(path)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the personal credit line's rules, its models and the examples, before a terminal of 100 columns."""
    folder = tmp_path / "underwriter"
    product = PROJECT / "rules" / "personal_credit"
    for path in ("rules/personal_credit", "rules/reasons", "models/personal_default", "docs/examples"):
        shutil.copytree(PROJECT / path, folder / path)
    (folder / "rules" / "common").mkdir()
    for included in re.findall(r"^  - \.\./(common/.*)$", (product / "policy.yaml").read_text("utf-8"), re.MULTILINE):
        shutil.copy(PROJECT / "rules" / included, folder / "rules" / included)
    for name in [name for name in os.environ if name.startswith("UNDERWRITER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "100")
    for printer in (console, errors):  # rich keeps the width that it found when they were made
        monkeypatch.setattr(printer, "_width", 100)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def start_server(checkout: Path) -> Iterator[StartServer]:
    """A function that starts servers as `underwriter serve` does, on the database of the reader's folder."""
    yield from starter(checkout, {"port": 0, "models": "models", "watch_rules": True})


def test_the_walk_goes_as_the_page_tells(checkout: Path, start_server: StartServer) -> None:
    reader = Reader(checkout, start_server)
    for step in STEP.finditer(PAGE):
        reader.follow(step)
    assert reader.server.stop() == 0, reader.server.text


def test_what_is_not_run_is_there() -> None:
    assert set(NOT_RUN) <= {line for line, _ in COMMANDS}
    assert re.search(r"^author:", (PROJECT / "Makefile").read_text("utf-8"), re.MULTILINE)


def test_the_walk_is_whole() -> None:
    """Clone, edit a cut-off, see the finding, fix, test, impact, activate, roll back."""
    story = iter(line for line, _ in COMMANDS)
    for begins in STORY:
        assert any(line.startswith(begins) for line in story), begins
