"""Where generated code finds the values of names."""

from collections.abc import Mapping
from dataclasses import dataclass

from underwriter.feel.builtins.entry import MOMENT
from underwriter.feel.types import ContextType, FunctionType, Type, unconstrained


@dataclass(frozen=True, slots=True)
class Variable:
    """Where a value lives: Python text for it, cheap to evaluate again; its type; whether it may be None.

    A function from outside may be any Python function of its arguments. `called` is the text to call one by that is
    known to be a `Function`, which spares a step.
    """

    code: str
    type: Type
    nullable: bool = True
    called: str | None = None

    @classmethod
    def of_value(cls, code: str, type_: Type, nullable: bool = True) -> "Variable":
        """Return a variable of which the value is surely one of FEEL's own."""
        is_function = isinstance(unconstrained(type_), FunctionType)
        return cls(code, type_, nullable, f"{code}.body" if is_function else None)


class Frame:
    """The variables of an expression, by the path that names them: `("applicant", "age")`.

    The longest path that is known is taken; members beyond it are read from the value. Frames are nested: an inner one
    hides the names of its outer one. That of a filter has an `item`, whose members hide what is outside. With
    `is_repeated` the code may run many times in one evaluation, since it stands in a loop or a function.
    """

    def __init__(
        self,
        variables: Mapping[tuple[str, ...], Variable],
        outer: "Frame | None" = None,
        item: Variable | None = None,
        is_repeated: bool = False,
    ) -> None:
        self.variables = variables
        self.outer = outer
        self.item = item
        self.is_repeated: bool = is_repeated or (outer is not None and outer.is_repeated)

    def nested(self, names: Mapping[str, Variable], *, is_repeated: bool = False) -> "Frame":
        """Return a frame inside this one with more names."""
        return Frame({(name,): variable for name, variable in names.items()}, self, is_repeated=is_repeated)

    def filtering(self, item: Variable) -> "Frame":
        """Return the frame of a filter's condition: `item`, and its members by their own names."""
        item = Variable(item.code, unconstrained(item.type), item.nullable)
        hides_item = isinstance(item.type, ContextType) and "item" in item.type.fields
        return Frame({} if hides_item else {("item",): item}, self, item, is_repeated=True)

    def moment(self) -> Variable | None:
        """Return the variable of the evaluation's time, if this frame or one outside of it holds it."""
        found = self.variables.get((MOMENT,))
        return self.outer.moment() if found is None and self.outer is not None else found

    def longest(self, path: tuple[str, ...]) -> tuple[Variable, int] | None:
        """Return the variable of this frame alone for the longest beginning of a path, and that beginning's length."""
        for length in range(len(path), 0, -1):
            variable = self.variables.get(path[:length])
            if variable is not None:
                return variable, length
        return None
