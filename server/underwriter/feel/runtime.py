"""All that generated code may call, by the names that it uses."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType

from underwriter.feel.arithmetic import applied, calculate, negate, overflow, zero_divisor
from underwriter.feel.bounds import bounded, enter, leave, spend, spend_on, spend_units
from underwriter.feel.builtins.calls import (
    attempt,
    builtin_value,
    counting,
    external_function,
    invoke,
    invoke_builtin,
    sum_of_lists,
)
from underwriter.feel.builtins.sorting import sorted_by
from underwriter.feel.coercion import MISFIT, coerced, taken
from underwriter.feel.comparison import accepts, accepts_condition, as_boolean, compare, equality, within
from underwriter.feel.faults import note, unknown_type
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
from underwriter.feel.members import member
from underwriter.feel.values import Function, Range, is_instance, operator_range

RUNTIME: Mapping[str, object] = MappingProxyType(
    {
        function.__name__: function
        for function in (
            accepts,
            accepts_condition,
            applied,
            as_boolean,
            attempt,
            bounded,
            builtin_value,
            calculate,
            coerced,
            compare,
            counted,
            counting,
            domain,
            equality,
            enter,
            every,
            external_function,
            filtered,
            invoke,
            invoke_builtin,
            is_instance,
            item_at,
            leave,
            member,
            negate,
            note,
            operator_range,
            overflow,
            picked,
            rounds,
            singleton,
            some,
            sorted_by,
            spend,
            spend_on,
            spend_units,
            sum_of_lists,
            taken,
            unknown_type,
            with_partial,
            within,
            zero_divisor,
            Decimal,
            Function,
            Range,
        )
    }
    | {"MISFIT": MISFIT}
)
