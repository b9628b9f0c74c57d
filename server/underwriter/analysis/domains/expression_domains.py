"""The values that an expression may take, worked out by evaluating it on domains instead of values.

What is not known of an operand makes the result less known, never wrong: at worst it is anything of the type that the
checker has found.
"""

from collections.abc import Callable, Mapping
from decimal import localcontext
from itertools import product
from typing import Any

from underwriter.analysis.domains.builtin_domains import builtin_domain
from underwriter.analysis.domains.cell_answers import cell_answers
from underwriter.analysis.domains.comparisons import Answers, both, compared, either
from underwriter.analysis.domains.domain import UNKNOWN, Domain
from underwriter.analysis.domains.intervals import calculated, contains_zero, is_bounded
from underwriter.analysis.domains.intervals import negated as negated_range
from underwriter.analysis.domains.making import (
    MOST_VALUES,
    NOTHING,
    NULL_ONLY,
    answers,
    constant,
    hull,
    is_null,
    numbers,
    of_values,
    single,
    truths,
    whole,
    with_null,
)
from underwriter.analysis.domains.names import Names
from underwriter.analysis.domains.narrowing import steps_of, where_not_true, where_true
from underwriter.analysis.domains.structures import ContextDomain, FunctionDomain, ListDomain
from underwriter.feel import Checked
from underwriter.feel.arithmetic import calculate
from underwriter.feel.folding import NO_PLACE, NotConstant, literal_value
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
    If,
    In,
    InstanceOf,
    ListLiteral,
    Name,
    Negation,
    Node,
    NullLiteral,
    NumberLiteral,
    Path,
    StringLiteral,
    TemporalLiteral,
    UnaryTests,
)
from underwriter.feel.types import ANY, BOOLEAN, NUMBER, ListType, Type, plain
from underwriter.feel.values import FEEL_CONTEXT

_WHOLE_RESULTS = ("+", "-", "*")


def domain_of_text(checked: Checked[Expression], names: Names) -> Domain:
    """Return the domain of a checked expression whose names stand for these domains."""
    return _Expression(checked).domain(checked.tree, names)


def domain_of_node(checked: Checked[Any], node: Expression, names: Names) -> Domain:
    """Return the domain of a part of a checked text."""
    return _Expression(checked).domain(node, names)


def answers_of_cell(checked: Checked[UnaryTests], subject: Domain, names: Names) -> Answers:
    """Return whether a checked cell may accept a subject."""
    expression, inner = _Expression(checked), names.nested({"?": subject})
    return cell_answers(checked.tree, subject, lambda node: expression.domain(node, inner))


