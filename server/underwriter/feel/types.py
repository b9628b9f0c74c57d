"""The types of FEEL values (DMN 1.5, 10.3.2.3) and how they relate. Every type admits null."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Type:
    """A type, printed as FEEL writes it."""

    name: str

    def __str__(self) -> str:
        return self.name


ANY = Type("Any")
NULL = Type("Null")
NUMBER = Type("number")
STRING = Type("string")
BOOLEAN = Type("boolean")
DATE = Type("date")
TIME = Type("time")
DATE_TIME = Type("date and time")
DAYS_DURATION = Type("days and time duration")
MONTHS_DURATION = Type("years and months duration")


@dataclass(frozen=True, slots=True)
class ChoiceType(Type):
    """A string that is one of stated values, such as an enum of the application."""

    values: tuple[str, ...] = ()
    name: str = "string"


@dataclass(frozen=True, slots=True)
class ListType(Type):
    """A list of items of one type."""

    item: Type = ANY
    name: str = "list"

    def __str__(self) -> str:
        return f"list<{self.item}>"


@dataclass(frozen=True, slots=True)
class ContextType(Type):
    """A context with stated entries. An open one may have others, whose type is Any."""

    fields: Mapping[str, Type] = field(default_factory=dict, hash=False)
    is_open: bool = False
    name: str = "context"

    def __str__(self) -> str:
        inner = ", ".join(f"{name}: {type_}" for name, type_ in self.fields.items())
        return f"context<{inner}>"


@dataclass(frozen=True, slots=True)
class RangeType(Type):
    """A range between two values of one type."""

    item: Type = ANY
    name: str = "range"

    def __str__(self) -> str:
        return f"range<{self.item}>"


@dataclass(frozen=True, slots=True)
class FunctionType(Type):
    """A function: its parameters by name, in order, and what it returns."""

    parameters: tuple[tuple[str, Type], ...] = ()
    result: Type = ANY
    name: str = "function"

    def __str__(self) -> str:
        inner = ", ".join(str(type_) for _, type_ in self.parameters)
        return f"function<{inner}> -> {self.result}"


def conforms(given: Type, wanted: Type) -> bool:
    """Tell whether a value of the given type may stand where the wanted type is asked for (DMN 1.5, 10.3.2.9.3).

    Any conforms to everything and everything to Any: what is not known before run time is not refused.
    """
    if ANY in (given, wanted) or given in (NULL, wanted):
        return True
    if isinstance(given, ListType) and isinstance(wanted, ListType):
        return conforms(given.item, wanted.item)
    if isinstance(given, RangeType) and isinstance(wanted, RangeType):
        return conforms(given.item, wanted.item)
    if isinstance(given, ContextType) and isinstance(wanted, ContextType):
        return all(
            name in given.fields and conforms(given.fields[name], type_) for name, type_ in wanted.fields.items()
        )
    if isinstance(given, FunctionType) and isinstance(wanted, FunctionType):
        return len(given.parameters) == len(wanted.parameters) and conforms(given.result, wanted.result)
    return STRING.name == given.name == wanted.name


def join(left: Type, right: Type) -> Type:
    """Return the narrowest type that both conform to."""
    if left in (NULL, right):
        return right
    if right == NULL:
        return left
    if isinstance(left, ListType) and isinstance(right, ListType):
        return ListType(item=join(left.item, right.item))
    return STRING if STRING.name == left.name == right.name else ANY
