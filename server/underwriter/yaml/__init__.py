"""Knows how to read YAML into nodes that know their places: what rule files and manifests are made of."""

from underwriter.yaml.composer import compose
from underwriter.yaml.errors import NestedTooDeep, UnreadableCharacter, YamlError
from underwriter.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence

__all__ = [
    "Alias",
    "Mapping",
    "NestedTooDeep",
    "Node",
    "Scalar",
    "Sequence",
    "UnreadableCharacter",
    "YamlError",
    "compose",
]
