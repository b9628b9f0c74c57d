"""The checker: finds the type of every expression, and all mistakes in names, members, types and calls."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar, assert_never

from underwriter.feel.builtins.entry import Builtins, Selection
from underwriter.feel.checking import errors as errors
from underwriter.feel.checking.calls import CallChecker
from underwriter.feel.checking.operators import OperatorChecker
from underwriter.feel.checking.scope import Scope
from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.members import PROPERTIES
from underwriter.feel.nodes import (
    Arithmetic,
    Between,
    BooleanLiteral,
    Call,
    Comparison,
    Conjunction,
    ContextLiteral,
    Disjunction,
    Expression,
    Filter,
    For,
    FunctionLiteral,
    If,
    In,
    InstanceOf,
    Iteration,
    ListLiteral,
    Name,
    Negation,
    NullLiteral,
    NumberLiteral,
    OperatorRange,
    Path,
    Quantified,
    RangeLiteral,
    StringLiteral,
    TemporalLiteral,
    UnaryTests,
)
from underwriter.feel.source import Source, Span
from underwriter.feel.temporal import parse_temporal
from underwriter.feel.traversal import position_of
from underwriter.feel.types import (
    ANY,
    BOOLEAN,
    NULL,
    NUMBER,
    STRING,
    ContextType,
    FunctionType,
    ListType,
    RangeType,
    Type,
    conforms,
    join,
    unconstrained,
)
from underwriter.feel.values import kind_of

Tree = TypeVar("Tree", Expression, UnaryTests)


@dataclass(frozen=True, slots=True)
class Checked(Generic[Tree]):
    """A tree and what is known of it.

    `references` are the names that it reads from outside, each with the longest run of members that known contexts
    lead along: `("applicant", "age")`. `types`, `calls` and `written_types` are keyed by the `id` of a node; those that
    are written belong to `InstanceOf` and `Parameter`. `called` is how many calls of user-defined functions one
    evaluation leads to at most; None if that is not known.
    """

    tree: Tree
    source: Source
    type: Type
    diagnostics: tuple[Diagnostic, ...]
    references: frozenset[tuple[str, ...]]
    types: Mapping[int, Type] = field(repr=False)
    calls: Mapping[int, Selection] = field(repr=False)
    written_types: Mapping[int, Type] = field(repr=False)
    called: int | None


class Checker(OperatorChecker, CallChecker):
    """Checks one tree. Use `check_expression` and `check_unary_tests`."""

    def check(self, node: Expression, scope: Scope) -> Type:
        """Return the type of an expression and write it down; report what is wrong and go on."""
        return self.keep(node, self._type(node, scope))

    def _type(self, node: Expression, scope: Scope) -> Type:
        match node:
            case NumberLiteral():
                return NUMBER
            case StringLiteral():
                return STRING
            case BooleanLiteral():
                return BOOLEAN
            case NullLiteral():
                return NULL
            case TemporalLiteral():
                return self._temporal(node)
            case Name():
                return self._name(node, scope)
            case Path():
                return self._path(node, scope)
            case Negation():
                return self.negation(node, scope)
            case Arithmetic():
                return self.arithmetic(node, scope)
            case Comparison():
                return self.comparison(node, scope)
            case Between():
                return self.between(node, scope)
            case In():
                return self.membership(node, scope)
            case Conjunction() | Disjunction():
                return self.logic(node, scope)
            case If():
                return self.choice(node, scope)
            case For():
                return self._for(node, scope)
            case Quantified():
                return self._quantified(node, scope)
            case Filter():
                return self._filter(node, scope)
            case ListLiteral():
                return self._list(node, scope)
            case ContextLiteral():
                return self._context(node, scope)
            case RangeLiteral():
                return self.range(node, scope)
            case OperatorRange():
                return self.operator_range(node, scope)
            case FunctionLiteral():
                return self.function(node, scope)
            case Call():
                return self.call(node, scope)
            case InstanceOf():
                return self._instance(node, scope)
        assert_never(node)

    def _temporal(self, node: TemporalLiteral) -> Type:
        value = parse_temporal(node.text)
        if value is None:
            self.report(errors.bad_temporal(self.source, node.span, node.text))
        return ANY if value is None else kind_of(value)

    def _name(self, node: Name, scope: Scope) -> Type:
        binding = scope.find(node.name)
        if binding is None and node.name in self.builtins:
            return FunctionType()
        if binding is None:
            self.report(errors.unknown_name(self.source, node.span, node.name, scope))
            return ANY
        if binding.is_free:
            self.references.add((node.name,))
        return binding.type

    def _path(self, node: Path, scope: Scope) -> Type:
        reference = self._reference(node, scope)
        if reference is not None:
            self.references.add(reference)
            return self.types[id(node)]
        return self._member(node, self.check(node.operand, scope))

    def _reference(self, node: Expression, scope: Scope) -> tuple[str, ...] | None:
        """Return the names that a path leads along from outside through known types; None if it does not.

        A position in a list, `statements[1]`, is a step of its own: "1". A member of a list's items is a step too.
        """
        if isinstance(node, Name):
            binding = scope.find(node.name)
            if binding is None or not binding.is_free:
                return None
            self.keep(node, binding.type)
            return (node.name,)
        if not isinstance(node, Path | Filter):
            return None
        before = self._reference(node.operand, scope)
        found = self._step(node, self.types[id(node.operand)]) if before is not None else None
        if before is None or found is None:
            return None
        step, type_ = found
        self.keep(node, type_)
        return (*before, step)

    def _step(self, node: Path | Filter, owner: Type) -> tuple[str, Type] | None:
        """Return a step of a reference from a value of the owner's type, and the type that it leads to."""
        if isinstance(node, Filter):
            position = position_of(node)
            if position is None or not isinstance(owner, ListType):
                return None
            self.keep(node.condition, NUMBER)
            return str(position), owner.item
        item = unconstrained(owner.item) if isinstance(owner, ListType) else owner
        if not isinstance(item, ContextType) or node.member not in item.fields:
            return None
        type_ = item.fields[node.member]
        return node.member, ListType(item=type_) if isinstance(owner, ListType) else type_

    def _member(self, node: Path, owner: Type) -> Type:
        """Return the type of a member; of a list's items, a list of it."""
        owner = unconstrained(owner)
        if isinstance(owner, ListType):
            return ListType(item=self._member(node, owner.item))
        if owner in (ANY, NULL):
            return ANY
        if isinstance(owner, ContextType):
            known = owner.fields
            if node.member in known or owner.is_open:
                return known.get(node.member, ANY)
        else:
            properties = PROPERTIES.get(owner.name, {})
            known = {name: found.type for name, found in properties.items()}
            if node.member in known:
                ends = isinstance(owner, RangeType) and node.member in ("start", "end")
                return owner.item if ends and isinstance(owner, RangeType) else known[node.member]
        span = Span(max(node.span.end - len(node.member), node.span.start), node.span.end)
        self.report(errors.unknown_member(self.source, span, node.member, owner, list(known)))
        return ANY

    def _for(self, node: For, scope: Scope) -> Type:
        inner = self._iterations(node.iterations, scope).nested({"partial": ListType()})
        return ListType(item=self.check(node.result, inner))

    def _quantified(self, node: Quantified, scope: Scope) -> Type:
        self.condition(node.condition, self._iterations(node.iterations, scope), f"'{node.quantifier}'")
        return BOOLEAN

    def _iterations(self, iterations: tuple[Iteration, ...], scope: Scope) -> Scope:
        """Check what the variables run over and return the scope that has them, each seen by those after it."""
        self.count_calls(None)  # a loop's rounds are known only when it runs
        for iteration in iterations:
            domain = self.check(iteration.domain, scope)
            if iteration.end is not None:
                end = self.check(iteration.end, scope)
                if not (conforms(domain, end) or conforms(end, domain)):
                    span = iteration.domain.span.to(iteration.end.span)
                    self.report(errors.wrong_operands(self.source, span, "..", domain, end))
                domain = ListType(item=domain)
            scope = scope.nested({iteration.name: _item(domain)})
        return scope

    def _filter(self, node: Filter, scope: Scope) -> Type:
        reference = self._reference(node, scope)
        if reference is not None:
            self.references.add(reference)
            return self.types[id(node)]
        self.count_calls(None)
        operand = self.check(node.operand, scope)
        item = unconstrained(operand.item) if isinstance(operand, ListType) else operand
        condition = self.check(node.condition, scope.filtering(item))
        if condition == NUMBER:
            return item
        if condition == BOOLEAN:
            return ListType(item=item)
        if condition not in (ANY, NULL):
            self.report(errors.not_a_condition(self.source, node.condition.span, "a filter", condition))
        return ANY

    def _list(self, node: ListLiteral, scope: Scope) -> Type:
        types = [self.check(item, scope) for item in node.items]
        item: Type = NULL
        for type_ in types:
            item = join(item, type_)
        return ListType(item=ANY if item == NULL else item)

    def _context(self, node: ContextLiteral, scope: Scope) -> Type:
        fields: dict[str, Type] = {}
        for entry in node.entries:
            if entry.key in fields:
                self.report(errors.duplicate_key(self.source, entry.span, entry.key))
            seen = dict(fields)
            if isinstance(entry.value, FunctionLiteral):
                seen[entry.key] = self.signature(entry.value)
            fields[entry.key] = self.check(entry.value, scope.nested(seen))
        return ContextType(fields=fields)

    def _instance(self, node: InstanceOf, scope: Scope) -> Type:
        self.check(node.operand, scope)
        self.written_type(node, node.type)
        return BOOLEAN


