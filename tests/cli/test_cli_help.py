"""What the command says of itself, and how it takes wrong options."""

from importlib import import_module

import pytest

from underwriter.cli.application import COMMANDS, GROUPS
from underwriter.cli.lazy_command import function_name

from .commands import EXAMPLES, Call, run


def test_help_lists_every_command_with_its_summary_and_the_exit_codes() -> None:
    ended = run("--help")
    assert ended.returncode == 0
    for name, summary in GROUPS.items():
        assert f" {name} " in ended.stdout
        assert summary in ended.stdout
    for name, summary in COMMANDS.items():
        if " " not in name:
            assert f" {name} " in ended.stdout
            assert summary in ended.stdout
    for code in ("0", "1", "2", "3", "130"):
        assert f"\n {code} " in ended.stdout


@pytest.mark.parametrize("group", GROUPS)
def test_help_of_a_group_lists_its_commands_with_their_summaries(group: str, call: Call) -> None:
    ended = call(group, "--help")
    assert ended.code == 0
    assert GROUPS[group] in ended.out
    commands = {name: summary for name, summary in COMMANDS.items() if name.startswith(f"{group} ")}
    assert commands
    for name, summary in commands.items():
        assert f" {name.split()[1]} " in ended.out
        assert summary in ended.out


@pytest.mark.parametrize("name", COMMANDS)
def test_the_summary_of_a_command_is_the_first_line_of_its_own_help(name: str) -> None:
    words = name.split()
    module = import_module(f"underwriter.cli.{function_name(words[0])}")
    command = getattr(module, function_name(words[-1]))
    assert command.__doc__.splitlines()[0] == COMMANDS[name]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_its_exit_codes(name: str, call: Call) -> None:
    ended = call(*name.split(), "--help")
    assert ended.code == 0
    assert f"Usage: underwriter {name}" in ended.out
    assert "Exit codes:" in ended.out


def test_the_version_is_shown() -> None:
    ended = run("--version")
    assert (ended.returncode, ended.stdout) == (0, "underwriter 0.1.0\n")


def test_without_a_command_the_help_is_shown_and_nothing_done() -> None:
    ended = run()
    assert ended.returncode == 2
    assert "Usage: underwriter" in ended.stdout + ended.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nosuch",), "No such command 'nosuch'"),
        (("chek",), "Did you mean"),
        (("check", "--nosuch"), "No such option: --nosuch"),
        (("check", "--format", "xml"), "'xml' is not one of 'text', 'json'"),
        (("test", "--fail-under", "101"), "--fail-under"),
        (("test", "--fail-under", "much"), "--fail-under"),
        (("describe",), "Missing argument"),
        (("describe", "small", "--show", "tokens"), "'tokens' is not one of 'summary', 'python'"),
        (("decide",), "Missing argument"),
        (("decide", EXAMPLES / "minimal.yaml", "more"), "unexpected extra argument"),
        (("explain",), "Missing argument"),
        (("serve", "--port", "x"), "--port"),
    ],
)
def test_wrong_usage_is_said_with_the_way_to_help(arguments: tuple[object, ...], said: str, call: Call) -> None:
    ended = call(*arguments)
    assert ended.code == 2
    assert said in ended.errors
    assert "--help" in ended.errors
    assert not ended.out
