"""All that generated code may call, by the names that it uses."""

from collections.abc import Mapping
from types import MappingProxyType

from underwriter.feel.arithmetic import calculate, negate, overflow, zero_divisor
from underwriter.feel.builtins.calls import attempt, invoke, invoke_builtin
from underwriter.feel.comparison import accepts, accepts_condition, compare, equal, unequal, within
from underwriter.feel.faults import note
from underwriter.feel.iteration import (
    counted,
    domain,
    every,
    filtered,
    item_at,
    picked,
    rounds,
    singleton,
    some,
    with_partial,
)
from underwriter.feel.members import member, shadowed
from underwriter.feel.values import Function, Range, is_instance

RUNTIME: Mapping[str, object] = MappingProxyType(
    {
        function.__name__: function
        for function in (
            accepts,
            accepts_condition,
            attempt,
            calculate,
            compare,
            counted,
            domain,
            equal,
            every,
            filtered,
            invoke,
            invoke_builtin,
            is_instance,
            item_at,
            member,
            negate,
            note,
            overflow,
            picked,
            rounds,
            shadowed,
            singleton,
            some,
            unequal,
            with_partial,
            within,
            zero_divisor,
            Function,
            Range,
        )
    }
)
