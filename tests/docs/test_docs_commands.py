"""docs/cli.md tells of every command and option, and the examples of all pages run as they say."""

import os
import re
import shlex
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from underwriter.cli import desks, exit_codes
from underwriter.cli.application import COMMANDS, GROUPS, app
from underwriter.cli.output import console, errors
from underwriter.decisioning import load_desk

PROJECT = Path(__file__).parents[2]
CLI = PROJECT / "docs" / "cli.md"
PAGES = [PROJECT / "README.md", *sorted((PROJECT / "docs").glob("*.md"))]
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
# Its commands build on one another and on edits; test_docs_authoring.py runs them so.
WALK = "authoring.md"
# In the README nobody has put the environment on the path yet.
PROMPT = re.compile(r"^\$ (?:\.venv/bin/)?(underwriter .*)")
ASK_CODE = "$ echo $?"


@dataclass(frozen=True)
class Example:
    """A command line of a console block, and the exit code that the next `echo $?` shows; 0 if none does."""

    page: str
    line: str
    code: int

    @property
    def is_runnable(self) -> bool:
        """Whether it needs neither a server nor a ledger nor the commands before it, and leaves no files behind."""
        words = self.line.split()
        needs_more = words[1] in (*GROUPS, "explain", "impact", "lending", "replay") or "--server" in words
        is_endless = words[1] == "language-server" or (words[1] == "serve" and "--show-config" not in words)
        return not needs_more and not is_endless and self.page != WALK

    @property
    def command(self) -> str:
        """The command's name; with its group's before it if it has one."""
        words = self.line.split()[1:]
        return " ".join(words[:2] if words[0] in GROUPS else words[:1])


def examples(page: Path) -> list[Example]:
    found = []
    for block in re.findall(r"^```console\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE):
        lines = block.splitlines()
        prompts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
        for number, following in zip(prompts, [*prompts[1:], None], strict=True):
            if command := PROMPT.match(lines[number]):
                asks = following is not None and lines[following] == ASK_CODE
                code = int(lines[following + 1]) if asks and following is not None else 0
                found.append(Example(page.name, command[1], code))
    return found


EXAMPLES = [example for page in PAGES for example in examples(page)]
RUNNABLE = [example for example in EXAMPLES if example.is_runnable]


load_once = cache(load_desk)
"""Most examples use the same rules."""


@pytest.fixture(autouse=True)
def at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the examples are meant to be run: in the project's folder, before 100 columns, without settings."""
    for name in [name for name in os.environ if name.startswith("UNDERWRITER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "100")
    for printer in (console, errors):  # rich keeps the width that it found when they were made
        monkeypatch.setattr(printer, "_width", 100)
    monkeypatch.chdir(PROJECT)
    monkeypatch.setattr(desks, "load_desk", load_once)


@cache
def run(line: str) -> Result:
    """Run a command line; one that stands on several pages is run once."""
    _, *arguments = shlex.split(line)
    return CliRunner().invoke(app, arguments, prog_name="underwriter", catch_exceptions=False)


@cache
def options_in_help(name: str) -> frozenset[str]:
    return frozenset(OPTION.findall(run(f"underwriter {name} --help").stdout)) - {"--help"}


def section(name: str) -> str:
    heading = f"## underwriter {name}\n"
    assert heading in CLI.read_text("utf-8"), f"docs/cli.md has no section {heading.strip()}"
    return CLI.read_text("utf-8").split(heading)[1].split("\n## ")[0]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_page_documents_exactly_the_options_of_each_command(name: str) -> None:
    assert set(re.findall(r"^\| `(--[a-z-]+)`", section(name), re.MULTILINE)) == options_in_help(name)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example(name: str) -> None:
    assert any(line.startswith(f"$ underwriter {name}") for line in section(name).splitlines())


def test_the_page_documents_the_options_of_the_whole_and_every_summary() -> None:
    text = CLI.read_text("utf-8")
    for option in OPTION.findall(run("underwriter --help").stdout):
        assert option in text
    for summary in (*COMMANDS.values(), *GROUPS.values()):
        assert summary in text


def test_the_page_documents_every_exit_code() -> None:
    codes = [value for name, value in vars(exit_codes).items() if name.isupper()]
    documented = re.findall(r"^\| (\d+) \|", CLI.read_text("utf-8"), re.MULTILINE)
    assert sorted(map(int, documented)) == [*sorted(codes), 130]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: f"{example.page}: {example.line}")
def test_examples_use_only_options_that_there_are(example: Example) -> None:
    known = options_in_help(example.command) if example.command in COMMANDS else {"--help", "--version"}
    assert set(OPTION.findall(example.line)) <= known


@pytest.mark.parametrize("example", RUNNABLE, ids=lambda example: f"{example.page}: {example.line}")
def test_examples_end_with_the_exit_code_that_the_page_shows(example: Example) -> None:
    ended = run(example.line)
    assert ended.exit_code == example.code, ended.stderr


def test_examples_were_found() -> None:
    assert {example.line.split()[1] for example in RUNNABLE} >= {"check", "test", "decide", "describe", "serve"}
    assert {example.code for example in RUNNABLE} >= {0, 2}
