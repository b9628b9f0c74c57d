"""`underwriter policy`: what is in force on a server, and who changed it."""

from collections.abc import Iterable
from getpass import getuser
from pathlib import Path
from typing import Annotated

import typer
from google.protobuf.message import Message

from underwriter.cli.arguments import OutputFormat
from underwriter.cli.exit_codes import FAULTS, UNUSABLE
from underwriter.cli.file_faults import file_fault
from underwriter.cli.messages import message_fields
from underwriter.cli.orders_text import activation_lines, change_lines, check_lines, settings_lines, status_lines
from underwriter.cli.output import Format, console, print_json, refuse
from underwriter.cli.progress import counting
from underwriter.cli.servers import SERVER, Server, asking
from underwriter.policy import read_rule_files

ALL = "-"

PolicyName = Annotated[str, typer.Argument(help="The policy, such as personal-credit.")]
Actor = Annotated[str, typer.Option(help="Who asks; your login name if not said.", default_factory=getuser)]
Reason = Annotated[str, typer.Option(help="Why, for those who ask later.")]
Expected = Annotated[
    str, typer.Option(help="The version that is thought to be in force; nothing is done if another one is.")
]
OnlyCheck = Annotated[bool, typer.Option("--check", help="Only check what would come of it; change nothing.")]


def policy_name(name: str) -> str:
    """Return the resource name of a policy that is named in short or in full."""
    return name if name.startswith("policies/") else f"policies/{name}"


def activate(
    name: Annotated[str, typer.Argument(help="The policy, such as personal-credit; - for all of the rules folder.")],
    reason: Reason,
    actor: Actor,
    version: Annotated[
        str, typer.Option(help="The version to hold it at, the whole hash; to follow the rules folder if not said.")
    ] = "",
    expected: Expected = "",
    check: OnlyCheck = False,
    server: Server = SERVER,
    output: OutputFormat = Format.TEXT,
) -> None:
    """Hold a policy at a version, or have it follow the server's rules folder again.

    A version is one that was in force before (`underwriter policy changes` shows them), or one that was kept. Without
    --version the folder is read, checked and tested at once, and comes into force if all is well.

    Exit codes:
      0  it is in force, or would be
      1  the rules have errors or failed tests, or there is no such policy or version: nothing has changed
      3  the server did not answer, another version is in force, or it could not be changed now
    """
    with asking(server) as client:
        activated = client.activate_policy(
            policy_name(name),
            policy_version=version,
            actor=actor,
            reason=reason,
            expected_version=expected,
            validate_only=check,
        )
    _print(activated, activation_lines(activated, only_checked=check), output)
    if not activated.activated:
        raise typer.Exit(FAULTS)


def set(  # noqa: A001 - the command's name
    name: PolicyName,
    values: Annotated[
        list[str], typer.Argument(help="NAME=VALUE, the value written in FEEL; NAME= for what the files say.")
    ],
    reason: Reason,
    actor: Actor,
    expected: Expected = "",
    check: OnlyCheck = False,
    server: Server = SERVER,
    output: OutputFormat = Format.TEXT,
) -> None:
    """Set parameters of a policy, or let them be what its files say again.

    For example: underwriter policy set personal-credit min_age=21 --reason "committee of 3 March"

    Exit codes:
      0  they are set, or could be
      1  there is no such policy or parameter, or it can't have the value: nothing has changed
      2  what is to be set is not written NAME=VALUE
      3  the server did not answer, another version is in force, or it could not be changed now
    """
    settings = _settings(values)
    with asking(server) as client:
        policy = client.set_parameters(
            policy_name(name), settings, actor=actor, reason=reason, expected_version=expected, validate_only=check
        )
    _print(policy, settings_lines(policy, only_checked=check), output)


def keep(
    rules: Annotated[Path, typer.Argument(help="Folder of rule files, laid out as the server's.")],
    server: Server = SERVER,
    output: OutputFormat = Format.TEXT,
) -> None:
    """Check rule files on a server, and keep the policies that they change.

    They do not come into force: `underwriter policy activate` and `underwriter rollout start` take their versions.

    Exit codes:
      0  what they change is kept
      1  they have errors: nothing is kept
      2  the folder can't be read, or has no rule files
      3  the server did not answer, or could not check now
    """
    try:
        files = read_rule_files(rules)
    except (OSError, UnicodeDecodeError) as error:
        refuse(f"the rules can't be read: {file_fault(error)}", UNUSABLE)
    if not files.texts:
        refuse(f"there are no rule files in {rules}", UNUSABLE)
    with asking(server) as client:
        checked = client.validate_policy(files.texts, keep=True)
    _print(checked, check_lines(checked), output)
    if not checked.valid:
        raise typer.Exit(FAULTS)


def changes(
    name: Annotated[str, typer.Argument(help="The policy; all if not said.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many to show, the newest.")] = 20,
    server: Server = SERVER,
    output: OutputFormat = Format.TEXT,
) -> None:
    """Show what was changed, by whom and why, newest first.

    Exit codes:
      0  shown
      1  this can't be a policy's name
      3  the server did not answer, or could not tell now
    """
    found = []
    with asking(server) as client, counting("reading changes") as on_progress:
        for change in client.list_policy_changes(policy_name(name) if name else "", page_size=min(limit, 100)):
            found.append(change)
            on_progress(len(found), limit)
            if len(found) == limit:
                break
    if output is Format.JSON:
        print_json([message_fields(change) for change in found])
    elif not found:
        console.print("nothing was changed yet")
    else:
        for line in (line for change in found for line in change_lines(change)):
            console.print(line)


def status(server: Server = SERVER, output: OutputFormat = Format.TEXT) -> None:
    """Show which rules each worker of a server decides by.

    Exit codes:
      0  shown
      3  the server did not answer, or could not tell now
    """
    with asking(server) as client:
        told = client.get_rules_status()
    _print(told, status_lines(told), output)


def _print(answer: Message, lines: Iterable[str], output: Format) -> None:
    """Print an answer of the server: as JSON, or in these lines."""
    if output is Format.JSON:
        print_json(message_fields(answer))
        return
    for line in lines:
        console.print(line)


def _settings(values: list[str]) -> dict[str, str]:
    """Return the values by name; end the command with all that are not written NAME=VALUE, or given twice."""
    faults, settings = [], {}
    for value in values:
        name, equals, text = value.partition("=")
        if not (name and equals):
            faults.append(f"{value!r} is not NAME=VALUE, such as min_age=21")
        elif name in settings:
            faults.append(f"{name} is given twice")
        settings[name] = text
    if faults:
        refuse("\n".join(faults), UNUSABLE)
    return settings
