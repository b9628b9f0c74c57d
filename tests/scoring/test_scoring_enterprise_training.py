"""The training of models with pairs: what ships, the shares of features against a count of all leaves, the features."""

import math
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from rich.progress import Progress
from ruamel.yaml import YAML
from training.run import compared, evaluate, train

from underwriter.feel import Environment
from underwriter.scoring import Feature, Model, load_model

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "models" / "enterprise_distress" / "1"


@pytest.fixture(scope="module")
def loaded(enterprise_training: ModuleType, data: Path) -> Any:
    """The training rows."""
    return enterprise_training.load(data)


@pytest.fixture(scope="module")
def retrained(enterprise_training: ModuleType, loaded: Any, data: Path) -> Any:
    """The model trained once more on all rows."""
    return train(enterprise_training.SUBJECT, loaded.sample, data)


def test_training_again_gives_the_shipped_graph_to_the_byte(retrained: Any) -> None:
    assert (FOLDER / "model.onnx").read_bytes() == retrained.graph


def test_the_shipped_graph_equals_the_library_on_every_row(retrained: Any, enterprise: Model) -> None:
    """The library does not know what is added for a missing value of a feature that few rows lack."""
    design, features = retrained.fitted.design, retrained.sample.features
    unwatched = [column for column in range(features.shape[1]) if column not in design.watched]
    is_told = ~np.isnan(features[:, unwatched]).any(axis=1)
    assert is_told.mean() > 0.98
    raw = retrained.fitted.booster.predict(design.columns(features), raw_score=True) + retrained.sample.log_odds
    contributions = enterprise.score_rows(features)[1]
    log_odds = contributions.sum(axis=1) + enterprise.manifest.graph.intercept
    assert np.abs(log_odds - raw)[is_told].max() <= 1e-9


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


def test_contributions_are_shapley_values_of_the_trees_under_the_marginals(retrained: Any, enterprise: Model) -> None:
    """Up to a constant a feature: that of a feature with two columns is counted from its own average."""
    design, sample = retrained.fitted.design, retrained.sample
    columns = design.columns(sample.features)
    unwatched = [column for column in range(sample.features.shape[1]) if column not in design.watched]
    is_told = ~np.isnan(sample.features[:, unwatched]).any(axis=1)
    lacks = is_told & np.isnan(sample.features).any(axis=1)
    random = np.random.default_rng(7)
    chosen = np.concatenate([random.choice(np.flatnonzero(rows), 4, replace=False) for rows in (is_told, lacks)])
    shares = np.zeros((len(chosen), sample.features.shape[1]))
    for tree in retrained.fitted.booster.dump_model()["tree_info"]:
        parts = list(leaves(tree["tree_structure"], {}))
        if not parts[0][0]:
            continue
        for number, row in enumerate(columns[chosen]):
            for column, share in shapley(parts, row, columns).items():
                shares[number, design.features[column]] += share
    contributions = enterprise.score_rows(sample.features[chosen])[1]
    difference = contributions - shares
    assert np.ptp(difference, axis=0).max() <= 1e-9
    assert np.abs(difference[:, unwatched]).max() <= 1e-9


def test_what_the_manifest_says_of_the_population_is_true(retrained: Any, enterprise: Model) -> None:
    manifest, sample = enterprise.manifest, retrained.sample
    probability, contributions = enterprise.score_rows(sample.features)
    assert manifest.training.data_sha256 == retrained.data_sha256
    assert manifest.calibration.training_bad_rate == pytest.approx(sample.defaulted.mean(), abs=5e-5)
    assert probability.shape == (manifest.training.rows,)
    for column, feature in enumerate(manifest.features):
        assert feature.average_contribution == pytest.approx(contributions[:, column].mean())
        known = sample.features[~np.isnan(sample.features[:, column]), column]
        bins = np.searchsorted(feature.distribution.edges, known, side="right")
        shares = np.bincount(bins, minlength=len(feature.distribution.shares)) / len(bins)
        assert feature.distribution.shares == pytest.approx(shares, abs=1e-5)


def evaluated(feature: Feature, application: dict[str, Any]) -> Any:
    return Environment().evaluate(feature.expression, application).value


def accounts(ratios: dict[int, float]) -> tuple[dict[str, float], dict[str, float]]:
    """Accounts with assets of 1 that have the ratios, by the data set's table: newest year, year before."""
    sales = ratios[63] * ratios[51]
    newest = {
        "sales": sales,
        "cost_of_sales": (1 - ratios[56]) * sales,
        "operating_profit": ratios[22],
        "net_profit": ratios[1],
        "depreciation": ratios[26] * ratios[2] - ratios[1],
        "interest_expense": max(ratios[11] - ratios[18], 0.0),
        "total_assets": 1.0,
        "current_assets": ratios[50] * ratios[2],
        "inventory": ratios[20] * sales / 365,
        "receivables": ratios[44] * sales / 365,
        "cash": ratios[2] - ratios[30] * sales,
        "total_liabilities": ratios[2],
        "current_liabilities": ratios[51],
        "equity": ratios[10],
        "retained_earnings": ratios[6],
    }
    return newest, {"sales": sales / ratios[21]}


