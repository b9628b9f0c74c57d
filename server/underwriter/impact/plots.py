"""Draws what new rules would have made of recorded decisions, as SVG to stand within a page.

The same figures give the same bytes. Texts stay texts, so that they can be searched and enlarged. Nothing in a drawing
leads outside of it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from io import StringIO
from typing import Any, NamedTuple

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, PercentFormatter

from underwriter.impact.statistics import FOUR_FIFTHS, quantiles
from underwriter.impact.tables import approval_rates, by_product, outcome_text
from underwriter.impact.tally import Dimension, ImpactTally

_RECORDED, _NOW, _INK = "#8a94a3", "#0b62b8", "#1d2530"
_WIDTH = 8.0
_FAR = 50
_BOX_SHARES = (Fraction(1, 10), Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(9, 10))
_STYLE: Any = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": _INK,
    "axes.labelcolor": _INK,
    "text.color": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
}


class Plot(NamedTuple):
    """A drawing and what it shows, in words for those who can't see it. `key` is that of the table with its figures."""

    key: str
    svg: str
    described: str


def plots(tally: ImpactTally) -> list[Plot]:
    """Return all drawings for which there are figures."""
    drawn = (_outcomes(tally), _limits(tally), _rates(tally), _losses(tally), _groups(tally))
    return [plot for plot in drawn if plot is not None]


def _outcomes(tally: ImpactTally) -> Plot | None:
    """Draw how many decisions went from each outcome to each; the shade is the share of those with the same before."""
    counts = tally.summary.outcomes
    if not counts:
        return None
    outcomes = sorted({outcome for pair in counts for outcome in pair})
    totals = {was: sum(counts[was, now] for now in outcomes) for was in outcomes}
    shares = [[counts[was, now] / (totals[was] or 1) for now in outcomes] for was in outcomes]
    with _drawing(0.7 * len(outcomes) + 1.2) as (figure, axes):
        axes.pcolormesh(shares, cmap="Blues", vmin=0, vmax=1, edgecolors="white", linewidth=2)
        for row, was in enumerate(outcomes):
            for column, now in enumerate(outcomes):
                colour = "white" if shares[row][column] > 0.6 else _INK
                axes.text(column + 0.5, row + 0.5, f"{counts[was, now]:,}", ha="center", va="center", color=colour)
        names = [outcome_text(outcome).lower() for outcome in outcomes]
        middles = [place + 0.5 for place in range(len(names))]
        axes.set_xticks(middles, names)
        axes.set_yticks(middles, names)
        axes.invert_yaxis()
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        axes.set(xlabel="now", ylabel="recorded")
        text = "A grid of outcomes, recorded by row and now by column, with the number of decisions in each cell."
        return Plot("outcomes", _svg(figure, "outcomes"), text)


def _limits(tally: ImpactTally) -> Plot | None:
    spreads = [
        (f"{product}, {tally.currencies[product]}", (spread.recorded, spread.now))
        for product, spread in sorted(tally.limits.items())
    ]
    return _spread_plot("limits", "limit", spreads, FuncFormatter(lambda value, _: f"{value:,.0f}"))


def _rates(tally: ImpactTally) -> Plot | None:
    spreads = [(product, (spread.recorded, spread.now)) for product, spread in sorted(tally.rates.items())]
    return _spread_plot("rates", "annual rate", spreads, PercentFormatter(1, 1))


_Pair = tuple[Counter[Decimal], Counter[Decimal]]


def _spread_plot(key: str, what: str, spreads: Sequence[tuple[str, _Pair]], text: Any) -> Plot | None:
    """Draw for each product two boxes: the middle half of approvals with the median; lines reach to 10 and 90 %."""
    if not spreads:
        return None
    with _drawing(0.75 * len(spreads) + 1.3) as (figure, axes):
        for colour, side, offset in ((_RECORDED, 0, -0.18), (_NOW, 1, 0.18)):
            drawn = [(place, pair[side]) for place, (_, pair) in enumerate(spreads) if pair[side]]
            boxes = axes.bxp(
                [_box(counts) for _, counts in drawn],
                positions=[place + offset for place, _ in drawn],
                widths=0.26,
                orientation="horizontal",
                showfliers=False,
                patch_artist=True,
                medianprops={"color": _INK, "linewidth": 2},
                boxprops={"facecolor": colour, "edgecolor": colour},
                whiskerprops={"color": colour},
                capprops={"color": colour},
            )
            if boxes["boxes"]:
                boxes["boxes"][0].set_label(("recorded", "now")[side])
        axes.set_yticks(range(len(spreads)), [name for name, _ in spreads])
        axes.invert_yaxis()
        if _spans_magnitudes(spreads):
            axes.set_xscale("log")
        axes.xaxis.set_major_formatter(text)
        axes.set_xlabel(f"{what}, each step ten times the one before" if axes.get_xscale() == "log" else what)
        _finish(figure, axes)
        described = (
            f"For each product two boxes of the {what} of approvals, recorded and now: the box holds the middle half, "
            "its line is the median, and the whiskers reach from 10 to 90 percent of approvals."
        )
        return Plot(key, _svg(figure, key), described)


