"""Puts the sub-commands together."""

from importlib.metadata import version as installed_version
from typing import Annotated

import typer

from underwriter.cli.lazy_command import LazyCommand

# Commands that belong together stand in a group, in the module of its name.
GROUPS = {
    "db": "Bring the tables of the ledger's database up to date.",
    "keys": "Make the keys that protect and sign the record; rotate and give up master keys.",
    "subject": "Export or erase what is recorded on a person or firm.",
    "policy": "Change which policies are in force on a server, and show what was changed.",
    "rollout": "Try versions of a policy beside the one in force, and compare them.",
    "table": "Take decision tables to spreadsheets, and back into the rule files.",
    "ledger": "Verify the record, prove parts of it to others, and move old parts to files.",
}
# Each stands in the module of its name, or of its group's; its help starts with the same words.
COMMANDS = {
    "serve": "Serve decisions over gRPC until SIGTERM or Ctrl-C; calls in flight finish.",
    "decide": "Decide on the applications in FILE, and show each decision with its reasons.",
    "check": "Check all rules and models, and show what is wrong, where, and how to mend it.",
    "test": "Run the tests beside the rules, and show what failed and what no test reached.",
    "try": "Show the path of an application, edited or not, through the rules.",
    "explain": "Show a recorded decision with every step that led to it, evaluated again.",
    "describe": "Show what a policy is made of: parameters, decisions, rules, inputs it reads.",
    "diff": "Show what changed in meaning from OLD to NEW, with examples.",
    "impact": "Decide on recorded requests by new rules, and show what would come of them.",
    "pages": "Write a page on each product, with its graph drawn, from its rules.",
    "format": "Lay out the tables of rule files in columns; take blanks at ends of lines away.",
    "schema": "Write the JSON Schemas by which editors complete and check rule files.",
    "language-server": "Tell an editor what is wrong in rules as they are typed, and what may stand.",
    "evaluate": "Evaluate the decisions of a DMN model, and show their values.",
    "conformance": "Run test cases of the DMN TCK, and show how many pass.",
    "replay": "Decide on recorded requests again, and show every difference.",
    "lending": "Show the totals of lending, or check them against the log.",
    "policy activate": "Hold a policy at a version, or have it follow the server's rules folder again.",
    "policy set": "Set parameters of a policy, or let them be what its files say again.",
    "policy keep": "Check rule files on a server, and keep the policies that they change.",
    "policy changes": "Show what was changed, by whom and why, newest first.",
    "policy status": "Show which rules each worker of a server decides by.",
    "rollout start": "Have challengers decide for shares of the applicants, and shadows beside them.",
    "rollout end": "Have the policy in force decide for all applicants again.",
    "rollout show": "Show the rollouts that are set.",
    "rollout report": "Compare the versions of a rollout by what is recorded of it.",
    "table list": "Show the decision tables of the rules: where they stand, and what they read and answer.",
    "table export": "Write decision tables to a spreadsheet: XLSX with a sheet each, or CSV with one.",
    "table import": "Take the rows of a spreadsheet back into the rule files, if they are right.",
    "db upgrade": "Make the database if there is none, and bring its tables up to date.",
    "db status": "Show whether the database's tables are up to date.",
    "keys create": "Make a master key file with one new key.",
    "keys create-signing": "Make a file with a new key that signs checkpoints.",
    "keys rotate": "Put a new master key on top of FILE, and wrap every stored key by it.",
    "keys show": "Show the ids of the master keys in FILE, and how many stored keys each wraps.",
    "keys forget": "Take an older master key out of FILE, if it wraps nothing any more.",
    "subject export": "Write all that is recorded on a subject, oldest first, as JSON lines.",
    "subject erase": "Make all that is recorded on a subject unreadable, for good.",
    "ledger verify": "Re-hash the whole log, and show whether anything in it was altered.",
    "ledger prove": "Write the proof that a record stands in the log, for others to check without the database.",
    "ledger check": "Check a proof or an archive's file, without any database, and say what it proves.",
    "ledger archive": "Move the payloads of old entries to Parquet files that verify alone.",
    "ledger restore": "Put the payloads of an archive's file back into the database, after verifying it.",
    "ledger checkpoint": "Print the newest signed checkpoint, to be kept elsewhere.",
}

app = typer.Typer(
    name="underwriter",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    epilog="""Exit codes:
  0    all is well
  1    errors in rules, a failed test, an application without a decision, an altered record
  2    a file, folder, database, key, setting or option that can't be used
  3    the server did not answer, or could not decide now
  130  ended by Ctrl-C""",
)


def _print_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"underwriter {installed_version('underwriter')}")
        raise typer.Exit


@app.callback()
def underwriter(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and stop.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Credit decisions from rules in files: serve them, check them, test them, explain them."""


def _stand_in() -> None:
    """Stand for a command until it is called."""


_groups = {name: typer.Typer(no_args_is_help=True) for name in GROUPS}
for name, summary in GROUPS.items():
    app.add_typer(_groups[name], name=name, help=summary)
for name, summary in COMMANDS.items():
    *group, command = name.split()
    parent = _groups[group[0]] if group else app
    parent.command(command, help=summary, cls=LazyCommand)(_stand_in)


def main() -> None:
    """Run the command."""
    app()
