"""Models of single features and of pairs, against the ONNX runtime's own runs of the same graph."""

import math
from collections.abc import Callable

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper
from training.effects import Effects
from training.graph import build_graph
from training.steps import Pair, Steps

from underwriter.scoring import load_model
from underwriter.scoring.effect_tables import EffectTables, effect_tables
from underwriter.scoring.effect_trees import effect_trees
from underwriter.scoring.graph import Graph
from underwriter.scoring.manifest import GraphFile

STATED = GraphFile("model.onnx", "", 21, 5, "features", "probability", "contributions", -0.5, "halved")
WIDTH = 3
LEQ, LT, GTE, GT = range(4)  # how the operator's questions compare
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
    for features in sorted(draw(st.sets(st.sampled_from([(0, 1), (0, 2), (1, 2)])))):
        edges = draw(edge_lists), draw(edge_lists)
        shape = len(edges[0]) + 2, len(edges[1]) + 2
        values = draw(st.lists(numbers, min_size=shape[0] * shape[1], max_size=shape[0] * shape[1]))
        pairs.append(Pair(features, edges, np.array(values).reshape(shape)))
    return Effects(STATED.intercept, mains, tuple(pairs))


rows = st.lists(numbers | st.just(math.nan), min_size=WIDTH, max_size=WIDTH)


def one_question_trees(questions: list[tuple[int, float, float, float]]) -> bytes:
    """A graph of a feature for each question: how it compares, with what, and what both answers add."""
    numbered = range(len(questions))
    maker = helper.make_node(
        "TreeEnsemble",
        ["features"],
        ["contributions"],
        domain="ai.onnx.ml",
        n_targets=len(questions),
        tree_roots=numbered,
        nodes_featureids=numbered,
        nodes_modes=numpy_helper.from_array(np.array([mode for mode, *_ in questions], np.uint8)),
        nodes_splits=numpy_helper.from_array(np.array([split for _, split, *_ in questions])),
        nodes_truenodeids=[2 * number for number in numbered],
        nodes_trueleafs=[1 for _ in numbered],
        nodes_falsenodeids=[2 * number + 1 for number in numbered],
        nodes_falseleafs=[1 for _ in numbered],
        leaf_targetids=[number for number in numbered for _ in range(2)],
        leaf_weights=numpy_helper.from_array(np.array([weight for _, _, *both in questions for weight in both])),
    )
    model = onnx.load_from_string(build_graph(Effects(STATED.intercept, (Steps(np.empty(0), np.zeros(2)),), ())))
    model.graph.node[0].CopyFrom(maker)
    for tensor in (model.graph.input[0], model.graph.output[1]):
        tensor.type.tensor_type.shape.dim[1].dim_value = len(questions)
    return bytes(model.SerializeToString())


def both(content: bytes) -> tuple[Graph, EffectTables | None]:
    width = onnx.load_from_string(content).graph.input[0].type.tensor_type.shape.dim[1].dim_value
    graph = Graph(content, STATED, width)
    return graph, effect_tables(content, graph, STATED)


@settings(deadline=None, max_examples=60)
@given(effects(), st.lists(rows, max_size=5))
def test_tables_give_what_the_graph_and_the_effects_give(made: Effects, more: list[list[float]]) -> None:
    graph, tables = both(build_graph(made))
    assert tables is not None
    assert tables.has_pairs == bool(made.pairs)
    splits = [main.edges for main in made.mains] + [own for pair in made.pairs for own in pair.edges]
    edges = [edge for own in splits for edge in own]
    for row in [*more, *([edge] * WIDTH for edge in edges)]:
        probability, contributions = tables.run_row(row)
        expected, parts = graph.run_row(row)
        assert (probability, contributions) == (pytest.approx(expected, abs=1e-12), parts)
        assert contributions == pytest.approx(made.contributions(np.array([row]))[0], abs=1e-12)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from([LEQ, LT, GTE, GT]), numbers, numbers, numbers), min_size=3, max_size=3))
def test_a_question_is_answered_as_the_runtime_answers_it(questions: list[tuple[int, float, float, float]]) -> None:
    graph, tables = both(one_question_trees(questions))
    assert tables is not None
    for _, split, *_ in questions:
        for value in (split, math.nextafter(split, -math.inf), math.nextafter(split, math.inf), math.nan, math.inf):
            probability, contributions = tables.run_row([value] * WIDTH)
            expected, parts = graph.run_row([value] * WIDTH)
            assert (probability, contributions) == (pytest.approx(expected, abs=1e-12), parts)


