"""Boxed expressions as checked: every text with its types, every box with the type of its value."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce
from typing import TypeAlias

from underwriter.dmn.boxes.expressions import IteratorKind
from underwriter.dmn.formulas import names_in
from underwriter.dmn.tables.checked_table import CheckedTable
from underwriter.feel import Checked
from underwriter.feel.faults import Place
from underwriter.feel.nodes import Expression, If, UnaryTests
from underwriter.feel.types import (
    ANY,
    BOOLEAN,
    NULL,
    ContextType,
    FunctionType,
    ListType,
    RangeType,
    Type,
    join,
    unconstrained,
)


@dataclass(frozen=True, slots=True)
class CheckedLiteral:
    """A FEEL text."""

    checked: Checked[Expression]

    @property
    def type(self) -> Type:
        """The type of its value."""
        return self.checked.type


@dataclass(frozen=True, slots=True)
class NoValue:
    """What has no meaning: its value is null, with this warning."""

    place: Place
    kind: str
    template: str
    values: tuple[str, ...] = ()
    type: Type = NULL


@dataclass(frozen=True, slots=True)
class Coerced:
    """A value that is made one of a stated type at run time: what it is made of may be of another."""

    box: "CheckedBox"
    type: Type
    place: Place


@dataclass(frozen=True, slots=True)
class CheckedContext:
    """Named steps; an entry without a name stands last and is the value of all."""

    entries: "tuple[tuple[str | None, CheckedBox], ...]"

    @property
    def type(self) -> Type:
        """The type of its result entry, or of the context of all entries."""
        if self.entries and self.entries[-1][0] is None:
            return self.entries[-1][1].type
        return ContextType(fields={name: box.type for name, box in self.entries if name is not None})


@dataclass(frozen=True, slots=True)
class CheckedList:
    """A list, item by item."""

    items: "tuple[CheckedBox, ...]"

    @property
    def type(self) -> Type:
        """A list of what all items conform to."""
        return ListType(item=_joined([item.type for item in self.items]))


@dataclass(frozen=True, slots=True)
class CheckedRelation:
    """A list of contexts, row by row; no cell sees another."""

    columns: tuple[str, ...]
    rows: "tuple[tuple[CheckedBox, ...], ...]"

    @property
    def type(self) -> Type:
        """A list of contexts with an entry a column."""
        cells = [[row[index].type for row in self.rows] for index in range(len(self.columns))]
        return ListType(item=ContextType(fields=dict(zip(self.columns, map(_joined, cells), strict=True))))


@dataclass(frozen=True, slots=True)
class CheckedInvocation:
    """A call by names: `arguments` in the order of the parameters if these are known."""

    function: "CheckedBox"
    names: tuple[str, ...]
    arguments: "tuple[CheckedBox, ...]"
    place: Place
    is_in_order: bool

    @property
    def type(self) -> Type:
        """The type of the function's result."""
        return self.function.type.result if isinstance(self.function.type, FunctionType) else ANY


@dataclass(frozen=True, slots=True)
class CheckedParameter:
    """A parameter with the type that its arguments are made one of."""

    name: str
    type: Type
    place: Place


@dataclass(frozen=True, slots=True)
class CheckedFunction:
    """A function with its body."""

    parameters: tuple[CheckedParameter, ...]
    body: "CheckedBox"

    @property
    def type(self) -> FunctionType:
        """The function's type."""
        parameters = tuple((parameter.name, parameter.type) for parameter in self.parameters)
        within = calls_made(self.body)
        calls = None if within is None else within + 1
        return FunctionType(parameters=parameters, result=self.body.type, calls=calls)


@dataclass(frozen=True, slots=True)
class CheckedConditional:
    """`if`, `then`, `else`. A boxed one gives null for a condition that is neither boolean nor null (`place`)."""

    condition: "CheckedBox"
    consequent: "CheckedBox"
    alternative: "CheckedBox"
    place: Place | None = None

    @property
    def type(self) -> Type:
        """What both branches conform to."""
        return join(self.consequent.type, self.alternative.type)


@dataclass(frozen=True, slots=True)
class CheckedFilter:
    """The items of a list that meet a condition."""

    operand: "CheckedBox"
    condition: "CheckedBox"
    place: Place

    @property
    def type(self) -> Type:
        """A list of the operand's items."""
        return ListType(item=item_type(self.operand.type))


