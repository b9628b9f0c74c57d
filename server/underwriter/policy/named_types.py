"""The types that rule files name: those of attributes and of functions' parameters."""

from underwriter.feel.source import Source
from underwriter.feel.types import ANY, BOOLEAN, DATE, NUMBER, STRING, ListType, Type

TYPES: dict[str, Type] = {
    "number": NUMBER,
    "string": STRING,
    "boolean": BOOLEAN,
    "date": DATE,
    "list of string": ListType(item=STRING),
    "list of number": ListType(item=NUMBER),
}


class NamedTypes:
    """Finds types by their names in rule files. The loader has reported those that are not there."""

    def of(self, reference: Source | None) -> Type:
        """Return the type that a reference names, Any for none."""
        return TYPES[reference.text] if reference else ANY

    def named(self, name: str) -> Type | None:
        """Return the type of a name, None if there is none."""
        return TYPES.get(name)
