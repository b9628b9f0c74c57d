"""Makes the API's change of a line from the terms that the rules of a review gave, and refuses what passes a cap."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from underwriter import credit
from underwriter.decisioning.list_terms import TermInvalid
from underwriter.decisioning.money import decimal_message, set_minor_units
from underwriter.decisioning.offers import DEFAULT_TERM_MONTHS
from underwriter.policy import LineChangeTerms
from underwriter.policy.outcome import LineAction
from underwriter.v1.decision_pb2 import LineChange

LONGEST_NOTICE_DAYS = 3_650


class MadeChange(NamedTuple):
    """The change of a line; None for terms of which one is undetermined or passes a cap."""

    change: LineChange | None
    has_unknown: bool = False
    has_above_cap: bool = False


def make_line_change(evaluated: Sequence[object], stated: Sequence[int], currency: str, today: date) -> MadeChange:
    """Make the change. `stated` are the places of the terms and caps that the policy states: none of them may be null.

    Limits are cut to whole minor units. It takes effect so many days after `today` as it gives notice.

    Raises:
        TermInvalid: when a term is not what it should be.
        ValueError: when a rate is outside what credit arithmetic takes.
    """
    if [place for place in stated if evaluated[place] is None]:
        return MadeChange(None, has_unknown=True)
    terms = LineChangeTerms._make(evaluated)
    action, limit, rate, notice = _action(terms), _amount(terms), terms.annual_rate or Decimal(0), _notice(terms)
    if _is_above_cap(terms, limit, _effective_annual_rate(rate)):
        return MadeChange(None, has_above_cap=True)
    exponent = credit.minor_unit_exponent(currency)
    change = LineChange(action=action, annual_rate=decimal_message(rate), notice_days=notice)  # type: ignore[arg-type]
    set_minor_units(change.credit_limit, credit.minor_units(limit, exponent), exponent, currency)
    day, effective = today + timedelta(notice), change.effective_date
    effective.year, effective.month, effective.day = day.year, day.month, day.day
    return MadeChange(change)


def _action(terms: LineChangeTerms) -> int:
    action = LineAction.__members__.get(terms.action or "")
    if action is None:
        raise TermInvalid("action", f"is none of {', '.join(LineAction.__members__)}")
    return action


def _amount(terms: LineChangeTerms) -> Decimal:
    limit = terms.credit_limit or Decimal(0)
    if limit < 0:
        raise TermInvalid("credit_limit", "is below 0")
    return limit


def _notice(terms: LineChangeTerms) -> int:
    days = terms.notice_days or Decimal(0)
    if not (days == days.to_integral_value() and 0 <= days <= LONGEST_NOTICE_DAYS):
        raise TermInvalid("notice_days", f"is no whole number from 0 to {LONGEST_NOTICE_DAYS}")
    return int(days)


def _is_above_cap(terms: LineChangeTerms, limit: Decimal, rate: Decimal) -> bool:
    limit_cap, rate_cap = terms.credit_limit_cap, terms.effective_annual_rate_cap
    return (limit_cap is not None and limit > limit_cap) or (rate_cap is not None and rate > rate_cap)


@lru_cache(maxsize=1024)  # a lender has few prices and many lines
def _effective_annual_rate(annual_rate: Decimal) -> Decimal:
    """Return the yearly cost of drawing at a rate, reckoned as for a line's offer that names no term."""
    return credit.effective_annual_rate_of(
        credit.RepaymentMethod.ANNUITY, annual_rate, int(DEFAULT_TERM_MONTHS), Decimal(0), 0
    )
