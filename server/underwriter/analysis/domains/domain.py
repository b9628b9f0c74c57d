"""The values that an expression may take, as far as they are known before any application comes."""

from dataclasses import dataclass

from underwriter.feel.types import ANY, Type
from underwriter.feel.values import Range, Value

EVERYTHING = Range(None, None)


@dataclass(frozen=True, slots=True)
class Domain:
    """A set that holds at least every value that an expression takes: what stands outside of it can't come.

    `values` are all values but null, if there are few and they are known; `within` are bounds of an ordered kind, such
    as `[0..1]` of a share, with None for an end that is not known; `is_whole` says that numbers are whole. A domain
    where nothing is known but the type is that of an input that anything may be sent for.
    """

    type: Type = ANY
    can_be_null: bool = True
    values: frozenset[Value] | None = None
    within: Range = EVERYTHING
    is_whole: bool = False


UNKNOWN = Domain()
"""The domain of what nothing is known of."""
