"""Reads from a graph the trees of one feature and of two, where its contributions are made of nothing else.

The operator is TreeEnsemble (https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsemble.html). Taken are graphs with one
tree a feature, which asks about that feature and adds to its contribution, and then two trees a pair of features, which
ask about these two; one adds to the contribution of the first, the next to that of the second.
"""

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from struct import iter_unpack
from typing import NamedTuple

from underwriter.scoring.manifest import GraphFile
from underwriter.scoring.onnx_file import Node, read_nodes

_HOLDS: Sequence[Callable[[float, float], bool]] = (operator.le, operator.lt, operator.ge, operator.gt)
_STEPS_AFTER = (True, False, False, True)  # whether the threshold itself belongs to the step below


class Tree(NamedTuple):
    """One tree: the contribution that it adds to, its edges by the features that it asks about, and its root.

    Edges are the values of a feature from which on the tree may answer otherwise than just below, rising.
    """

    target: int
    edges: Mapping[int, Sequence[float]]
    root: "Branch"

    @property
    def asked(self) -> frozenset[int]:
        """The features that it asks about."""
        return frozenset(self.edges)

    def value(self, point: Mapping[int, float]) -> float:
        """What the tree adds where the features have these values; NaN stands for a missing one."""
        node: Branch | Leaf = self.root
        while isinstance(node, Branch):
            node = node.when_true if _HOLDS[node.mode](point[node.feature], node.split) else node.when_false
        return node.weight


class Leaf(NamedTuple):
    """The end of a path: what is added to which contribution."""

    target: int
    weight: float


class Branch(NamedTuple):
    """A question, whether the feature compares with the split as the mode says; it is not so where it is missing."""

    feature: int
    mode: int
    split: float
    when_true: "Branch | Leaf"
    when_false: "Branch | Leaf"

    @property
    def edge(self) -> float:
        """The value of the feature from which on the answer is another than just below."""
        return math.nextafter(self.split, math.inf) if _STEPS_AFTER[self.mode] else self.split


class EffectTrees(NamedTuple):
    """The trees of a graph: `mains` one a feature, in order; `pairs` two a pair, that of the lower feature first."""

    mains: tuple[Tree, ...]
    pairs: tuple[tuple[Tree, Tree], ...]


def effect_trees(content: bytes, stated: GraphFile, width: int) -> EffectTrees | None:
    """Return the trees of a graph that the runtime has taken, with the tensors that are stated; None if it has others.

    Also None if the trees are not written as read here: numbers in tensors as raw bytes, each node in one tree, no path
    of hundreds of questions.
    """
    makers = [node for node in read_nodes(content) if stated.contributions in node.outputs]
    if [(node.operator, node.inputs) for node in makers] != [("TreeEnsemble", (stated.input,))]:
        return None
    try:
        return _in_pairs(_read_trees(makers[0]), width)
    except (IndexError, KeyError, RecursionError, ValueError):
        return None


def _in_pairs(trees: Sequence[Tree], width: int) -> EffectTrees | None:
    mains, rest = tuple(trees[:width]), trees[width:]
    pairs = tuple(zip(rest[::2], rest[1::2], strict=True))
    if [(tree.target, tree.asked) for tree in mains] != [(feature, frozenset({feature})) for feature in range(width)]:
        return None
    features = [(first.target, second.target) for first, second in pairs]
    if len(set(features)) != len(features):
        return None
    for (low, high), trees_of_pair in zip(features, pairs, strict=True):
        if low >= high or any(not tree.asked <= {low, high} for tree in trees_of_pair):
            return None
    return EffectTrees(mains, pairs)


def _read_trees(ensemble: Node) -> list[Tree]:
    """Read every tree. Raises ValueError for what is not known here, IndexError and KeyError for broken attributes."""
    numbers = ensemble.integers
    if numbers.get("post_transform", (0,)) != (0,) or numbers.get("aggregate_function", (1,)) != (1,):
        raise ValueError("the trees are not only added up")
    if any(numbers.get("nodes_missing_value_tracks_true", ())):
        raise ValueError("a missing value does not fail every question")
    return [_tree(root) for root in _Reader(ensemble).roots()]


def _tree(root: Branch) -> Tree:
    edges: dict[int, set[float]] = {}
    targets: set[int] = set()
    waiting = [root]
    while waiting:
        branch = waiting.pop()
        edges.setdefault(branch.feature, set()).add(branch.edge)
        for child in (branch.when_true, branch.when_false):
            if isinstance(child, Branch):
                waiting.append(child)
            else:
                targets.add(child.target)
    (target,) = targets
    return Tree(target, {feature: sorted(filter(math.isfinite, found)) for feature, found in edges.items()}, root)


class _Reader:
    """Builds the trees of an ensemble; a node that two places lead to is refused."""

    def __init__(self, ensemble: Node) -> None:
        numbers, tensors = ensemble.integers, ensemble.tensors
        self._roots = numbers["tree_roots"]
        self._questions = list(
            zip(
                numbers["nodes_featureids"],
                tensors["nodes_modes"],
                (split for (split,) in iter_unpack("<d", tensors["nodes_splits"])),
                strict=True,
            )
        )
        self._children = [
            list(zip(numbers[f"nodes_{side}nodeids"], numbers[f"nodes_{side}leafs"], strict=True))
            for side in ("true", "false")
        ]
        weights = (weight for (weight,) in iter_unpack("<d", tensors["leaf_weights"]))
        self._leaves = [Leaf(*leaf) for leaf in zip(numbers["leaf_targetids"], weights, strict=True)]
        self._read: set[int] = set()

    def roots(self) -> list[Branch]:
        """Every tree, in the order in which the runtime adds them up."""
        return [self._branch(root) for root in self._roots]

    def _branch(self, number: int) -> Branch:
        if number in self._read:
            raise ValueError(f"two places lead to node {number}")
        self._read.add(number)
        feature, mode, split = self._questions[number]
        if mode >= len(_HOLDS):
            raise ValueError(f"node {number} compares in the way {mode}")
        children = [self._leaves[at] if is_leaf else self._branch(at) for at, is_leaf in self._children_of(number)]
        return Branch(feature, mode, split, children[0], children[1])

    def _children_of(self, number: int) -> list[tuple[int, int]]:
        return [side[number] for side in self._children]