def _item(domain: Type) -> Type:
    """Return the type of a variable that runs over values of this type."""
    domain = unconstrained(domain)
    return domain.item if isinstance(domain, ListType | RangeType) else domain


def check_expression(
    tree: Expression,
    source: Source,
    scope: Scope,
    builtins: Builtins,
    named_types: Mapping[str, Type],
    expected: Type | None = None,
) -> Checked[Expression]:
    """Check an expression and find all mistakes; `expected` is the type that its place asks for."""
    checker = Checker(source, builtins, named_types)
    type_ = checker.check(tree, scope)
    if expected is not None and not conforms(type_, expected):
        wrong = (source, tree.span)
        is_condition = expected == BOOLEAN
        checker.report(
            errors.not_a_condition(*wrong, "a condition", type_)
            if is_condition
            else errors.unexpected_type(*wrong, type_, expected)
        )
    return _checked(checker, tree, type_)


def check_unary_tests(
    tree: UnaryTests,
    source: Source,
    scope: Scope,
    subject: Type,
    builtins: Builtins,
    named_types: Mapping[str, Type],
) -> Checked[UnaryTests]:
    """Check a cell against the type of its input. `?` is the input."""
    checker = Checker(source, builtins, named_types)
    checker.unary_tests(tree, scope, subject)
    return _checked(checker, tree, BOOLEAN)


def _checked(checker: Checker, tree: Tree, type_: Type) -> Checked[Tree]:
    return Checked(
        tree,
        checker.source,
        type_,
        tuple(checker.diagnostics),
        frozenset(checker.references),
        checker.types,
        checker.calls,
        checker.written_types,
        checker.called,
    )
