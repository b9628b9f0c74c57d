"""Trains personal_default/1 and writes all that is beside this script but the scripts themselves.

The same data give the same model.onnx to the byte.
"""

import argparse
import hashlib
import os
from functools import partial
from pathlib import Path

import numpy as np
from card import Evaluation, write_card
from ensemble import build_graph, read_steps
from features import Vector, feature_matrix
from fitting import (
    FOLDS,
    choose_settings,
    cross_validate,
    fit_additive,
    fit_booster,
    fit_scorecard,
    fit_unconstrained,
    log_odds,
    measure,
    split_folds,
)
from manifest_file import CALIBRATION, POINTS, Trained, write_manifest
from plots import draw_reliability, draw_roc, draw_scores, draw_shapes
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from taiwan import DEFAULTED, FILE, Row, read_rows, to_application

from underwriter.scoring import load_model

SHIPPED = "LightGBM additive, monotone (shipped)"
COMPARED = {
    SHIPPED: fit_additive,
    "LightGBM, unconstrained": fit_unconstrained,
    "WOE scorecard": fit_scorecard,
}


def train(data: Path, rows: list[Row]) -> Trained:
    """The model fitted on all rows."""
    features = feature_matrix([to_application(row) for row in rows])
    defaulted = defaults(rows)
    booster = fit_booster(features, defaulted, choose_settings(features, defaulted))
    steps = read_steps(booster)
    contributions = np.stack([step.at(features[:, column]) for column, step in enumerate(steps)], axis=1)
    missing = tuple(float(each) for each in contributions[defaulted == 1].mean(axis=0))
    intercept = log_odds(float(defaulted.mean()))
    return Trained(
        booster=booster,
        graph=build_graph(steps, missing, intercept),
        features=features,
        defaulted=defaulted,
        contributions=contributions,
        steps=steps,
        missing=missing,
        intercept=intercept,
        data_sha256=hashlib.sha256((data / FILE).read_bytes()).hexdigest(),
    )


def defaults(rows: list[Row]) -> Vector:
    """1 for each customer who defaulted, else 0."""
    return np.array([float(row[DEFAULTED]) for row in rows])


def evaluate(rows: list[Row], features: Vector, progress: Progress) -> Evaluation:
    """Out-of-fold probabilities and qualities of each kind of model."""
    defaulted = defaults(rows)
    folds = list(split_folds([tuple(value for key, value in row.items() if key != "ID") for row in rows], defaulted))
    probabilities = {}
    for label, fit in COMPARED.items():
        task = progress.add_task(label, total=FOLDS)
        probabilities[label] = cross_validate(fit, folds, features, defaulted, partial(progress.advance, task))
    qualities = {label: measure(probability, defaulted) for label, probability in probabilities.items()}
    rebased = CALIBRATION.rebase(probabilities[SHIPPED])
    points = np.array([POINTS.points(float(each)) for each in rebased])
    return Evaluation(SHIPPED, probabilities, qualities, points, defaulted, rows)


def main() -> None:
    """Read the arguments, train, evaluate, write."""
    here = Path(__file__).parent
    parser = argparse.ArgumentParser(description=__doc__)
    default_data = here.parents[3] / "shared" / "data"
    parser.add_argument("--data", type=Path, default=default_data, help=f"folder that holds {FILE} (../shared/data)")
    parser.add_argument("--out", type=Path, default=here, help="folder to write to (that of this script)")
    arguments = parser.parse_args()
    if not (arguments.data / FILE).is_file():
        parser.error(f"{arguments.data} holds no {FILE}; name its folder with --data")
    arguments.out.mkdir(parents=True, exist_ok=True)
    columns = (TextColumn("{task.description:40}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns) as progress:
        task = progress.add_task("fit on all rows", total=1)
        rows = read_rows(arguments.data / FILE)
        trained = train(arguments.data, rows)
        progress.advance(task)
        evaluation = evaluate(rows, trained.features, progress)
        task = progress.add_task("write the model, its card and plots", total=1)
        write(arguments.out, trained, evaluation)
        progress.advance(task)
    report(arguments.out, evaluation)


def write(out: Path, trained: Trained, evaluation: Evaluation) -> None:
    """Write the graph, the manifest, the plots and the card."""
    (out / "model.onnx").write_bytes(trained.graph)
    write_manifest(out / "model.yaml", trained, evaluation.qualities[SHIPPED], evaluation.points)
    draw_roc(out / "roc.png", evaluation.probabilities, evaluation.defaulted)
    draw_reliability(out / "reliability.png", evaluation.probabilities[SHIPPED], evaluation.defaulted)
    draw_scores(out / "scores.png", evaluation.points, evaluation.defaulted)
    draw_shapes(out / "shapes.png", trained.features, trained.steps, trained.missing)
    write_card(out / "CARD.md", trained, evaluation)


def report(out: Path, evaluation: Evaluation) -> None:
    """Print the figures, and load the model as the server would if it lies where a model lies."""
    for label, quality in evaluation.qualities.items():
        print(f"{label:40} AUC {quality.auc:.4f}  KS {quality.ks:.4f}  ECE {quality.ece:.4f}")
    for file in sorted(out.iterdir()):
        if file.suffix in {".onnx", ".yaml", ".md", ".png"}:
            print(f"{os.path.relpath(file)}  {file.stat().st_size:,} bytes")
    if out.resolve() == Path(__file__).resolve().parent:
        print(f"{load_model(out).name} loads")


if __name__ == "__main__":
    main()
