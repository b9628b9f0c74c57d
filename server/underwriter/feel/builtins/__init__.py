"""Knows the functions of the language: one file a group, as the standard groups them."""

from underwriter.feel.builtins.aggregates import AGGREGATES
from underwriter.feel.builtins.booleans import BOOLEANS
from underwriter.feel.builtins.calendar import CALENDAR
from underwriter.feel.builtins.contexts import CONTEXTS
from underwriter.feel.builtins.conversion import CONVERSION
from underwriter.feel.builtins.entry import Builtin, Parameter, Signature
from underwriter.feel.builtins.identity import IDENTITY
from underwriter.feel.builtins.lists import LISTS
from underwriter.feel.builtins.numbers import NUMBERS
from underwriter.feel.builtins.ranges import RANGES
from underwriter.feel.builtins.regular_expressions import REGULAR_EXPRESSIONS
from underwriter.feel.builtins.sorting import SORTING
from underwriter.feel.builtins.strings import STRINGS
from underwriter.feel.builtins.temporal import TEMPORAL

STANDARD: tuple[Builtin, ...] = (
    *CONVERSION,
    *BOOLEANS,
    *STRINGS,
    *REGULAR_EXPRESSIONS,
    *AGGREGATES,
    *LISTS,
    *NUMBERS,
    *TEMPORAL,
    *CALENDAR,
    *IDENTITY,
    *RANGES,
    *SORTING,
    *CONTEXTS,
)

__all__ = ["STANDARD", "Builtin", "Parameter", "Signature"]
