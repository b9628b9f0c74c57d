"""Writes the manifest, `model.yaml`."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
from ensemble import ML_OPSET, ONNX_OPSET, Steps, Vector
from features import FEATURES, FeatureDefinition
from fitting import FOLDS, SEED, Quality
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedSeq
from taiwan import FILE

from underwriter.scoring import Calibration, PointsScale

NAME = "personal_default/1"
CALIBRATION = Calibration(training_bad_rate=0.22075, target_bad_rate=0.03)
POINTS = PointsScale(minimum=350, maximum=950, anchor_points=700, anchor_odds=0.02, points_to_double_odds=60)
MISSING_REASON = "SHORT_HISTORY"
_GOLDEN_QUANTILES = (0, 0.25, 0.5, 0.75, 1)
_HEADER = "# Written by train.py. Change that, train again, and review the difference.\n"


@dataclass(frozen=True, slots=True)
class Trained:
    """The model fitted on all rows, with what it was fitted on and what each feature adds on each row."""

    booster: lightgbm.Booster
    graph: bytes
    features: Vector
    defaulted: Vector
    contributions: Vector
    steps: tuple[Steps, ...]
    missing: tuple[float, ...]
    intercept: float
    data_sha256: str


def write_manifest(path: Path, trained: Trained, quality: Quality, points: Vector) -> None:
    """Write all that the loader asks for; `points` are out of fold."""
    yaml = YAML()
    yaml.width = 100_000  # an expression stays on one line, so that its position is that of its text
    content = {
        "model": NAME,
        "title": "Default on a personal credit line, by six months of statements",
        "target": "default on the payment of the month after the newest statement",
        "graph": _graph(trained),
        "features": [_feature(feature, column, trained) for column, feature in enumerate(FEATURES)],
        "calibration": {
            "training_bad_rate": CALIBRATION.training_bad_rate,
            "target_bad_rate": CALIBRATION.target_bad_rate,
        },
        "points": {
            "minimum": POINTS.minimum,
            "maximum": POINTS.maximum,
            "anchor_points": POINTS.anchor_points,
            "anchor_odds": POINTS.anchor_odds,
            "points_to_double_odds": POINTS.points_to_double_odds,
        },
        "score_distribution": _distribution(points),
        "training": {
            "data": FILE,
            "data_sha256": trained.data_sha256,
            "rows": len(trained.features),
            "seed": SEED,
        },
        "metrics": {
            "folds": FOLDS,
            "auc": round(quality.auc, 4),
            "ks": round(quality.ks, 4),
            "ece": round(quality.ece, 4),
        },
        "golden_rows": _golden_rows(trained),
    }
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEADER)
        yaml.dump(content, file)


def _graph(trained: Trained) -> dict[str, Any]:
    return {
        "file": "model.onnx",
        "sha256": hashlib.sha256(trained.graph).hexdigest(),
        "onnx_opset": ONNX_OPSET,
        "ml_opset": ML_OPSET,
        "intercept": trained.intercept,
        "input": "features",
        "outputs": {"probability": "probability", "contributions": "contributions"},
    }


def _feature(feature: FeatureDefinition, column: int, trained: Trained) -> dict[str, Any]:
    values = trained.features[:, column]
    adverse_side = "high" if feature.direction == "increasing" else "low"
    return {
        "name": feature.name,
        "expression": feature.expression,
        "unit": feature.unit,
        "direction": feature.direction,
        "missing": {
            "contribution": trained.missing[column],
            "because": "it counts as for the average customer who defaulted",
        },
        "reasons": {adverse_side: feature.reason, "missing": MISSING_REASON},
        "median": float(np.median(values)),
        "average_contribution": float(trained.contributions[:, column].mean()),
        "distribution": _distribution(values),
    }


def _distribution(values: Vector) -> dict[str, Any]:
    """Deciles, each once, and the share of rows below the first, between each two, and from the last up."""
    edges = np.unique([float(f"{edge:.6g}") for edge in np.quantile(values, np.linspace(0.1, 0.9, 9))])
    counts = np.bincount(np.searchsorted(edges, values, side="right"), minlength=len(edges) + 1)
    return {"edges": _in_one_line(edges), "shares": _in_one_line(np.round(counts / len(values), 5))}


def _golden_rows(trained: Trained) -> list[dict[str, Any]]:
    """Rows from the safest to the riskiest, one that has only its newest month, and one that has nothing."""
    order = np.argsort(trained.contributions.sum(axis=1), kind="stable")
    chosen = [int(order[round(quantile * (len(order) - 1))]) for quantile in _GOLDEN_QUANTILES]
    rows = [_golden_row(trained.features[row], trained.contributions[row], trained.intercept) for row in chosen]
    middle = chosen[len(chosen) // 2]
    newest_only = np.isin([feature.name for feature in FEATURES], ("days_late_now", "unused_limit"))
    for is_known in (newest_only, np.zeros(len(FEATURES), bool)):
        features = np.where(is_known, trained.features[middle], np.nan)
        contributions = np.where(is_known, trained.contributions[middle], trained.missing)
        rows.append(_golden_row(features, contributions, trained.intercept))
    return rows


def _golden_row(features: Vector, contributions: Vector, intercept: float) -> dict[str, Any]:
    probability = CALIBRATION.rebase(float(1 / (1 + np.exp(-(contributions.sum() + intercept)))))
    return {
        "features": _in_one_line(features),
        "probability": probability,
        "points": POINTS.points(probability),
        "contributions": _in_one_line(contributions),
    }


def _in_one_line(values: Vector) -> CommentedSeq:
    sequence = CommentedSeq(None if np.isnan(value) else float(value) for value in values)
    sequence.fa.set_flow_style()
    return sequence
