"""Trainings done again: what ships, its manifest, and what features add against the library and a count of leaves."""

import math
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import lightgbm
import numpy as np
import pytest
from rich.progress import Progress
from training.model_folder import Trained, write_manifest
from training.run import Task, compared, evaluate, main, train
from training.trees import read_trees
from training.validation import split_folds

from underwriter.scoring import Model, load_model

from .conftest import ENTERPRISE, MODELS, SHIPPED, module_of

SOAK = pytest.mark.skipif("UNDERWRITER_SOAK" not in os.environ, reason="minutes of training: `make soak` runs it")
PAIRED = MODELS / "personal_default" / "2"
FOLDERS = [SHIPPED, ENTERPRISE, pytest.param(PAIRED, marks=[pytest.mark.slow, SOAK])]


class Retrained(NamedTuple):
    """A model trained once more on all rows, and what ships; of `is_told` rows the booster knows all that is added.

    It does not know what a missing value of a feature adds that few rows lack.
    """

    trained: Trained
    shipped: Model
    unwatched: list[int]
    is_told: np.ndarray


Retrain = Callable[[Path], Retrained]


def named(value: object) -> str | None:
    """A model's folder by the model's name, for the names of tests."""
    return "/".join(value.parts[-2:]) if isinstance(value, Path) else None


@pytest.fixture(scope="module")
def retrain(data: Path) -> Retrain:
    @cache
    def retrained(folder: Path) -> Retrained:
        task = task_of(folder)
        trained = train(task.subject, task.load(data).sample, data)
        features = trained.sample.features
        unwatched = [column for column in range(features.shape[1]) if column not in trained.fitted.design.watched]
        return Retrained(trained, load_model(folder), unwatched, ~np.isnan(features[:, unwatched]).any(axis=1))

    return retrained


@cache
def task_of(folder: Path) -> Task:
    return module_of(folder, "train").TASK


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_training_again_gives_the_shipped_graph_to_the_byte(retrain: Retrain, folder: Path) -> None:
    assert (folder / "model.onnx").read_bytes() == retrain(folder).trained.graph


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_the_shipped_graph_equals_the_library_on_every_row(retrain: Retrain, folder: Path) -> None:
    trained, shipped, _, is_told = retrain(folder)
    assert is_told.mean() > 0.98
    columns = trained.fitted.design.columns(trained.sample.features)
    raw = trained.fitted.booster.predict(columns, raw_score=True) + trained.sample.log_odds
    contributions = shipped.score_rows(trained.sample.features)[1]
    assert np.abs(contributions.sum(axis=1) + shipped.manifest.graph.intercept - raw)[is_told].max() <= 1e-9


def test_contributions_of_single_features_are_the_shap_values_of_the_library(retrain: Retrain) -> None:
    """Which, for such trees, are the excess over the average."""
    trained, shipped, *_ = retrain(SHIPPED)
    contributions = shipped.score_rows(trained.sample.features)[1]
    shap = trained.fitted.booster.predict(trained.sample.features, pred_contrib=True)[:, :-1]
    assert np.abs(contributions - contributions.mean(axis=0) - shap).max() <= 1e-6


def test_the_steps_lie_exactly_where_the_library_splits(retrain: Retrain) -> None:
    """A threshold belongs to the step below it, and the next double to the step above: `x <= t`."""
    trained, shipped, *_ = retrain(SHIPPED)
    middle = np.median(trained.sample.features, axis=0)
    for column, steps in enumerate(trained.effects.mains):
        edges = [edge for edge in steps.edges if abs(edge) > 1e-30]  # the library takes what lies nearer to 0 for 0
        points = [point for edge in edges for point in (edge, np.nextafter(edge, np.inf))]
        probes = np.tile(middle, (len(points), 1))
        probes[:, column] = points
        raw = trained.fitted.booster.predict(probes, raw_score=True)
        assert np.abs(shipped.score_rows(probes)[1].sum(axis=1) - raw).max() <= 1e-9


Region = dict[int, tuple[float, float]]


def leaves(node: dict[str, Any], region: Region) -> Iterator[tuple[Region, float]]:
    """Each leaf with the intervals, open below and closed above, that lead to it."""
    if "leaf_value" in node:
        yield region, node["leaf_value"]
        return
    column, threshold = node["split_feature"], node["threshold"]
    low, high = region.get(column, (-math.inf, math.inf))
    yield from leaves(node["left_child"], {**region, column: (low, min(high, threshold))})
    yield from leaves(node["right_child"], {**region, column: (max(low, threshold), high)})


def expected(tree: list[tuple[Region, float]], known: dict[int, float], columns: np.ndarray) -> float:
    """The tree's value where some columns are known and the others drawn, each by itself, from the rows."""
    total = 0.0
    for region, value in tree:
        for column, (low, high) in region.items():
            if column in known:
                value *= low < known[column] <= high
            else:
                value *= ((low < columns[:, column]) & (columns[:, column] <= high)).mean()
        total += value
    return total


