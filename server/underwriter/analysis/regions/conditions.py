"""Conditions as regions of what they read: where they are true, false and null (FEEL's three-valued logic).

What a condition compares with constants is a term, with a space of its values; so is any part that is not looked into,
as a boolean that may be anything. Terms are taken to vary on their own: what no region holds can't come, while what
one holds may still not come.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal, localcontext
from itertools import product
from types import MappingProxyType
from typing import Any, NamedTuple

from underwriter.analysis.domains.domain import Domain
from underwriter.analysis.domains.expression_domains import domain_of_node
from underwriter.analysis.domains.making import numbers, whole
from underwriter.analysis.domains.names import Names
from underwriter.analysis.regions.regions import Region, TooTangled, common
from underwriter.analysis.regions.value_space import ValueSpace
from underwriter.dmn.formulas import names_in
from underwriter.dmn.tables.constant_tests import ConstantCell, ConstantTest, constant_tests
from underwriter.feel import FEEL_CONTEXT, Checked
from underwriter.feel.folding import NotConstant, fold
from underwriter.feel.nodes import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    Conjunction,
    Disjunction,
    Expression,
    If,
    In,
    Name,
    NumberLiteral,
    OperatorTest,
    Path,
    RangeLiteral,
    UnaryTest,
    ValueTest,
)
from underwriter.feel.types import ANY, BOOLEAN, NUMBER, Type, plain
from underwriter.feel.values import Range, Value
from underwriter.policy.checked import Path as NamePath

MOST_WAYS = 256
"""In how many regions a condition may be true, false or null before it is too tangled to tell."""

_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_TRUE = ConstantCell((ConstantTest((Range(True, True),), of_null=None),))


class Readable(NamedTuple):
    """What conditions may read: the domain of each path, and of some names more.

    `constants` are those with one value, `conditions` those that stand for a condition themselves, and `dated` those
    whose values come with other days.
    """

    domain_of: Callable[[NamePath], Domain]
    constants: Mapping[str, Value] = MappingProxyType({})
    conditions: Mapping[str, Checked[Expression]] = MappingProxyType({})
    dated: Set[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Term:
    """What a condition compares or asks: by its path if it is a name or a member of one."""

    type: Type
    domain: Domain
    path: NamePath | None


@dataclass(frozen=True, slots=True)
class Ways:
    """The regions where a condition is true, false and null. They may meet only within one of the three."""

    true: tuple[Region, ...]
    false: tuple[Region, ...]
    null: tuple[Region, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition: its terms with the spaces of their values, the region of all of them, and where it is true."""

    terms: tuple[Term, ...]
    spaces: tuple[ValueSpace, ...]
    whole: Region
    ways: Ways


# A condition as it is read, before the spaces of its terms are known.


@dataclass(frozen=True, slots=True)
class _Known:
    value: bool | None


@dataclass(frozen=True, slots=True)
class _Atom:
    term: int
    cell: ConstantCell


@dataclass(frozen=True, slots=True)
class _Not:
    operand: "_Formula"


@dataclass(frozen=True, slots=True)
class _Choice:
    """`if condition then consequent else alternative`."""

    condition: "_Formula"
    consequent: "_Formula"
    alternative: "_Formula"


@dataclass(frozen=True, slots=True)
class _Pair:
    """`left and right`, or `left or right`."""

    left: "_Formula"
    right: "_Formula"
    is_conjunction: bool


_Formula = _Known | _Atom | _Not | _Choice | _Pair


def read_condition(formula: Checked[Expression], readable: Readable) -> Condition:
    """Return a condition that stands on its own, such as that of a rule.

    Raises:
        TooTangled: when it is true, false or null in too many regions.
    """
    reading = _Reading(readable)
    root = reading.formula(formula.tree, formula)
    return reading.condition(root)


