"""Trains a model, measures it, and writes its folder: what every train.py does."""

import argparse
import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from training.boosting import fit_effects, fit_monotone, fit_scorecard, fit_unconstrained
from training.card import Evaluation
from training.features import Sample, Vector, logistic
from training.graph import build_graph
from training.model_folder import Subject, Trained, write_manifest
from training.plots import draw_pairs, draw_reliability, draw_roc, draw_scores, draw_shapes
from training.validation import FOLDS, Fit, cross_validate, measure, split_folds
from underwriter.scoring import load_model

_DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


class Loaded(NamedTuple):
    """The rows of a data file: what is learned from, and for each row a key by which duplicates are known."""

    sample: Sample
    keys: Sequence[tuple[str, ...]]


class Task(NamedTuple):
    """What to train.

    `load` reads the rows in a folder; `card` tells the sections of the card from that folder and what was found.
    """

    subject: Subject
    load: Callable[[Path], Loaded]
    card: Callable[[Path, Subject, Trained, Evaluation], Sequence[str]]


def compared(subject: Subject) -> Mapping[str, Fit]:
    """The kinds of model that are measured, by what plots and cards call them; the first is the shipped one."""
    recipe = subject.recipe

    def fit(most_pairs: int) -> Fit:
        return lambda sample, further: logistic(fit_effects(sample, recipe, most_pairs).log_odds(further))

    kinds: dict[str, Fit] = {
        "LightGBM, additive, monotone": fit(0),
        "LightGBM, unconstrained": lambda sample, further: fit_unconstrained(sample, recipe, further),
        "WOE scorecard": lambda sample, further: fit_scorecard(sample, recipe, further),
    }
    if recipe.most_pairs:
        kinds = {"LightGBM, pairs, monotone": fit(recipe.most_pairs), **kinds}
    shipped = next(iter(kinds))
    return {f"{kind} (shipped)" if kind == shipped else kind: each for kind, each in kinds.items()}


def train(subject: Subject, sample: Sample, data: Path) -> Trained:
    """The model fitted on all rows; `data` is the folder that they come from."""
    fitted = fit_monotone(sample, subject.recipe, subject.recipe.most_pairs)
    return Trained(
        fitted=fitted,
        graph=build_graph(fitted.effects),
        sample=sample,
        contributions=fitted.effects.contributions(sample.features),
        data_sha256=hashlib.sha256((data / subject.data_file).read_bytes()).hexdigest(),
    )


def evaluate(subject: Subject, loaded: Loaded, kinds: Mapping[str, Fit], progress: Progress) -> Evaluation:
    """Out-of-fold probabilities and qualities of each kind of model; the points are of the first."""
    sample = loaded.sample
    folds = list(split_folds(loaded.keys, sample.defaulted, subject.recipe.seed))
    probabilities = {}
    for label, fit in kinds.items():
        task = progress.add_task(label, total=FOLDS)
        probabilities[label] = cross_validate(fit, folds, sample, partial(progress.advance, task))
    qualities = {label: measure(each, sample.defaulted) for label, each in probabilities.items()}
    points = points_of(subject, next(iter(probabilities.values())))
    return Evaluation(probabilities, qualities, points, sample.defaulted)


def points_of(subject: Subject, probabilities: Vector) -> Vector:
    """The points of probabilities of the training population."""
    rebased = subject.calibration.rebase(probabilities)
    return np.array([subject.points.points(float(each)) for each in rebased])


def main(task: Task, here: Path) -> None:
    """Read the arguments, train, evaluate, write. `here` is the model's folder."""
    arguments = _arguments(task, here)
    arguments.out.mkdir(parents=True, exist_ok=True)
    columns = (TextColumn("{task.description:40}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns) as progress:
        fitting = progress.add_task("fit on all rows", total=1)
        loaded = task.load(arguments.data)
        trained = train(task.subject, loaded.sample, arguments.data)
        progress.advance(fitting)
        evaluation = evaluate(task.subject, loaded, compared(task.subject), progress)
        writing = progress.add_task("write the model, its card and plots", total=1)
        _write(task, arguments.data, arguments.out, trained, evaluation)
        progress.advance(writing)
    _report(arguments.out, here, evaluation)


def _arguments(task: Task, here: Path) -> argparse.Namespace:
    file = task.subject.data_file
    parser = argparse.ArgumentParser(description=f"Trains {task.subject.name} and writes its folder.")
    parser.add_argument("--data", type=Path, default=_DATA, help=f"folder that holds {file} (../shared/data)")
    parser.add_argument("--out", type=Path, default=here, help="folder to write to (that of the script)")
    arguments = parser.parse_args()
    for needed in (file, *task.subject.further_files):
        if not (arguments.data / needed).is_file():
            parser.error(f"{arguments.data} holds no {needed}; name its folder with --data")
    return arguments


def _write(task: Task, data: Path, out: Path, trained: Trained, evaluation: Evaluation) -> None:
    """Write the graph, the manifest, the plots and the card."""
    subject, features = task.subject, trained.sample.features
    (out / "model.onnx").write_bytes(trained.graph)
    write_manifest(out / "model.yaml", subject, trained, evaluation.qualities[evaluation.shipped], evaluation.points)
    draw_roc(out / "roc.png", evaluation.probabilities, evaluation.defaulted)
    draw_reliability(out / "reliability.png", evaluation.probabilities[evaluation.shipped], evaluation.defaulted)
    draw_scores(out / "scores.png", evaluation.points, evaluation.defaulted)
    draw_shapes(out / "shapes.png", subject.features, features, trained.effects)
    if trained.effects.pairs:
        draw_pairs(out / "pairs.png", subject.features, features, trained.effects)
    sections = task.card(data, subject, trained, evaluation)
    (out / "CARD.md").write_text("\n\n".join(sections) + "\n", encoding="utf-8")


def _report(out: Path, here: Path, evaluation: Evaluation) -> None:
    """Print the figures, and load the model as the server would if it lies where a model lies."""
    for label, quality in evaluation.qualities.items():
        print(f"{label:40} AUC {quality.auc:.4f}  KS {quality.ks:.4f}  ECE {quality.ece:.4f}")
    for file in sorted(out.iterdir()):
        if file.suffix in {".onnx", ".yaml", ".md", ".png"}:
            print(f"{os.path.relpath(file)}  {file.stat().st_size:,} bytes")
    if out.resolve() == here.resolve():
        print(f"{load_model(out).name} loads")
