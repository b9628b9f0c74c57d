"""The syntax tree of FEEL: one frozen class a construct, each with its span. Two trees are equal if they say the same.

The tree stays as parsed: types and resolved names are kept beside it by the checker. Grammar rule numbers are those of
DMN 1.5, 10.3.1.2.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from underwriter.feel.source import Span

ArithmeticOperator = Literal["+", "-", "*", "/", "**"]
ComparisonOperator = Literal["=", "!=", "<", "<=", ">", ">="]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Anything in the tree."""

    span: Span = field(compare=False)


@dataclass(frozen=True, slots=True)
class NumberLiteral(Node):
    """`12.50` (rule 37)."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class StringLiteral(Node):
    """`"text"`, its escapes resolved (rule 35)."""

    value: str


@dataclass(frozen=True, slots=True)
class BooleanLiteral(Node):
    """`true` or `false` (rule 36)."""

    value: bool


@dataclass(frozen=True, slots=True)
class NullLiteral(Node):
    """`null` (rule 33)."""


@dataclass(frozen=True, slots=True)
class TemporalLiteral(Node):
    """`@"2026-01-31"`: the text of a date, time, date and time or duration (rule 62)."""

    text: str


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name, its parts joined by single spaces where it has several (rule 27)."""

    name: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    """`operand.member` (rule 45)."""

    operand: "Expression"
    member: str


@dataclass(frozen=True, slots=True)
class Negation(Node):
    """`-operand` (rule 24)."""

    operand: "Expression"


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`left + right` and the like (rules 19 to 23)."""

    operator: ArithmeticOperator
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`left < right` and the like (rule 51 a)."""

    operator: ComparisonOperator
    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`operand between low and high` (rule 51 b)."""

    operand: "Expression"
    low: "Expression"
    high: "Expression"


@dataclass(frozen=True, slots=True)
class In(Node):
    """`operand in tests` (rules 51 c and d)."""

    operand: "Expression"
    tests: tuple["UnaryTest", ...]


@dataclass(frozen=True, slots=True)
class Conjunction(Node):
    """`left and right`, three-valued (rule 50)."""

    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class Disjunction(Node):
    """`left or right`, three-valued (rule 49)."""

    left: "Expression"
    right: "Expression"


@dataclass(frozen=True, slots=True)
class If(Node):
    """`if condition then consequent else alternative` (rule 47)."""

    condition: "Expression"
    consequent: "Expression"
    alternative: "Expression"


@dataclass(frozen=True, slots=True)
class Iteration(Node):
    """One `name in domain` of a `for`, `some` or `every`; with `end`, the domain runs `domain..end` (rules 46, 48)."""

    name: str
    domain: "Expression"
    end: "Expression | None" = None


@dataclass(frozen=True, slots=True)
class For(Node):
    """`for a in x, b in y return result` (rule 46)."""

    iterations: tuple[Iteration, ...]
    result: "Expression"


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`some a in x satisfies condition`, or `every` (rule 48)."""

    quantifier: Literal["some", "every"]
    iterations: tuple[Iteration, ...]
    condition: "Expression"


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """`operand[condition]`: a number picks an item, a boolean selects (rule 52)."""

    operand: "Expression"
    condition: "Expression"


@dataclass(frozen=True, slots=True)
class ListLiteral(Node):
    """`[a, b]` (rule 56)."""

    items: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class ContextEntry(Node):
    """One `key: value` of a context (rule 60)."""

    key: str
    value: "Expression"


@dataclass(frozen=True, slots=True)
class ContextLiteral(Node):
    """`{a: 1, b: a + 1}`; an entry sees those before it (rule 59)."""

    entries: tuple[ContextEntry, ...]


@dataclass(frozen=True, slots=True)
class RangeLiteral(Node):
    """`[low..high]` with open or closed ends (rule 66)."""

    low: "Expression"
    high: "Expression"
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True)
class OperatorRange(Node):
    """`(< 10)`: a range by one operator and its endpoint (rule 66)."""

    operator: ComparisonOperator
    endpoint: "Expression"


@dataclass(frozen=True, slots=True)
class Parameter(Node):
    """A formal parameter of a function literal, with its type as written (rule 57)."""

    name: str
    type: "WrittenType | None" = None


@dataclass(frozen=True, slots=True)
class FunctionLiteral(Node):
    """`function(a, b) body`; of an external one the body tells where its code is, in Java or PMML (rule 55)."""

    parameters: tuple[Parameter, ...]
    body: "Expression"
    is_external: bool = False


@dataclass(frozen=True, slots=True)
class Argument(Node):
    """An argument of a call, by place or by name (rules 40 to 44)."""

    value: "Expression"
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`function(arguments)` (rule 38)."""

    function: "Expression"
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    """`operand instance of type` (rule 53)."""

    operand: "Expression"
    type: "WrittenType"


# Types as they are written (rule 54).


@dataclass(frozen=True, slots=True)
class NamedType(Node):
    """`number`, `list`, or a type of the environment, such as `lending.tLoan`; one blank between its words."""

    name: str


@dataclass(frozen=True, slots=True)
class ItemsType(Node):
    """`list<number>` or `range<date>`."""

    collection: Literal["list", "range"]
    item: "WrittenType"


@dataclass(frozen=True, slots=True)
class EntriesType(Node):
    """`context<name: string, age: number>`: the entries' names, and their types in the same order."""

    names: tuple[str, ...]
    types: tuple["WrittenType", ...]


@dataclass(frozen=True, slots=True)
class SignatureType(Node):
    """`function<number, date> -> string`."""

    parameters: tuple["WrittenType", ...]
    result: "WrittenType"


# Unary tests: what stands in a cell of a decision table (rules 7 to 17).


@dataclass(frozen=True, slots=True)
class AnyTest(Node):
    """`-`: whatever the input is."""


@dataclass(frozen=True, slots=True)
class OperatorTest(Node):
    """`< endpoint` and the like: the input compared with an endpoint."""

    operator: ComparisonOperator
    endpoint: "Expression"


@dataclass(frozen=True, slots=True)
class ValueTest(Node):
    """An expression: the input equals it, is in it if it is a list or range, or it is true where it reads `?`."""

    value: "Expression"


@dataclass(frozen=True, slots=True)
class UnaryTests(Node):
    """A whole cell: any of the tests, or with `is_negated` none of them."""

    tests: tuple["UnaryTest", ...]
    is_negated: bool = False


UnaryTest = AnyTest | OperatorTest | ValueTest

WrittenType = NamedType | ItemsType | EntriesType | SignatureType

Expression = (
    NumberLiteral
    | StringLiteral
    | BooleanLiteral
    | NullLiteral
    | TemporalLiteral
    | Name
    | Path
    | Negation
    | Arithmetic
    | Comparison
    | Between
    | In
    | Conjunction
    | Disjunction
    | If
    | For
    | Quantified
    | Filter
    | ListLiteral
    | ContextLiteral
    | RangeLiteral
    | OperatorRange
    | FunctionLiteral
    | Call
    | InstanceOf
)
