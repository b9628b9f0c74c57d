"""Calls at run time: arguments are checked and fitted, and a failure becomes null with a warning."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from underwriter.feel.arithmetic import overflow
from underwriter.feel.bounds import MAXIMUM_ITEMS, MAXIMUM_TEXT
from underwriter.feel.builtins.entry import Builtin, Signature
from underwriter.feel.faults import Fault, Place, Warnings, note
from underwriter.feel.types import ANY, ListType, Type
from underwriter.feel.values import Function, Value, is_instance, kind_of

_MISFIT = object()


def attempt(implementation: Callable[..., Value], warnings: Warnings, place: Place, *arguments: Value) -> Value:
    """Call a built-in with arguments of the right types; null and a warning if it fails or its result is too large."""
    try:
        result = implementation(*arguments)
    except Fault as fault:
        note(warnings, place, fault.kind, fault.template, *fault.values)
        return None
    if isinstance(result, Decimal):
        if result.is_finite():
            return result
        overflow(warnings, place)
        return None
    if isinstance(result, list | str) and len(result) > (MAXIMUM_ITEMS if isinstance(result, list) else MAXIMUM_TEXT):
        note(warnings, place, "too-long", "the result is too long")
        return None
    return result


def invoke_builtin(
    builtin: Builtin,
    names: Sequence[str | None],
    warnings: Warnings,
    place: Place,
    *arguments: Value,
) -> Value:
    """Call a built-in with arguments of unknown types: the first signature that they fit."""
    for signature in builtin.signatures:
        fitted = _fitted(signature, names, arguments)
        if fitted is not None:
            if any(value is None and not signature.parameter(i).takes_null for i, value in enumerate(fitted)):
                return None
            return attempt(signature.implementation, warnings, place, *fitted)
    kinds = ", ".join(kind_of(argument).name for argument in arguments)
    note(warnings, place, "type-mismatch", "'{}' does not take ({})", builtin.name, kinds)
    return None


def invoke(callee: Value, names: Sequence[str | None], warnings: Warnings, place: Place, *arguments: Value) -> Value:
    """Call a value that may be a function; null and a warning if it is none, or takes other arguments."""
    if callee is None:
        return None
    if not isinstance(callee, Function):
        note(warnings, place, "type-mismatch", "{} is not a function", kind_of(callee).name)
        return None
    parameters = callee.parameters
    if len(arguments) != len(parameters) or not set(names) <= {None, *parameters}:
        note(warnings, place, "wrong-argument-count", "the function takes ({})", ", ".join(parameters))
        return None
    if all(name is None for name in names):
        return callee(*arguments)
    return callee(*(arguments[names.index(name)] for name in parameters))


def _fitted(signature: Signature, names: Sequence[str | None], arguments: Sequence[Value]) -> list[Value] | None:
    """Return the arguments in the order of the parameters and of their types; None if they don't fit."""
    order = signature.order(names)
    if order is None:
        return None
    given = [None if index is None else arguments[index] for index in order]
    fitted = [fit(value, signature.parameter(position).type) for position, value in enumerate(given)]
    return None if any(value is _MISFIT for value in fitted) else fitted


def fit(value: Value, wanted: Type) -> Value:
    """Return the value as the wanted type, single values and lists of one item being taken for each other."""
    if wanted == ANY or is_instance(value, wanted):
        return value
    if isinstance(wanted, ListType) and not isinstance(value, list) and is_instance(value, wanted.item):
        return [value]
    if isinstance(value, list) and len(value) == 1 and is_instance(value[0], wanted):
        return value[0]
    return _MISFIT