class _Expression:
    """Evaluates the nodes of one checked text."""

    def __init__(self, checked: Checked[Any]) -> None:
        self._types = checked.types
        self._calls = checked.calls

    def domain(self, node: Expression, names: Names) -> Domain:
        """Return the domain of a node."""
        evaluate = _EVALUATE.get(type(node))
        return whole(self._type(node)) if evaluate is None else evaluate(self, node, names)

    def _type(self, node: Expression) -> Type:
        return self._types.get(id(node), ANY)

    def literal(self, node: Expression, names: Names) -> Domain:
        del names
        try:
            return constant(literal_value(node))
        except NotConstant:
            return whole(self._type(node))

    def name(self, node: Name, names: Names) -> Domain:
        narrowed = names.narrowed.get((node.name,))
        if narrowed is not None:
            return narrowed
        found = names.find(node.name)
        return whole(self._type(node)) if found is None else found

    def path(self, node: Path, names: Names) -> Domain:
        steps = steps_of(node) if names.narrowed else None
        if steps is not None and steps in names.narrowed:
            return names.narrowed[steps]
        owner = self.domain(node.operand, names)
        found = member_domain(owner, node.member)
        return whole(self._type(node)) if found is None else found

    def negation(self, node: Negation, names: Names) -> Domain:
        operand = self.domain(node.operand, names)
        if plain(operand.type) != NUMBER:
            return NULL_ONLY if is_null(operand) else whole(self._type(node))
        if operand.values is not None:
            values = (-value for value in operand.values)  # type: ignore[operator]
            return of_values(NUMBER, values, can_be_null=operand.can_be_null)
        return Domain(NUMBER, operand.can_be_null, None, negated_range(operand.within), operand.is_whole)

    def arithmetic(self, node: Arithmetic, names: Names) -> Domain:
        left, right = self.domain(node.left, names), self.domain(node.right, names)
        if is_null(left) or is_null(right):
            return NULL_ONLY
        if left == NOTHING or right == NOTHING:
            return NOTHING
        if node.operator == "/" and single(right) == 0:
            return NULL_ONLY
        if left.values is not None and right.values is not None and len(left.values) * len(right.values) <= MOST_VALUES:
            return _calculated_values(node.operator, left, right)
        if plain(left.type) != NUMBER or plain(right.type) != NUMBER:
            return whole(self._type(node))
        within = calculated(node.operator, left.within, right.within)
        may_fail = node.operator == "**" or (node.operator == "/" and contains_zero(right.within))
        is_whole = left.is_whole and right.is_whole and node.operator in _WHOLE_RESULTS
        can_be_null = left.can_be_null or right.can_be_null or may_fail or not is_bounded(within)
        return numbers(within.low, within.high, can_be_null=can_be_null, is_whole=is_whole)  # type: ignore[arg-type]

    def comparison(self, node: Comparison, names: Names) -> Domain:
        return truths(compared(node.operator, self.domain(node.left, names), self.domain(node.right, names)))

    def between(self, node: Between, names: Names) -> Domain:
        operand = self.domain(node.operand, names)
        above = compared(">=", operand, self.domain(node.low, names))
        return truths(both(above, compared("<=", operand, self.domain(node.high, names))))

    def membership(self, node: In, names: Names) -> Domain:
        subject = self.domain(node.operand, names)
        inner = names.nested({"?": subject})
        cell = UnaryTests(node.tests, span=node.span)
        return truths(cell_answers(cell, subject, lambda part: self.domain(part, inner)))

    def conjunction(self, node: Conjunction, names: Names) -> Domain:
        left = answers(self.domain(node.left, names))
        if True not in left:
            return truths(both(left, answers(self.domain(node.right, names))))
        inner = names.where(where_true(node.left, lambda part: self.domain(part, names)))
        found = both(frozenset({True}), answers(self.domain(node.right, inner)))
        if left == {True}:
            return truths(found)
        return truths(found | both(left - {True}, answers(self.domain(node.right, names))))

    def disjunction(self, node: Disjunction, names: Names) -> Domain:
        left = answers(self.domain(node.left, names))
        inner = names.where(where_not_true(node.left, lambda part: self.domain(part, names)))
        found: Answers = left & {True}
        if left - {True}:
            found |= either(left - {True}, answers(self.domain(node.right, inner)))
        return truths(found)

    def choice(self, node: If, names: Names) -> Domain:
        condition = answers(self.domain(node.condition, names))
        branches = []

        def known(part: Expression) -> Domain:
            return self.domain(part, names)

        if True in condition:
            branches.append(self.domain(node.consequent, names.where(where_true(node.condition, known))))
        if condition - {True}:
            branches.append(self.domain(node.alternative, names.where(where_not_true(node.condition, known))))
        return hull(branches)

    def loop(self, node: For, names: Names) -> Domain:
        fewest, most, can_be_null, inner = 1, 1, False, names
        for iteration in node.iterations:
            run = self.domain(iteration.domain, inner)
            if iteration.end is not None or not isinstance(run, ListDomain) or run.most is None:
                return ListDomain(self._type(node), item=self._any_round(node, names))
            fewest, most, can_be_null = fewest * run.fewest, most * run.most, can_be_null or run.can_be_null
            inner = inner.nested({iteration.name: run.item})
        item = self.domain(node.result, inner.nested({"partial": UNKNOWN}))
        return ListDomain(self._type(node), can_be_null, item=item, fewest=fewest, most=most)

    def _any_round(self, node: For, names: Names) -> Domain:
        """Return the domain of a round's result where it is not known what the variables run over."""
        unknown = {iteration.name: UNKNOWN for iteration in node.iterations}
        return self.domain(node.result, names.nested({**unknown, "partial": UNKNOWN}))

    def filter(self, node: Filter, names: Names) -> Domain:
        operand = self.domain(node.operand, names)
        type_ = self._type(node)
        if not isinstance(operand, ListDomain):
            return whole(type_)
        condition = self._type(node.condition)
        if condition == NUMBER:
            return with_null(operand.item)
        if condition != BOOLEAN:
            return whole(type_)
        is_kept = answers(self.domain(node.condition, names.filtering(operand.item)))
        most = operand.most if True in is_kept else 0
        fewest = operand.fewest if is_kept == {True} else 0
        return ListDomain(operand.type, operand.can_be_null, item=operand.item, fewest=fewest, most=most)

    def list(self, node: ListLiteral, names: Names) -> Domain:
        items = [self.domain(item, names) for item in node.items]
        return ListDomain(self._type(node), False, item=hull(items), fewest=len(items), most=len(items))

    def context(self, node: ContextLiteral, names: Names) -> Domain:
        members: dict[str, Domain] = {}
        for entry in node.entries:
            members[entry.key] = self.domain(entry.value, names.nested(members))
        return ContextDomain(self._type(node), False, members=members)

    def instance(self, node: InstanceOf, names: Names) -> Domain:
        del node, names
        return truths((True, False))

    def call(self, node: Call, names: Names) -> Domain:
        given = [self.domain(argument.value, names) for argument in node.arguments]
        selection = self._calls.get(id(node))
        if selection is not None:
            arguments = [given[index] for index in selection.order if index is not None]
            has_gap = None in selection.order
            name = node.function.name if isinstance(node.function, Name) else ""
            return whole(selection.result) if has_gap else builtin_domain(name, selection, arguments)
        function = self.domain(node.function, names)
        named = [argument.name for argument in node.arguments]
        if not isinstance(function, FunctionDomain):
            return whole(self._type(node))
        if any(named):
            given = [domain for _, domain in sorted(zip(map(function.parameters.index, named), given, strict=True))]
        return function.apply(given)


