"""How a loan may be repaid."""

from enum import StrEnum


class RepaymentMethod(StrEnum):
    """How a loan is repaid; the names are those of `underwriter.v1.RepaymentMethod` without their prefix."""

    ANNUITY = "ANNUITY"
    """Equal payments of principal and interest together."""

    EQUAL_PRINCIPAL = "EQUAL_PRINCIPAL"
    """Equal parts of principal, with interest on what is left."""

    INTEREST_ONLY = "INTEREST_ONLY"
    """Interest each month, principal at the end."""

    SINGLE_REPAYMENT = "SINGLE_REPAYMENT"
    """Principal and simple interest in one payment at the end."""

    FLAT_FEE = "FLAT_FEE"
    """Equal parts of principal with a fee on the principal instead of interest (pay-later)."""
