"""Which names an expression may read, and their types."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from underwriter.feel.types import ANY, ContextType, Type, unconstrained


@dataclass(frozen=True, slots=True)
class Binding:
    """What a name stands for. `is_free`: it comes from outside the expression, not from a variable within it.

    One that is not certain may be a member of a filter's item, and nothing else.
    """

    type: Type
    is_free: bool
    is_certain: bool = True


class Scope:
    """Names and types, nested: an inner scope hides the names of its outer one.

    A filter's scope has an `item`: a member of the item hides what is outside. Where the item's type is not
    known, a name that is found outside may still turn out to be a member at run time; its type is then Any.
    """

    def __init__(self, names: Mapping[str, Type], outer: "Scope | None" = None, item: Type | None = None) -> None:
        self._names = names
        self._outer = outer
        self._item = item

    def nested(self, names: Mapping[str, Type]) -> "Scope":
        """Return a scope inside this one with more names."""
        return Scope(names, self)

    def filtering(self, item: Type) -> "Scope":
        """Return the scope of a filter's condition: `item`, and the members of the item by their own names."""
        item = unconstrained(item)
        names = {} if isinstance(item, ContextType) and "item" in item.fields else {"item": item}
        return Scope(names, self, item)

    def find(self, name: str) -> Binding | None:
        """Return what a name stands for here; None if it is not known."""
        if name in self._names:
            return Binding(self._names[name], is_free=self._outer is None)
        if self._outer is None:
            return None
        if isinstance(self._item, ContextType) and name in self._item.fields:
            return Binding(self._item.fields[name], is_free=False)
        outside = self._outer.find(name)
        if not may_have_more_members(self._item):
            return outside
        if outside is None:
            return Binding(ANY, is_free=False, is_certain=False)
        return Binding(ANY, outside.is_free, outside.is_certain)

    def __iter__(self) -> Iterator[str]:
        """Iterate over all names known here, the inner ones first."""
        yield from self._names
        if isinstance(self._item, ContextType):
            yield from self._item.fields
        if self._outer is not None:
            yield from self._outer


def may_have_more_members(item: Type | None) -> bool:
    """Tell whether values of this type may have members that the type does not tell."""
    return item == ANY or (isinstance(item, ContextType) and item.is_open)
