"""Models in which two features act together, against the ONNX runtime's own runs of the same graph."""

import hashlib
import math
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import numpy_helper
from training.effects import Effects
from training.graph import build_graph
from training.steps import Pair, Steps

from underwriter.scoring import Model, ModelError, load_model
from underwriter.scoring.graph import Graph
from underwriter.scoring.manifest import GraphFile
from underwriter.scoring.pair_tables import PairTables, pair_tables
from underwriter.scoring.paired_trees import paired_trees
from underwriter.scoring.step_functions import step_functions

ENTERPRISE = Path(__file__).parents[2] / "models" / "enterprise_distress" / "1"
STATED = GraphFile("model.onnx", "", 21, 5, "features", "probability", "contributions", -0.5, "halved")
WIDTH = 3
numbers = st.integers(-3, 3).map(float) | st.floats(-100, 100)
edge_lists = st.lists(numbers, max_size=4, unique=True).map(lambda edges: np.array(sorted(edges)))


@st.composite
def steps(draw: st.DrawFn) -> Steps:
    edges = draw(edge_lists)
    return Steps(edges, np.array(draw(st.lists(numbers, min_size=len(edges) + 2, max_size=len(edges) + 2))))


@st.composite
def effects(draw: st.DrawFn) -> Effects:
    mains = tuple(draw(steps()) for _ in range(WIDTH))
    pairs = []
    for features in sorted(draw(st.sets(st.sampled_from([(0, 1), (0, 2), (1, 2)]), min_size=1))):
        edges = draw(edge_lists), draw(edge_lists)
        shape = len(edges[0]) + 2, len(edges[1]) + 2
        values = draw(st.lists(numbers, min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]))
        pairs.append(Pair(features, edges, np.array(values).reshape(shape)))
    return Effects(STATED.intercept, mains, tuple(pairs))


rows = st.lists(numbers | st.just(math.nan), min_size=WIDTH, max_size=WIDTH)


@settings(deadline=None, max_examples=60)
@given(effects(), st.lists(rows, max_size=5))
def test_tables_give_what_the_graph_and_the_effects_give(made: Effects, more: list[list[float]]) -> None:
    content = build_graph(made)
    graph = Graph(content, STATED, WIDTH)
    tables = pair_tables(content, graph, STATED)
    assert tables is not None
    edges = [edge for pair in made.pairs for own in pair.edges for edge in own]
    for row in [*more, *([edge] * WIDTH for edge in edges)]:
        probability, contributions = tables.run_row(row)
        expected, parts = graph.run_row(row)
        assert (probability, contributions) == (pytest.approx(expected, abs=1e-12), parts)
        assert contributions == pytest.approx(made.contributions(np.array([row]))[0], abs=1e-12)


def finite(model: Model) -> st.SearchStrategy[list[Decimal | None]]:
    """Rows of a model, near its deciles and far from them, some values missing."""
    columns = []
    for feature in model.manifest.features:
        edges = [Decimal(repr(edge)) for edge in feature.distribution.edges]
        near = st.builds(lambda edge, more: edge + more, st.sampled_from(edges), st.decimals(-1, 1, places=4))
        columns.append(st.none() | near | st.decimals(-(10**6), 10**6, places=3))
    return st.tuples(*columns).map(list)


@given(st.data())
def test_a_shipped_model_scores_a_row_as_its_graph_does(paired: Model, data: st.DataObject) -> None:
    assert isinstance(paired._run_row.__self__, PairTables)
    score = paired.score(data.draw(finite(paired)))
    raw, contributions = paired._graph.run_row(score.values)
    assert score.contributions == contributions
    assert score.probability == pytest.approx(paired.manifest.calibration.rebase(raw), abs=1e-12)
    log_odds = math.fsum(contributions) + paired.manifest.graph.intercept
    assert math.log(raw / (1 - raw)) == pytest.approx(log_odds, abs=1e-9)


@given(st.data())
def test_a_step_in_the_adverse_direction_never_lowers_the_risk(paired: Model, data: st.DataObject) -> None:
    row = data.draw(finite(paired))
    column = data.draw(st.integers(0, len(row) - 1))
    step = data.draw(st.decimals(0, 10, places=4) | st.decimals(0, 10**6, places=2))
    sign = {"increasing": 1, "decreasing": -1}[paired.manifest.features[column].direction]
    value = row[column] or Decimal(0)
    before = paired.score([*row[:column], value, *row[column + 1 :]])
    after = paired.score([*row[:column], value + sign * step, *row[column + 1 :]])
    assert after.contributions[column] >= before.contributions[column] - 1e-12
    assert after.probability >= before.probability * (1 - 1e-12)
    assert after.points <= before.points