@pytest.mark.parametrize("log_odds", [-1e6, -745.0, -1.0, 0.0, 1.0, 745.0, 1e6])
def test_the_probability_of_any_log_odds_is_that_of_the_runtime(log_odds: float) -> None:
    graph, tables = both(one_question_trees([(LEQ, 1.0, log_odds, 0.0)]))
    assert tables is not None
    assert tables.run_row([0.0])[0] == pytest.approx(graph.run_row([0.0])[0], abs=1e-12)


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


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_a_graph_that_shares_otherwise_than_stated_is_refused(breakable_pairs, damage: Callable) -> None:
    model = onnx.load(breakable_pairs.graph)
    damage(model)
    breakable_pairs.pin(model.SerializeToString())
    reason = "its contributions are not known to be as the manifest's"
    assert f"{breakable_pairs.graph}: {reason}" in breakable_pairs.told()


def test_a_graph_of_pairs_is_not_one_of_single_features(breakable_pairs) -> None:
    breakable_pairs.edit("interactions: halved", "interactions: none")
    assert "`interactions: none` says" in breakable_pairs.told()


def test_an_unknown_way_of_sharing_is_refused(breakable_pairs) -> None:
    breakable_pairs.edit("interactions: halved", "interactions: sampled")
    assert "`graph.interactions` is `sampled`. Give one of none, halved" in breakable_pairs.told()


@pytest.mark.parametrize("stated", ["none", "halved"])
def test_a_graph_of_single_features_may_be_stated_either_way(breakable, stated: str) -> None:
    breakable.edit("  intercept:", f"  interactions: {stated}\n  intercept:")
    assert load_model(breakable.folder).manifest.graph.interactions == stated


def another_probability_than_the_logistic(model: onnx.ModelProto) -> None:
    model.graph.node[-1].op_type = "Tanh"


def trees_that_do_not_make_the_contributions(model: onnx.ModelProto) -> None:
    maker = helper.make_node("Identity", ["features"], ["contributions"])
    ensemble(model).CopyFrom(maker)


def contributions_mixed_in_the_end(model: onnx.ModelProto) -> None:
    attribute(model, "post_transform").i = 2


def a_question_whether_it_is_equal(model: onnx.ModelProto) -> None:
    attribute(model, "nodes_modes").t.CopyFrom(numpy_helper.from_array(np.array([4] * WIDTH, np.uint8)))


def numbers_that_are_not_raw_bytes(model: onnx.ModelProto) -> None:
    splits = attribute(model, "nodes_splits")
    splits.t.CopyFrom(helper.make_tensor("splits", TensorProto.DOUBLE, [WIDTH], [-math.inf] * WIDTH))


UNREAD: list[Callable[[onnx.ModelProto], None]] = [
    another_probability_than_the_logistic,
    trees_that_do_not_make_the_contributions,
    contributions_mixed_in_the_end,
    a_question_whether_it_is_equal,
    numbers_that_are_not_raw_bytes,
]


@pytest.mark.parametrize("change", UNREAD, ids=lambda change: change.__name__)
def test_what_is_not_read_is_left_to_the_runtime(change: Callable[[onnx.ModelProto], None]) -> None:
    content = build_graph(Effects(STATED.intercept, tuple(Steps(np.empty(0), np.ones(2)) for _ in range(WIDTH)), ()))
    assert both(content)[1] is not None
    model = onnx.load_from_string(content)
    change(model)
    assert both(model.SerializeToString())[1] is None


@pytest.mark.parametrize(("length", "is_read"), [(20, True), (5000, False)])
def test_a_path_of_too_many_questions_is_left_to_the_runtime(length: int, is_read: bool) -> None:
    model = onnx.load_from_string(one_question_trees([(LT, float(-number), 1.0, 0.0) for number in range(length)]))
    attribute(model, "tree_roots").ints[:] = [0]
    for name in ("nodes_featureids", "leaf_targetids"):
        attribute(model, name).ints[:] = [0] * len(attribute(model, name).ints)
    attribute(model, "nodes_truenodeids").ints[:-1] = range(1, length)
    attribute(model, "nodes_trueleafs").ints[:-1] = [0] * (length - 1)
    assert (effect_trees(model.SerializeToString(), STATED, 1) is not None) == is_read
