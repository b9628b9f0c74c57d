"""A piece of generated Python: a value, and the guards that must hold for it not to be null.

FEEL's strict operators give null for a null operand. So the guards of operands are gathered, and tested once where the
value is used: `a + b < c` needs one test a variable, not one an operator.
"""

import re
from dataclasses import dataclass

from underwriter.feel.types import BOOLEAN, NUMBER, STRING, Type

DEEPEST_TEXT = 40
"""How deep brackets may nest in a text before a part of it becomes a function; Python itself allows 200."""

CLASSES = {NUMBER: "Decimal", STRING: "str", BOOLEAN: "bool"}
"""The Python classes of the kinds that most values are of, as generated code names them."""

_STRING_OR_BRACKET = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|[()\[\]{}]""")


@dataclass(frozen=True, slots=True)
class Code:
    """Python expressions for one FEEL value.

    `text` is the value if all `guards` are truthy; guards are evaluated first, in order, and may bind names that the
    text reads. `whole` is the value, null included, where there is a shorter text than by the guards. All are
    atoms: a name, a call or in parentheses. `is_unchecked` marks a number that may be beyond what FEEL holds. `called`
    is the text to call a function by, if that is another one. `picked` are the name of an item and the loop that runs
    through the items, if the value is a list that a filter picks them for.
    """

    text: str
    type: Type
    guards: tuple[str, ...] = ()
    whole: str | None = None
    is_unchecked: bool = False
    called: str | None = None
    picked: tuple[str, str] | None = None

    @property
    def is_nullable(self) -> bool:
        """Whether the value may be null."""
        return bool(self.guards)

    @property
    def value(self) -> str:
        """The value; None is null."""
        if self.whole is not None:
            return self.whole
        return f"({self.text} if {' and '.join(self.guards)} else None)" if self.guards else self.text

    @property
    def truth(self) -> str:
        """Truthy if and only if the value is true."""
        if self.type != BOOLEAN:
            return f"({self.value} is True)"
        if self.whole is not None or not self.guards:
            return self.value
        return f"({' and '.join((*self.guards, self.text))})"

    @property
    def falsity(self) -> str:
        """Truthy if and only if the value is false."""
        if self.type != BOOLEAN or self.whole is not None:
            return f"({self.value} is False)"
        return f"({' and '.join((*self.guards, f'not {self.text}'))})"


def strict(text: str, type_: Type, *operands: Code) -> Code:
    """Return an operation that is null if an operand is."""
    return Code(text, type_, gathered(*operands))


def gathered(*operands: Code) -> tuple[str, ...]:
    """Return the guards of all operands, each once."""
    return tuple(dict.fromkeys(guard for operand in operands for guard in operand.guards))


def nesting(text: str) -> int:
    """Return how many brackets are open at the deepest place of a text."""
    if text.count("(") + text.count("[") + text.count("{") <= DEEPEST_TEXT:
        return 0
    deepest = depth = 0
    for match in _STRING_OR_BRACKET.finditer(text):
        depth += (match.group() in "([{") - (match.group() in ")]}")
        deepest = max(deepest, depth)
    return deepest
