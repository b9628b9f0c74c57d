"""Tells whether a graph's contributions are trees of one feature each, and at which values these trees decide.

The operator is TreeEnsemble (https://onnx.ai/onnx/operators/onnx_aionnxml_TreeEnsemble.html). Where every leaf that
adds to the contribution of a feature is reached by questions about that feature alone, the contribution is a step
function of the feature: it changes at the trees' thresholds and nowhere else.
"""

from struct import iter_unpack

from underwriter.scoring.manifest import GraphFile
from underwriter.scoring.onnx_file import Node, read_nodes

_MEMBER_OF_A_SET = 6


def thresholds_of(content: bytes, stated: GraphFile, width: int) -> tuple[frozenset[float], ...] | None:
    """Return for each of `width` features the values at which the trees decide.

    The content must be a graph that the runtime has taken, with the tensors that are stated. None if its contributions
    are not made so, or the trees are not written as read here: numbers in tensors as raw bytes, each node in one tree.
    """
    makers = [node for node in read_nodes(content) if stated.contributions in node.outputs]
    if [(node.operator, node.inputs) for node in makers] != [("TreeEnsemble", (stated.input,))]:
        return None
    try:
        return _thresholds(makers[0], width) if _is_additive(makers[0]) else None
    except (IndexError, KeyError, ValueError):
        return None


def _thresholds(ensemble: Node, width: int) -> tuple[frozenset[float], ...]:
    thresholds: list[set[float]] = [set() for _ in range(width)]
    splits = iter_unpack("<d", ensemble.tensors["nodes_splits"])
    for feature, (split,) in zip(ensemble.integers["nodes_featureids"], splits, strict=True):
        thresholds[feature].add(split)
    return tuple(map(frozenset, thresholds))


def _is_additive(ensemble: Node) -> bool:
    """Tell whether each path from a root asks only about the feature that its leaf adds to."""
    numbers, modes = ensemble.integers, ensemble.tensors["nodes_modes"]
    features, targets = numbers["nodes_featureids"], numbers["leaf_targetids"]
    if numbers.get("post_transform", (0,)) != (0,) or len(modes) != len(features) or _MEMBER_OF_A_SET in modes:
        return False
    sides = [
        list(zip(numbers[f"nodes_{side}nodeids"], numbers[f"nodes_{side}leafs"], strict=True))
        for side in ("true", "false")
    ]
    open_nodes = [(root, features[root]) for root in numbers["tree_roots"]]
    for _ in features:
        if not open_nodes:
            break
        node, feature = open_nodes.pop()
        children = [side[node] for side in sides]
        if features[node] != feature or any(targets[child] != feature for child, is_leaf in children if is_leaf):
            return False
        open_nodes += [(child, feature) for child, is_leaf in children if not is_leaf]
    return not open_nodes
