"""When a value counts as the expected one."""

from decimal import Decimal

from underwriter.feel import Value
from underwriter.feel.comparison import equal

TOLERANCE = Decimal("0.00000001")
"""By less than this may numbers differ, as with the runners of the kit for Drools, Camunda and jDMN."""


def agrees(value: Value, expected: Value) -> bool:
    """Tell whether a value is the expected one: numbers within the tolerance, all others by FEEL's equality.

    Lists agree item by item, contexts entry by entry; neither may have more. Values of different types never agree.
    """
    if isinstance(expected, Decimal) and isinstance(value, Decimal):
        return abs(value - expected) < TOLERANCE
    if isinstance(expected, list) and isinstance(value, list):
        return len(value) == len(expected) and all(map(agrees, value, expected))
    if isinstance(expected, dict) and isinstance(value, dict):
        return value.keys() == expected.keys() and all(agrees(value[key], expected[key]) for key in expected)
    return type(value) is type(expected) and (value is None or equal(value, expected) is True)
