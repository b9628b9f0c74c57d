"""FEEL texts of rule files and models, each parsed once, and the findings on all of them."""

from collections.abc import Iterable
from typing import TypeAlias, TypeVar

from underwriter.feel import Checked, Environment, Scope
from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.nodes import (
    ContextLiteral,
    Expression,
    For,
    FunctionLiteral,
    Name,
    Node,
    Path,
    Quantified,
    UnaryTests,
)
from underwriter.feel.source import Source
from underwriter.feel.traversal import children, descendants
from underwriter.feel.types import Type

Tree = TypeVar("Tree", Expression, UnaryTests)

NamePath: TypeAlias = tuple[str, ...]
"""How a text names something: by its name and members, or first by the name of an import."""


class Formulas:
    """Parses and checks FEEL texts. A text with a fault gives None, and its findings stand in `diagnostics`.

    `names` may stand in every text; a text that is checked may also read the names of its scope. The parser is told of
    those that are `declared`, since they hold more than a name usually does.
    """

    def __init__(self, environment: Environment, names: Iterable[str]) -> None:
        self.diagnostics: list[Diagnostic] = []
        self._environment = environment
        self.declared = _to_declare(names)
        self._declared: dict[Scope | None, tuple[str, ...]] = {None: self.declared}
        self._trees: dict[tuple[int, bool], Node | None] = {}
        self._sources: list[Source] = []  # kept alive, since trees are found by the identity of their source

    def expression(self, source: Source) -> Expression | None:
        """Return the tree of an expression."""
        return self._tree(source, None, is_test=False)  # type: ignore[return-value]

    def tests(self, source: Source) -> UnaryTests | None:
        """Return the tree of a table's cell."""
        return self._tree(source, None, is_test=True)  # type: ignore[return-value]

    def check(self, source: Source, scope: Scope, expected: Type | None = None) -> Checked[Expression] | None:
        """Check an expression, and that its type conforms to the expected one."""
        tree = self._tree(source, scope, is_test=False)
        if tree is None:
            return None
        return self._kept(self._environment.check(tree, source, scope, expected))  # type: ignore[arg-type]

    def check_tests(self, source: Source, scope: Scope, subject: Type) -> Checked[UnaryTests] | None:
        """Check a table's cell against the type of its column's input."""
        tree = self._tree(source, scope, is_test=True)
        if tree is None:
            return None
        return self._kept(
            self._environment.check_unary_tests(tree, source, scope, subject)  # type: ignore[arg-type]
        )

    def _kept(self, checked: Checked[Tree]) -> Checked[Tree]:
        self.diagnostics += checked.diagnostics
        return checked

    def _tree(self, source: Source, scope: Scope | None, *, is_test: bool) -> Node | None:
        key = (id(source), is_test)
        if key not in self._trees:
            parse = self._environment.parse_unary_tests if is_test else self._environment.parse
            parsed = parse(source, self._declared_in(scope))
            self.diagnostics += parsed.diagnostics
            self._sources.append(source)
            self._trees[key] = parsed.tree
        return self._trees[key]

    def _declared_in(self, scope: Scope | None) -> tuple[str, ...]:
        """Return the names that a parser must be told of; the cells of a table share their scope."""
        if scope is not None and scope not in self._declared:
            self._declared[scope] = (*self.declared, *_to_declare(scope))
        return self._declared[scope]


def _to_declare(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names that a parser must be told of: the others are read as names anyway."""
    return tuple(name for name in names if not name.isidentifier())


def names_in(tree: Node | None) -> set[str]:
    """Return every name that a tree may read from outside: those that it binds itself are left out.

    A name in a filter's condition counts, though it may turn out to be a member of the filtered items.
    """
    return set() if tree is None else _free_names(tree)


def free_names_of_steps(steps: Iterable[tuple[set[str], str]]) -> set[str]:
    """Return what is free in a row of named steps, given what is free in each: it may read the names before its own."""
    free: set[str] = set()
    bound: set[str] = set()
    for names, name in steps:
        free |= names - bound
        bound.add(name)
    return free


def members_in(tree: Node | None) -> set[str]:
    """Return every name that stands in a tree and every member that it asks for: what a context may be read for."""
    nodes = [] if tree is None else list(descendants(tree))
    return {n.name for n in nodes if isinstance(n, Name)} | {n.member for n in nodes if isinstance(n, Path)}


_Binding: TypeAlias = For | Quantified | FunctionLiteral | ContextLiteral
"""The nodes that give names to what stands in them."""


def _free_names(node: Node) -> set[str]:
    found: set[str] = set()
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Name):
            found.add(part.name)
        elif isinstance(part, _Binding):
            found |= _free_names_of_binding(part)
        else:
            waiting.extend(children(part))
    return found


def _free_names_of_binding(node: _Binding) -> set[str]:
    match node:
        case For(iterations=iterations, result=body) | Quantified(iterations=iterations, condition=body):
            steps = [(_free_names_of_all(children(iteration)), iteration.name) for iteration in iterations]
            return free_names_of_steps([*steps, (_free_names(body), "")])
        case FunctionLiteral():
            return _free_names(node.body) - {parameter.name for parameter in node.parameters}
        case ContextLiteral():
            return free_names_of_steps([(_free_names(entry.value), entry.key) for entry in node.entries])


def _free_names_of_all(nodes: Iterable[Node]) -> set[str]:
    return {name for node in nodes for name in _free_names(node)}