def test_nothing_known_is_worse_than_the_average(paired: Model) -> None:
    score = paired.score([None] * len(paired.manifest.features))
    assert score.points < paired.manifest.score_distribution.edges[4]
    assert score.contributions == pytest.approx([each.missing.contribution for each in paired.manifest.features])


def ensemble(model: onnx.ModelProto) -> onnx.NodeProto:
    return model.graph.node[0]


def attribute(model: onnx.ModelProto, name: str) -> onnx.AttributeProto:
    return next(each for each in ensemble(model).attribute if each.name == name)


def last_leaf_weighs_more(model: onnx.ModelProto) -> None:
    weights = attribute(model, "leaf_weights")
    values = numpy_helper.to_array(weights.t).copy()
    values[-1] += 1e-9
    weights.t.CopyFrom(numpy_helper.from_array(values))


def last_leaf_adds_to_another_feature(model: onnx.ModelProto) -> None:
    attribute(model, "leaf_targetids").ints[-1] = 0


def last_question_is_about_a_third_feature(model: onnx.ModelProto) -> None:
    attribute(model, "nodes_featureids").ints[-1] = 0


def a_tree_is_lost(model: onnx.ModelProto) -> None:
    del attribute(model, "tree_roots").ints[-1]


def the_last_pair_is_swapped(model: onnx.ModelProto) -> None:
    roots = attribute(model, "tree_roots").ints
    roots[-1], roots[-2] = roots[-2], roots[-1]


def a_pair_comes_twice(model: onnx.ModelProto) -> None:
    roots = attribute(model, "tree_roots").ints
    roots.extend(roots[-2:])


def missing_values_answer_yes(model: onnx.ModelProto) -> None:
    count = len(attribute(model, "nodes_featureids").ints)
    ensemble(model).attribute.append(onnx.helper.make_attribute("nodes_missing_value_tracks_true", [1] * count))


def the_largest_tree_counts(model: onnx.ModelProto) -> None:
    attribute(model, "aggregate_function").i = 3


DAMAGES: list[Callable[[onnx.ModelProto], None]] = [
    last_leaf_weighs_more,
    last_leaf_adds_to_another_feature,
    last_question_is_about_a_third_feature,
    a_tree_is_lost,
    the_last_pair_is_swapped,
    a_pair_comes_twice,
    missing_values_answer_yes,
    the_largest_tree_counts,
]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    folder = tmp_path / "enterprise_distress" / "1"
    folder.mkdir(parents=True)
    for name in ("model.onnx", "model.yaml"):
        shutil.copy(ENTERPRISE / name, folder)
    return folder


def told(folder: Path) -> str:
    with pytest.raises(ModelError) as raised:
        load_model(folder)
    return str(raised.value)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_graph_that_shares_otherwise_than_stated_is_refused(copied: Path, damage: Callable) -> None:
    content = (copied / "model.onnx").read_bytes()
    model = onnx.load_from_string(content)
    damage(model)
    damaged = model.SerializeToString()
    (copied / "model.onnx").write_bytes(damaged)
    manifest = copied / "model.yaml"
    pinned = manifest.read_text().replace(hashlib.sha256(content).hexdigest(), hashlib.sha256(damaged).hexdigest())
    manifest.write_text(pinned)
    assert f"{copied / 'model.onnx'}: its contributions are not known to be as the manifest's" in told(copied)


def test_a_graph_of_pairs_is_not_one_of_single_features(copied: Path) -> None:
    manifest = copied / "model.yaml"
    manifest.write_text(manifest.read_text().replace("interactions: halved", "interactions: none"))
    assert "`interactions: none` says" in told(copied)


def test_an_unknown_way_of_sharing_is_refused(copied: Path) -> None:
    manifest = copied / "model.yaml"
    manifest.write_text(manifest.read_text().replace("interactions: halved", "interactions: sampled"))
    assert "`graph.interactions` is `sampled`. Give one of none, halved" in told(copied)


@pytest.mark.parametrize("stated", ["none", "halved"])
def test_a_graph_of_single_features_may_be_stated_either_way(breakable, stated: str) -> None:
    breakable.edit("  intercept:", f"  interactions: {stated}\n  intercept:")
    assert load_model(breakable.folder).manifest.graph.interactions == stated


def test_a_graph_of_pairs_is_none_of_step_functions(enterprise: Model) -> None:
    assert step_functions(enterprise.files.graph, enterprise._graph, enterprise.manifest.graph) is None


def test_a_graph_whose_trees_do_not_make_the_contributions_is_left_to_the_runtime() -> None:
    content = build_graph(Effects(-0.5, tuple(Steps(np.empty(0), np.zeros(2)) for _ in range(WIDTH)), ()))
    assert paired_trees(content, STATED, WIDTH) is not None
    other = onnx.load_from_string(content)
    ensemble(other).op_type = "Identity"
    assert paired_trees(other.SerializeToString(), STATED, WIDTH) is None
