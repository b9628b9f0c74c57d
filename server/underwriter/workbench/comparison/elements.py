"""Parts of rules as they can be compared: each with its name and with what it says, by field.

What a formula says is its syntax tree. So comments, blanks, brackets that change nothing and `0.10` for `0.1` are no
change.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from underwriter.dmn.boxes.checked_boxes import CheckedText
from underwriter.feel import Value, feel_text
from underwriter.feel.nodes import AnyTest, Negation, Node, NumberLiteral, UnaryTests, ValueTest
from underwriter.feel.printer import print_tree
from underwriter.policy.definitions import ParameterValue


@dataclass(frozen=True, slots=True)
class Said:
    """What is said in a field: as text, and as what it means, which alone is compared."""

    text: str = field(compare=False)
    meaning: Hashable

    @property
    def number(self) -> Decimal | None:
        """The number that is said, None where it is no plain number."""
        meaning = self.meaning
        if isinstance(meaning, UnaryTests) and len(meaning.tests) == 1 and not meaning.is_negated:
            meaning = meaning.tests[0]
        if isinstance(meaning, ValueTest):
            meaning = meaning.value
        if isinstance(meaning, Negation) and isinstance(meaning.operand, NumberLiteral):
            return -meaning.operand.value
        if isinstance(meaning, NumberLiteral):
            return meaning.value
        return meaning if isinstance(meaning, Decimal) else None

    @property
    def is_anything(self) -> bool:
        """Whether it is the test `-`, which every value passes."""
        return isinstance(self.meaning, UnaryTests) and all(isinstance(test, AnyTest) for test in self.meaning.tests)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table or a bin of a scorecard: its tests and what it answers, by column."""

    tests: Mapping[str, Said]
    answers: Mapping[str, Said]
    place: str

    @property
    def fields(self) -> Mapping[str, Said]:
        """All that it says."""
        return {**self.tests, **self.answers}


@dataclass(frozen=True, slots=True)
class Element:
    """A part of the rules that has a name. `order` names parts of it whose order matters.

    `rows` are called `row_name`; their order matters if they are `in_order`.
    """

    what: str
    name: str
    fields: Mapping[str, Said]
    place: str = ""
    order: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    row_name: str = "row"
    in_order: bool = False

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others."""
        return self.what, self.name


def of_formula(formula: CheckedText) -> Said:
    """Return what a formula says."""
    return of_tree(formula.tree)


def of_tree(tree: Node) -> Said:
    """Return what a syntax tree says. Of a cell's tests any may be passed, so their order says nothing."""
    meaning = tree
    if isinstance(tree, UnaryTests):
        meaning = replace(tree, tests=tuple(sorted(tree.tests, key=print_tree)))
    return Said(print_tree(tree), meaning)


def of_text(text: str) -> Said:
    """Return what plain words say."""
    return Said(text, text)


def of_value(value: ParameterValue, unit: str = "") -> Said:
    """Return what a parameter's value says; its unit is told beside it."""
    plain: Value = list(value) if isinstance(value, tuple) else value
    return Said(f"{feel_text(plain)} {unit}".rstrip(), value)
