"""Scoring a row by step functions, against the ONNX runtime's own runs of the same graph."""

import math
from decimal import Decimal

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from underwriter.scoring import Model
from underwriter.scoring.graph import Graph
from underwriter.scoring.manifest import GraphFile
from underwriter.scoring.step_functions import StepFunctions, step_functions

STATED = GraphFile("model.onnx", "", 21, 5, "features", "probability", "contributions", -0.5)
LEQ, LT, GTE, GT, EQ, NEQ = range(6)
numbers = st.floats(-100, 100) | st.integers(-3, 3).map(float)


class Trees:
    """Collects trees, each with one question and two leaves or questions below."""

    def __init__(self) -> None:
        self.roots: list[int] = []
        self.nodes: list[list[float]] = []
        self.leaves: list[tuple[int, float]] = []

    def question(self, feature: int, mode: int, split: float, missing_is_true: bool = False) -> int:
        self.nodes.append([feature, mode, split, missing_is_true, 0, 0, 0, 0])
        return len(self.nodes) - 1

    def leaf(self, target: int, weight: float) -> tuple[int, int]:
        self.leaves.append((target, weight))
        return len(self.leaves) - 1, 1

    def graph(self, width: int, **attributes: object) -> bytes:
        feature, mode, split, missing, true, is_true_leaf, false, is_false_leaf = zip(*self.nodes, strict=True)
        ensemble = helper.make_node(
            "TreeEnsemble",
            ["features"],
            ["contributions"],
            domain="ai.onnx.ml",
            tree_roots=self.roots,
            nodes_featureids=feature,
            nodes_modes=numpy_helper.from_array(np.array(mode, dtype=np.uint8)),
            nodes_splits=numpy_helper.from_array(np.array(split, dtype=np.float64)),
            nodes_missing_value_tracks_true=[int(tracks) for tracks in missing],
            nodes_truenodeids=true,
            nodes_trueleafs=is_true_leaf,
            nodes_falsenodeids=false,
            nodes_falseleafs=is_false_leaf,
            leaf_targetids=[target for target, _ in self.leaves],
            leaf_weights=numpy_helper.from_array(np.array([weight for _, weight in self.leaves])),
            **({"n_targets": width, "aggregate_function": 1, "post_transform": 0} | attributes),
        )
        return whole(ensemble, width)


def whole(maker: onnx.NodeProto, width: int, last: str = "Sigmoid") -> bytes:
    """The graph whose contributions the node makes."""
    nodes = [
        maker,
        helper.make_node("ReduceSum", ["contributions", "axis"], ["sum"], keepdims=0),
        helper.make_node("Add", ["sum", "intercept"], ["log_odds"]),
        helper.make_node(last, ["log_odds"], ["probability"]),
    ]
    tensors = {"probability": ["N"], "contributions": ["N", width]}
    graph = helper.make_graph(
        nodes,
        "g",
        [helper.make_tensor_value_info("features", TensorProto.DOUBLE, ["N", width])],
        [helper.make_tensor_value_info(name, TensorProto.DOUBLE, shape) for name, shape in tensors.items()],
        [
            numpy_helper.from_array(np.array([1]), "axis"),
            numpy_helper.from_array(np.array(STATED.intercept), "intercept"),
        ],
    )
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("ai.onnx.ml", 5)]
    return bytes(helper.make_model(graph, opset_imports=opsets, ir_version=10).SerializeToString())


def one_question_trees(trees: list[tuple[int, int, float, bool, float, float]]) -> Trees:
    """Trees of one question each: the feature, the mode, the threshold, where NaN goes, and what both leaves add."""
    made = Trees()
    for feature, mode, split, missing_is_true, when_true, when_false in trees:
        root = made.question(feature, mode, split, missing_is_true)
        made.nodes[root][4:] = [*made.leaf(feature, when_true), *made.leaf(feature, when_false)]
        made.roots.append(root)
    return made


def both(content: bytes, width: int) -> tuple[Graph, StepFunctions | None]:
    graph = Graph(content, STATED, width)
    return graph, step_functions(content, graph, STATED)


tree = st.tuples(
    st.integers(0, 2), st.sampled_from([LEQ, LT, GTE, GT, EQ, NEQ]), numbers, st.booleans(), numbers, numbers
)


