"""Makes the simulated book: lets the shelf of products decide on it, and tells what came of it.

    make book                         or  python bench/book/run.py --households 20000 --firms 5000

Writes bench/book/results.csv and results.json, and the tables and plots of docs/simulated-book.md, which tells how the
applicants are made and what the columns mean. Ends with 1 if anything that must hold does not.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from deciding import Case, cases_in_processes
from outcomes import FUNDING_RATE, LOSS_AT_DEFAULT, LOSS_WITH_RECEIVABLES
from page import told, write_page
from plots import write_plots
from rich.console import Console
from rich.progress import Progress
from tables import TERMINAL_WIDTH, terminal_table, write_csv
from tallies import by_grade, by_product_and_grade

from findings import findings, remarks

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs"


def main() -> None:
    """Read the command line, make the book, show and write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--households", type=int, default=20_000, help="how many people apply")
    parser.add_argument("--firms", type=int, default=5_000, help="how many firms apply")
    parser.add_argument("--seed", type=int, default=1, help="seed of all chance")
    parser.add_argument("--processes", type=int, default=2, help="processes that decide")
    parser.add_argument("--out", type=Path, default=HERE, help="folder of results.csv and results.json")
    parser.add_argument("--docs", type=Path, default=DOCS, help="folder of simulated-book.md and its plots")
    arguments = parser.parse_args()
    sizes = {"household": arguments.households, "firm": arguments.firms}
    began = time.perf_counter()
    cases = decided(arguments.seed, sizes, arguments.processes)
    Console().print(f"{len(cases):,} decisions in {time.perf_counter() - began:.0f} s")
    sys.exit(tell(cases, {"seed": arguments.seed, **sizes}, arguments.out, arguments.docs))


def decided(seed: int, sizes: dict[str, int], processes: int) -> list[Case]:
    """Return all cases in order, with a bar that shows how far it is."""
    cases: list[Case] = []
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("deciding", total=sum(sizes.values()))
        for number, chunk in cases_in_processes(seed, sizes, processes):
            cases += chunk
            progress.advance(task, number)
    return sorted(cases, key=lambda case: (case.kind, case.number))


def tell(cases: Sequence[Case], run: dict[str, int], out: Path, docs: Path) -> int:
    """Print and write the results; return 1 if anything was found, else 0."""
    tallies, grades = by_product_and_grade(cases), by_grade(cases)
    found, chance = findings(cases, tallies), remarks(tallies)
    console = Console()
    console.width = max(console.width, TERMINAL_WIDTH)
    console.print(terminal_table("by product and grade", tallies), terminal_table("by grade", grades))
    for line in found:
        console.print(line, markup=False)
    write_csv(out / "results.csv", [*tallies, *grades])
    assumed = {
        "funding_rate": FUNDING_RATE,
        "loss_at_default": LOSS_AT_DEFAULT,
        "loss_with_receivables": LOSS_WITH_RECEIVABLES,
    }
    results = {"run": run, "assumed": assumed, "findings": found, "within_chance": chance}
    (out / "results.json").write_text(json.dumps(results, indent=2) + "\n")
    plots = write_plots(docs / "simulated-book", cases, tallies)
    write_page(docs / "simulated-book.md", told(run, found, chance), tallies, grades, plots)
    console.print(f"{len(found)} findings")
    return 1 if found else 0


if __name__ == "__main__":
    main()
