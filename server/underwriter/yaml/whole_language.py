"""Reads any YAML text, by ruamel.yaml."""

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode
from ruamel.yaml.nodes import Node as RuamelNode
from ruamel.yaml.reader import ReaderError

from underwriter.yaml.errors import UnreadableCharacter, YamlError
from underwriter.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence

_TAG = "tag:yaml.org,2002:"


def compose_whole(text: str) -> Node | None:
    """Return the document in a text, None if the text is empty. Raises as `compose` does."""
    yaml = YAML(typ="safe", pure=True)
    yaml.composer.warn_double_anchors = False  # an alias means the last anchor before it (YAML 1.2.2, 3.2.2.2)
    try:
        root = yaml.compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark if error.problem else error.context_mark
        problem = error.problem or error.context or "it cannot be read"
        raise YamlError(problem, mark.index if mark else None) from error
    except ReaderError as error:
        problem = f"the character U+{error.character:04X} may not stand in it"
        raise UnreadableCharacter(problem, error.position) from error
    return None if root is None else _Converter().node(root)


class _Converter:
    """Turns ruamel's nodes, which may contain each other, into ours."""

    def __init__(self) -> None:
        self._seen: set[int] = set()

    def node(self, node: RuamelNode) -> Node:
        start, end = node.start_mark.index, node.end_mark.index
        if id(node) in self._seen:
            return Alias(start, end)
        self._seen.add(id(node))
        if isinstance(node, ScalarNode):
            return _scalar(node)
        if isinstance(node, MappingNode):
            return Mapping(start, end, tuple([(_key(key), self.node(value)) for key, value in node.value]))
        return Sequence(start, end, tuple([self.node(item) for item in node.value]))


def _key(node: RuamelNode) -> Node:
    """Return a key; one that is a collection is told by its kind alone, since none of our files may have it."""
    if isinstance(node, ScalarNode):
        return _scalar(node)
    return Sequence(node.start_mark.index, node.end_mark.index, ())


def _scalar(node: ScalarNode) -> Scalar:
    tag = str(node.tag).removeprefix(_TAG)
    return Scalar(node.start_mark.index, node.end_mark.index, node.value, tag, node.style)
