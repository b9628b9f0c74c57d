"""FEEL texts of rule files, each parsed once, and the findings on all of them."""

from collections.abc import Collection, Iterator
from dataclasses import fields, is_dataclass

from underwriter.feel import Checked, Environment, Scope
from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.nodes import Expression, Name, Node, Path, UnaryTests
from underwriter.feel.source import Source
from underwriter.feel.types import Type


class Formulas:
    """Parses and checks FEEL texts. A text with a fault gives None, and its findings stand in `diagnostics`."""

    def __init__(self, environment: Environment, names: Collection[str]) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._environment = environment
        self._names = names
        self._trees: dict[tuple[int, bool], Node | None] = {}
        self._sources: list[Source] = []  # kept alive, since trees are found by the identity of their source

    def expression(self, source: Source) -> Expression | None:
        """Return the tree of an expression."""
        return self._tree(source, is_test=False)  # type: ignore[return-value]

    def tests(self, source: Source) -> UnaryTests | None:
        """Return the tree of a table's cell."""
        return self._tree(source, is_test=True)  # type: ignore[return-value]

    def check(self, source: Source, scope: Scope, expected: Type | None = None) -> Checked | None:
        """Check an expression, and that its type conforms to the expected one."""
        tree = self.expression(source)
        return None if tree is None else self._kept(self._environment.check(tree, source, scope, expected))

    def check_tests(self, source: Source, scope: Scope, subject: Type) -> Checked | None:
        """Check a table's cell against the type of its column's input."""
        tree = self.tests(source)
        return None if tree is None else self._kept(self._environment.check_unary_tests(tree, source, scope, subject))

    def _kept(self, checked: Checked) -> Checked:
        self.diagnostics += checked.diagnostics
        return checked

    def _tree(self, source: Source, *, is_test: bool) -> Node | None:
        key = (id(source), is_test)
        if key not in self._trees:
            parse = self._environment.parse_unary_tests if is_test else self._environment.parse
            parsed = parse(source, self._names)
            self.diagnostics += parsed.diagnostics
            self._sources.append(source)
            self._trees[key] = parsed.tree
        return self._trees[key]


def names_in(tree: Node | None) -> set[str]:
    """Return every name that stands in a tree, local ones among them."""
    return {node.name for node in _nodes(tree) if isinstance(node, Name)}


def members_in(tree: Node | None) -> set[str]:
    """Return every name that stands in a tree and every member that it asks for: what a context may be read for."""
    return names_in(tree) | {node.member for node in _nodes(tree) if isinstance(node, Path)}


def _nodes(value: object) -> Iterator[Node]:
    if isinstance(value, tuple):
        for item in value:
            yield from _nodes(item)
    elif isinstance(value, Node) and is_dataclass(value):
        yield value
        for field in fields(value):
            yield from _nodes(getattr(value, field.name))
