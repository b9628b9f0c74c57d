"""From effects to an ONNX graph that gives each feature's contribution.

The graph holds balanced trees that look steps up, one a main effect and two a pair (a leaf adds to one contribution
only), so a row costs a few comparisons whatever the number of boosting rounds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from training.effects import Effects
from training.features import Vector
from training.steps import Pair, Steps

ONNX_OPSET = 21
ML_OPSET = 5
_IR_VERSION = 10
# Codes of the operator TreeEnsemble, https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsemble.html
_BRANCH_LT, _BRANCH_GTE, _SUM, _NO_TRANSFORM = 1, 2, 1, 0

Child = tuple[int, int]
"""The number of a node or leaf, and 1 for a leaf."""


@dataclass(slots=True)
class _Forest:
    """The flat lists that TreeEnsemble keeps its nodes and leaves in."""

    roots: list[int] = field(default_factory=list)
    features: list[int] = field(default_factory=list)
    modes: list[int] = field(default_factory=list)
    splits: list[float] = field(default_factory=list)
    true_ids: list[int] = field(default_factory=list)
    true_leafs: list[int] = field(default_factory=list)
    false_ids: list[int] = field(default_factory=list)
    false_leafs: list[int] = field(default_factory=list)
    leaf_targets: list[int] = field(default_factory=list)
    leaf_weights: list[float] = field(default_factory=list)

    def add_main(self, feature: int, main: Steps) -> None:
        """Add the tree of a main effect."""
        root, _ = self._lookup(feature, main.edges, lambda step: self._leaf(feature, main.values[step]))
        self.roots.append(root)

    def add_pair(self, pair: Pair) -> None:
        """Add two trees of a pure interaction, half of which goes to each feature."""
        for target in pair.features:
            root, _ = self._lookup(pair.features[0], pair.edges[0], partial(self._add_row, pair, target))
            self.roots.append(root)

    def _add_row(self, pair: Pair, target: int, row: int) -> Child:
        """Add what looks up the second feature, that of the first being known; one leaf if it makes no difference."""
        values = pair.values[row] / 2
        if (values == values[0]).all():
            return self._leaf(target, values[0])
        return self._lookup(pair.features[1], pair.edges[1], lambda step: self._leaf(target, values[step]))

    def _lookup(self, feature: int, edges: Vector, child: Callable[[int], Child]) -> Child:
        """Add the question `x >= -inf`, which is false for NaN alone, and below it a tree of the steps."""
        return self._branch(
            feature,
            _BRANCH_GTE,
            -np.inf,
            lambda: self._steps(feature, edges, 0, child),
            lambda: child(len(edges) + 1),
        )

    def _steps(self, feature: int, edges: Vector, first: int, child: Callable[[int], Child]) -> Child:
        """Add a balanced tree over the edges. `x <= t` becomes `x < t'`, t' being the next double above t."""
        if not len(edges):
            return child(first)
        middle = len(edges) // 2
        return self._branch(
            feature,
            _BRANCH_LT,
            float(np.nextafter(edges[middle], np.inf)),
            lambda: self._steps(feature, edges[:middle], first, child),
            lambda: self._steps(feature, edges[middle + 1 :], first + middle + 1, child),
        )

    def _branch(
        self, feature: int, mode: int, split: float, when_true: Callable[[], Child], when_false: Callable[[], Child]
    ) -> Child:
        node = len(self.features)
        self.features.append(feature)
        self.modes.append(mode)
        self.splits.append(split)
        for children in (self.true_ids, self.true_leafs, self.false_ids, self.false_leafs):
            children.append(0)
        self.true_ids[node], self.true_leafs[node] = when_true()
        self.false_ids[node], self.false_leafs[node] = when_false()
        return node, 0

    def _leaf(self, target: int, weight: float) -> Child:
        self.leaf_targets.append(target)
        self.leaf_weights.append(float(weight))
        return len(self.leaf_targets) - 1, 1


def build_graph(effects: Effects) -> bytes:
    """The ONNX file: `features` in, `probability` and `contributions` out, all double."""
    width = len(effects.mains)
    nodes = [
        _tree_ensemble(_grow(effects), width),
        helper.make_node("ReduceSum", ["contributions", "features_axis"], ["sum"], keepdims=0),
        helper.make_node("Add", ["sum", "intercept"], ["log_odds"]),
        helper.make_node("Sigmoid", ["log_odds"], ["probability"]),
    ]
    graph = helper.make_graph(
        nodes,
        "contributions" if effects.pairs else "additive",
        [_tensor("features", ["N", width])],
        [_tensor("probability", ["N"]), _tensor("contributions", ["N", width])],
        [
            numpy_helper.from_array(np.array([1]), "features_axis"),
            numpy_helper.from_array(np.array(effects.intercept), "intercept"),
        ],
    )
    opsets = [helper.make_opsetid("", ONNX_OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString(deterministic=True))


def _tensor(name: str, shape: Sequence[str | int]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.DOUBLE, shape)


def _grow(effects: Effects) -> _Forest:
    forest = _Forest()
    for feature, main in enumerate(effects.mains):
        forest.add_main(feature, main)
    for pair in effects.pairs:
        forest.add_pair(pair)
    return forest


def _tree_ensemble(forest: _Forest, width: int) -> onnx.NodeProto:
    return helper.make_node(
        "TreeEnsemble",
        ["features"],
        ["contributions"],
        domain="ai.onnx.ml",
        n_targets=width,
        aggregate_function=_SUM,
        post_transform=_NO_TRANSFORM,
        tree_roots=forest.roots,
        nodes_featureids=forest.features,
        nodes_modes=numpy_helper.from_array(np.array(forest.modes, np.uint8)),
        nodes_splits=numpy_helper.from_array(np.array(forest.splits)),
        nodes_truenodeids=forest.true_ids,
        nodes_trueleafs=forest.true_leafs,
        nodes_falsenodeids=forest.false_ids,
        nodes_falseleafs=forest.false_leafs,
        leaf_targetids=forest.leaf_targets,
        leaf_weights=numpy_helper.from_array(np.array(forest.leaf_weights)),
    )
