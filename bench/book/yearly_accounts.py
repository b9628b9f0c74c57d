"""Two years of a firm's accounts that agree with each other.

Each balance sheet adds up, and the newer year's equity and retained earnings are the older year's plus what was earned
and kept. What is usual in a trade is set so that returns, debts and liquidity lie about where those of the Polish firms
lie that distress models are trained on (M. Zieba et al., Expert Systems with Applications 58, 2016).
"""

from random import Random
from typing import Any, NamedTuple

from chance import rounded, within
from companies import Company

YEAR_ENDS = ("2025-12-31", "2024-12-31")
TAX = 0.25
INTEREST = 0.05
_BORROWED_SHARE = 0.55


class Shape(NamedTuple):
    """What is usual in a trade: margins of sales, days and turns, fixed assets and research as parts of sales."""

    gross_margin: float
    operating_margin: float
    inventory_turns: float
    receivable_turns: float
    fixed_assets: float
    research: float


_SHAPES = {
    "RETAIL": Shape(0.24, 0.04, 7, 60, 0.12, 0),
    "MANUFACTURING": Shape(0.26, 0.055, 6, 6, 0.35, 0.02),
    "FARMING": Shape(0.32, 0.07, 3, 14, 0.60, 0),
    "TECHNOLOGY": Shape(0.55, 0.06, 20, 5, 0.15, 0.12),
    "CATERING": Shape(0.58, 0.05, 30, 80, 0.25, 0),
    "WHOLESALE": Shape(0.13, 0.025, 9, 8, 0.08, 0),
    "TRANSPORT": Shape(0.30, 0.05, 40, 9, 0.45, 0),
    "CONSTRUCTION": Shape(0.20, 0.04, 10, 4, 0.15, 0.01),
    "SERVICES": Shape(0.50, 0.07, 40, 10, 0.15, 0),
}


class Habits(NamedTuple):
    """What is this firm's own in its trade; both years share it."""

    shape: Shape
    inventory_turns: float
    receivable_turns: float
    cash: float
    fixed_assets: float
    short_share: float
    research: float


def yearly_accounts(rng: Random, firm: Company) -> list[dict[str, Any]]:
    """Return two years of accounts, the newest first."""
    habits = _habits(rng, firm)
    older = _first_year(rng, firm, habits, firm.sales / (1 + firm.growth))
    newer = _next_year(rng, firm, habits, firm.sales, older)
    return [
        {"period_end": end, **{name: rounded(amount) for name, amount in year.items()}}
        for end, year in zip(YEAR_ENDS, (newer, older), strict=True)
    ]


def _habits(rng: Random, firm: Company) -> Habits:
    shape = _SHAPES[firm.industry]
    pace = 1 + 0.12 * firm.skill - 0.15 * firm.blow
    return Habits(
        shape,
        inventory_turns=shape.inventory_turns * within(rng.gauss(pace, 0.2), 0.3, 2.5),
        receivable_turns=shape.receivable_turns * within(rng.gauss(pace, 0.2), 0.3, 2.5),
        cash=within(0.06 + 0.03 * firm.prudence - 0.015 * firm.blow + rng.gauss(0, 0.02), 0.004, 0.4),
        fixed_assets=shape.fixed_assets * rng.uniform(0.6, 1.5),
        short_share=within(rng.gauss(0.7 - 0.05 * firm.prudence, 0.1), 0.3, 0.95),
        research=shape.research * rng.uniform(0.4, 2.2),
    )


def _first_year(rng: Random, firm: Company, habits: Habits, sales: float) -> dict[str, float]:
    year = _trade(rng, firm, habits, sales, blow=0)
    assets = year["total_assets"]
    equity = assets * (1 - within(rng.gauss(0.56 - 0.13 * firm.prudence, 0.1), 0.05, 1.15))
    earned_before = equity * within(rng.gauss(0.45 + 0.15 * firm.skill, 0.15), -1.0, 0.9)
    return _financed(year, habits, equity, year["total_assets"] - equity, earned_before)


def _next_year(rng: Random, firm: Company, habits: Habits, sales: float, older: dict[str, float]) -> dict[str, float]:
    year = _trade(rng, firm, habits, sales, firm.blow)
    profit = _net_profit(year["operating_profit"], older["total_liabilities"])
    paid_out = max(0.0, profit) * rng.uniform(0, 0.5)
    equity = older["equity"] + profit - paid_out
    least_debt = 0.05 * year["total_assets"]
    paid_out += max(0.0, equity - (year["total_assets"] - least_debt))  # more than the firm needs goes to its owners
    equity = older["equity"] + profit - paid_out
    retained = older["retained_earnings"] + profit - paid_out
    return _financed(year, habits, equity, older["total_liabilities"], retained)


def _trade(rng: Random, firm: Company, habits: Habits, sales: float, blow: float) -> dict[str, float]:
    """Return what a year of trade brings, and the assets that it takes."""
    shape = habits.shape
    gross = within(rng.gauss(shape.gross_margin + 0.02 * firm.skill - 0.03 * blow, 0.02), 0.02, 0.9)
    margin = within(rng.gauss(shape.operating_margin + 0.03 * firm.skill - 0.08 * blow, 0.035), -0.4, gross)
    cost = sales * (1 - gross)
    inventory, receivables = cost / habits.inventory_turns, sales / habits.receivable_turns
    cash, other = sales * habits.cash, sales * 0.015
    current, fixed = inventory + receivables + cash + other, sales * habits.fixed_assets
    return {
        "sales": sales,
        "cost_of_sales": cost,
        "operating_profit": sales * margin,
        "depreciation": fixed * 0.1,
        "total_assets": current + fixed,
        "current_assets": current,
        "inventory": inventory,
        "receivables": receivables,
        "cash": cash,
        "research_expense": sales * habits.research,
    }


def _net_profit(operating_profit: float, debts: float) -> float:
    before_tax = operating_profit - _interest(debts)
    return before_tax * (1 - TAX) if before_tax > 0 else before_tax


def _interest(debts: float) -> float:
    return max(0.0, debts) * _BORROWED_SHARE * INTEREST


def _financed(
    year: dict[str, float], habits: Habits, equity: float, debts_before: float, retained: float
) -> dict[str, float]:
    """Return a year with who has financed it: what owners have not, is owed; interest is on the debts at its start."""
    debts = year["total_assets"] - equity
    return {
        **year,
        "interest_expense": _interest(debts_before),
        "net_profit": _net_profit(year["operating_profit"], debts_before),
        "total_liabilities": debts,
        "current_liabilities": debts * habits.short_share,
        "equity": equity,
        "retained_earnings": retained,
    }
