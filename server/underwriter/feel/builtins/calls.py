"""Calls at run time: arguments are checked and fitted, and a failure becomes null with a warning."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import partial

from underwriter.feel.arithmetic import overflow
from underwriter.feel.bounds import MAXIMUM_ITEMS, MAXIMUM_TEXT, enter, leave, spend_on
from underwriter.feel.builtins.entry import Builtin, Signature
from underwriter.feel.coercion import MISFIT, fit
from underwriter.feel.faults import Fault, Place, Warnings, note
from underwriter.feel.types import Type
from underwriter.feel.values import Function, Value, is_instance, kind_of

_ZERO = Decimal(0)


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
    if (isinstance(result, list) and len(result) > MAXIMUM_ITEMS) or (
        isinstance(result, str) and len(result) > MAXIMUM_TEXT
    ):
        note(warnings, place, "too-long", "the result is too long")
        return None
    return result


def sum_of_lists(warnings: Warnings, place: Place, joined: Place, *lists: list[Decimal]) -> Decimal | None:
    """Return the sum of the numbers of all lists, as `sum(concatenate(...))` does, without making one list of them.

    `place` is that of the sum, `joined` that of the list which is not made.
    """
    if sum(map(len, lists)) > MAXIMUM_ITEMS:
        note(warnings, joined, "too-long", "the result is too long")
        return None
    spend_on(*lists)
    total = _ZERO
    try:
        for items in lists:
            total = sum(items, total)
    except TypeError:  # an item is null
        return None
    if not total.is_finite():
        overflow(warnings, place)
        return None
    return total if any(lists) else None


def invoke_builtin(
    builtin: Builtin,
    names: Sequence[str | None],
    warnings: Warnings,
    place: Place,
    *arguments: Value,
) -> Value:
    """Call a built-in with arguments of unknown types: the first signature that they fit, as they are or converted."""
    spend_on(*arguments)
    for take in (_as_it_is, fit):
        for signature in builtin.signatures:
            fitted = _fitted(signature, names, arguments, take)
            if fitted is not None:
                if any(value is None and not signature.parameter(i).takes_null for i, value in enumerate(fitted)):
                    return None
                return attempt(signature.implementation, warnings, place, *fitted)
    kinds = ", ".join(kind_of(argument).name for argument in arguments)
    has_form = any(signature.order(names) is not None for signature in builtin.signatures)
    mistake = "type-mismatch" if has_form else "wrong-argument-count"
    note(warnings, place, mistake, "'{}' does not take ({})", builtin.name, kinds)
    return None


def builtin_value(builtin: Builtin, warnings: Warnings, place: Place) -> Function:
    """Return a built-in as a value; its warnings tell the place where it was named."""

    def body(*arguments: Value) -> Value:
        return invoke_builtin(builtin, (None,) * len(arguments), warnings, place, *arguments)

    return Function(tuple(builtin.parameter_names), body, invoked=partial(invoke_builtin, builtin))


def counting(value: Value) -> Value:
    """Return a function whose calls count as work, for a built-in that may call it often; other values as they are."""
    if not isinstance(value, Function):
        return value
    uncounted = value.body

    def body(*arguments: Value) -> Value:
        enter()
        result = uncounted(*arguments)
        leave()
        return result

    return replace(value, body=body)


def external_function(parameters: tuple[str, ...], warnings: Warnings, place: Place) -> Function:
    """Return a function whose body stands in Java or PMML: it gives null, with a warning."""

    def body(*_: Value) -> None:
        note(warnings, place, "external-function", "functions in Java or PMML are not run")

    return Function(parameters, body)


def invoke(callee: Value, names: Sequence[str | None], warnings: Warnings, place: Place, *arguments: Value) -> Value:
    """Call a value that may be a function; null and a warning if it is none, or takes other arguments."""
    if callee is None:
        return None
    if not isinstance(callee, Function):
        note(warnings, place, "type-mismatch", "{} is not a function", kind_of(callee).name)
        return None
    if callee.invoked is not None:
        return callee.invoked(names, warnings, place, *arguments)
    parameters = callee.parameters
    if len(arguments) != len(parameters):
        note(warnings, place, "wrong-argument-count", "the function takes ({})", ", ".join(parameters))
        return None
    if all(name is None for name in names):
        return callee.body(*arguments)
    if set(names) != set(parameters):
        note(warnings, place, "unknown-argument", "the function takes ({})", ", ".join(parameters))
        return None
    return callee.body(*(arguments[names.index(name)] for name in parameters))


def _fitted(
    signature: Signature, names: Sequence[str | None], arguments: Sequence[Value], take: Callable[[Value, Type], Value]
) -> list[Value] | None:
    """Return the arguments in the order of the parameters and of their types; None if they don't fit."""
    order = signature.order(names)
    if order is None:
        return None
    given = [None if index is None else arguments[index] for index in order]
    fitted = [take(value, signature.parameter(position).type) for position, value in enumerate(given)]
    return None if any(value is MISFIT for value in fitted) else fitted


def _as_it_is(value: Value, wanted: Type) -> Value:
    return value if is_instance(value, wanted) else MISFIT
