import os
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import lightgbm
import numpy as np
import onnxruntime
import pytest
from rich.progress import Progress

from underwriter.feel import Environment
from underwriter.scoring import Feature, Model

SHIPPED = Path(__file__).parents[2] / "models" / "personal_default" / "1"
ROW = {
    "ID": "1",
    "LIMIT_BAL": "20000",
    "SEX": "2",
    "EDUCATION": "2",
    "MARRIAGE": "1",
    "AGE": "24",
    "PAY_0": "2",
    "PAY_2": "0",
    "PAY_3": "-1",
    "PAY_4": "-2",
    "PAY_5": "8",
    "PAY_6": "1",
    **{f"BILL_AMT{month}": f"{1000 * month}.0" for month in range(1, 7)},
    **{f"PAY_AMT{month}": f"{10 * month}.0" for month in range(1, 7)},
}


@pytest.fixture(scope="module")
def retrained(training: ModuleType, data: Path, customers: list[dict[str, str]]) -> Any:
    """The model trained once more on all rows."""
    return training.train(data, customers)


@pytest.fixture(scope="module")
def graph_outputs(retrained: Any) -> tuple[Any, Any]:
    """What the shipped graph, straight from the runtime, gives for every row."""
    session = onnxruntime.InferenceSession(SHIPPED / "model.onnx", providers=["CPUExecutionProvider"])
    probability, contributions = session.run(["probability", "contributions"], {"features": retrained.features})
    return probability, contributions


def test_a_row_becomes_an_application_without_protected_attributes(training: ModuleType) -> None:
    application = training.to_application(ROW)
    assert application.keys() == {"behaviour"}
    assert application["behaviour"].keys() == {"credit_limit", "statements"}
    assert application["behaviour"]["credit_limit"] == Decimal(20000)
    statements = application["behaviour"]["statements"]
    assert [each["billed"] for each in statements] == [1000, 2000, 3000, 4000, 5000, 6000]
    assert [each["paid"] for each in statements] == [10, 20, 30, 40, 50, 60]
    assert [each["days_late"] for each in statements] == [60, 0, 0, 0, 240, 30]
    assert [each["status"] for each in statements] == ["LATE", "REVOLVING", "PAID_IN_FULL", "NO_USE", "LATE", "LATE"]


def test_training_again_gives_the_shipped_graph_to_the_byte(retrained: Any) -> None:
    assert (SHIPPED / "model.onnx").read_bytes() == retrained.graph


def test_the_shipped_graph_equals_the_library_on_every_row(retrained: Any, graph_outputs: tuple[Any, Any]) -> None:
    """The library's own probability, and its SHAP values, which for such trees are the excess over the average."""
    probability, contributions = graph_outputs
    raw = retrained.booster.predict(retrained.features, raw_score=True) + retrained.intercept
    assert np.abs(probability - 1 / (1 + np.exp(-raw))).max() <= 1e-6
    assert np.abs(contributions.sum(axis=1) + retrained.intercept - raw).max() <= 1e-6
    shap = retrained.booster.predict(retrained.features, pred_contrib=True)[:, :-1]
    assert np.abs(contributions - contributions.mean(axis=0) - shap).max() <= 1e-6


def test_the_steps_lie_exactly_where_the_library_splits(retrained: Any, shipped: Model) -> None:
    """A threshold belongs to the step below it, and the next double to the step above: `x <= t`."""
    middle = np.median(retrained.features, axis=0)
    for column, steps in enumerate(retrained.steps):
        edges = [edge for edge in steps.edges if abs(edge) > 1e-30]  # the library takes what lies nearer to 0 for 0
        points = [point for edge in edges for point in (edge, np.nextafter(edge, np.inf))]
        probes = np.tile(middle, (len(points), 1))
        probes[:, column] = points
        raw = retrained.booster.predict(probes, raw_score=True)
        assert np.abs(shipped.score_rows(probes)[1].sum(axis=1) - raw).max() <= 1e-9


def test_what_the_manifest_says_of_the_population_is_true(
    retrained: Any, shipped: Model, graph_outputs: tuple[Any, Any]
) -> None:
    probability, contributions = graph_outputs
    manifest = shipped.manifest
    assert manifest.training.data_sha256 == retrained.data_sha256
    assert manifest.calibration.training_bad_rate == pytest.approx(retrained.defaulted.mean(), abs=5e-5)
    assert probability.mean() == pytest.approx(retrained.defaulted.mean(), abs=0.002)
    for column, feature in enumerate(manifest.features):
        assert feature.average_contribution == pytest.approx(contributions[:, column].mean())
        bins = np.searchsorted(feature.distribution.edges, retrained.features[:, column], side="right")
        shares = np.bincount(bins, minlength=len(feature.distribution.shares)) / len(bins)
        assert feature.distribution.shares == pytest.approx(shares, abs=1e-5)


