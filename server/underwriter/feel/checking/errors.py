"""What the checker says to an author: one function a mistake, named for it. Codes are stable."""

from collections.abc import Iterable, Sequence

from underwriter.feel.diagnostics import Diagnostic, nearest
from underwriter.feel.source import Source, Span
from underwriter.feel.types import ContextType, ListType, Type

MAXIMUM_WAYS = 4
"""How many ways to call a function a message tells: `max` has sixteen."""

_ONE_TYPE = "let both be of one type"


def unknown_name(source: Source, span: Span, name: str, known: Iterable[str]) -> Diagnostic:
    """A name that is neither an input, a decision, a parameter nor a variable."""
    help_ = nearest(name, known) or "declare it, or name what is meant"
    return Diagnostic("unknown-name", f"there is nothing called '{name}'", source, span, help_)


def unknown_member(source: Source, span: Span, member: str, owner: Type, known: Sequence[str]) -> Diagnostic:
    """A member that a value of this type does not have."""
    is_context = owner.name == "context"
    without = "declare it, or give the context such an entry" if is_context else f"take '.{member}' away"
    help_ = nearest(member, known) or (f"it has {_listed(known)}" if known else without)
    kind = "the context" if is_context else f"a {owner.name}"
    return Diagnostic("unknown-member", f"{kind} has no '{member}'", source, span, help_)


def unknown_function(source: Source, span: Span, name: str, known: Iterable[str]) -> Diagnostic:
    """A call of a function that does not exist."""
    help_ = nearest(name, known) or "call one that there is, or make a function of it"
    return Diagnostic("unknown-function", f"there is no function '{name}'", source, span, help_)


def not_a_function(source: Source, span: Span, given: Type) -> Diagnostic:
    """A call of a value that is no function."""
    help_ = "take the parentheses away, or put an operator before them"
    return Diagnostic("not-a-function", f"a {_shown(given)} cannot be called", source, span, help_)


def wrong_argument_count(source: Source, span: Span, name: str, given: int, signatures: Sequence[str]) -> Diagnostic:
    """Too many or too few arguments."""
    message = f"'{name}' is called with {given} argument{'' if given == 1 else 's'}"
    return Diagnostic("wrong-argument-count", message, source, span, _ways(name, signatures))


def wrong_argument_types(
    source: Source, span: Span, name: str, given: Sequence[Type], signatures: Sequence[str]
) -> Diagnostic:
    """Arguments of kinds that the function does not take."""
    kinds = ", ".join(_shown(type_) for type_ in given)
    return Diagnostic("type-mismatch", f"'{name}' does not take ({kinds})", source, span, _ways(name, signatures))


def unknown_argument(source: Source, span: Span, name: str, argument: str, known: Sequence[str]) -> Diagnostic:
    """A named argument that the function has no parameter for."""
    help_ = nearest(argument, known) or (f"its parameters are {_listed(known)}" if known else "it takes none")
    return Diagnostic("unknown-argument", f"'{name}' has no parameter '{argument}'", source, span, help_)


def wrong_operands(source: Source, span: Span, operator: str, left: Type, right: Type) -> Diagnostic:
    """Operands of kinds that the operator does not take together."""
    message = f"'{operator}' does not take {_shown(left)} and {_shown(right)}"
    return Diagnostic("type-mismatch", message, source, span, _ONE_TYPE)


def wrong_negation(source: Source, span: Span, given: Type) -> Diagnostic:
    """A minus before something without a sign."""
    help_ = "'-' goes before a number or a duration"
    return Diagnostic("type-mismatch", f"'-' does not take a {_shown(given)}", source, span, help_)


def incomparable(source: Source, span: Span, left: Type, right: Type) -> Diagnostic:
    """Two kinds of values that are never equal, greater or less."""
    message = f"a {_shown(left)} cannot be compared with a {_shown(right)}; the result is always null"
    return Diagnostic("type-mismatch", message, source, span, _ONE_TYPE)


def unordered(source: Source, span: Span, operator: str, given: Type) -> Diagnostic:
    """A kind of value that has no greater and less."""
    message = f"'{operator}' does not take a {_shown(given)}: it has no order"
    return Diagnostic("type-mismatch", message, source, span, "compare it with '=' or '!='")


def unknown_value(source: Source, span: Span, text: str, known: Sequence[str]) -> Diagnostic:
    """A string that the thing it is compared with never is."""
    help_ = nearest(text, known) or f"it can be {_listed(known)}"
    return Diagnostic("unknown-value", f'it is never "{text}"', source, span, help_)


def not_a_condition(source: Source, span: Span, construct: str, given: Type) -> Diagnostic:
    """Something other than a boolean where a condition stands."""
    help_ = "compare it with something" + (", such as '> 0'" if given.name == "number" else "")
    return Diagnostic(
        "type-mismatch", f"{construct} asks for a boolean, this is a {_shown(given)}", source, span, help_
    )


def unexpected_type(source: Source, span: Span, given: Type, wanted: Type) -> Diagnostic:
    """An expression of another type than its place asks for."""
    message = f"this is a {_shown(given)}, but a {_shown(wanted)} is asked for"
    return Diagnostic("type-mismatch", message, source, span, "give a value of that type")


def bad_temporal(source: Source, span: Span, text: str) -> Diagnostic:
    """An `@` literal that is no date, time, date and time or duration."""
    help_ = 'write @"2026-01-31", @"09:30:00", @"2026-01-31T09:30:00", @"P1Y6M" or @"P1DT12H"'
    return Diagnostic("bad-temporal", f'"{text}" is no date, time or duration', source, span, help_)


def unknown_type(source: Source, span: Span, name: str, known: Iterable[str]) -> Diagnostic:
    """A type name that neither FEEL nor the model has."""
    help_ = nearest(name, known) or "name a type of FEEL, such as number or string"
    return Diagnostic("unknown-type", f"there is no type '{name}'", source, span, help_)


def duplicate_key(source: Source, span: Span, key: str) -> Diagnostic:
    """A context with two entries of one name."""
    return Diagnostic("duplicate-key", f"the context has '{key}' twice", source, span, "keep one of the two")


def reversed_range(source: Source, span: Span) -> Diagnostic:
    """A range whose first end is the greater."""
    message = "the range is empty: its first end is greater than its last"
    return Diagnostic("empty-range", message, source, span, "write the lesser end first")


def _listed(names: Sequence[str]) -> str:
    shown = [f"'{name}'" for name in names[:12]]
    return ", ".join([*shown, "..."] if len(names) > len(shown) else shown)


def _ways(name: str, signatures: Sequence[str]) -> str:
    ways = [f"{name}{signature}" for signature in signatures[:MAXIMUM_WAYS]]
    return "call it as " + " or ".join([*ways, "..."] if len(signatures) > len(ways) else ways)


def _shown(type_: Type) -> str:
    """Return a type as a short text: contexts without their entries."""
    if isinstance(type_, ListType):
        return f"list<{_shown(type_.item)}>"
    return type_.name if isinstance(type_, ContextType) else str(type_)
