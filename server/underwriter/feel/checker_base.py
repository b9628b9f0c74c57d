"""What all parts of the checker share: the side tables they write and the way to the other parts."""

from abc import ABC, abstractmethod

from underwriter.feel.builtins.entry import Builtins, Selection
from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.nodes import Expression, Node
from underwriter.feel.scope import Scope
from underwriter.feel.source import Source
from underwriter.feel.types import BOOLEAN, Type, conforms


class CheckerBase(ABC):
    """The state of one check: findings, and tables keyed by the `id` of a node. The tree itself stays as parsed."""

    def __init__(self, source: Source, builtins: Builtins) -> None:
        self.source = source
        self.builtins = builtins
        self.types: dict[int, Type] = {}
        self.calls: dict[int, Selection] = {}
        self.references: set[tuple[str, ...]] = set()
        self.diagnostics: list[Diagnostic] = []

    @abstractmethod
    def check(self, node: Expression, scope: Scope) -> Type:
        """Return the type of an expression and write it down; report what is wrong and go on."""

    def keep(self, node: Node, type_: Type) -> Type:
        """Write down the type of a node."""
        self.types[id(node)] = type_
        return type_

    def report(self, diagnostic: Diagnostic) -> None:
        """Add a finding."""
        self.diagnostics.append(diagnostic)


def are_comparable(left: Type, right: Type) -> bool:
    """Tell whether values of the two types may be equal."""
    return conforms(left, right) or conforms(right, left)


def may_be_boolean(type_: Type) -> bool:
    """Tell whether a value of the type may be a condition."""
    return conforms(type_, BOOLEAN)
