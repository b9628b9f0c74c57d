"""Functions of contexts (DMN 1.5, 10.3.4.10). No context is ever changed."""

from collections.abc import Sequence

from underwriter.feel.builtins.entry import Builtin, Parameter, Signature
from underwriter.feel.faults import Fault
from underwriter.feel.types import ANY, STRING, ContextType, ListType
from underwriter.feel.values import Value

_OPEN = ContextType(is_open=True)
_ENTRY = ContextType(fields={"key": STRING, "value": ANY})
_M = Parameter("m", _OPEN)
_CONTEXT = Parameter("context", _OPEN)
_KEY = Parameter("key", STRING)
_KEYS = Parameter("keys", ListType(item=STRING))
_VALUE = Parameter("value", ANY, takes_null=True)


def _get_value(context: dict[str, Value], key: str) -> Value:
    return context.get(key)


def _get_nested_value(context: dict[str, Value], keys: Sequence[str | None]) -> Value:
    """Return what is found going from entry to entry; null where there is none."""
    found: Value = context
    for key in _checked_keys(keys):
        found = found.get(key) if isinstance(found, dict) else None
    return found


def _get_entries(context: dict[str, Value]) -> list[Value]:
    return [{"key": key, "value": value} for key, value in context.items()]


def _context(entries: Sequence[dict[str, Value] | None]) -> dict[str, Value]:
    result: dict[str, Value] = {}
    for entry in entries:
        key = None if entry is None else entry["key"]
        if entry is None or not isinstance(key, str):
            raise Fault("bad-entry", "an entry has no key")
        if key in result:
            raise Fault("duplicate-key", "there are two entries '{}'", key)
        result[key] = entry["value"]
    return result


def _put(context: dict[str, Value], key: str, value: Value) -> dict[str, Value]:
    return {**context, key: value}


def _put_nested(context: dict[str, Value], keys: Sequence[str | None], value: Value) -> dict[str, Value]:
    """Return the context with a value put into a context within it; raise `Fault` if that is not there."""
    *path, last = _checked_keys(keys)
    result = inner = dict(context)
    for key in path:
        nested = inner.get(key)
        if not isinstance(nested, dict):
            raise Fault("unknown-member", "there is no context '{}' to put an entry in", key)
        copy = dict(nested)
        inner[key] = copy
        inner = copy
    inner[last] = value
    return result


def _checked_keys(keys: Sequence[str | None]) -> list[str]:
    """Return the keys of a path; raise `Fault` if there are none, or one is null."""
    present = [key for key in keys if key is not None]
    if not present or len(present) < len(keys):
        raise Fault("bad-entry", "the path of keys is empty or has a null in it")
    return present


def _merge(contexts: Sequence[dict[str, Value] | None]) -> dict[str, Value]:
    merged: dict[str, Value] = {}
    for context in contexts:
        if context is None:
            raise Fault("type-mismatch", "a context to merge is null")
        merged.update(context)
    return merged


GET_VALUE = Builtin(
    "get value",
    "The entry of a key, or, with a list of keys, of the contexts within; null if there is none.",
    'get value({a: 1}, "a") = 1 and get value({a: {b: 2}}, ["a", "b"]) = 2',
    (Signature((_M, _KEY), ANY, _get_value, is_instant=True), Signature((_M, _KEYS), ANY, _get_nested_value)),
)
GET_ENTRIES = Builtin(
    "get entries",
    "The entries as a list of contexts with a key and a value each.",
    'get entries({a: 1}) = [{key: "a", value: 1}]',
    (Signature((_M,), ListType(item=_ENTRY), _get_entries, is_total=True),),
)
CONTEXT = Builtin(
    "context",
    "The context that has these entries, each given by its key and value; null if a key comes twice.",
    'context([{key: "a", value: 1}, {key: "b", value: 2}]) = {a: 1, b: 2}',
    (Signature((Parameter("entries", ListType(item=_ENTRY)),), _OPEN, _context),),
)
CONTEXT_PUT = Builtin(
    "context put",
    "The context with an entry added or replaced; a list of keys leads into contexts within.",
    'context put({a: 1}, "b", 2) = {a: 1, b: 2} and context put({a: {b: 1}}, ["a", "b"], 2) = {a: {b: 2}}',
    (Signature((_CONTEXT, _KEY, _VALUE), _OPEN, _put), Signature((_CONTEXT, _KEYS, _VALUE), _OPEN, _put_nested)),
)
CONTEXT_MERGE = Builtin(
    "context merge",
    "The entries of all contexts of a list in one context; of equal keys the last counts.",
    "context merge([{a: 1, b: 1}, {b: 2}]) = {a: 1, b: 2}",
    (Signature((Parameter("contexts", ListType(item=_OPEN)),), _OPEN, _merge),),
)

CONTEXTS = (GET_VALUE, GET_ENTRIES, CONTEXT, CONTEXT_PUT, CONTEXT_MERGE)
