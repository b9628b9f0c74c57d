"""The function that puts a list in order (DMN 1.5, 10.3.4.9)."""

from collections.abc import Callable, Sequence

from underwriter.feel.builtins.entry import Builtin, Parameter, Signature
from underwriter.feel.types import ANY, BOOLEAN, FunctionType, ListType, Type
from underwriter.feel.values import Value


def _sorted(items: list[Value], precedes: Callable[[Value, Value], Value]) -> list[Value]:
    """Return the items so that none precedes one before it; those of equal rank keep their order."""

    class Ranked:
        """An item with the order that the function makes; sorting asks for no more than `<`."""

        def __init__(self, item: Value) -> None:
            self.item = item

        def __lt__(self, other: "Ranked") -> bool:
            return precedes(self.item, other.item) is True

    return [ranked.item for ranked in sorted(map(Ranked, items))]


def _same(arguments: Sequence[Type]) -> Type:
    return arguments[0] if isinstance(arguments[0], ListType) else ListType()


SORT = Builtin(
    "sort",
    "The list in the order of a function that tells whether its first argument comes before its second; items of "
    "equal rank keep their order.",
    "sort(list: [3, 1, 2], precedes: function(x, y) x < y) = [1, 2, 3]",
    (
        Signature(
            (
                Parameter("list", ListType()),
                Parameter("precedes", FunctionType(parameters=(("x", ANY), ("y", ANY)), result=BOOLEAN)),
            ),
            _same,
            _sorted,
        ),
    ),
)

SORTING = (SORT,)
