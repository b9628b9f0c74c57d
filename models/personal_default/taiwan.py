"""Turns rows of the Taiwan credit card data (UCI 350) into applications.

One row is one customer with six monthly statements, newest first. Amounts are taken as they are, one new Taiwan dollar
for one unit of the product's currency. Sex, education, marriage and age stay behind: no application carries them from
here, and no model may see them.
"""

from decimal import Decimal
from typing import Any

from training.data_file import Row

FILE = "taiwan_credit_card.csv.gz"
DEFAULTED = "default.payment.next.month"
DAYS_A_MONTH = 30
_MONTHS = (("PAY_0", 1), ("PAY_2", 2), ("PAY_3", 3), ("PAY_4", 4), ("PAY_5", 5), ("PAY_6", 6))
_STATUS = {-2: "NO_USE", -1: "PAID_IN_FULL", 0: "REVOLVING"}


def to_application(row: Row) -> dict[str, Any]:
    """The part of an Application that the row fills, by its proto names; money as its amount, enums by short names."""
    return {
        "behaviour": {
            "credit_limit": Decimal(row["LIMIT_BAL"]),
            "statements": [_statement(row, column, month) for column, month in _MONTHS],
        }
    }


def _statement(row: Row, column: str, month: int) -> dict[str, Any]:
    """`PAY_n` is -2 (no use), -1 (paid in full), 0 (revolving) or the number of months that the payment is late."""
    standing = int(row[column])
    return {
        "billed": Decimal(row[f"BILL_AMT{month}"]),
        "paid": Decimal(row[f"PAY_AMT{month}"]),
        "days_late": max(standing, 0) * DAYS_A_MONTH,
        "status": _STATUS.get(standing, "LATE"),
    }