class _Reading:
    """Reads one condition and the names in it that are conditions themselves."""

    def __init__(self, readable: Readable) -> None:
        self._readable = readable
        self._numbers: dict[object, int] = {}
        self._terms: list[Term] = []
        self._cells: list[list[ConstantCell]] = []

    def condition(self, root: _Formula) -> Condition:
        terms = zip(self._terms, self._cells, strict=True)
        spaces = tuple(ValueSpace(term.type, term.domain, cells) for term, cells in terms)
        region = tuple(space.possible for space in spaces)
        return Condition(tuple(self._terms), spaces, region, _Solver(spaces, region).ways(root))

    def formula(self, node: Expression, checked: Checked[Any]) -> _Formula:
        try:
            value = fold(node, checked.calls, self._readable.constants)
            return _Known(value if isinstance(value, bool) else None)
        except NotConstant:
            pass
        match node:
            case Conjunction(left=left, right=right) | Disjunction(left=left, right=right):
                is_conjunction = isinstance(node, Conjunction)
                return _Pair(self.formula(left, checked), self.formula(right, checked), is_conjunction)
            case Call(function=Name(name="not"), arguments=(argument,)) if id(node) in checked.calls:
                return _Not(self.formula(argument.value, checked))
            case If(condition=condition, consequent=consequent, alternative=alternative):
                return _Choice(*(self.formula(part, checked) for part in (condition, consequent, alternative)))
        try:
            return self._compared(node, checked)
        except NotConstant:
            return self._asked(node, checked)

    def _compared(self, node: Expression, checked: Checked[Any]) -> _Formula:
        """Return a comparison of a term with constants; raise `NotConstant` for anything else."""
        match node:
            case Comparison(operator=symbol, left=left, right=right) if self._is_constant(right, checked):
                return self._tested(left, [OperatorTest(symbol, right, span=node.span)], checked)
            case Comparison(operator=symbol, left=left, right=right) if self._is_constant(left, checked):
                flipped = OperatorTest(_FLIPPED[symbol], left, span=node.span)  # type: ignore[arg-type]
                return self._tested(right, [flipped], checked)
            case Between(operand=operand, low=low, high=high):
                range_ = RangeLiteral(low, high, True, True, span=node.span)
                return self._tested(operand, [ValueTest(range_, span=node.span)], checked)
            case In(operand=operand, tests=tests):
                return self._tested(operand, tests, checked)
            case Comparison(operator="<" | "<=" | ">" | ">=" as symbol, left=left, right=right):
                return self._ordered(node, symbol, left, right, checked)
        raise NotConstant

    def _ordered(
        self, node: Expression, symbol: str, left: Expression, right: Expression, checked: Checked[Any]
    ) -> _Formula:
        """Return how two numbers compare, both not constant, as a test on their difference.

        What is known of each tells whether either may be the greater; if it is sure, there is nothing to test.
        """
        answers = self._domain(node, None, BOOLEAN, checked)
        is_open = answers.values is not None and {True, False} <= answers.values
        if not is_open or any(plain(checked.types.get(id(part), ANY)) != NUMBER for part in (left, right)):
            raise NotConstant
        difference = Arithmetic("-", left, right, span=node.span)
        reverse = Arithmetic("-", right, left, span=node.span)
        if (reverse, NUMBER) in self._numbers:
            difference, symbol = reverse, _FLIPPED[symbol]
        zero = OperatorTest(symbol, NumberLiteral(Decimal(0), span=node.span), span=node.span)  # type: ignore[arg-type]
        cell = constant_tests([zero], NUMBER, checked.calls)
        domain = whole(NUMBER, can_be_null=answers.can_be_null)
        if left == right:
            domain = numbers(Decimal(0), Decimal(0), can_be_null=answers.can_be_null)
        return self._atom(self._term(difference, NUMBER, checked, domain), cell)

    def _is_constant(self, node: Expression, checked: Checked[Any]) -> bool:
        try:
            fold(node, checked.calls, self._readable.constants)
        except NotConstant:
            return False
        return True

    def _tested(self, node: Expression, tests: Sequence[UnaryTest], checked: Checked[Any]) -> _Atom:
        type_ = checked.types.get(id(node), ANY)
        cell = constant_tests(tests, type_, checked.calls, names=self._readable.constants)
        return self._atom(self._term(node, type_, checked), cell)

    def _asked(self, node: Expression, checked: Checked[Any]) -> _Formula:
        """Return a part that is a condition by itself: a name that stands for one, or a boolean of any value."""
        named = self._readable.conditions.get(node.name) if isinstance(node, Name) else None
        if named is not None:
            return self.formula(named.tree, named)
        is_boolean = plain(checked.types.get(id(node), ANY)) == BOOLEAN
        return self._atom(self._term(node, BOOLEAN, checked, None if is_boolean else whole(BOOLEAN)), _TRUE)

    def _atom(self, term: int, cell: ConstantCell) -> _Atom:
        self._cells[term].append(cell)
        return _Atom(term, cell)

    def _term(self, node: Expression, type_: Type, checked: Checked[Any], domain: Domain | None = None) -> int:
        """Return the number of a term; the same text is the same term wherever it stands.

        Its domain is that of the text if none is given.
        """
        path = _path_of(node)
        key = (path or node, plain(type_))
        if key not in self._numbers:
            self._numbers[key] = len(self._terms)
            self._terms.append(Term(type_, domain or self._domain(node, path, type_, checked), path))
            self._cells.append([])
        return self._numbers[key]

    def _domain(self, node: Expression, path: NamePath | None, type_: Type, checked: Checked[Any]) -> Domain:
        if not names_in(node).isdisjoint(self._readable.dated):
            return whole(type_)
        if path is not None:
            return self._readable.domain_of(path)
        names = Names(lambda name: self._readable.domain_of((name,)))
        with localcontext(FEEL_CONTEXT):
            return domain_of_node(checked, node, names)


