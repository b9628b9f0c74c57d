"""The types of FEEL values (DMN 1.5, 10.3.2.3) and how they relate. Every type admits null."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

MAXIMUM_NESTING = 40
"""How deep types may be nested; what is deeper is Any. No call of Python's is too deep for them then."""

MAXIMUM_PARTS = 5_000
"""Of how many types one may be made, a type that stands in many places being counted in each."""


@dataclass(frozen=True, slots=True)
class Type:
    """A type, printed as FEEL writes it.

    `nesting` is how many levels of types are in it, `parts` how many in all, both with itself.
    """

    name: str
    nesting: int = field(default=1, init=False, compare=False, repr=False)
    parts: int = field(default=1, init=False, compare=False, repr=False)

    def __str__(self) -> str:
        return self.name

    def _measure(self, types: Collection["Type"]) -> bool:
        """Note how large the type is, made of these; false, with nothing noted, if it is too large."""
        nesting = 1 + max((type_.nesting for type_ in types), default=0)
        parts = 1 + sum(type_.parts for type_ in types)
        if nesting > MAXIMUM_NESTING or parts > MAXIMUM_PARTS:
            return False
        object.__setattr__(self, "nesting", nesting)
        object.__setattr__(self, "parts", parts)
        return True


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
class ConstrainedType(Type):
    """A type of which only some values are allowed, such as an item definition with allowed values (DMN 1.5, 7.3.3).

    `accepts` tells whether a value of the base type, not null, is allowed. A string of stated values is a `ChoiceType`.
    """

    base: Type = ANY
    accepts: Callable[[object], bool] = field(default=lambda _: True, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not self._measure((self.base,)):
            object.__setattr__(self, "base", ANY)


@dataclass(frozen=True, slots=True)
class ListType(Type):
    """A list of items of one type."""

    item: Type = ANY
    name: str = "list"

    def __post_init__(self) -> None:
        if not self._measure((self.item,)):
            object.__setattr__(self, "item", ANY)

    def __str__(self) -> str:
        return f"list<{self.item}>"


@dataclass(frozen=True, slots=True)
class ContextType(Type):
    """A context with stated entries. An open one may have others, whose type is Any."""

    fields: Mapping[str, Type] = field(default_factory=dict, hash=False)
    is_open: bool = False
    name: str = "context"

    def __post_init__(self) -> None:
        if not self._measure(self.fields.values()):
            simple = {name: type_ if type_.parts == 1 else ANY for name, type_ in self.fields.items()}
            object.__setattr__(self, "fields", simple)
            object.__setattr__(self, "parts", 1 + len(simple))

    def __str__(self) -> str:
        inner = ", ".join(f"{name}: {type_}" for name, type_ in self.fields.items())
        return f"context<{inner}>"


@dataclass(frozen=True, slots=True)
class RangeType(Type):
    """A range between two values of one type."""

    item: Type = ANY
    name: str = "range"

    def __post_init__(self) -> None:
        if not self._measure((self.item,)):
            object.__setattr__(self, "item", ANY)

    def __str__(self) -> str:
        return f"range<{self.item}>"


@dataclass(frozen=True, slots=True)
class FunctionType(Type):
    """A function: its parameters by name, in order, and what it returns. Parameters of None are not known.

    `calls` is how many calls of functions one call of it leads to at most, itself included; None if that is not known.
    It counts those of user-defined functions only.
    """

    parameters: tuple[tuple[str, Type], ...] | None = None
    result: Type = ANY
    calls: int | None = None
    name: str = "function"

    def __post_init__(self) -> None:
        if not self._measure([self.result, *(type_ for _, type_ in self.parameters or ())]):
            known = None if self.parameters is None else tuple((name, ANY) for name, _ in self.parameters)
            object.__setattr__(self, "parameters", known)
            object.__setattr__(self, "result", ANY)

    def __str__(self) -> str:
        if self.parameters is None:
            return self.name
        inner = ", ".join(str(type_) for _, type_ in self.parameters)
        return f"function<{inner}> -> {self.result}"


def is_same(one: Type, other: Type) -> bool:
    """Tell whether two types are equal and their constraints are the same functions, which equality does not ask."""
    if one is other:
        return True
    if one != other:
        return False
    match one, other:
        case ConstrainedType(), ConstrainedType():
            return one.accepts is other.accepts and is_same(one.base, other.base)
        case (ListType(item=item), ListType(item=its)) | (RangeType(item=item), RangeType(item=its)):
            return is_same(item, its)
        case ContextType(), ContextType():
            return all(is_same(type_, other.fields[name]) for name, type_ in one.fields.items())
        case FunctionType(), FunctionType():
            pairs = zip(one.parameters or (), other.parameters or (), strict=True)
            return is_same(one.result, other.result) and all(is_same(mine, theirs) for (_, mine), (_, theirs) in pairs)
    return True


def unconstrained(type_: Type) -> Type:
    """Return the type without the constraint on its values."""
    while isinstance(type_, ConstrainedType):
        type_ = type_.base
    return type_


def plain(type_: Type) -> Type:
    """Return the type that the values have at run time: a choice is a string."""
    if type(type_) is Type:  # most are, and it is asked all the time
        return type_
    type_ = unconstrained(type_)
    return STRING if isinstance(type_, ChoiceType) else type_


def conforms(given: Type, wanted: Type) -> bool:
    """Tell whether a value of the given type may stand where the wanted type is asked for (DMN 1.5, 10.3.2.9.3).

    Any conforms to everything and everything to Any: what is not known before run time is not refused. So a value of
    the base of a constrained type may stand for one that is allowed.
    """
    if given is wanted:
        return True
    given, wanted = unconstrained(given), unconstrained(wanted)
    if ANY in (given, wanted) or given in (NULL, wanted):
        return True
    match given, wanted:
        case ListType(item=item), ListType(item=asked):
            return conforms(item, asked)
        case RangeType(item=item), RangeType(item=asked):
            return conforms(item, asked)
        case ContextType(), ContextType():
            return all(_has_conforming(given, name, type_) for name, type_ in wanted.fields.items())
        case FunctionType(), FunctionType():
            return conforms(given.result, wanted.result) and _may_take(given, wanted)
    return STRING == plain(given) == plain(wanted)


def _has_conforming(given: ContextType, name: str, wanted: Type) -> bool:
    return conforms(given.fields[name], wanted) if name in given.fields else given.is_open


def _may_take(given: FunctionType, wanted: FunctionType) -> bool:
    """Tell whether a function takes the arguments that the wanted one does; their names do not matter."""
    if given.parameters is None or wanted.parameters is None:
        return True
    if len(given.parameters) != len(wanted.parameters):
        return False
    pairs = zip(given.parameters, wanted.parameters, strict=True)
    return all(conforms(asked, taken) for (_, taken), (_, asked) in pairs)


def is_acceptable(given: Type, wanted: Type) -> bool:
    """Tell whether a value of the given type may become one of the wanted type (DMN 1.5, 10.3.2.9.4)."""
    if conforms(given, wanted):
        return True
    given, wanted = unconstrained(given), unconstrained(wanted)
    if isinstance(wanted, ListType) and not isinstance(given, ListType):
        return is_acceptable(given, wanted.item)
    if isinstance(given, ListType) and not isinstance(wanted, ListType):
        return is_acceptable(given.item, wanted)
    return (given, wanted) == (DATE, DATE_TIME)


def checkable(type_: Type) -> Type:
    """Return what can be told of a value that has been tested to be of a type: not what a function in it will give."""
    match type_:
        case ListType(item=item):
            return ListType(item=checkable(item))
        case ContextType(fields=fields, is_open=is_open):
            return ContextType(fields={name: checkable(entry) for name, entry in fields.items()}, is_open=is_open)
        case FunctionType(parameters=parameters):
            return FunctionType(parameters=parameters)
        case ConstrainedType(base=base, accepts=accepts):
            return ConstrainedType(base=checkable(base), accepts=accepts, name=type_.name)
    return type_


def surely_conforms(given: Type, wanted: Type) -> bool:
    """Tell whether every value of the given type is of the wanted one: unlike `conforms`, Any is not taken on trust."""
    if given is wanted or wanted == ANY or given == NULL:
        return True
    if isinstance(wanted, ConstrainedType):
        return given == wanted and given.accepts is wanted.accepts
    given = unconstrained(given)
    if isinstance(wanted, ChoiceType):
        return given == wanted
    match given, wanted:
        case ListType(item=item), ListType(item=asked):
            return surely_conforms(item, asked)
        case RangeType(item=item), RangeType(item=asked):
            return surely_conforms(item, asked)
        case ContextType(), ContextType():
            return all(
                name in given.fields and surely_conforms(given.fields[name], type_)
                for name, type_ in wanted.fields.items()
            )
        case FunctionType(), FunctionType():
            return wanted.parameters is None or (given.parameters is not None and _may_take(given, wanted))
    return plain(given) == wanted


def join(left: Type, right: Type) -> Type:
    """Return the narrowest type that both conform to."""
    if left in (NULL, right):
        return right
    if right == NULL:
        return left
    left, right = unconstrained(left), unconstrained(right)
    match left, right:
        case ListType(), ListType():
            return ListType(item=join(left.item, right.item))
        case RangeType(), RangeType():
            return RangeType(item=join(left.item, right.item))
        case FunctionType(parameters=taken), FunctionType(parameters=also_taken) if taken == also_taken:
            return FunctionType(parameters=taken, result=join(left.result, right.result))
        case ContextType(), ContextType():
            common = [name for name in left.fields if name in right.fields]
            return ContextType(
                fields={name: join(left.fields[name], right.fields[name]) for name in common}, is_open=True
            )
    return plain(left) if plain(left) == plain(right) else ANY
