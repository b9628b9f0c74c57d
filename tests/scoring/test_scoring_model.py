import dataclasses
import math
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.scoring import Feature, Model, Score
from underwriter.scoring.effect_tables import EffectTables
from underwriter.scoring.manifest import ReasonCodes

values = (
    st.none()
    | st.decimals(-(10**6), 10**6, places=4)
    | st.decimals(-2, 2, places=6)
    | st.integers(0, 12).map(lambda months: Decimal(30 * months))
)
rows = st.lists(values, min_size=11, max_size=11)


def rows_of(model: Model) -> st.SearchStrategy[list[Decimal | None]]:
    """Rows near the deciles of the model's features and far from them, some values missing."""
    columns = []
    for feature in model.manifest.features:
        edges = [Decimal(repr(edge)) for edge in feature.distribution.edges]
        near = st.builds(lambda edge, more: edge + more, st.sampled_from(edges), st.decimals(-1, 1, places=4))
        columns.append(near | values)
    return st.tuples(*columns).map(list)


@given(st.data())
def test_contributions_and_intercept_add_up_to_the_log_odds(each: Model, data: st.DataObject) -> None:
    score = each.score(data.draw(rows_of(each)))
    calibration = each.manifest.calibration
    log_odds = math.fsum(score.contributions) + each.manifest.graph.intercept + math.log(calibration.odds_ratio)
    assert math.log(score.probability / (1 - score.probability)) == pytest.approx(log_odds, abs=1e-9)
    assert score.points == each.manifest.points.points(score.probability)


@given(st.data())
def test_a_step_in_the_adverse_direction_never_lowers_the_risk(each: Model, data: st.DataObject) -> None:
    row = data.draw(rows_of(each))
    column = data.draw(st.integers(0, len(row) - 1))
    step = data.draw(st.decimals(0, 10, places=4) | st.decimals(0, 10**6, places=2))
    sign = {"increasing": 1, "decreasing": -1}[each.manifest.features[column].direction]
    value = row[column] or Decimal(0)
    before = each.score([*row[:column], value, *row[column + 1 :]])
    after = each.score([*row[:column], value + sign * step, *row[column + 1 :]])
    assert after.contributions[column] >= before.contributions[column] - 1e-12
    assert after.probability >= before.probability * (1 - 1e-12)
    assert after.points <= before.points


@given(rows)
def test_a_missing_value_adds_what_the_manifest_says_and_is_named(shipped: Model, row: list[Decimal | None]) -> None:
    score = shipped.score(row)
    missing = [feature for feature, value in zip(shipped.manifest.features, row, strict=True) if value is None]
    assert score.missing == tuple(feature.name for feature in missing)
    for feature, value, contribution in zip(shipped.manifest.features, score.values, score.contributions, strict=True):
        assert math.isnan(value) == (feature in missing)
        if feature in missing:
            assert contribution == pytest.approx(feature.missing.contribution)


def test_a_missing_value_is_worse_than_the_average_for_every_feature(shipped: Model) -> None:
    for feature in shipped.manifest.features:
        assert feature.missing.contribution > feature.average_contribution


def test_an_applicant_of_whom_nothing_is_known_scores_below_the_median(each: Model) -> None:
    features = each.manifest.features
    score = each.score([None] * len(features))
    assert score.missing == tuple(feature.name for feature in features)
    assert score.points < each.manifest.score_distribution.edges[4]
    assert score.contributions == pytest.approx([feature.missing.contribution for feature in features])


def test_an_applicant_without_any_history_is_told_so(shipped: Model) -> None:
    assert [reason.code for reason in shipped.reasons(shipped.score([None] * 11))] == ["SHORT_HISTORY"]


def test_single_rows_are_looked_up_in_tables(each: Model) -> None:
    assert isinstance(each._run_row.__self__, EffectTables)


