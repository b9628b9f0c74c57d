"""Boxed expressions as a model says them (DMN 1.5, chapters 7.3 and 8): what a decision or a function does.

Texts are `Source`s, tied to their places in the file. A `type_name` is the text of a type reference, as written.
"""

from dataclasses import dataclass
from enum import StrEnum

from underwriter.dmn.tables.decision_table import DecisionTable
from underwriter.feel.source import Source


@dataclass(frozen=True, slots=True)
class LiteralExpression:
    """A FEEL text (7.3.7). A text in another `language` is kept, but gives null with a warning."""

    text: Source
    type_name: Source | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class BoxedEntry:
    """One entry of a boxed context: a name and its value. The entry without a name is the result (10.2.1.4)."""

    name: Source | None
    value: "BoxedExpression"
    type_name: Source | None = None


@dataclass(frozen=True, slots=True)
class BoxedContext:
    """Named steps, each seeing those before it (7.3.9); with a result entry it gives that entry's value alone."""

    entries: tuple[BoxedEntry, ...]
    source: Source
    type_name: Source | None = None


@dataclass(frozen=True, slots=True)
class BoxedList:
    """A list, item by item (7.3.11)."""

    items: tuple["BoxedExpression", ...]
    source: Source
    type_name: Source | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """A list of like contexts: one a row, with an entry a column (7.3.10)."""

    columns: tuple[Source, ...]
    rows: tuple[tuple["BoxedExpression", ...], ...]
    source: Source
    type_name: Source | None = None


@dataclass(frozen=True, slots=True)
class Binding:
    """An argument of an invocation, by the parameter's name."""

    parameter: Source
    value: "BoxedExpression"
    type_name: Source | None = None


@dataclass(frozen=True, slots=True)
class Invocation:
    """A call of a function with named arguments (7.3.8)."""

    function: "BoxedExpression"
    bindings: tuple[Binding, ...]
    source: Source
    type_name: Source | None = None


class FunctionKind(StrEnum):
    """In which language a function's body is written. Only FEEL's are run; others give null with a warning."""

    FEEL = "FEEL"
    JAVA = "Java"
    PMML = "PMML"


@dataclass(frozen=True, slots=True)
class FormalParameter:
    """A parameter of a function, with its type if it has one."""

    name: Source
    type_name: Source | None = None


@dataclass(frozen=True, slots=True)
class FunctionDefinition:
    """A function: parameters and a body (10.2.1.7)."""

    parameters: tuple[FormalParameter, ...]
    body: "BoxedExpression | None"
    source: Source
    kind: FunctionKind = FunctionKind.FEEL
    type_name: Source | None = None


@dataclass(frozen=True, slots=True)
class Conditional:
    """`if`, `then`, `else`, each a box (10.2.1.8)."""

    condition: "BoxedExpression"
    consequent: "BoxedExpression"
    alternative: "BoxedExpression"
    source: Source
    type_name: Source | None = None


@dataclass(frozen=True, slots=True)
class BoxedFilter:
    """The items of a list that meet a condition (10.2.1.9)."""

    operand: "BoxedExpression"
    condition: "BoxedExpression"
    source: Source
    type_name: Source | None = None


class IteratorKind(StrEnum):
    """What an iterator makes of its rounds."""

    FOR = "for"
    SOME = "some"
    EVERY = "every"


@dataclass(frozen=True, slots=True)
class BoxedIterator:
    """`for`, `some` or `every` over a list (10.2.1.10): `body` is what is returned or must be satisfied."""

    kind: IteratorKind
    variable: Source
    domain: "BoxedExpression"
    body: "BoxedExpression"
    source: Source
    type_name: Source | None = None


BoxedExpression = (
    LiteralExpression
    | DecisionTable
    | BoxedContext
    | BoxedList
    | Relation
    | Invocation
    | FunctionDefinition
    | Conditional
    | BoxedFilter
    | BoxedIterator
)
