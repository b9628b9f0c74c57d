"""Measures the language beside other engines: DMN models and tables, in one run, as ratios of the time they take.

    python bench/language/run.py                                  every engine, all the work
    python bench/language/run.py --engine zen-engine --workload table-200

Every engine runs in a process and an environment of its own and is called in its own language, so no call crosses a
border. "First" is reading the work and doing it once; the p50 is of the work alone, warm. An engine that gives another
answer than expected, or can't express the work, or can't be installed, is named with the reason and not timed. Others
than ours are installed under .bench/ on the first run. Results go to bench/language/results.json.
"""

import argparse
import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from engines import ENGINES, OURS, Engine
from measuring import NotTimed, Outcome, Timed, measured
from rich.console import Console
from rich.progress import track
from rich.table import Table
from workloads import WORKLOADS, NotThere, Workload

Results = dict[str, dict[str, Outcome]]


def main() -> None:
    """Run the chosen work on the chosen engines, print the table and write the results."""
    arguments = _arguments()
    engines = [engine for engine in ENGINES if engine.name in {OURS, *(arguments.engine or _names(ENGINES))}]
    chosen, missing = _made(arguments.workload or list(WORKLOADS))
    console = Console(stderr=True)
    results: Results = {}
    for workload in track(chosen, description="language", console=console, transient=True):
        results[workload.name] = measured(workload, engines, arguments.rounds, arguments.seconds)
    show(chosen, engines, results, missing)
    arguments.out.write_text(json.dumps(_as_json(engines, results, missing), indent=2) + "\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engine", action="append", choices=_names(ENGINES), help="beside ours; may be repeated")
    parser.add_argument("--workload", action="append", choices=list(WORKLOADS), help="may be repeated")
    parser.add_argument("--rounds", type=int, default=15, help="how many turns each engine takes")
    parser.add_argument("--seconds", type=float, default=0.1, help="the least length of a turn")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("results.json"), help="the results' file")
    return parser.parse_args()


def _names(engines: Sequence[Engine]) -> list[str]:
    return [engine.name for engine in engines]


def _made(names: Sequence[str]) -> tuple[list[Workload], dict[str, str]]:
    """Return the workloads that can be made here, and for the others the reason."""
    made, missing = [], {}
    for name in names:
        try:
            made.append(WORKLOADS[name]())
        except NotThere as failure:
            missing[name] = str(failure)
    return made, missing


def show(
    workloads: Sequence[Workload], engines: Sequence[Engine], results: Results, missing: Mapping[str, str]
) -> None:
    """Print a table of the times, what each is beside ours, and the reasons of what was not timed."""
    console = Console(width=120)
    for workload in workloads:
        table = Table("engine", "p50 µs", "beside ours", "first ms", "what it runs", title=workload.title)
        outcomes = results[workload.name]
        for engine in engines:
            table.add_row(engine.name, *_cells(engine, outcomes[engine.name], outcomes.get(OURS)))
        console.print(table)
    for name, reason in missing.items():
        console.print(f"{name}: not measured, {reason}")


def _cells(engine: Engine, outcome: Outcome, ours: Outcome | None) -> tuple[str, str, str, str]:
    match outcome:
        case NotTimed(reason):
            return "n/a", "", "", reason
        case Timed(p50_us=p50_us, first_ms=first_ms):
            return f"{p50_us:,.2f}", ratio(p50_us, ours), f"{first_ms:,.1f}", engine.form


def ratio(p50_us: float, ours: Outcome | None) -> str:
    """Return a time beside ours in words: `12.5 x slower`."""
    if not isinstance(ours, Timed):
        return "ours n/a"
    if p50_us == ours.p50_us:
        return "1"
    slower = p50_us / ours.p50_us
    factor = max(slower, 1 / slower)
    return f"{factor:,.{0 if factor >= 100 else 1}f} x {'slower' if slower > 1 else 'faster'}"


def _as_json(engines: Sequence[Engine], results: Results, missing: Mapping[str, str]) -> dict[str, object]:
    return {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "packages": {engine.name: engine.package for engine in engines if engine.package},
        "workloads": {
            workload: {name: asdict(outcome) for name, outcome in outcomes.items()}
            for workload, outcomes in results.items()
        },
        "missing": dict(missing),
    }


if __name__ == "__main__":
    main()
