"""How tightly the constructs of FEEL bind, from loose to tight (the order of the alternatives of DMN 1.5's rule 2)."""

from enum import IntEnum


class Precedence(IntEnum):
    """An operand of an operator binds tighter than the operator; a left operand may bind as tightly."""

    ANY = 0
    DISJUNCTION = 1
    CONJUNCTION = 2
    COMPARISON = 3
    ADDITION = 4
    MULTIPLICATION = 5
    EXPONENTIATION = 6
    NEGATION = 7
    INSTANCE_OF = 8
    SUFFIX = 9

    @property
    def tighter(self) -> "Precedence":
        """The next tighter one."""
        return Precedence(self + 1)
