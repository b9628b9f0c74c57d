"""From a LightGBM booster, one feature a tree, to an ONNX graph that gives each feature's contribution.

The trees of one feature add up to a step function of it. The graph holds one balanced tree a feature that looks the
step up, so a row costs a few comparisons whatever the number of boosting rounds.
"""

from dataclasses import dataclass, field
from typing import Any

import lightgbm
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

ONNX_OPSET = 21
ML_OPSET = 5
_IR_VERSION = 10
# Codes of the operator TreeEnsemble, https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsemble.html
_BRANCH_LT, _BRANCH_GTE, _SUM, _NO_TRANSFORM = 1, 2, 1, 0

Vector = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Steps:
    """A step function: `values[0]` up to and with `edges[0]`, ..., `values[-1]` above `edges[-1]`."""

    edges: Vector
    values: Vector

    def at(self, feature: Vector) -> Vector:
        """The value at each point."""
        return self.values[np.searchsorted(self.edges, feature, side="left")]


def read_steps(booster: lightgbm.Booster) -> tuple[Steps, ...]:
    """One step function a feature. Raises ValueError when a tree looks at more than one feature."""
    trees = [tree["tree_structure"] for tree in booster.dump_model()["tree_info"]]
    by_feature: dict[int, list[dict[str, Any]]] = {feature: [] for feature in range(booster.num_feature())}
    for tree in trees:
        used = {feature for feature, _ in _splits(tree)}
        if len(used) > 1:
            raise ValueError(f"a tree looks at the features {sorted(used)}: no exact contribution of each can be told")
        for feature in used:
            by_feature[feature].append(tree)
    return tuple(_add_up(trees) for trees in by_feature.values())


def _splits(node: dict[str, Any]) -> list[tuple[int, float]]:
    if "leaf_value" in node:
        return []
    if node["decision_type"] != "<=":
        raise ValueError(f"a split decides by {node['decision_type']}, not by <=")
    here = (int(node["split_feature"]), float(node["threshold"]))
    return [here, *_splits(node["left_child"]), *_splits(node["right_child"])]


def _add_up(trees: list[dict[str, Any]]) -> Steps:
    edges = np.array(sorted({threshold for tree in trees for _, threshold in _splits(tree)}))
    points = [*edges, np.inf]
    return Steps(edges, np.array([sum(_leaf_value(tree, point) for tree in trees) for point in points]))


def _leaf_value(node: dict[str, Any], value: float) -> float:
    while "leaf_value" not in node:
        node = node["left_child"] if value <= node["threshold"] else node["right_child"]
    return float(node["leaf_value"])


@dataclass(slots=True)
class _Nodes:
    """The flat lists that TreeEnsemble keeps its nodes and leaves in."""

    features: list[int] = field(default_factory=list)
    modes: list[int] = field(default_factory=list)
    splits: list[float] = field(default_factory=list)
    true_ids: list[int] = field(default_factory=list)
    true_leafs: list[int] = field(default_factory=list)
    false_ids: list[int] = field(default_factory=list)
    false_leafs: list[int] = field(default_factory=list)
    leaf_targets: list[int] = field(default_factory=list)
    leaf_weights: list[float] = field(default_factory=list)

    def branch(self, feature: int, mode: int, split: float) -> int:
        """Add a node whose children are not yet known."""
        self.features.append(feature)
        self.modes.append(mode)
        self.splits.append(split)
        for children in (self.true_ids, self.true_leafs, self.false_ids, self.false_leafs):
            children.append(0)
        return len(self.features) - 1

    def connect(self, node: int, when_true: tuple[int, int], when_false: tuple[int, int]) -> None:
        """Set the children of a node, each an index and whether it is one of a leaf."""
        self.true_ids[node], self.true_leafs[node] = when_true
        self.false_ids[node], self.false_leafs[node] = when_false

    def leaf(self, target: int, weight: float) -> tuple[int, int]:
        """Add a leaf that adds `weight` to the contribution `target`."""
        self.leaf_targets.append(target)
        self.leaf_weights.append(weight)
        return len(self.leaf_targets) - 1, 1

    def lookup(self, feature: int, steps: Steps) -> tuple[int, int]:
        """Add a balanced tree for the steps. `x <= t` becomes `x < t'`, t' being the next double above t."""
        if not len(steps.edges):
            return self.leaf(feature, float(steps.values[0]))
        middle = len(steps.edges) // 2
        node = self.branch(feature, _BRANCH_LT, float(np.nextafter(steps.edges[middle], np.inf)))
        below = Steps(steps.edges[:middle], steps.values[: middle + 1])
        above = Steps(steps.edges[middle + 1 :], steps.values[middle + 1 :])
        self.connect(node, self.lookup(feature, below), self.lookup(feature, above))
        return node, 0


def build_graph(steps: tuple[Steps, ...], missing: tuple[float, ...], intercept: float) -> bytes:
    """The ONNX file: `features` in, `probability` and `contributions` out, all double.

    A root test `x >= -inf` fails for NaN alone and leads to the feature's contribution when missing.
    """
    nodes, roots = _Nodes(), []
    for feature, (function, contribution) in enumerate(zip(steps, missing, strict=True)):
        root = nodes.branch(feature, _BRANCH_GTE, -np.inf)
        roots.append(root)
        nodes.connect(root, nodes.lookup(feature, function), nodes.leaf(feature, contribution))
    width = len(steps)
    graph = helper.make_graph(
        [
            _tree_ensemble(nodes, roots, width),
            helper.make_node("ReduceSum", ["contributions", "features_axis"], ["sum"], keepdims=0),
            helper.make_node("Add", ["sum", "intercept"], ["log_odds"]),
            helper.make_node("Sigmoid", ["log_odds"], ["probability"]),
        ],
        "additive",
        [helper.make_tensor_value_info("features", TensorProto.DOUBLE, ["N", width])],
        [
            helper.make_tensor_value_info("probability", TensorProto.DOUBLE, ["N"]),
            helper.make_tensor_value_info("contributions", TensorProto.DOUBLE, ["N", width]),
        ],
        [
            numpy_helper.from_array(np.array([1]), "features_axis"),
            numpy_helper.from_array(np.array(intercept), "intercept"),
        ],
    )
    opsets = [helper.make_opsetid("", ONNX_OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))


def _tree_ensemble(nodes: _Nodes, roots: list[int], width: int) -> onnx.NodeProto:
    return helper.make_node(
        "TreeEnsemble",
        ["features"],
        ["contributions"],
        domain="ai.onnx.ml",
        n_targets=width,
        aggregate_function=_SUM,
        post_transform=_NO_TRANSFORM,
        tree_roots=roots,
        nodes_featureids=nodes.features,
        nodes_modes=numpy_helper.from_array(np.array(nodes.modes, np.uint8)),
        nodes_splits=numpy_helper.from_array(np.array(nodes.splits)),
        nodes_truenodeids=nodes.true_ids,
        nodes_trueleafs=nodes.true_leafs,
        nodes_falsenodeids=nodes.false_ids,
        nodes_falseleafs=nodes.false_leafs,
        leaf_targetids=nodes.leaf_targets,
        leaf_weights=numpy_helper.from_array(np.array(nodes.leaf_weights)),
    )