def shapley(tree: list[tuple[Region, float]], row: np.ndarray, columns: np.ndarray) -> dict[int, float]:
    """The Shapley value of each column, by all orders in which the columns may become known."""
    used = sorted({column for region, _ in tree for column in region})
    if len(used) == 1:
        return {used[0]: expected(tree, {used[0]: row[used[0]]}, columns) - expected(tree, {}, columns)}
    nothing, both = expected(tree, {}, columns), expected(tree, {column: row[column] for column in used}, columns)
    alone = {column: expected(tree, {column: row[column]}, columns) for column in used}
    first, second = used
    return {
        first: (alone[first] - nothing + both - alone[second]) / 2,
        second: (alone[second] - nothing + both - alone[first]) / 2,
    }


def test_contributions_are_shapley_values_of_the_trees_under_the_marginals(retrain: Retrain) -> None:
    """Up to a constant a feature: that of a feature with two columns is counted from its own average."""
    trained, shipped, unwatched, is_told = retrain(ENTERPRISE)
    design, sample = trained.fitted.design, trained.sample
    columns = design.columns(sample.features)
    lacks = is_told & np.isnan(sample.features).any(axis=1)
    random = np.random.default_rng(7)
    chosen = np.concatenate([random.choice(np.flatnonzero(rows), 4, replace=False) for rows in (is_told, lacks)])
    shares = np.zeros((len(chosen), sample.features.shape[1]))
    for tree in trained.fitted.booster.dump_model()["tree_info"]:
        parts = list(leaves(tree["tree_structure"], {}))
        if not parts[0][0]:
            continue
        for number, row in enumerate(columns[chosen]):
            for column, share in shapley(parts, row, columns).items():
                shares[number, design.features[column]] += share
    contributions = shipped.score_rows(sample.features[chosen])[1]
    difference = contributions - shares
    assert np.ptp(difference, axis=0).max() <= 1e-9
    assert np.abs(difference[:, unwatched]).max() <= 1e-9


@pytest.mark.parametrize("folder", FOLDERS, ids=named)
def test_what_the_manifest_says_of_the_population_is_true(retrain: Retrain, folder: Path) -> None:
    trained, shipped, *_ = retrain(folder)
    manifest, sample = shipped.manifest, trained.sample
    raw, contributions = shipped._graph.run_rows(sample.features)
    assert manifest.training.data_sha256 == trained.data_sha256
    assert manifest.training.rows == len(sample.features)
    assert manifest.calibration.training_bad_rate == pytest.approx(sample.defaulted.mean(), abs=5e-5)
    assert raw.mean() == pytest.approx(sample.defaulted.mean(), abs=0.002)
    for column, feature in enumerate(manifest.features):
        assert feature.average_contribution == pytest.approx(contributions[:, column].mean())
        known = sample.features[~np.isnan(sample.features[:, column]), column]
        bins = np.searchsorted(feature.distribution.edges, known, side="right")
        shares = np.bincount(bins, minlength=len(feature.distribution.shares)) / len(bins)
        assert feature.distribution.shares == pytest.approx(shares, abs=1e-5)


def test_duplicates_lie_in_the_same_fold() -> None:
    rows = [(str(number % 40),) for number in range(120)]
    defaulted = np.array([float(number % 40 < 10) for number in range(120)])
    folds = list(split_folds(rows, defaulted, seed=1))
    assert sorted(np.concatenate([test for _, test in folds])) == list(range(120))
    for learned, held_back in folds:
        assert not {rows[each] for each in learned} & {rows[each] for each in held_back}
        assert defaulted[held_back].mean() == pytest.approx(0.25)


def test_a_tree_of_three_features_is_refused() -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(500, 3))
    target = (features.prod(axis=1) > 0).astype(float)
    parameters = {"objective": "binary", "num_leaves": 8, "verbose": -1, "seed": 1}
    booster = lightgbm.train(parameters, lightgbm.Dataset(features, target), 5)
    with pytest.raises(ValueError, match=r"a tree looks at the columns \[0, 1, 2\]: at most two can be shared out"):
        read_trees(booster)


def test_data_that_are_not_there_are_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["train.py", "--data", str(tmp_path)])
    with pytest.raises(SystemExit) as raised:
        main(task_of(SHIPPED), SHIPPED)
    assert raised.value.code == 2
    assert f"{tmp_path} holds no taiwan_credit_card.csv.gz; name its folder with --data" in capsys.readouterr().err


@pytest.mark.slow
@SOAK
@pytest.mark.parametrize(("folder", "least_auc"), [(SHIPPED, 0.77), (ENTERPRISE, 0.915), (PAIRED, 0.78)], ids=named)
def test_cross_validation_gives_the_shipped_manifest_to_the_byte(
    retrain: Retrain, data: Path, folder: Path, least_auc: float, tmp_path: Path
) -> None:
    task = task_of(folder)
    shipped = dict(list(compared(task.subject).items())[:1])
    with Progress(disable=True) as progress:
        evaluation = evaluate(task.subject, task.load(data), shipped, progress)
    quality = evaluation.qualities[evaluation.shipped]
    assert quality.auc >= least_auc
    assert quality.ece <= 0.01
    write_manifest(tmp_path / "model.yaml", task.subject, retrain(folder).trained, quality, evaluation.points)
    assert (tmp_path / "model.yaml").read_bytes() == (folder / "model.yaml").read_bytes()