def application_of(row: dict[str, str]) -> dict[str, Any]:
    ratios = {number: float(row[f"Attr{number}"] or "nan") for number in range(1, 65)}
    years = [
        {name: Decimal(f"{amount:.9f}") if math.isfinite(amount) else None for name, amount in year.items()}
        for year in accounts(ratios)
    ]
    return {"business": {"financial_statements": years}}


@pytest.fixture(scope="module")
def applications(enterprise_training: ModuleType, data: Path) -> list[dict[str, Any]]:
    """Accounts much like those that every hundredth row's ratios were made from."""
    rows = enterprise_training.read_rows(data / enterprise_training.FILE)
    return [application_of(row) for row in rows[::100]]


def test_the_expressions_give_the_ratios_of_the_data(
    loaded: Any, applications: list[dict[str, Any]], enterprise: Model
) -> None:
    """From accounts put together again from other ratios; some rows of the data contradict themselves."""
    expected_rows = loaded.sample.features[::100]
    for column, feature in enumerate(enterprise.manifest.features):
        agree = told = 0
        for application, row in zip(applications, expected_rows, strict=True):
            value = evaluated(feature, application)
            if value is not None and not np.isnan(row[column]):
                told += 1
                agree += math.isclose(float(value), row[column], rel_tol=0.02, abs_tol=0.002)
        assert told >= 20, feature.name
        assert agree / told >= (0.65 if feature.name == "long_term_capital" else 0.85), feature.name


def test_one_year_of_accounts_leaves_only_growth_unknown(applications: list[dict[str, Any]], enterprise: Model) -> None:
    newest, _ = applications[0]["business"]["financial_statements"]
    application = {"business": {"financial_statements": [{**newest, "interest_expense": Decimal("0.01")}]}}
    values = {each.name: evaluated(each, application) for each in enterprise.manifest.features}
    assert [name for name, value in values.items() if value is None] == ["sales_growth"]


def test_no_accounts_leave_everything_unknown(enterprise: Model) -> None:
    application = {"business": {"financial_statements": []}}
    assert [evaluated(each, application) for each in enterprise.manifest.features] == [None] * 17


def test_a_firm_without_interest_has_no_cover_but_a_burden_of_zero(
    applications: list[dict[str, Any]], enterprise: Model
) -> None:
    newest, before = applications[0]["business"]["financial_statements"]
    statements = [{**newest, "interest_expense": Decimal(0)}, before]
    application = {"business": {"financial_statements": statements}}
    values = {each.name: evaluated(each, application) for each in enterprise.manifest.features}
    assert values["interest_cover"] is None
    assert values["interest_to_assets"] == 0


def test_every_reason_has_a_text_and_help_in_both_languages(enterprise: Model) -> None:
    catalogue = YAML(typ="safe").load(ROOT / "rules" / "reasons" / "enterprise_model.yaml")["reasons"]
    reasons = [feature.reasons for feature in enterprise.manifest.features]
    assert {code for each in reasons for code in (each.high, each.low, each.missing) if code} == set(catalogue)
    for reason in catalogue.values():
        assert all(text.strip() for text in (reason["en"], reason["zh"], reason["help"]["en"], reason["help"]["zh"]))


SOAK = pytest.mark.skipif("UNDERWRITER_SOAK" not in os.environ, reason="minutes of training: `make soak` runs it")


@pytest.mark.slow
@SOAK
@pytest.mark.parametrize(
    ("folder", "least_auc"),
    [("enterprise_distress/1", 0.915), ("personal_default/2", 0.78)],
    ids=str,
)
def test_cross_validation_gives_the_figures_of_the_manifest(
    request: pytest.FixtureRequest, data: Path, folder: str, least_auc: float
) -> None:
    script = request.getfixturevalue(f"{folder.split('_', 1)[0]}_training")
    kinds = dict(list(compared(script.SUBJECT).items())[:1])
    with Progress(disable=True) as progress:
        evaluation = evaluate(script.SUBJECT, script.load(data), kinds, progress)
    quality = evaluation.qualities[evaluation.shipped]
    metrics = load_model(ROOT / "models" / folder).manifest.metrics
    assert (quality.auc, quality.ks, quality.ece) == pytest.approx((metrics.auc, metrics.ks, metrics.ece), abs=1e-4)
    assert quality.auc >= least_auc
    assert quality.ece <= 0.01


@pytest.mark.slow
@SOAK
def test_training_the_second_personal_model_again_gives_its_graph_to_the_byte(
    personal_training: ModuleType, data: Path
) -> None:
    trained = train(personal_training.SUBJECT, personal_training.load(data).sample, data)
    assert (ROOT / "models" / "personal_default" / "2" / "model.onnx").read_bytes() == trained.graph