class _Solver:
    """Finds where conditions are true, false and null."""

    def __init__(self, spaces: Sequence[ValueSpace], region: Region) -> None:
        self._spaces = spaces
        self._whole = (region,)

    def ways(self, formula: _Formula) -> Ways:
        """Return the regions of a condition; raise `TooTangled` if they are many."""
        match formula:
            case _Known(value=value):
                return Ways(*(self._whole if value is one else () for one in (True, False, None)))
            case _Atom():
                return self._atom(formula)
            case _Not(operand=operand):
                ways = self.ways(operand)
                return Ways(ways.false, ways.true, ways.null)
            case _Choice():
                return self._choice(formula)
            case _Pair(left=left, right=right, is_conjunction=is_conjunction):
                one, other = self.ways(left), self.ways(right)
                if is_conjunction:
                    return _conjunction(one, other)
                both = _conjunction(_swapped(one), _swapped(other))
                return _swapped(both)

    def _atom(self, atom: _Atom) -> Ways:
        axis = self._spaces[atom.term].axis
        true = axis.accepted(atom.cell)
        false = axis.accepted(ConstantCell(atom.cell.tests, is_negated=True))
        null = axis.everything & ~true & ~false
        return Ways(*(self._where(atom.term, positions) for positions in (true, false, null)))

    def _where(self, term: int, positions: int) -> tuple[Region, ...]:
        region = self._whole[0]
        inside = region[term] & positions
        return ((*region[:term], inside, *region[term + 1 :]),) if inside else ()

    def _choice(self, choice: _Choice) -> Ways:
        condition, one, other = map(self.ways, (choice.condition, choice.consequent, choice.alternative))
        refused = condition.false + condition.null
        return Ways(
            _joined(_both(condition.true, one.true), _both(refused, other.true)),
            _joined(_both(condition.true, one.false), _both(refused, other.false)),
            _joined(_both(condition.true, one.null), _both(refused, other.null)),
        )


def _conjunction(one: Ways, other: Ways) -> Ways:
    null = _joined(_both(one.null, other.true), _both(one.true, other.null), _both(one.null, other.null))
    return Ways(_both(one.true, other.true), _joined(one.false, other.false), null)


def _swapped(ways: Ways) -> Ways:
    return Ways(ways.false, ways.true, ways.null)


def _both(some: Sequence[Region], others: Sequence[Region]) -> tuple[Region, ...]:
    """Return where one of some regions meets one of others."""
    met = (common(one, other) for one, other in product(some, others))
    return _joined(tuple(region for region in met if all(region)))


def _joined(*regions: tuple[Region, ...]) -> tuple[Region, ...]:
    found = tuple(dict.fromkeys(region for some in regions for region in some))
    if len(found) > MOST_WAYS:
        raise TooTangled
    return found


def _path_of(node: Expression) -> NamePath | None:
    """Return the path of a name or of its members, None for another expression."""
    members: list[str] = []
    while isinstance(node, Path):
        members.append(node.member)
        node = node.operand
    return (node.name, *reversed(members)) if isinstance(node, Name) else None
