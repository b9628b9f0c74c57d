"""Knows the arithmetic of credit: schedules to the cent, yearly rates and caps, what one can afford, who funds what."""

from underwriter.credit.affordability import affordable_principal
from underwriter.credit.allocation import allocate
from underwriter.credit.annuity import annuity_payment
from underwriter.credit.arguments import ArgumentFault, CreditArgumentError
from underwriter.credit.caps import highest_annual_rate, highest_fee_rate
from underwriter.credit.counted_share import share_of
from underwriter.credit.effective_rate import effective_annual_rate, effective_annual_rate_of
from underwriter.credit.funding import SHARE_TOLERANCE, funded_amounts, share_faults
from underwriter.credit.money import amount_of, minor_unit_exponent, minor_units, round_money, rounded_minor_units
from underwriter.credit.repayment_method import RepaymentMethod
from underwriter.credit.schedules import Instalment, Repayments, repayment_schedule, repayments_of

__all__ = [
    "SHARE_TOLERANCE",
    "ArgumentFault",
    "CreditArgumentError",
    "Instalment",
    "RepaymentMethod",
    "Repayments",
    "affordable_principal",
    "allocate",
    "amount_of",
    "annuity_payment",
    "effective_annual_rate",
    "effective_annual_rate_of",
    "funded_amounts",
    "highest_annual_rate",
    "highest_fee_rate",
    "minor_unit_exponent",
    "minor_units",
    "repayment_schedule",
    "repayments_of",
    "round_money",
    "rounded_minor_units",
    "share_faults",
    "share_of",
]
