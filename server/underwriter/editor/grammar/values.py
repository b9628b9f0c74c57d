"""The kinds of values in rule files: what schemas are made of, and what is proposed at a place."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from underwriter.policy.shapes import Shape


class Meaning(Enum):
    """What a single value stands for, where that is more than its text."""

    FORMULA = auto()
    UNARY_TESTS = auto()
    GRID = auto()
    EVENT_PATTERN = auto()
    EVENT_FIELD = auto()
    REASON = auto()
    DECISION = auto()
    MODEL = auto()
    MODEL_VERSION = auto()
    EXPLAINER = auto()
    MONITOR = auto()
    FILE = auto()
    INPUT_NAME = auto()
    RULE = auto()


@dataclass(frozen=True, slots=True)
class Single:
    """One value: a text, a number or a truth. `pattern` is what all of it must match, if it is a text."""

    meaning: Meaning | None = None
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A number between two bounds, of which each belongs to it unless the number `is_between` them."""

    minimum: float | None = None
    maximum: float | None = None
    is_whole: bool = False
    is_between: bool = False


@dataclass(frozen=True, slots=True)
class Truth:
    """True or false."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Null: in tests, what takes a default away."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of some texts, each with what it means, if that is said anywhere."""

    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Items:
    """A list of values of one kind."""

    item: "Value"
    is_filled: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A mapping whose keys the author chooses. `key` is a pattern that each must match."""

    value: "Value"
    key: str = ""


@dataclass(frozen=True, slots=True)
class Keys:
    """A mapping of the loader's own shape. `values` says what stands under keys for more than a plain text.

    Besides the shape's keys there may be others that match one of `patterns`.
    """

    shape: Shape
    values: "Mapping[str, Value]" = field(default_factory=dict)
    patterns: "Mapping[str, Value]" = field(default_factory=dict)

    def value(self, key: str) -> "Value":
        """Return what stands under a key."""
        return self.values.get(key, PLAIN)


@dataclass(frozen=True, slots=True)
class Variants:
    """A mapping of one of several shapes: the value of `key` tells which."""

    key: str
    shapes: Mapping[str, Keys]


@dataclass(frozen=True, slots=True)
class Anything:
    """Whatever the author writes."""


@dataclass(frozen=True, slots=True)
class Either:
    """A value of one of several kinds."""

    values: "tuple[Value, ...]"


Value = Single | Number | Truth | Nothing | Choice | Items | Named | Keys | Variants | Anything | Either

PLAIN = Single()
FORMULA = Single(Meaning.FORMULA)


def choice(*texts: str) -> Choice:
    """Return a choice among texts that speak for themselves."""
    return Choice(dict.fromkeys(texts, ""))