_EVALUATE: Mapping[type[Node], Callable[[_Expression, Any, Names], Domain]] = {
    **dict.fromkeys((NumberLiteral, StringLiteral, BooleanLiteral, NullLiteral, TemporalLiteral), _Expression.literal),
    Name: _Expression.name,
    Path: _Expression.path,
    Negation: _Expression.negation,
    Arithmetic: _Expression.arithmetic,
    Comparison: _Expression.comparison,
    Between: _Expression.between,
    In: _Expression.membership,
    Conjunction: _Expression.conjunction,
    Disjunction: _Expression.disjunction,
    If: _Expression.choice,
    For: _Expression.loop,
    Filter: _Expression.filter,
    ListLiteral: _Expression.list,
    ContextLiteral: _Expression.context,
    InstanceOf: _Expression.instance,
    Call: _Expression.call,
}
"""How each kind of node is evaluated; of others only the type is known."""


def member_domain(owner: Domain, name: str) -> Domain | None:
    """Return the domain of a member, of a list those of its items; None if it is not known."""
    if owner == NOTHING or is_null(owner):
        return owner
    if isinstance(owner, ListDomain):
        found = member_domain(owner.item, name)
        if found is None:
            return None
        type_ = ListType(item=found.type)
        return ListDomain(type_, owner.can_be_null, item=found, fewest=owner.fewest, most=owner.most)
    if not isinstance(owner, ContextDomain):
        return None
    member = owner.members.get(name)
    if member is None:
        return None
    return with_null(member) if owner.can_be_null else member


def _calculated_values(symbol: str, left: Domain, right: Domain) -> Domain:
    """Return what comes of every pair of the operands' values."""
    nulls = [None] if left.can_be_null or right.can_be_null else []
    with localcontext(FEEL_CONTEXT):
        pairs = product(left.values or (), right.values or ())
        found = [calculate(symbol, a, b, [], NO_PLACE) for a, b in pairs]
    return _of_mixed([*found, *nulls])


def _of_mixed(found: list[Any]) -> Domain:
    return hull(map(constant, found))
