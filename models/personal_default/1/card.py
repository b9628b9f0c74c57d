"""Writes the model card, CARD.md, so that every figure in it is the last training's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ensemble import Vector
from features import FEATURES
from fitting import FOLDS, INNER_FOLDS, Quality
from manifest_file import CALIBRATION, MISSING_REASON, POINTS, Trained
from taiwan import Row

CUT_OFF = 650
_GROUPS: tuple[tuple[str, Callable[[Row], str]], ...] = (
    ("sex", lambda row: {"1": "male", "2": "female"}[row["SEX"]]),
    (
        "education",
        lambda row: {"1": "graduate school", "2": "university", "3": "high school"}.get(row["EDUCATION"], "other"),
    ),
    ("marriage", lambda row: {"1": "married", "2": "single"}.get(row["MARRIAGE"], "other")),
    ("age", lambda row: _age_band(int(row["AGE"]))),
)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The cross-validation: for each kind of model its out-of-fold probabilities and quality; `points` are re-based."""

    shipped: str
    probabilities: dict[str, Vector]
    qualities: dict[str, Quality]
    points: Vector
    defaulted: Vector
    rows: Sequence[Row]


def _age_band(age: int) -> str:
    if age < 25:
        return "under 25"
    return next((f"{low} to {low + 9}" for low in (25, 35, 45) if age < low + 10), "55 and over")


def write_card(path: Path, trained: Trained, evaluation: Evaluation) -> None:
    """Write the card."""
    sections = (
        _what(),
        _data(trained),
        _quality(evaluation),
        _scale(evaluation),
        _features(trained),
        _missing(trained),
        _limits(),
        _fairness(evaluation),
    )
    path.write_text("\n\n".join(sections) + "\n", encoding="utf-8")


def _what() -> str:
    return """# personal_default/1

The probability that a customer with a personal credit line or card fails to make the payment of the month after the
newest statement, from six months of statements. It is an additive, monotone model: gradient boosting in which every
tree looks at one feature and may move only in that feature's direction. What a feature adds to the log odds is
therefore a fixed step function of it, the reasons for a score are exact, and a better value never makes a score worse.

`train.py` writes this folder; the same data give the same `model.onnx` to the byte."""


def _data(trained: Trained) -> str:
    rate = trained.defaulted.mean()
    return f"""## Data

I-Cheng Yeh, Default of Credit Card Clients, UCI data set 350 (CC BY 4.0): card customers of one bank in Taiwan, April
to September 2005. {len(trained.defaulted):,} rows were used (a sample of the original 30,000), of which
{rate:.3%} defaulted in October 2005. The file's SHA-256 is in the manifest. Sex, education, marriage and age never
enter the model."""


def _quality(evaluation: Evaluation) -> str:
    table = _table(
        ("model", "AUC", "KS", "ECE"),
        [
            (label, f"{each.auc:.4f}", f"{each.ks:.4f}", f"{each.ece:.4f}")
            for label, each in evaluation.qualities.items()
        ],
    )
    return f"""## How good it is

{FOLDS}-fold stratified cross-validation; predictions for the left-out folds are pooled. Exact duplicates (all columns
but the ID) always lie in the same fold. The shipped kind of model chooses its leaves and rounds by a
{INNER_FOLDS}-fold cross-validation inside each training part, so no choice of these sees the rows it is measured on.
The list of features was chosen by hand with the help of cross-validation on the same rows, which flatters the figures
slightly. ECE is the mean absolute difference of predicted and observed rate over ten bins of equal count, weighted by
rows, before re-basing; a perfectly calibrated model would show about .006 here by chance alone.

{table}

![ROC](roc.png)
![Reliability](reliability.png)"""


