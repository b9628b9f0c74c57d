"""What all parts of the checker share: the side tables they write and the way to the other parts."""

from abc import ABC, abstractmethod
from collections.abc import Mapping

from underwriter.feel.builtins.entry import Builtins, Selection
from underwriter.feel.checking import errors as errors
from underwriter.feel.checking.scope import Scope
from underwriter.feel.checking.written_types import BUILT_IN, resolved, unknown_names
from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.nodes import Expression, InstanceOf, Node, Parameter, WrittenType
from underwriter.feel.source import Source
from underwriter.feel.types import BOOLEAN, ListType, Type, conforms, unconstrained


class CheckerBase(ABC):
    """The state of one check: findings, and tables keyed by the `id` of a node. The tree itself stays as parsed.

    `called` is how many calls of user-defined functions the function that is being checked makes at most.
    """

    def __init__(self, source: Source, builtins: Builtins, named_types: Mapping[str, Type]) -> None:
        self.source = source
        self.builtins = builtins
        self.named_types = named_types
        self.types: dict[int, Type] = {}
        self.calls: dict[int, Selection] = {}
        self.written_types: dict[int, Type] = {}
        self.references: set[tuple[str, ...]] = set()
        self.diagnostics: list[Diagnostic] = []
        self.called: int | None = 0

    @abstractmethod
    def check(self, node: Expression, scope: Scope) -> Type:
        """Return the type of an expression and write it down; report what is wrong and go on."""

    def keep(self, node: Node, type_: Type) -> Type:
        """Write down the type of a node, without constraints: they tell of single values, not of what can be done."""
        type_ = unconstrained(type_)
        self.types[id(node)] = type_
        return type_

    def written_type(self, node: InstanceOf | Parameter, written: WrittenType) -> Type | None:
        """Write down the type that is written in a node and return it; None, with findings, if there is none such."""
        type_ = resolved(written, self.named_types)
        if type_ is not None:
            self.written_types[id(node)] = type_
        for unknown in unknown_names(written, self.named_types):
            known = [*BUILT_IN, *self.named_types]
            self.report(errors.unknown_type(self.source, unknown.span, unknown.name, known))
        return type_

    def count_calls(self, calls: int | None) -> None:
        """Add to the calls of functions that one evaluation of what is checked leads to; None if nobody knows."""
        self.called = None if calls is None or self.called is None else self.called + calls

    def report(self, diagnostic: Diagnostic) -> None:
        """Add a finding, once."""
        if diagnostic not in self.diagnostics:
            self.diagnostics.append(diagnostic)


def are_comparable(left: Type, right: Type) -> bool:
    """Tell whether values of the two types are of one kind: `=` gives null for others, and for lists never."""
    return (
        conforms(left, right) or conforms(right, left) or (isinstance(left, ListType) and isinstance(right, ListType))
    )


def may_be_boolean(type_: Type) -> bool:
    """Tell whether a value of the type may be a condition."""
    return conforms(type_, BOOLEAN)