@dataclass(frozen=True, slots=True)
class CheckedIterator:
    """`for`, `some` or `every` over a list; the body of `for` may read the results so far as `partial`."""

    kind: IteratorKind
    variable: str
    domain: "CheckedBox"
    body: "CheckedBox"
    place: Place

    @property
    def reads_partial(self) -> bool:
        """Whether the body may read `partial`."""
        is_loop = self.kind is IteratorKind.FOR
        return is_loop and any("partial" in names_in(text.tree) for text in texts_in(self.body))

    @property
    def type(self) -> Type:
        """A list of the results, or a boolean."""
        return ListType(item=self.body.type) if self.kind is IteratorKind.FOR else BOOLEAN


CheckedBox: TypeAlias = (
    CheckedLiteral
    | NoValue
    | Coerced
    | CheckedTable
    | CheckedContext
    | CheckedList
    | CheckedRelation
    | CheckedInvocation
    | CheckedFunction
    | CheckedConditional
    | CheckedFilter
    | CheckedIterator
)

CheckedText: TypeAlias = Checked[Expression] | Checked[UnaryTests]


def parts_of(box: CheckedBox) -> Iterator[CheckedBox]:
    """Yield the boxes that stand directly in a box."""
    match box:
        case Coerced():
            yield box.box
        case CheckedContext():
            yield from (value for _, value in box.entries)
        case CheckedList():
            yield from box.items
        case CheckedRelation():
            yield from (cell for row in box.rows for cell in row)
        case CheckedInvocation():
            yield from (box.function, *box.arguments)
        case CheckedFunction():
            yield box.body
        case CheckedConditional():
            yield from (box.condition, box.consequent, box.alternative)
        case CheckedFilter():
            yield from (box.operand, box.condition)
        case CheckedIterator():
            yield from (box.domain, box.body)


def boxes_in(box: CheckedBox) -> Iterator[CheckedBox]:
    """Yield a box and all that stand in it."""
    yield box
    for part in parts_of(box):
        yield from boxes_in(part)


def texts_in(box: CheckedBox) -> Iterator[CheckedText]:
    """Yield every FEEL text in a box, cells of tables included."""
    for part in boxes_in(box):
        if isinstance(part, CheckedLiteral):
            yield part.checked
        elif isinstance(part, CheckedTable):
            yield from _texts_of_table(part)


def _texts_of_table(table: CheckedTable) -> Iterator[CheckedText]:
    yield from table.inputs
    yield from table.defaults
    yield from (column.allowed for column in table.columns if column.allowed is not None)
    for row in table.rows:
        yield from row.tests
        yield from row.outputs


def item_type(domain: Type) -> Type:
    """Return the type of what a list holds, or of a single value that is taken for a list of it."""
    domain = unconstrained(domain)
    return domain.item if isinstance(domain, ListType | RangeType) else domain


def calls_made(box: CheckedBox) -> int | None:
    """Return how many calls of user-defined functions a box leads to at most; None if that is not known."""
    match box:
        case CheckedFunction():
            return 0
        case CheckedIterator() | CheckedFilter():
            return None  # the rounds are known only when it runs
        case CheckedLiteral():
            return box.checked.called
        case CheckedTable():
            return _sum(text.called for text in texts_in(box))
        case CheckedInvocation():
            callee = box.function.type.calls if isinstance(box.function.type, FunctionType) else None
            return _sum([callee, *map(calls_made, parts_of(box))])
    return _sum(map(calls_made, parts_of(box)))


def unfolded(box: CheckedBox) -> CheckedBox:
    """Return a literal `if` as a conditional of literals, so that its branches can be written as statements."""
    if isinstance(box, Coerced):
        return replace(box, box=unfolded(box.box))
    if not isinstance(box, CheckedLiteral) or not isinstance(box.checked.tree, If):
        return box
    tree = box.checked.tree
    branches = (_part(box.checked, tree.consequent), _part(box.checked, tree.alternative))
    return CheckedConditional(_part(box.checked, tree.condition), *branches)


def _part(checked: Checked[Expression], node: Expression) -> CheckedLiteral:
    return CheckedLiteral(replace(checked, tree=node, type=checked.types[id(node)]))


def _sum(counts: Iterable[int | None]) -> int | None:
    known = list(counts)
    return None if None in known else sum(count for count in known if count is not None)


def _joined(types: list[Type]) -> Type:
    type_: Type = reduce(join, types, NULL)
    return ANY if type_ == NULL else type_
