"""`underwriter serve`: the server."""

from pathlib import Path
from typing import Annotated

import typer

from underwriter.cli.exit_codes import UNUSABLE
from underwriter.cli.layout import GAP, columns, paragraph
from underwriter.cli.output import Format, console, print_json, refuse
from underwriter.service import Configuration, ConfigurationRefused, load_configuration, run_server


def serve(
    config: Annotated[Path | None, typer.Option(help="Configuration file; underwriter.toml if there is one.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="TCP port to listen on; 0 picks a free one.")] = None,
    workers: Annotated[int | None, typer.Option(help="Worker processes; as many as cores if not said.")] = None,
    monitors: Annotated[int | None, typer.Option(help="Processes that follow accounts; 1 if not said.")] = None,
    rules: Annotated[Path | None, typer.Option(help="Folder of the rule files.")] = None,
    models: Annotated[Path | None, typer.Option(help="Folder of the score models.")] = None,
    watch_rules: Annotated[
        bool | None,
        typer.Option("--watch-rules/--no-watch-rules", help="Take up changes of rules and models; yes if not said."),
    ] = None,
    database: Annotated[str | None, typer.Option(help="URL of the ledger's database.")] = None,
    max_in_flight: Annotated[int | None, typer.Option(help="Calls in flight in one worker before refusing.")] = None,
    log_format: Annotated[str | None, typer.Option(help="console or json.")] = None,
    log_level: Annotated[str | None, typer.Option(help="debug, info, warning or error.")] = None,
    show_config: Annotated[
        bool, typer.Option("--show-config", help="Show every setting with its origin, and stop.")
    ] = False,
    output: Annotated[Format, typer.Option("--format", help="How --show-config prints.")] = Format.TEXT,
) -> None:
    """Serve decisions over gRPC until SIGTERM or Ctrl-C; calls in flight finish.

    Rules that change are checked and tested, then taken up by all workers at once, or refused. SIGHUP has them read.

    Settings come from flags, then UNDERWRITER_* in the environment, then the file, then defaults.

    Exit codes:
      0  stopped cleanly
      1  the workers failed
      2  rules, models, database, port or settings can't be used
    """
    flags = {
        "host": host,
        "port": port,
        "workers": workers,
        "monitors": monitors,
        "rules": rules,
        "models": models,
        "watch_rules": watch_rules,
        "database": database,
        "max_in_flight": max_in_flight,
        "log_format": log_format,
        "log_level": log_level,
    }
    try:
        configuration = load_configuration(flags, config)
    except ConfigurationRefused as error:
        refuse(str(error), UNUSABLE)
    if show_config:
        _show(configuration, output)
        return
    raise typer.Exit(int(run_server(configuration.settings)))


def _show(configuration: Configuration, output: Format) -> None:
    rows = configuration.rows()
    if output is Format.JSON:
        print_json({row.name: {"value": row.value, "origin": row.origin} for row in rows})
        return
    heads = columns((row.name, row.value or "-", row.origin) for row in rows)
    for head, row in zip(heads, rows, strict=True):
        console.print(head)
        text = f"{row.description} ({row.allowed})"
        for line in paragraph(text, console.width, first=GAP * 2, indent=GAP * 2):
            console.print(line)
