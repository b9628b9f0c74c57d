"""Where generated code finds the values of names."""

from collections.abc import Mapping
from dataclasses import dataclass

from underwriter.feel.types import ContextType, Type


@dataclass(frozen=True, slots=True)
class Variable:
    """Where a value lives: Python text for it, cheap to evaluate again; its type; whether it may be None."""

    code: str
    type: Type
    nullable: bool = True


class Frame:
    """The variables of an expression, by the path that names them: `("applicant", "age")`.

    The longest path that is known is taken; members beyond it are read from the value. Frames are nested: an inner one
    hides the names of its outer one. That of a filter has an `item`, whose members hide what is outside.
    """

    def __init__(
        self,
        variables: Mapping[tuple[str, ...], Variable],
        outer: "Frame | None" = None,
        item: Variable | None = None,
    ) -> None:
        self.variables = variables
        self.outer = outer
        self.item = item

    def nested(self, names: Mapping[str, Variable]) -> "Frame":
        """Return a frame inside this one with more names."""
        return Frame({(name,): variable for name, variable in names.items()}, self)

    def filtering(self, item: Variable) -> "Frame":
        """Return the frame of a filter's condition: `item`, and its members by their own names."""
        hides_item = isinstance(item.type, ContextType) and "item" in item.type.fields
        return Frame({} if hides_item else {("item",): item}, self, item)

    def longest(self, path: tuple[str, ...]) -> tuple[Variable, int] | None:
        """Return the variable of this frame alone for the longest beginning of a path, and that beginning's length."""
        for length in range(len(path), 0, -1):
            variable = self.variables.get(path[:length])
            if variable is not None:
                return variable, length
        return None
