"""Draws the plots of the model card."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from ensemble import Steps
from features import FEATURES
from fitting import reliability
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.metrics import roc_curve

mpl.use("Agg")
Vector = np.ndarray[Any, np.dtype[np.float64]]
_BLUE, _ORANGE, _GREY = "#1f5f99", "#d9652b", "#9a9a9a"
_STYLE: dict[Any, Any] = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#e4e4e4",
    "axes.axisbelow": True,
    "axes.titlesize": 11,
    "font.size": 10,
    "legend.frameon": False,
}
mpl.rcParams.update(_STYLE)


def draw_roc(path: Path, curves: dict[str, Vector], defaulted: Vector) -> None:
    """The ROC curve of each kind of model; the first is the shipped one."""
    figure, axes = _square()
    for (label, probability), colour in zip(curves.items(), (_BLUE, _ORANGE, _GREY), strict=False):
        false_positive, true_positive, _ = roc_curve(defaulted, probability)
        axes.plot(false_positive, true_positive, color=colour, label=label, linewidth=1.6)
    axes.plot([0, 1], [0, 1], color="black", linewidth=0.8, linestyle=":")
    axes.set(
        title="ROC, out of fold", xlabel="share of good customers ranked as bad", ylabel="share of defaulters found"
    )
    axes.legend(loc="lower right")
    _save(figure, path)


def draw_reliability(path: Path, probability: Vector, defaulted: Vector) -> None:
    """Observed against predicted default rate in ten bins of equal count, with 95 % intervals."""
    predicted, observed, share = reliability(probability, defaulted)
    error = 1.96 * np.sqrt(observed * (1 - observed) / (share * len(defaulted)))
    figure, axes = _square()
    top = max(predicted.max(), observed.max()) * 1.08
    axes.plot([0, top], [0, top], color="black", linewidth=0.8, linestyle=":")
    axes.errorbar(predicted, observed, yerr=error, fmt="o", color=_BLUE, markersize=5, capsize=3)
    axes.set(title="Reliability, out of fold, training population", xlabel="predicted default rate")
    axes.set(ylabel="observed default rate", xlim=(0, top), ylim=(0, top))
    _save(figure, path)


def draw_scores(path: Path, points: Vector, defaulted: Vector) -> None:
    """How the points spread, for customers who defaulted and for those who did not, with the default rate above."""
    bins = np.arange(350, 951, 25)
    figure, (rate, spread) = plt.subplots(
        2, 1, figsize=(7, 5.4), sharex=True, height_ratios=(1, 2), layout="constrained"
    )
    middle = (bins[:-1] + bins[1:]) / 2
    count, bad = np.histogram(points, bins)[0], np.histogram(points[defaulted == 1], bins)[0]
    is_shown = count >= 50
    rate.plot(middle[is_shown], bad[is_shown] / count[is_shown], "o-", color=_ORANGE, markersize=4)
    rate.set(title="Default rate and spread of points, out of fold", ylabel="default rate")
    for outcome, colour, label in ((0, _BLUE, "did not default"), (1, _ORANGE, "defaulted")):
        weights = np.full((defaulted == outcome).sum(), 1 / len(points))
        spread.hist(points[defaulted == outcome], bins, weights=weights, color=colour, alpha=0.65, label=label)
    spread.set(xlabel="points", ylabel="share of customers")
    spread.legend(loc="upper left")
    _save(figure, path)


def draw_shapes(path: Path, features: Vector, steps: Sequence[Steps], missing: Sequence[float]) -> None:
    """What each feature adds to the log odds of default, over its middle 98 %, with its value when missing."""
    figure, grid = plt.subplots(4, 3, figsize=(10, 11), layout="constrained", sharey=True)
    panels = list(grid.flat)
    for column, (feature, function) in enumerate(zip(FEATURES, steps, strict=True)):
        _draw_shape(panels[column], features[:, column], function, missing[column])
        panels[column].set(title=feature.name, xlabel=feature.unit.replace(", ", ",\n"))
    for axes in grid[:, 0]:
        axes.set_ylabel("log odds")
    for axes in panels[len(FEATURES) :]:
        axes.axis("off")
    panels[-1].legend(*panels[0].get_legend_handles_labels(), loc="center")
    _save(figure, path)


def _draw_shape(axes: Axes, values: Vector, function: Steps, missing: float) -> None:
    low, high = np.quantile(values, (0.01, 0.99))
    grid = np.linspace(low, high, 1000)
    axes.plot(grid, function.at(grid), color=_BLUE, linewidth=1.6, label="contribution")
    axes.axhline(float(function.at(values).mean()), color=_GREY, linewidth=1, linestyle="--", label="average customer")
    axes.axhline(missing, color=_ORANGE, linewidth=1, linestyle=":", label="when missing")
    deciles = np.quantile(values, np.linspace(0.1, 0.9, 9))
    axes.plot(deciles, np.full(9, 0.02), "|", color="black", transform=axes.get_xaxis_transform(), label="deciles")
    axes.ticklabel_format(axis="x", style="sci", scilimits=(-3, 5))


def _square() -> tuple[Figure, Axes]:
    return plt.subplots(figsize=(5.4, 5.2), layout="constrained")


def _save(figure: Figure, path: Path) -> None:
    """Without the drawing library's version, so that the same figures give the same file."""
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)
