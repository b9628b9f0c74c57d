"""Puts the results of the last run into docs/simulated-book.md, between two marks."""

from collections.abc import Sequence
from pathlib import Path

from tables import markdown_table
from tallies import ALL, Tally

BEGIN, END = "<!-- results of the last run -->\n", "<!-- end of results -->\n"
_TITLES = {
    "risk-and-price.png": "Default and price by grade",
    "approval.png": "Approvals by grade and product",
    "profit.png": "What each 100 lent came to, by product",
    "calibration.png": "The models' odds against the true ones",
}


def told(run: dict[str, int], found: Sequence[str], chance: Sequence[str]) -> str:
    """Return in words what was run, and what did not come out as it must or as it might."""
    held = "What must hold did not hold here:" if found else "Everything that must hold held."
    text = f"{run['household']:,} households and {run['firm']:,} firms, seed {run['seed']}. {held}\n\n{_listed(found)}"
    if chance:
        text += f"The other way round, but by no more than chance explains:\n\n{_listed(chance)}"
    return text


def _listed(lines: Sequence[str]) -> str:
    return "".join(f"- {line}\n" for line in lines) + ("\n" if lines else "")


def write_page(
    path: Path, opening: str, tallies: Sequence[Tally], grades: Sequence[Tally], plots: Sequence[str]
) -> None:
    """Write the results, after what was `told`, in place of those of the run before."""
    before, _, rest = path.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    path.write_text(before + BEGIN + opening + _tables_and_plots(tallies, grades, plots) + END + after, "utf-8")


def _tables_and_plots(tallies: Sequence[Tally], grades: Sequence[Tally], plots: Sequence[str]) -> str:
    parts = [
        f"### By product\n{markdown_table([each for each in tallies if each.grade == ALL], ['grade'])}",
        f"### By grade\n{markdown_table(grades, ['product'])}",
        *(f"![{_TITLES[name]}](simulated-book/{name})\n" for name in plots),
        f"### By product and grade\n{markdown_table([each for each in tallies if each.grade != ALL])}",
    ]
    return "\n".join(parts)