def evaluated(feature: Feature, application: dict[str, Any]) -> Any:
    """The feature's expression on an application, its whole numbers bound as FEEL's numbers are."""
    behaviour = application["behaviour"]
    statements = [{**each, "days_late": Decimal(each["days_late"])} for each in behaviour["statements"]]
    result = Environment().evaluate(feature.expression, {"behaviour": {**behaviour, "statements": statements}})
    assert result.diagnostics == ()
    return result.value


def test_the_expressions_equal_the_features_of_the_training(
    training: ModuleType, customers: list[dict[str, str]], shipped: Model
) -> None:
    sample = [training.to_application(row) for row in customers[::2000]]
    expected = training.feature_matrix(sample)
    for application, row in zip(sample, expected, strict=True):
        for feature, value in zip(shipped.manifest.features, row, strict=True):
            assert float(evaluated(feature, application)) == pytest.approx(value, rel=1e-12), feature.name


@pytest.mark.parametrize("months", range(7))
def test_a_short_history_leaves_null_what_it_cannot_tell(training: ModuleType, shipped: Model, months: int) -> None:
    application = training.to_application(ROW)
    del application["behaviour"]["statements"][months:]
    needed = {"days_late_now": 1, "unused_limit": 1, "paid_3m": 3, "spending_3m": 4}
    for feature in shipped.manifest.features:
        value = evaluated(feature, application)
        assert (value is not None) == (months >= needed.get(feature.name, 6)), feature.name


def test_months_before_the_sixth_change_nothing(training: ModuleType, shipped: Model) -> None:
    application = training.to_application(ROW)
    expected = [evaluated(feature, application) for feature in shipped.manifest.features]
    older = {"billed": Decimal(10**6), "paid": Decimal(10**6), "days_late": Decimal(999), "status": "LATE"}
    application["behaviour"]["statements"] += [older, older]
    assert [evaluated(feature, application) for feature in shipped.manifest.features] == expected


def test_a_limit_of_zero_is_missing_not_an_error(training: ModuleType, shipped: Model) -> None:
    application = training.to_application({**ROW, "LIMIT_BAL": "0"})
    values = {each.name: evaluated(each, application) for each in shipped.manifest.features}
    assert {name for name, value in values.items() if value is None} == {
        "peak_utilisation",
        "smallest_payment",
        "turnover_6m",
    }


def test_duplicates_lie_in_the_same_fold(training: ModuleType) -> None:
    rows = [(str(number % 40),) for number in range(120)]
    defaulted = np.array([float(number % 40 < 10) for number in range(120)])
    folds = list(training.split_folds(rows, defaulted))
    assert sorted(np.concatenate([test for _, test in folds])) == list(range(120))
    for train, test in folds:
        assert not {rows[each] for each in train} & {rows[each] for each in test}
        assert defaulted[test].mean() == pytest.approx(0.25)


def test_a_tree_of_two_features_is_refused(training: ModuleType) -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(500, 2))
    target = (features[:, 0] * features[:, 1] > 0).astype(float)
    parameters = {"objective": "binary", "num_leaves": 8, "verbose": -1, "seed": 1}
    booster = lightgbm.train(parameters, lightgbm.Dataset(features, target), 5)
    with pytest.raises(ValueError, match=r"a tree looks at the features \[0, 1\]"):
        training.read_steps(booster)


def test_data_that_are_not_there_are_asked_for(
    training: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["train.py", "--data", str(tmp_path)])
    with pytest.raises(SystemExit) as raised:
        training.main()
    assert raised.value.code == 2
    assert f"{tmp_path} holds no taiwan_credit_card.csv.gz; name its folder with --data" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.skipif("UNDERWRITER_SOAK" not in os.environ, reason="half a minute of training: `make soak` runs it")
def test_cross_validation_gives_the_figures_of_the_manifest(
    training: ModuleType, customers: list[dict[str, str]], retrained: Any, shipped: Model
) -> None:
    with Progress(disable=True) as progress:
        quality = training.evaluate(customers, retrained.features, progress).qualities[training.SHIPPED]
    metrics = shipped.manifest.metrics
    assert (quality.auc, quality.ks, quality.ece) == pytest.approx((metrics.auc, metrics.ks, metrics.ece), abs=1e-4)
    assert quality.auc >= 0.77
    assert quality.ece <= 0.01
