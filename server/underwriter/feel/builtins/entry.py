"""What a built-in function is: one entry with its FEEL name, signatures, text for authors and an example."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final, NamedTuple, TypeAlias

from underwriter.feel.types import ANY, FunctionType, Type, conforms, is_acceptable, join, surely_conforms
from underwriter.feel.values import Range, Value

Result: TypeAlias = Type | Callable[[Sequence[Type]], Type]
"""A result's type, or how it follows from the types of the arguments."""

MOMENT: Final = "now()"
"""The reserved name of the evaluation's time, a `DateTime`: what `now` and `today` read. No author can write it."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter. Null for one that does not take null gives null at once. Optional ones stand last."""

    name: str
    type: Type = ANY
    takes_null: bool = False
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a built-in.

    `implementation` takes the arguments by place, already of their types; it may raise `Fault`. With `is_variadic` the
    last parameter takes any number of arguments. `is_total` promises a non-null, finite result that never fails, for
    arguments that are not null; `template` is then Python text for it, `{0}` the first argument. With `reads_moment`
    the evaluation's time stands before the arguments; where it is not known it is left out, or None. One that
    `is_instant` takes no longer for long lists and strings than for short ones. Every number that it gives lies in
    `result_range`, if it has one.
    """

    parameters: tuple[Parameter, ...]
    result: Result
    implementation: Callable[..., Value]
    is_variadic: bool = False
    is_total: bool = False
    template: str | None = None
    reads_moment: bool = False
    is_instant: bool = False
    result_range: Range | None = None

    def result_type(self, arguments: Sequence[Type]) -> Type:
        """Return the type of the result for arguments of these types."""
        return self.result if isinstance(self.result, Type) else self.result(arguments)

    def parameter(self, position: int) -> Parameter:
        """Return the parameter that takes the argument at a position."""
        return self.parameters[min(position, len(self.parameters) - 1)]

    def order(self, names: Sequence[str | None]) -> list[int | None] | None:
        """Return which argument each parameter takes, None for one left out; None if they don't fit in number or name.

        `names` are the arguments' names, None for one given by place.
        """
        required = sum(not parameter.is_optional for parameter in self.parameters)
        if all(name is None for name in names):
            if len(names) < required or (len(names) > len(self.parameters) and not self.is_variadic):
                return None
            return list(range(len(names)))
        known = [parameter.name for parameter in self.parameters]
        if not set(names) <= set(known) or len(set(names)) < len(names):
            return None
        order = [names.index(name) if name in names else None for name in known]
        while order and order[-1] is None:
            order.pop()
        return order if len(order) >= required and None not in order[:required] else None

    def __str__(self) -> str:
        texts = (f"{parameter.name}: {parameter.type}" for parameter in self.parameters)
        optional = (parameter.is_optional for parameter in self.parameters)
        inner = ", ".join(f"[{text}]" if left_out else text for text, left_out in zip(texts, optional, strict=True))
        return f"({inner}{', ...' if self.is_variadic else ''})"


@dataclass(frozen=True, slots=True)
class Builtin:
    """A function of the language or of the domain. `example` is a FEEL expression that is true; it runs as a test."""

    name: str
    doc: str
    example: str
    signatures: tuple[Signature, ...]

    @property
    def parameter_names(self) -> list[str]:
        """The names that an argument may be given by, over all signatures."""
        return list(dict.fromkeys(parameter.name for parameter in self._parameters))

    @property
    def may_call(self) -> bool:
        """Whether it takes a function, which it then calls."""
        return any(isinstance(parameter.type, FunctionType) for parameter in self._parameters)

    @property
    def _parameters(self) -> list[Parameter]:
        return [parameter for signature in self.signatures for parameter in signature.parameters]


@dataclass(frozen=True, slots=True)
class Selection:
    """The signature that a call uses, and the type of what it gives.

    With `is_sure` the arguments' types are known to fit and need no check. Otherwise it may turn out to be another
    signature of the built-in, and the result is what all of those have in common.
    """

    signature: Signature
    order: tuple[int | None, ...]
    is_sure: bool
    result: Type


def select(builtin: Builtin, types: Sequence[Type], names: Sequence[str | None]) -> Selection | None:
    """Return the first signature that arguments of these types and names fit, at best as they are, or else converted.

    None if there is none.
    """
    ordered = [
        _Ordered(signature, order) for signature in builtin.signatures if (order := signature.order(names)) is not None
    ]
    converting = [one for one in ordered if one.fits(types, is_acceptable)]
    best = next((one for one in converting if one.fits(types, conforms)), converting[0] if converting else None)
    if best is None:
        return None
    is_sure = best.fits(types, surely_conforms)
    possible = [best] if is_sure else converting
    result = reduce(join, (one.result_type(types) for one in possible))
    return Selection(best.signature, tuple(best.order), is_sure, result)


class _Ordered(NamedTuple):
    """A signature that arguments fit in number and names, and which of them each parameter takes."""

    signature: Signature
    order: Sequence[int | None]

    def fits(self, types: Sequence[Type], takes: Callable[[Type, Type], bool]) -> bool:
        """Tell whether arguments fit by a relation of types."""
        given = enumerate(self.order)
        return all(index is None or takes(types[index], self.signature.parameter(at).type) for at, index in given)

    def result_type(self, types: Sequence[Type]) -> Type:
        """Return the type of the result for arguments of these types."""
        return self.signature.result_type([ANY if index is None else types[index] for index in self.order])


Builtins: TypeAlias = Mapping[str, Builtin]
