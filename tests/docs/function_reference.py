"""The reference of functions in docs/language.md, written from the entries of the functions."""

from collections.abc import Sequence

from underwriter.decisioning.functions import CREDIT_FUNCTIONS
from underwriter.feel import DAYS_DURATION, MONTHS_DURATION, Signature, Type
from underwriter.feel.builtins import (
    AGGREGATES,
    BOOLEANS,
    CALENDAR,
    CONTEXTS,
    CONVERSION,
    IDENTITY,
    LISTS,
    NUMBERS,
    RANGES,
    REGULAR_EXPRESSIONS,
    SORTING,
    STRINGS,
    TEMPORAL,
    Builtin,
)
from underwriter.feel.builtins.kinds import ORDERED_KINDS

GROUPS: dict[str, tuple[Builtin, ...]] = {
    "Conversion": CONVERSION,
    "Booleans": BOOLEANS,
    "Strings": (*STRINGS, *REGULAR_EXPRESSIONS),
    "Numbers": NUMBERS,
    "Lists": (*LISTS, *SORTING),
    "Aggregates": AGGREGATES,
    "Dates and times, durations": (*TEMPORAL, *CALENDAR),
    "Identity": IDENTITY,
    "Ranges": RANGES,
    "Contexts": CONTEXTS,
    "Credit": CREDIT_FUNCTIONS,
}

_DURATIONS = {DAYS_DURATION.name, MONTHS_DURATION.name}


def reference() -> str:
    """Return the reference as Markdown, a heading for each group."""
    return "".join(f"\n### {title}\n{''.join(map(_entry, functions))}" for title, functions in GROUPS.items())


def _entry(function: Builtin) -> str:
    calls = "<br>\n  ".join(f"`{function.name}{form}`" for form in _forms(function))
    return f"- {calls}<br>\n  {function.doc}<br>\n  `{function.example}`\n"


def _forms(function: Builtin) -> list[str]:
    """Return the ways to call a function. Those that differ in types only are one."""
    groups: dict[tuple[object, ...], list[Signature]] = {}
    for signature in function.signatures:
        if not any(_is_longer(other, signature) for other in function.signatures):
            shape = tuple((parameter.name, parameter.is_optional) for parameter in signature.parameters)
            groups.setdefault((shape, signature.is_variadic), []).append(signature)
    return [_form(signatures) for signatures in groups.values()]


def _is_longer(variadic: Signature, other: Signature) -> bool:
    """Tell whether a form that takes any number of arguments takes those of the other too."""
    names, others = ([parameter.name for parameter in signature.parameters] for signature in (variadic, other))
    return variadic.is_variadic and len(names) < len(others) and others[: len(names)] == names


def _form(signatures: Sequence[Signature]) -> str:
    parameters = []
    for position, parameter in enumerate(signatures[0].parameters):
        text = f"{parameter.name}: {_types([signature.parameters[position].type for signature in signatures])}"
        parameters.append(f"[{text}]" if parameter.is_optional else text)
    if signatures[0].is_variadic:
        parameters.append("...")
    results = [
        signature.result_type([parameter.type for parameter in signature.parameters]) for signature in signatures
    ]
    return f"({', '.join(parameters)}): {_types(results)}"


def _types(types: Sequence[Type]) -> str:
    """Return types as one: all ordered kinds, lists or ranges of them, and both durations have a word of their own."""
    names = list(dict.fromkeys(map(_name, types)))
    for shape in ("{}", "list<{}>", "range<{}>"):
        if {shape.format(kind) for kind in ORDERED_KINDS} == set(names):
            return shape.format("ordered")
    if set(names) >= _DURATIONS:
        names = [*(name for name in names if name not in _DURATIONS), "duration"]
    return " or ".join(names)


def _name(type_: Type) -> str:
    return "context" if str(type_) == "context<>" else str(type_)
