"""`underwriter rollout`: versions of a policy tried beside the one in force."""

from datetime import datetime
from typing import Annotated

import typer
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.decimal_pb2 import Decimal as DecimalMessage

from underwriter.cli.arguments import OutputFormat
from underwriter.cli.exit_codes import FAULTS, UNUSABLE
from underwriter.cli.messages import message_fields
from underwriter.cli.orders_text import policy_line, rollout_lines
from underwriter.cli.output import Format, console, print_json, refuse
from underwriter.cli.policy import Actor, Expected, OnlyCheck, PolicyName, Reason, policy_name
from underwriter.cli.progress import counting
from underwriter.cli.record_files import DATABASE, LOG, DatabaseUrl, LogName, MasterKeyFile, keys_or_exit, refusing
from underwriter.cli.rollout_text import comparison_fields, comparison_lines
from underwriter.cli.servers import SERVER, Server, asking
from underwriter.cli.times import read_time
from underwriter.ledger import open_ledger
from underwriter.trials import RolloutChoice, RolloutUnknown, compare_rollout
from underwriter.v1 import policy_service_pb2 as v1


def start(
    name: PolicyName,
    reason: Reason,
    actor: Actor,
    challenger: Annotated[
        list[str] | None,
        typer.Option(help="VERSION=SHARE, the share above 0, such as 0.1; may be given several times."),
    ] = None,
    shadow: Annotated[list[str] | None, typer.Option(help="VERSION; may be given several times.")] = None,
    start_time: Annotated[
        datetime | None,
        typer.Option("--from", parser=read_time, metavar="TIME", help="When it begins, UTC; now if not said."),
    ] = None,
    end_time: Annotated[
        datetime | None,
        typer.Option(
            "--until",
            parser=read_time,
            metavar="TIME",
            help="When it ends by itself, UTC; when it is ended if not said.",
        ),
    ] = None,
    expected: Expected = "",
    check: OnlyCheck = False,
    server: Server = SERVER,
    output: OutputFormat = Format.TEXT,
) -> None:
    """Have challengers decide for shares of the applicants, and shadows beside them.

    It takes the place of the rollout that is set. An applicant stays with the same version while the challengers are
    the same; when the last one's share grows, applicants move from the policy in force to it, and nobody else moves.

    Exit codes:
      0  it is set, or could be
      1  there is no such policy or version, or a share or time is wrong: nothing has changed
      2  a challenger is not written VERSION=SHARE, or there is none to try
      3  the server did not answer, another version is in force, or it could not be changed now
    """
    rollout = v1.Rollout(
        challengers=_challengers(challenger or []),
        shadows=[v1.Shadow(policy_version=version) for version in shadow or []],
        start_time=_timestamp(start_time),
        end_time=_timestamp(end_time),
    )
    if not (rollout.challengers or rollout.shadows):
        refuse("give a --challenger or a --shadow; `underwriter rollout end` ends a rollout", UNUSABLE)
    with asking(server) as client:
        policy = client.set_rollout(
            policy_name(name), rollout, actor=actor, reason=reason, expected_version=expected, validate_only=check
        )
    _print([policy], output)


def end(
    name: PolicyName,
    reason: Reason,
    actor: Actor,
    expected: Expected = "",
    server: Server = SERVER,
    output: OutputFormat = Format.TEXT,
) -> None:
    """Have the policy in force decide for all applicants again.

    Exit codes:
      0  no rollout is set any more
      1  there is no such policy
      3  the server did not answer, another version is in force, or it could not be changed now
    """
    with asking(server) as client:
        policy = client.set_rollout(
            policy_name(name), v1.Rollout(), actor=actor, reason=reason, expected_version=expected
        )
    _print([policy], output)


def show(server: Server = SERVER, output: OutputFormat = Format.TEXT) -> None:
    """Show the rollouts that are set.

    Exit codes:
      0  shown
      3  the server did not answer, or could not tell now
    """
    with asking(server) as client:
        policies = [policy for policy in client.list_policies() if policy.HasField("rollout")]
    if not policies and output is Format.TEXT:
        console.print("no rollout is set")
    _print(policies, output)


def report(
    name: PolicyName,
    rollout: Annotated[str, typer.Option(help="The rollout's id; that of the newest if not said.")] = "",
    database: DatabaseUrl = DATABASE,
    log: LogName = LOG,
    keys: MasterKeyFile = None,
    output: OutputFormat = Format.TEXT,
) -> None:
    """Compare the versions of a rollout by what is recorded of it.

    Reads the record in the database, as `underwriter replay` does.

    Exit codes:
      0  compared
      1  no such rollout was ever set, or nothing is recorded of it
      2  the database or a key can't be used
    """
    with (
        refusing(),
        open_ledger(database, keys_or_exit(keys, database), log=log) as ledger,
        counting(f"reading {log}") as on_progress,
    ):
        try:
            comparison = compare_rollout(ledger, RolloutChoice(policy_name(name), rollout), on_progress)
        except RolloutUnknown as error:
            refuse(str(error), FAULTS)
    if output is Format.JSON:
        print_json(comparison_fields(comparison))
    else:
        for line in comparison_lines(comparison):
            console.print(line)
    if not comparison.arms:
        raise typer.Exit(FAULTS)


def _challengers(values: list[str]) -> list[v1.Challenger]:
    """Return the challengers; end the command with all that are not written VERSION=SHARE."""
    parts = [value.partition("=") for value in values]
    faults = [f"{''.join(each)!r} is not VERSION=SHARE, such as 4c9e...39d=0.1" for each in parts if not all(each)]
    if faults:
        refuse("\n".join(faults), UNUSABLE)
    return [v1.Challenger(policy_version=version, share=DecimalMessage(value=share)) for version, _, share in parts]


def _timestamp(moment: datetime | None) -> Timestamp | None:
    if moment is None:
        return None
    timestamp = Timestamp()
    timestamp.FromDatetime(moment)
    return timestamp


def _print(policies: list[v1.Policy], output: Format) -> None:
    if output is Format.JSON:
        print_json([message_fields(policy) for policy in policies])
        return
    for policy in policies:
        console.print(policy_line(policy))
        for line in rollout_lines(policy.rollout):
            console.print(line)
