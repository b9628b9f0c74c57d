"""What types mean as they are written in FEEL (DMN 1.5, rule 54 and 10.3.2.9)."""

from collections.abc import Iterable, Mapping

from underwriter.feel.nodes import EntriesType, ItemsType, NamedType, SignatureType, WrittenType
from underwriter.feel.traversal import descendants
from underwriter.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    MONTHS_DURATION,
    NULL,
    NUMBER,
    STRING,
    TIME,
    ContextType,
    FunctionType,
    ListType,
    RangeType,
    Type,
)

BUILT_IN: Mapping[str, Type] = {
    type_.name: type_
    for type_ in (ANY, NULL, NUMBER, STRING, BOOLEAN, DATE, TIME, DATE_TIME, DAYS_DURATION, MONTHS_DURATION)
} | {
    "null": NULL,
    "list": ListType(),
    "context": ContextType(is_open=True),
    "range": RangeType(),
    "function": FunctionType(),
}
"""The types of the language by their names."""


def resolved(written: WrittenType, named: Mapping[str, Type]) -> Type | None:
    """Return the type that is meant, `named` being those of the environment; None if one of its names is unknown."""
    match written:
        case NamedType(name=name):
            return named.get(name) or BUILT_IN.get(name)
        case ItemsType(collection=collection, item=item):
            inner = resolved(item, named)
            if inner is None:
                return None
            return ListType(item=inner) if collection == "list" else RangeType(item=inner)
        case EntriesType(names=names, types=types):
            fields = _all_resolved(types, named)
            return None if fields is None else ContextType(fields=dict(zip(names, fields, strict=True)))
        case SignatureType(parameters=parameters, result=result):
            known = _all_resolved((*parameters, result), named)
            if known is None:
                return None
            return FunctionType(parameters=tuple(("", type_) for type_ in known[:-1]), result=known[-1])


def _all_resolved(types: Iterable[WrittenType], named: Mapping[str, Type]) -> list[Type] | None:
    found = [resolved(type_, named) for type_ in types]
    known = [type_ for type_ in found if type_ is not None]
    return known if len(known) == len(found) else None


def unknown_names(written: WrittenType, named: Mapping[str, Type]) -> list[NamedType]:
    """Return the names within a written type that there is no type of."""
    names = [node for node in descendants(written) if isinstance(node, NamedType)]
    return [name for name in names if resolved(name, named) is None]