def _spans_magnitudes(spreads: Sequence[tuple[str, _Pair]]) -> bool:
    """Tell whether values lie so far apart that small ones could not be seen on one scale."""
    values = [value for _, pair in spreads for counts in pair for value in counts]
    return min(values, default=Decimal(0)) > 0 and max(values) > _FAR * min(values)


def _box(counts: Counter[Decimal]) -> dict[str, float]:
    names = ("whislo", "q1", "med", "q3", "whishi")
    return dict(zip(names, map(float, quantiles(counts, _BOX_SHARES)), strict=True))


def _losses(tally: ImpactTally) -> Plot | None:
    """Draw the expected loss of each product as a share of what is set aside: so currencies may differ."""
    items = [
        (segment.product, [side.loss / side.amount if side.amount else 0.0 for side in (counts.recorded, counts.now)])
        for segment, counts in tally.of_dimension(Dimension.PRODUCT)
        if counts.recorded.with_loss or counts.now.with_loss
    ]
    if not items:
        return None
    with _drawing(0.6 * len(items) + 1.3) as (figure, axes):
        for side, colour, name, hatch in ((0, _RECORDED, "recorded", "///"), (1, _NOW, "now", "")):
            places = [place + (side - 0.5) * 0.36 for place in range(len(items))]
            bars = axes.barh(
                places, [shares[side] for _, shares in items], 0.34, color=colour, label=name, hatch=hatch,
                edgecolor="white",
            )  # fmt: skip
            axes.bar_label(bars, [f"{shares[side]:.2%}" for _, shares in items], padding=3)
        axes.set_yticks(range(len(items)), [name for name, _ in items])
        axes.invert_yaxis()
        axes.margins(x=0.15)
        axes.xaxis.set_major_formatter(PercentFormatter(1))
        axes.set_xlabel("expected loss as a share of what is set aside")
        _finish(figure, axes)
        described = "Bars of the expected loss of each product as a share of what is set aside, recorded and now."
        return Plot("losses", _svg(figure, "losses"), described)


def _groups(tally: ImpactTally) -> Plot | None:
    """Draw the approval rates of each user group then and now, and where four fifths of the highest rate of now lie."""
    items = [
        (product, group, was, now)
        for product, segments in by_product(tally, Dimension.USER_GROUP)
        for group, (was, now) in approval_rates(segments).items()
    ]
    if not items:
        return None
    with _drawing(0.28 * len(items) + 1.4) as (figure, axes):
        places = range(len(items))
        was, now = ([item[side] for item in items] for side in (2, 3))
        axes.hlines(places, was, now, color=_INK, linewidth=1)
        axes.plot(
            was, places, "o", color="white", markeredgecolor=_RECORDED, markeredgewidth=2, markersize=9,
            label="recorded",
        )  # fmt: skip
        axes.plot(now, places, "D", color=_NOW, label="now")
        highest = {product: max(item[3] for item in items if item[0] == product) for product, *_ in items}
        axes.plot(
            [FOUR_FIFTHS * highest[item[0]] for item in items], places, "|", color=_INK, markersize=9,
            label="four fifths of the highest, now",
        )  # fmt: skip
        axes.set_yticks(places, [f"{product}: {group}" for product, group, *_ in items])
        axes.invert_yaxis()
        axes.set_xlim(-0.02, 1.02)
        axes.xaxis.set_major_formatter(PercentFormatter(1))
        axes.set_xlabel("approval rate")
        axes.grid(axis="y", color="#dfe4ea", linewidth=0.6)
        axes.set_axisbelow(True)
        _finish(figure, axes)
        described = (
            "For each product and user group a circle at the recorded approval rate and a diamond at that of now."
        )
        return Plot("groups", _svg(figure, "groups"), described)


@contextmanager
def _drawing(height: float) -> Iterator[tuple[Figure, Axes]]:
    """Lend a figure with axes, of a height in inches, in the style of all drawings."""
    with rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH, height), layout="constrained")
        yield figure, figure.subplots()


def _finish(figure: Figure, axes: Axes) -> None:
    """Put the legend below the drawing, where it hides nothing."""
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), frameon=False)


_IDS = re.compile(r'\bid="([^"]+)"')
_USES = re.compile(r'(url\(#|href="#)')
_NAMESPACES = re.compile(r' xmlns(?::\w+)?="[^"]*"')
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)


def _svg(figure: Figure, key: str) -> str:
    """Return a figure as an element that may stand beside others in a page: its ids are its own."""
    written = StringIO()
    with rc_context({"svg.hashsalt": key}):
        figure.savefig(written, format="svg", metadata={"Date": None}, transparent=True)
    text = written.getvalue()
    text = _METADATA.sub("", text[text.index("<svg") :])
    text = _USES.sub(rf"\g<1>{key}-", _IDS.sub(rf'id="{key}-\1"', _NAMESPACES.sub("", text)))
    return text.replace("xlink:href", "href")