def _scale(evaluation: Evaluation) -> str:
    shares = (1, 5, 25, 50, 75, 95, 99)
    quantiles = np.percentile(evaluation.points, shares)
    table = _table(
        ("percentile", *(str(share) for share in shares)), [("points", *(f"{each:.0f}" for each in quantiles))]
    )
    return f"""## Probability and points

The training population is not the lender's. Default there is {CALIBRATION.training_bad_rate:.3%}; for the lender's own
applicants {CALIBRATION.target_bad_rate:.0%} is **assumed**, and the odds are shifted by the ratio of the two
(`calibration` in the manifest). Replace the assumption by an observed rate as soon as there is one.

Points run from {POINTS.minimum} to {POINTS.maximum}, more is better: {POINTS.anchor_points:.0f} points are odds of
default of {POINTS.anchor_odds:g} to 1, and every {POINTS.points_to_double_odds:.0f} points more halve them.

{table}

![Points](scores.png)"""


def _features(trained: Trained) -> str:
    spread = np.abs(trained.contributions - trained.contributions.mean(axis=0)).mean(axis=0)
    table = _table(
        ("feature", "unit", "risk as it rises", "mean effect on log odds", "reason code"),
        [
            (f"`{feature.name}`", feature.unit, feature.direction, f"{effect:.3f}", f"`{feature.reason}`")
            for feature, effect in zip(FEATURES, spread, strict=True)
        ],
    )
    return f"""## Features

Months are statements, 1 is the newest. Expressions stand in the manifest. The mean effect is the mean absolute
difference to the average customer.

{table}

![Shapes](shapes.png)"""


def _missing(trained: Trained) -> str:
    log_odds = trained.intercept + sum(trained.missing)
    probability = CALIBRATION.rebase(float(1 / (1 + np.exp(-log_odds))))
    return f"""## Thin files

A feature that can't be computed, such as one over six months for a customer of three, adds what it adds for the average
customer who defaulted: not the worst that is possible, but worse than the average. Its reason code is then
`{MISSING_REASON}`. A customer without any statement gets {POINTS.points(probability)} points (probability
{probability:.4f}). The data hold no missing values, so this treatment is a rule, not a finding."""


def _limits() -> str:
    return """## For whom not

- Not for firms, and not for customers without revolving credit: the model has never seen any.
- One bank, one country, half a year, and the height of a card crisis: ranks may hold elsewhere, rates will not. Compare
  the live distribution of features and points with the manifest's before trusting a cut-off.
- `unused_limit`, `largest_bill`, `paid_3m`, `paid_6m` and `spending_3m` are amounts and were learned in new Taiwan
  dollars of 2005, one taken for one unit of the product's currency. In another currency they mean something else.
- Lateness is known in whole months only: the steps at 1 to 30 days were learned from customers one month late.
- The horizon is one month; twelve-month default rates need their own target.
- Only customers who had been given credit are in the data; those who were refused are not."""


def _fairness(evaluation: Evaluation) -> str:
    rows = []
    for attribute, group_of in _GROUPS:
        groups = np.array([group_of(row) for row in evaluation.rows])
        rows += [_fairness_row(attribute, group, evaluation, groups == group) for group in sorted(set(groups))]
    header = (
        "attribute",
        "group",
        "customers",
        "approved",
        "default rate",
        "of approved",
        "good declined",
        "bad approved",
    )
    return f"""## Fairness

Out of fold, with approval from {CUT_OFF} points up. "Default rate" is that of the whole group, "of approved" that of
its approved customers; "good declined" is the share of those who did not default that would be declined, "bad
approved" the share of defaulters that would be approved. Rates are those of the training population.

{_table(header, rows)}

The attributes are not inputs, but they correlate with limits and payments, which are. Good customers with low limits,
such as the young and those with less schooling, are declined more often than others. Whoever sets a cut-off should
look at this table for it and weigh a second look, a small first limit for instance, for the groups that fare worse."""


def _fairness_row(attribute: str, group: str, evaluation: Evaluation, members: Vector) -> tuple[str, ...]:
    approved = evaluation.points[members] >= CUT_OFF
    bad = evaluation.defaulted[members] == 1
    rates = (approved.mean(), bad.mean(), bad[approved].mean(), (~approved)[~bad].mean(), approved[bad].mean())
    return attribute, group, f"{members.sum():,}", *(f"{rate:.1%}" for rate in rates)


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
