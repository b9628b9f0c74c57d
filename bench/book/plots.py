"""The plots of the book: risk against price, approvals, profit, and how well the model's odds meet the true ones."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
from deciding import Case
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from tallies import ALL, NO_GRADE, Tally

GRADES = "ABCDEF"
_BINS = 12
_LEAST_APPROVALS = 10


def write_plots(folder: Path, cases: Sequence[Case], tallies: Sequence[Tally]) -> list[str]:
    """Write all plots into a folder; return their file names. `tallies` are those by product and grade."""
    mpl.use("Agg")
    graded = [each for each in tallies if each.grade not in (ALL, NO_GRADE)]
    whole = [each for each in tallies if each.grade == ALL]
    figures = {
        "risk-and-price.png": _risk_and_price(graded),
        "approval.png": _approval(graded),
        "profit.png": _profit(whole),
        "calibration.png": _calibration(cases),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, figure in figures.items():
        figure.savefig(folder / name, dpi=110, metadata={"Software": None})
        plt.close(figure)
    return list(figures)


def _by_product(tallies: Sequence[Tally]) -> dict[str, list[Tally]]:
    return {
        product: [each for each in tallies if each.product == product]
        for product in dict.fromkeys(each.product for each in tallies)
    }


def _panels(count: int) -> tuple[Figure, list[Axes]]:
    rows = -(-count // 3)
    figure, grid = plt.subplots(rows, 3, figsize=(12, 3.1 * rows), layout="constrained", squeeze=False)
    panels = list(grid.flat)
    for unused in panels[count:]:
        unused.set_visible(False)
    return figure, panels


def _risk_and_price(tallies: Sequence[Tally]) -> Figure:
    """True and realised default of those who got a loan, and what it cost them, by grade."""
    products = _by_product([each for each in tallies if each.approved >= _LEAST_APPROVALS])
    figure, panels = _panels(len(products))
    for panel, (product, rows) in zip(panels, products.items(), strict=False):
        grades = [each.grade for each in rows]
        panel.bar(grades, _percents(rows, "true_default"), color="tab:gray", label="true odds of default")
        panel.plot(grades, _percents(rows, "realised_default"), "x", color="tab:red", label="defaulted")
        panel.plot(grades, _percents(rows, "priced_default"), ".", color="tab:green", label="odds in the price")
        panel.plot(grades, _percents(rows, "effective_rate"), "o-", color="tab:blue", label="yearly cost of the loan")
        panel.set_title(product, fontsize=9)
        panel.set_ylabel("% a year")
    panels[0].legend(fontsize=7)
    return figure


def _percents(tallies: Sequence[Tally], name: str) -> list[float]:
    return [100 * getattr(each, name) for each in tallies]


def _approval(tallies: Sequence[Tally]) -> Figure:
    figure, panel = plt.subplots(figsize=(9, 4.5), layout="constrained")
    for product, rows in _by_product(tallies).items():
        shares = {each.grade: 100 * each.approval_rate for each in rows}
        panel.plot(list(GRADES), [shares.get(grade, 0) for grade in GRADES], "o-", label=product)
    panel.set_xlabel("grade")
    panel.set_ylabel("approved, % of applicants of the grade")
    panel.legend(fontsize=7)
    return figure


def _profit(tallies: Sequence[Tally]) -> Figure:
    """What each 100 lent came to: income, less funding, losses and cover."""
    figure, panel = plt.subplots(figsize=(9, 4.5), layout="constrained")
    lent = [each for each in tallies if each.lent]
    names = [each.product.replace("_", "\n", 1).replace("_", " ") for each in lent]
    panel.bar(names, [100 * each.income / each.lent for each in lent], color="tab:blue", label="interest and fees")
    below = [0.0] * len(lent)
    for what, color in (("funding_cost", "tab:gray"), ("loss", "tab:red"), ("cover_price", "tab:orange")):
        heights = [-100 * getattr(each, what) / each.lent for each in lent]
        panel.bar(names, heights, bottom=below, color=color, label=what.replace("_", " "))
        below = [low + height for low, height in zip(below, heights, strict=True)]
    panel.plot(names, [100 * each.profit / each.lent for each in lent], "kD", label="profit")
    panel.axhline(0, color="black", linewidth=0.6)
    panel.set_ylabel("% of what was lent")
    panel.tick_params(axis="x", labelsize=7)
    panel.legend(fontsize=7)
    return figure


def _calibration(cases: Sequence[Case]) -> Figure:
    """The model's odds against the true ones, in groups of equal size of all applicants that it knew enough of."""
    figure, panels = plt.subplots(1, 2, figsize=(10, 4.8), layout="constrained")
    for panel, kind in zip(panels, ("household", "firm"), strict=True):
        known = [
            case for case in cases if case.kind == kind and case.model_gaps == 0 and case.model_default is not None
        ]
        scored = sorted(
            ((case.model_default, case.true_default, case.has_defaulted) for case in known), key=lambda odds: odds[0]
        )
        size = len(scored) // _BINS
        groups = [scored[start * size : (start + 1) * size] for start in range(_BINS)]
        means = [[100 * sum(part) / size for part in zip(*group, strict=True)] for group in groups]
        panel.plot([m[0] for m in means], [m[1] for m in means], "o-", label="true odds")
        panel.plot([m[0] for m in means], [m[2] for m in means], "x", color="tab:red", label="defaulted")
        ends = [0.05, 40]
        panel.plot(ends, ends, ":", color="black", label="as predicted")
        panel.set(xscale="log", yscale="log", xlim=ends, ylim=ends, xlabel="model's odds, %", title=f"{kind}s")
    panels[0].set_ylabel("default within a year, %")
    panels[0].legend(fontsize=8)
    return figure