@settings(max_examples=20)
@given(st.data())
def test_a_row_alone_scores_as_the_graph_scores_many(each: Model, data: st.DataObject) -> None:
    many = data.draw(st.lists(rows_of(each), min_size=1, max_size=20))
    matrix = np.array([[math.nan if value is None else float(value) for value in row] for row in many])
    probabilities, contributions = each.score_rows(matrix)
    for row, probability, contribution in zip(many, probabilities, contributions, strict=True):
        score = each.score(row)
        assert (score.probability, score.contributions) == (pytest.approx(probability, rel=1e-12), tuple(contribution))


def test_rows_may_be_a_view_of_any_layout(shipped: Model) -> None:
    matrix = np.arange(22.0).reshape(2, 11)
    expected = shipped.score_rows(matrix)[1]
    assert (shipped.score_rows(np.asfortranarray(matrix))[1] == expected).all()
    assert (shipped.score_rows(matrix.astype(np.int64))[1] == expected).all()


@pytest.mark.parametrize("count", [0, 10, 12])
def test_a_wrong_number_of_features_is_refused(shipped: Model, count: int) -> None:
    with pytest.raises(ValueError, match=f"personal_default/1 takes 11 features, not {count}"):
        shipped.score([Decimal(1)] * count)


def test_threads_that_share_a_model_do_not_mix_their_rows(shipped: Model) -> None:
    many = [[Decimal(30 * (number % 5))] + [Decimal(number)] * 10 for number in range(200)]
    expected = [shipped.score(row) for row in many]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(shipped.score, many * 10)) == expected * 10


@given(rows)
def test_reasons_are_the_largest_excesses_over_the_average(shipped: Model, row: list[Decimal | None]) -> None:
    score = shipped.score(row)
    excess = {
        feature.name: contribution - feature.average_contribution
        for feature, contribution in zip(shipped.manifest.features, score.contributions, strict=True)
    }
    reasons = shipped.reasons(score)
    weights = [reason.weight for reason in reasons]
    assert weights == sorted(weights, reverse=True)
    assert all(reason.weight == excess[reason.feature] > 0 for reason in reasons)
    assert len({reason.code for reason in reasons}) == len(reasons) <= 4
    assert bool(reasons) == any(each > 0 for each in excess.values())
    if reasons:
        assert weights[0] == max(excess.values())


def test_the_best_customer_has_no_reasons(shipped: Model) -> None:
    assert shipped.reasons(_golden_score(shipped, 0)) == ()


def test_the_riskiest_customer_is_told_the_months_late_first(shipped: Model) -> None:
    codes = [reason.code for reason in shipped.reasons(_golden_score(shipped, 4))]
    assert codes == ["MONTHS_LATE_RECENT", "MONTHS_LATE_HISTORY", "HIGH_UTILISATION", "SHORT_HISTORY"]


def _golden_score(model: Model, row: int) -> Score:
    features = model.manifest.golden_rows[row].features
    return model.score([None if value is None else Decimal(value) for value in features])


@pytest.mark.parametrize(
    ("direction", "value", "code"),
    [
        ("none", 70.0, "TOO_HIGH"),
        ("none", 50.0, "TOO_LOW"),
        ("none", 30.0, "TOO_LOW"),
        ("none", math.nan, "UNKNOWN"),
        ("increasing", 30.0, "TOO_HIGH"),
        ("decreasing", 70.0, "TOO_LOW"),
        ("decreasing", math.nan, "UNKNOWN"),
    ],
)
def test_the_code_is_that_of_the_adverse_side(shipped: Model, direction: str, value: float, code: str) -> None:
    feature: Feature = dataclasses.replace(
        shipped.manifest.features[0],
        direction=direction,
        median=50.0,
        average_contribution=0.25,
        reasons=ReasonCodes(high="TOO_HIGH", low="TOO_LOW", missing="UNKNOWN"),
    )
    manifest = dataclasses.replace(shipped.manifest, features=(feature,))
    model = Model(shipped.folder, manifest, shipped._graph, shipped.files)
    score = Score(0.1, 700, (value,), (1.0,), ())
    assert model.reasons(score) == ((code, feature.name, 0.75),)
