"""The tallies as a table: on the terminal, as Markdown for the page, as CSV for whoever reckons on."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.table import Table
from tallies import ALL, Tally

Cell = Callable[[Tally], str]


def _percent(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.2f}"


def _thousands(amount: float) -> str:
    return f"{amount / 1000:,.0f}"


COLUMNS: dict[str, Cell] = {
    "product": lambda t: t.product,
    "grade": lambda t: t.grade,
    "applicants": lambda t: f"{t.applicants:,}",
    "approved": lambda t: f"{t.approved:,}",
    "approved %": lambda t: f"{100 * t.approval_rate:.1f}",
    "true % of applicants": lambda t: _percent(t.graded_default),
    "true %": lambda t: _percent(t.true_default),
    "model %": lambda t: _percent(t.model_default),
    "priced %": lambda t: _percent(t.priced_default),
    "realised %": lambda t: _percent(t.realised_default),
    "rate %": lambda t: _percent(t.annual_rate),
    "cost %": lambda t: _percent(t.effective_rate),
    "lent": lambda t: _thousands(t.lent),
    "income": lambda t: _thousands(t.income),
    "funding": lambda t: _thousands(t.funding_cost),
    "loss priced": lambda t: _thousands(t.priced_loss),
    "loss": lambda t: _thousands(t.loss),
    "cover": lambda t: _thousands(t.cover_price),
    "profit": lambda t: _thousands(t.profit),
    "profit %": lambda t: _percent(t.profit_share),
}
"""What each column shows. Money is in thousand CNY; `docs/simulated-book.md` says what each means."""


_FOR_FILES = ("approved %", "true % of applicants", "model %", "rate %", "income", "funding", "cover")

TERMINAL_WIDTH = 140


def terminal_table(title: str, tallies: Sequence[Tally]) -> Table:
    """Return the most important columns for the terminal, a section for each product."""
    columns = _without(_FOR_FILES)
    table = Table(title=title)
    for name in columns:
        table.add_column(name, justify="left" if name in ("product", "grade") else "right", no_wrap=True)
    for each in tallies:
        table.add_row(*(cell(each) for cell in columns.values()), end_section=each.grade == ALL)
    return table


def _without(names: Sequence[str]) -> dict[str, Cell]:
    return {name: cell for name, cell in COLUMNS.items() if name not in names}


def markdown_table(tallies: Sequence[Tally], leave_out: Sequence[str] = ()) -> str:
    """Return the tallies as a Markdown table."""
    columns = _without(leave_out)
    rules = ["---" if name in ("product", "grade") else "---:" for name in columns]
    lines = [list(columns), rules, *([cell(each) for cell in columns.values()] for each in tallies)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def write_csv(path: Path, tallies: Sequence[Tally]) -> None:
    """Write the tallies with all their digits."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, [*asdict(tallies[0])], lineterminator="\n")
        writer.writeheader()
        for each in tallies:
            values = asdict(each)
            writer.writerow({k: round(v, 6) if isinstance(v, float) else v for k, v in values.items()})
