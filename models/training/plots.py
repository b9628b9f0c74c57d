"""Draws the plots of a model card."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.metrics import roc_curve

from training.effects import Effects
from training.features import FeatureDefinition, Vector
from training.steps import Pair, Steps
from training.validation import reliability

mpl.use("Agg")
_BLUE, _ORANGE, _GREY, _GREEN = "#1f5f99", "#d9652b", "#9a9a9a", "#3f8f5f"
_COLUMNS = 4
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


def draw_roc(path: Path, curves: Mapping[str, Vector], defaulted: Vector) -> None:
    """The ROC curve of each kind of model; the first is the shipped one."""
    figure, axes = _square()
    for (label, probability), colour in zip(curves.items(), (_BLUE, _GREEN, _ORANGE, _GREY), strict=False):
        false_positive, true_positive, _ = roc_curve(defaulted, probability)
        axes.plot(false_positive, true_positive, color=colour, label=label, linewidth=1.4)
    axes.plot([0, 1], [0, 1], color="black", linewidth=0.8, linestyle=":")
    axes.set(title="ROC, out of fold", xlabel="share of the good ranked as bad", ylabel="share of the bad found")
    axes.legend(loc="lower right")
    _save(figure, path)


def draw_reliability(path: Path, probability: Vector, defaulted: Vector) -> None:
    """Observed against predicted rate in ten bins of equal count, with 95 % intervals."""
    predicted, observed, share = reliability(probability, defaulted)
    error = 1.96 * np.sqrt(observed * (1 - observed) / (share * len(defaulted)))
    figure, axes = _square()
    top = max(predicted.max(), observed.max()) * 1.08
    axes.plot([0, top], [0, top], color="black", linewidth=0.8, linestyle=":")
    axes.errorbar(predicted, observed, yerr=error, fmt="o", color=_BLUE, markersize=5, capsize=3)
    axes.set(title="Reliability, out of fold, training population", xlabel="predicted rate")
    axes.set(ylabel="observed rate", xlim=(0, top), ylim=(0, top))
    _save(figure, path)


def draw_scores(path: Path, points: Vector, defaulted: Vector) -> None:
    """How the points spread, for the bad and for the good, with the rate of the bad above."""
    bins = np.arange(350, 951, 25)
    figure, (rate, spread) = plt.subplots(
        2, 1, figsize=(7, 5.4), sharex=True, height_ratios=(1, 2), layout="constrained"
    )
    middle = (bins[:-1] + bins[1:]) / 2
    count, bad = np.histogram(points, bins)[0], np.histogram(points[defaulted == 1], bins)[0]
    is_shown = count >= 50
    rate.plot(middle[is_shown], bad[is_shown] / count[is_shown], "o-", color=_ORANGE, markersize=4)
    rate.set(title="Rate of the bad and spread of points, out of fold", ylabel="rate of the bad")
    for outcome, colour, label in ((0, _BLUE, "good"), (1, _ORANGE, "bad")):
        weights = np.full((defaulted == outcome).sum(), 1 / len(points))
        spread.hist(points[defaulted == outcome], bins, weights=weights, color=colour, alpha=0.65, label=label)
    spread.set(xlabel="points", ylabel="share of all")
    spread.legend(loc="upper left")
    _save(figure, path)


def draw_shapes(path: Path, definitions: Sequence[FeatureDefinition], features: Vector, effects: Effects) -> None:
    """The main effect of each feature on the log odds, over its middle 98 %, and what it adds when missing."""
    figure, panels = _panels(len(definitions))
    for column, (feature, main) in enumerate(zip(definitions, effects.mains, strict=True)):
        _draw_shape(panels[column], features[:, column], main)
        panels[column].set(title=feature.name, xlabel=feature.unit.replace(", ", ",\n"))
    panels[-1].legend(*panels[0].get_legend_handles_labels(), loc="center")
    _save(figure, path)


def _draw_shape(axes: Axes, feature: Vector, main: Steps) -> None:
    known = feature[~np.isnan(feature)]
    grid = np.linspace(*np.quantile(known, (0.01, 0.99)), 1000)
    axes.plot(grid, main.at(grid), color=_BLUE, linewidth=1.6, label="main effect")
    axes.axhline(main.missing, color=_ORANGE, linewidth=1, linestyle=":", label="when missing")
    axes.axhline(float(main.at(feature).mean()), color=_GREY, linewidth=1, linestyle="--", label="average")
    deciles = np.quantile(known, np.linspace(0.1, 0.9, 9))
    axes.plot(deciles, np.full(9, 0.02), "|", color="black", transform=axes.get_xaxis_transform(), label="deciles")
    axes.ticklabel_format(axis="x", style="sci", scilimits=(-3, 5))


def draw_pairs(path: Path, definitions: Sequence[FeatureDefinition], features: Vector, effects: Effects) -> None:
    """The pure interaction of each pair, over the middle 98 % of both features; red adds risk, blue takes it away."""
    figure, panels = _panels(len(effects.pairs))
    most = max(float(np.abs(pair.values[:-1, :-1]).max()) for pair in effects.pairs)
    for axes, pair in zip(panels, effects.pairs, strict=False):
        mesh = _draw_pair(axes, features, pair, most)
        axes.set(xlabel=definitions[pair.features[0]].name, ylabel=definitions[pair.features[1]].name)
    figure.colorbar(mesh, ax=panels, label="log odds", shrink=0.6)
    _save(figure, path)


def _draw_pair(axes: Axes, features: Vector, pair: Pair, most: float) -> Any:
    quantiles = np.linspace(0.01, 0.99, 99)
    first, second = (np.unique(np.nanquantile(features[:, column], quantiles)) for column in pair.features)
    steps = [np.searchsorted(edges, at) for edges, at in zip(pair.edges, (first, second), strict=True)]
    values = pair.values[np.ix_(*steps)].T
    axes.grid(visible=False)
    axes.set(xticks=[], yticks=[])
    ranks = np.arange(len(first)), np.arange(len(second))
    return axes.pcolormesh(*ranks, values, cmap="RdBu_r", vmin=-most, vmax=most, shading="nearest")


def _panels(count: int) -> tuple[Figure, list[Axes]]:
    """A grid with a panel each and at least one more, for the legend."""
    rows = count // _COLUMNS + 1
    figure, grid = plt.subplots(rows, _COLUMNS, figsize=(3.1 * _COLUMNS, 2.6 * rows), layout="constrained")
    panels = list(grid.flat)
    for axes in panels[count:]:
        axes.axis("off")
    return figure, panels


def _square() -> tuple[Figure, Axes]:
    return plt.subplots(figsize=(5.4, 5.2), layout="constrained")


def _save(figure: Figure, path: Path) -> None:
    """Without the drawing library's version, so that the same figures give the same file."""
    figure.savefig(path, dpi=100, metadata={"Software": None})
    plt.close(figure)
