"""What a model is about, what training made of it, and the manifest, `model.yaml`, that tells the server."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq

from training.boosting import Fitted, Recipe
from training.effects import Effects
from training.features import FeatureDefinition, Sample, Vector
from training.graph import ML_OPSET, ONNX_OPSET
from training.missing import FEW
from training.validation import FOLDS, Quality
from underwriter.scoring import Calibration, PointsScale

POINTS = PointsScale(minimum=350, maximum=950, anchor_points=700, anchor_odds=0.02, points_to_double_odds=60)
_GOLDEN_QUANTILES = (0, 0.25, 0.5, 0.75, 1)
_HEADER = "# Written by train.py. Change that, train again, and review the difference.\n"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is said about a model, not learned: its names, features, scale, recipe, data file and texts of its card.

    `who` is whom it scores, in the plural; `average_bad` are the words for the average of those for whom it turned out
    badly. `partly_known` names the features that a golden row of a thin file still has. `missing_reason` is the code of
    a missing value. `further_files` lie beside the data file and are read for the card.
    """

    name: str
    title: str
    target: str
    features: Sequence[FeatureDefinition]
    recipe: Recipe
    calibration: Calibration
    data_file: str
    missing_reason: str
    partly_known: frozenset[str]
    who: str
    average_bad: str
    points: PointsScale = POINTS
    further_files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trained:
    """The model fitted on all rows, and what it was fitted on."""

    fitted: Fitted
    graph: bytes
    sample: Sample
    contributions: Vector
    data_sha256: str

    @property
    def effects(self) -> Effects:
        """What the features add."""
        return self.fitted.effects


def write_manifest(path: Path, subject: Subject, trained: Trained, quality: Quality, points: Vector) -> None:
    """Write all that the loader asks for; `points` are out of fold."""
    yaml = YAML()
    yaml.width = 100_000  # an expression stays on one line, so that its position is that of its text
    content = {
        "model": subject.name,
        "title": subject.title,
        "target": subject.target,
        "graph": _graph(trained),
        "features": [_feature(feature, column, subject, trained) for column, feature in enumerate(subject.features)],
        "calibration": _fields(subject.calibration, "training_bad_rate", "target_bad_rate"),
        "points": _fields(
            subject.points, "minimum", "maximum", "anchor_points", "anchor_odds", "points_to_double_odds"
        ),
        "score_distribution": _distribution(points),
        "training": {
            "data": subject.data_file,
            "data_sha256": trained.data_sha256,
            "rows": len(trained.sample.features),
            "seed": subject.recipe.seed,
        },
        "metrics": {"folds": FOLDS, **{name: round(getattr(quality, name), 4) for name in ("auc", "ks", "ece")}},
        "golden_rows": _golden_rows(subject, trained),
    }
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEADER)
        yaml.dump(content, file)


def _fields(of: object, *names: str) -> dict[str, Any]:
    return {name: getattr(of, name) for name in names}


def _graph(trained: Trained) -> dict[str, Any]:
    return {
        "file": "model.onnx",
        "sha256": hashlib.sha256(trained.graph).hexdigest(),
        "onnx_opset": ONNX_OPSET,
        "ml_opset": ML_OPSET,
        **({"interactions": "halved"} if trained.effects.pairs else {}),
        "intercept": trained.effects.intercept,
        "input": "features",
        "outputs": {"probability": "probability", "contributions": "contributions"},
    }


def _feature(feature: FeatureDefinition, column: int, subject: Subject, trained: Trained) -> dict[str, Any]:
    values = trained.sample.features[:, column]
    (nothing_known,) = trained.effects.contributions(np.full((1, len(subject.features)), np.nan))
    known = values[~np.isnan(values)]
    adverse_side = "high" if feature.direction == "increasing" else "low"
    return {
        "name": feature.name,
        "expression": feature.expression,
        "unit": feature.unit,
        "direction": feature.direction,
        "missing": {
            "contribution": float(nothing_known[column]),
            "because": _why_missing(int(np.isnan(values).sum()), subject),
        },
        "reasons": {adverse_side: feature.reason, "missing": subject.missing_reason},
        "median": float(np.median(known)),
        "average_contribution": float(trained.contributions[:, column].mean()),
        "distribution": _distribution(known),
    }


def _why_missing(count: int, subject: Subject) -> str:
    if count >= FEW:
        return f"it counts as learned from the {count} {subject.who} that lack it"
    return f"it counts as for {subject.average_bad}"


def _distribution(values: Vector) -> dict[str, Any]:
    """Deciles, each once, and the share of rows below the first, between each two, and from the last up."""
    edges = np.unique([float(f"{edge:.6g}") for edge in np.quantile(values, np.linspace(0.1, 0.9, 9))])
    counts = np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1)
    return {"edges": _in_one_line(edges), "shares": _in_one_line(np.round(counts / len(values), 5))}


def _golden_rows(subject: Subject, trained: Trained) -> list[dict[str, Any]]:
    """Rows from the safest to the riskiest, one of a thin file, and one that has nothing."""
    features = trained.sample.features
    complete = np.flatnonzero(~np.isnan(features).any(axis=1))
    order = complete[np.argsort(trained.contributions[complete].sum(axis=1), kind="stable")]
    chosen = [features[order[round(quantile * (len(order) - 1))]] for quantile in _GOLDEN_QUANTILES]
    is_known = np.array([feature.name in subject.partly_known for feature in subject.features])
    middle = chosen[len(chosen) // 2]
    rows = np.array([*chosen, np.where(is_known, middle, np.nan), np.full(len(is_known), np.nan)])
    contributions = trained.effects.contributions(rows)
    return [_golden_row(row, parts, subject, trained) for row, parts in zip(rows, contributions, strict=True)]


def _golden_row(row: Vector, contributions: Vector, subject: Subject, trained: Trained) -> dict[str, Any]:
    log_odds = float(contributions.sum()) + trained.effects.intercept
    probability = subject.calibration.rebase(float(1 / (1 + np.exp(-log_odds))))
    return {
        "features": _in_one_line(row),
        "probability": probability,
        "points": subject.points.points(probability),
        "contributions": _in_one_line(contributions),
    }


def _in_one_line(values: Vector) -> CommentedSeq:
    sequence = CommentedSeq(None if np.isnan(value) else float(value) for value in values)
    sequence.fa.set_flow_style()
    return sequence
