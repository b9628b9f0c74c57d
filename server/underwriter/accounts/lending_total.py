"""Totals of lending, made from rows that already sum up facilities that are alike. Pure, and exact.

Counts and amounts are sums of whole numbers. Two figures are rounded, each once for its total and half to even: the
average rate to 6 decimal places, and a funder's expected loss to a whole minor unit.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from enum import StrEnum
from operator import itemgetter
from typing import NamedTuple

from underwriter.accounts.facility import FacilityState
from underwriter.accounts.term_bands import TERM_BANDS, term_band

RATE_STEP = Decimal("0.000001")
"""What average rates are rounded to."""

# Far more digits than a sum of 64-bit amounts times decimal128 rates can have: only quotients are rounded.
_EXACT = Context(prec=150, rounding=ROUND_HALF_EVEN)
# A funder's share of a loss is counted in trillionths of a minor unit, so that sums do not depend on their order.
_SHARE_STEPS = 10**12


class Dimension(StrEnum):
    """A way to part the totals."""

    PRODUCT = "product"
    PURPOSE = "purpose"
    TERM_BAND = "term_band"
    USER_GROUP = "user_group"
    FUNDER = "funder"
    GRADE = "grade"


def column_of(dimension: Dimension) -> str:
    """Return the column that a dimension parts by, which is a field of `LendingKey`: terms by their months first."""
    return "term_months" if dimension is Dimension.TERM_BAND else dimension.value


class LendingKey(NamedTuple):
    """What facilities have in common that are summed up in one row. What was not asked for is empty or 0.

    Where funders are told apart, a row stands for parts of facilities, and `share / whole` of the facilities' expected
    loss belongs to it: the parts' limit over the whole limit, or 1 / 1 where a funder lends alone.
    """

    currency: str
    state: int
    annual_rate: str
    product: str
    purpose: int
    term_months: int
    user_group: str
    funder: str
    grade: str
    share: int
    whole: int


class LendingSums(NamedTuple):
    """The sums of one row, in minor units. `expected_loss` is that of the `told` facilities, which tell one."""

    facility_count: int
    credit_limit: int
    drawn: int
    undrawn: int
    expected_loss: int
    told: int


LendingRow = tuple[LendingKey, LendingSums]


@dataclass(frozen=True, slots=True)
class LendingTotal:
    """The total of one group in one currency, amounts in minor units: see underwriter.v1.LendingTotal.

    Of a joint loan, each funder's totals count the facility once, with the funder's own part of its amounts, and of its
    expected loss what the part is of the limit. So counts by funder add up to more than there are facilities.
    """

    currency: str
    product: str
    purpose: int
    term_band: str
    user_group: str
    funder: str
    grade: str
    approved_count: int
    reserved_count: int
    open_count: int
    credit_limit: int
    reserved: int
    drawn: int
    undrawn: int
    average_annual_rate: Decimal | None
    expected_loss: int | None


def totals_of(rows: Iterable[LendingRow], group_by: Sequence[Dimension]) -> list[LendingTotal]:
    """Return a total for each group and currency, in the order of the groups' values, as `group_by` names them."""
    alike: defaultdict[object, list[LendingRow]] = defaultdict(list)
    common = itemgetter(*map(LendingKey._fields.index, ["currency", *map(column_of, group_by)]))
    for row in rows:
        alike[common(row[0])].append(row)
    groups: defaultdict[tuple[str | int, ...], list[LendingRow]] = defaultdict(list)
    for members in alike.values():
        groups[_group(members[0][0], group_by)] += members
    return [_total(groups[group], group_by) for group in sorted(groups)]


def _group(key: LendingKey, group_by: Sequence[Dimension]) -> tuple[str | int, ...]:
    """Return the values that tell a group from others; a band of terms by its place, since its name does not sort."""
    values = (
        TERM_BANDS.index(term_band(key.term_months)) if dimension is Dimension.TERM_BAND else getattr(key, dimension)
        for dimension in group_by
    )
    return (*values, key.currency)


def _total(rows: Sequence[LendingRow], group_by: Sequence[Dimension]) -> LendingTotal:
    first, _ = rows[0]
    set_aside = [row for row in rows if row[0].state == FacilityState.RESERVED]
    in_use = [row for row in rows if row[0].state == FacilityState.OPEN]
    live = set_aside + in_use
    return LendingTotal(
        currency=first.currency,
        product=first.product,
        purpose=first.purpose,
        term_band=term_band(first.term_months) if Dimension.TERM_BAND in group_by else "",
        user_group=first.user_group,
        funder=first.funder,
        grade=first.grade,
        approved_count=sum(sums.facility_count for _, sums in rows),
        reserved_count=sum(sums.facility_count for _, sums in set_aside),
        open_count=sum(sums.facility_count for _, sums in in_use),
        credit_limit=sum(sums.credit_limit for _, sums in live),
        reserved=sum(sums.undrawn for _, sums in set_aside),
        drawn=sum(sums.drawn for _, sums in in_use),
        undrawn=sum(sums.undrawn for _, sums in in_use),
        average_annual_rate=_average_rate(live),
        expected_loss=_expected_loss(live),
    )


def _average_rate(rows: Sequence[LendingRow]) -> Decimal | None:
    """Return the average rate of those that have one, weighted by limit."""
    limits: Counter[str] = Counter()
    for key, sums in rows:
        if key.annual_rate:
            limits[key.annual_rate] += sums.credit_limit
    weight = limits.total()
    if not weight:
        return None
    with localcontext(_EXACT):
        weighted = sum((Decimal(rate) * limit for rate, limit in limits.items()), Decimal(0))
        return (weighted / weight).quantize(RATE_STEP)


def _expected_loss(rows: Sequence[LendingRow]) -> int | None:
    """Return the loss expected in all; None unless every facility tells its own."""
    if any(sums.told < sums.facility_count for _, sums in rows):
        return None
    shares = sum(_quotient(sums.expected_loss * key.share * _SHARE_STEPS, key.whole) for key, sums in rows)
    return _quotient(shares, _SHARE_STEPS)


def _quotient(dividend: int, divisor: int) -> int:
    """Return the quotient from 0 rounded half to even, of numbers of any size."""
    quotient, rest = divmod(dividend, divisor)
    return quotient + (rest * 2 + quotient % 2 > divisor)