@given(st.lists(tree, min_size=1, max_size=8), st.lists(st.lists(numbers | st.just(math.nan), min_size=3, max_size=3)))
def test_trees_of_one_feature_each_are_step_functions(trees, rows) -> None:
    graph, functions = both(one_question_trees(trees).graph(3), 3)
    assert functions is not None
    at_thresholds = [
        [split, math.nextafter(split, -math.inf), math.nextafter(split, math.inf)] for _, _, split, *_ in trees
    ]
    for row in [*rows, *at_thresholds]:
        probability, contributions = functions.run_row(row)
        expected, parts = graph.run_row(row)
        assert (probability, contributions) == (pytest.approx(expected, abs=1e-12), parts)


def test_a_tree_that_asks_about_two_features_is_left_to_the_runtime() -> None:
    trees = one_question_trees([(0, LEQ, 1.0, False, 0.5, -0.5)])
    below = trees.question(1, GT, 2.0)
    trees.nodes[below][4:] = [*trees.leaf(0, 3.0), *trees.leaf(0, 4.0)]
    trees.nodes[0][6:] = [below, 0]
    assert both(trees.graph(2), 2)[1] is None


def test_a_tree_that_adds_to_another_feature_is_left_to_the_runtime() -> None:
    trees = one_question_trees([(0, LEQ, 1.0, False, 0.5, -0.5)])
    trees.leaves[1] = (1, -0.5)
    assert both(trees.graph(2), 2)[1] is None


def test_contributions_that_are_mixed_in_the_end_are_left_to_the_runtime() -> None:
    trees = one_question_trees([(0, LEQ, 1.0, False, 0.5, -0.5), (1, LEQ, 1.0, False, 0.5, -0.5)])
    assert both(trees.graph(2, post_transform=2), 2)[1] is None


def test_a_question_about_a_set_is_left_to_the_runtime() -> None:
    trees = one_question_trees([(0, 6, 0.0, False, 0.5, -0.5)])
    members = numpy_helper.from_array(np.array([1.0, 5.0, math.nan]))
    assert both(trees.graph(1, membership_values=members), 1)[1] is None


def test_a_graph_without_trees_is_left_to_the_runtime() -> None:
    assert both(whole(helper.make_node("Identity", ["features"], ["contributions"]), 2), 2)[1] is None


def test_numbers_that_are_not_written_as_raw_bytes_are_left_to_the_runtime() -> None:
    model = onnx.load_from_string(one_question_trees([(0, LEQ, 1.0, False, 0.5, -0.5)]).graph(1))
    splits = next(each for each in model.graph.node[0].attribute if each.name == "nodes_splits")
    splits.t.CopyFrom(helper.make_tensor("splits", TensorProto.DOUBLE, [1], [1.0]))
    assert both(model.SerializeToString(), 1)[1] is None


def test_another_probability_than_the_logistic_is_left_to_the_runtime() -> None:
    (ensemble, *_) = onnx.load_from_string(one_question_trees([(0, LEQ, 1.0, False, 0.5, -0.5)]).graph(1)).graph.node
    assert both(whole(ensemble, 1, last="Tanh"), 1)[1] is None


@pytest.mark.parametrize("log_odds", [-1e6, -745.0, -1.0, 0.0, 1.0, 745.0, 1e6])
def test_the_probability_of_any_log_odds_is_that_of_the_runtime(log_odds: float) -> None:
    graph, functions = both(one_question_trees([(0, LEQ, 1.0, False, log_odds, 0.0)]).graph(1), 1)
    assert functions is not None
    assert functions.run_row([0.0])[0] == pytest.approx(graph.run_row([0.0])[0], abs=1e-12)


def test_the_shipped_model_is_one_of_step_functions(shipped: Model) -> None:
    assert isinstance(shipped._run_row.__self__, StepFunctions)


features = st.none() | st.integers(-5, 2000).map(Decimal) | st.decimals(-10, 10, places=3)


@given(st.lists(features, min_size=11, max_size=11))
def test_the_shipped_model_scores_a_row_as_its_graph_does(shipped: Model, row) -> None:
    score = shipped.score(row)
    raw, contributions = shipped._graph.run_row(score.values)
    assert score.contributions == contributions
    assert score.probability == pytest.approx(shipped.manifest.calibration.rebase(raw), abs=1e-12)
