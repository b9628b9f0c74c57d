"""What a rule or a policy can say."""

from enum import IntEnum


class Outcome(IntEnum):
    """An outcome. The greater wins over the less; the numbers are those of the API's enum."""

    APPROVE = 1
    REFER = 2
    VERIFY = 3
    DECLINE = 4


class LineAction(IntEnum):
    """What a review does with a line; the numbers are those of the API's enum."""

    KEEP = 1
    RAISE = 2
    LOWER = 3
    REPRICE = 4
    FREEZE = 5
