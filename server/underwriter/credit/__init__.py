"""Knows the arithmetic of credit: schedules to the cent, effective annual rates and their caps, what one can afford."""

from underwriter.credit.affordability import affordable_principal
from underwriter.credit.annuity import annuity_payment
from underwriter.credit.arguments import ArgumentFault, CreditArgumentError
from underwriter.credit.caps import annual_rate_cap, highest_annual_rate, highest_fee_rate
from underwriter.credit.effective_rate import effective_annual_rate, effective_annual_rate_of
from underwriter.credit.money import minor_unit_exponent, round_money
from underwriter.credit.repayment_method import RepaymentMethod
from underwriter.credit.schedules import Instalment, repayment_schedule

__all__ = [
    "ArgumentFault",
    "CreditArgumentError",
    "Instalment",
    "RepaymentMethod",
    "affordable_principal",
    "annual_rate_cap",
    "annuity_payment",
    "effective_annual_rate",
    "effective_annual_rate_of",
    "highest_annual_rate",
    "highest_fee_rate",
    "minor_unit_exponent",
    "repayment_schedule",
    "round_money",
]
