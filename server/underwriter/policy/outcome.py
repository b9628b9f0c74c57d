"""What a rule or a policy can say."""

from enum import IntEnum


class Outcome(IntEnum):
    """An outcome. The greater wins over the less; the numbers are those of the API's enum."""

    APPROVE = 1
    REFER = 2
    VERIFY = 3
    DECLINE = 4
