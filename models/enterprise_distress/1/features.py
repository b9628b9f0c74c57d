"""The features of the model: each one's FEEL expression over a firm's yearly accounts, and the ratios like it.

Statement 1 is the newest year. A ratio that needs what the application does not hold, or that divides by zero, is null.
"""

from dataclasses import dataclass

import numpy as np
from training.features import FeatureDefinition

_NEWEST, _BEFORE = "business.financial_statements[1].", "business.financial_statements[2]."


@dataclass(frozen=True, slots=True, kw_only=True)
class RatioDefinition(FeatureDefinition):
    """A feature of the columns of the data that `source` names."""

    source: str


def _newest(formula: str) -> str:
    """A formula in which `.field` is a field of the newest statement."""
    return formula.replace(".", _NEWEST)


def _ratio(name: str, formula: str, number: int, unit: str, direction: str, reason: str) -> RatioDefinition:
    """A column of the data as it is."""
    return RatioDefinition(
        name=name,
        expression=_newest(formula),
        source=f"Attr{number}",
        compute=lambda ratios: ratios[number],
        unit=unit,
        direction=direction,
        reason=reason,
    )


FEATURES = (
    _ratio(
        "operating_return",
        ".operating_profit / .total_assets",
        22,
        "operating profit by assets",
        "decreasing",
        "LOW_OPERATING_PROFIT",
    ),
    _ratio(
        "operating_margin",
        ".operating_profit / .sales",
        42,
        "operating profit by sales",
        "decreasing",
        "LOW_OPERATING_PROFIT",
    ),
    _ratio(
        "gross_margin",
        "(.sales - .cost_of_sales) / .sales",
        56,
        "sales less their cost, by sales",
        "decreasing",
        "LOW_GROSS_MARGIN",
    ),
    _ratio(
        "cash_flow_to_debt",
        "(.net_profit + .depreciation) / .total_liabilities",
        26,
        "net profit and depreciation by liabilities",
        "decreasing",
        "LOW_CASH_FLOW",
    ),
    _ratio(
        "interest_cover",
        ".operating_profit / .interest_expense",
        27,
        "operating profit by interest",
        "decreasing",
        "LOW_INTEREST_COVER",
    ),
    RatioDefinition(
        name="interest_to_assets",
        expression=_newest(".interest_expense / .total_assets"),
        source="Attr11 - Attr18, at least 0",
        compute=lambda ratios: np.maximum(ratios[11] - ratios[18], 0.0),
        unit="interest by assets",
        direction="increasing",
        reason="HIGH_INTEREST_BURDEN",
    ),
    _ratio(
        "retained_earnings",
        ".retained_earnings / .total_assets",
        6,
        "retained earnings by assets",
        "decreasing",
        "LOW_RETAINED_EARNINGS",
    ),
    _ratio(
        "long_term_capital",
        "(.equity + .total_liabilities - .current_liabilities) / .total_assets",
        38,
        "equity and long-term debts by assets",
        "decreasing",
        "LOW_EQUITY",
    ),
    _ratio(
        "equity_to_fixed_assets",
        ".equity / (.total_assets - .current_assets)",
        53,
        "equity by fixed assets",
        "decreasing",
        "LOW_EQUITY",
    ),
    _ratio(
        "working_capital",
        "(.current_assets - .current_liabilities) / .total_assets",
        3,
        "working capital by assets",
        "decreasing",
        "LOW_LIQUIDITY",
    ),
    _ratio(
        "current_ratio",
        ".current_assets / .current_liabilities",
        4,
        "current assets by current liabilities",
        "decreasing",
        "LOW_LIQUIDITY",
    ),
    _ratio(
        "quick_ratio",
        "(.current_assets - .inventory) / .current_liabilities",
        46,
        "current assets less inventory, by current liabilities",
        "decreasing",
        "LOW_LIQUIDITY",
    ),
    _ratio(
        "cash_ratio",
        "(.current_assets - .inventory - .receivables) / .current_liabilities",
        40,
        "cash and securities by current liabilities",
        "decreasing",
        "LOW_CASH",
    ),
    _ratio(
        "liquid_share_of_debt",
        ".current_assets / .total_liabilities",
        50,
        "current assets by liabilities",
        "decreasing",
        "LOW_LIQUIDITY",
    ),
    _ratio(
        "net_debt_to_sales",
        "(.total_liabilities - .cash) / .sales",
        30,
        "liabilities less cash, by sales",
        "increasing",
        "HIGH_DEBT_TO_SALES",
    ),
    _ratio(
        "receivable_days",
        "365 * .receivables / .sales",
        44,
        "days of sales owed by customers",
        "increasing",
        "SLOW_RECEIVABLES",
    ),
    RatioDefinition(
        name="sales_growth",
        expression=f"{_NEWEST}sales / {_BEFORE}sales",
        source="Attr21",
        compute=lambda ratios: ratios[21],
        unit="sales by those of the year before",
        direction="decreasing",
        reason="FALLING_SALES",
    ),
)
