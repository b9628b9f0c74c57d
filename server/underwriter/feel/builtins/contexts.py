"""Functions of contexts (DMN 1.5, 10.3.4.10)."""

from underwriter.feel.builtins.entry import Builtin, Parameter, Signature
from underwriter.feel.types import ANY, STRING, ContextType, ListType
from underwriter.feel.values import Value

_CONTEXT = Parameter("m", ContextType(is_open=True))


def _get_value(context: dict[str, Value], key: str) -> Value:
    return context.get(key)


def _get_entries(context: dict[str, Value]) -> list[Value]:
    return [{"key": key, "value": value} for key, value in context.items()]


GET_VALUE = Builtin(
    "get value",
    "The entry of a key; null if there is none.",
    'get value({a: 1}, "a") = 1',
    (Signature((_CONTEXT, Parameter("key", STRING)), ANY, _get_value),),
)
GET_ENTRIES = Builtin(
    "get entries",
    "The entries as a list of contexts with a key and a value each.",
    'get entries({a: 1}) = [{key: "a", value: 1}]',
    (
        Signature(
            (_CONTEXT,), ListType(item=ContextType(fields={"key": STRING, "value": ANY})), _get_entries, is_total=True
        ),
    ),
)

CONTEXTS = (GET_VALUE, GET_ENTRIES)
