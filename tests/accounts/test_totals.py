"""Totals of lending from the tables, held against sums made one facility at a time."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from itertools import chain, combinations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from underwriter.accounts.facility import Facility, FacilityPart, FacilityState
from underwriter.accounts.lending_total import Dimension, LendingTotal
from underwriter.accounts.term_bands import TERM_BANDS, term_band
from underwriter.accounts.totals import LendingQuery, lending_summary
from underwriter.storage.database import Database

from .lending_histories import DAY_US, LOG, START_US, Approval, Change, History, Step, steps

GROUPINGS = list(chain.from_iterable(combinations(Dimension, size) for size in range(len(Dimension) + 1)))
LIVE = (FacilityState.RESERVED, FacilityState.OPEN)


def totals_after(database: Database, steps: Sequence[Step], **query: object) -> list[LendingTotal]:
    History(database).play(steps)
    return lending_summary(database, LOG, LendingQuery(**query)).totals  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("months", "band"),
    [
        *[(0, "none"), (1, "1-3"), (3, "1-3"), (4, "4-6"), (6, "4-6"), (7, "7-12"), (12, "7-12"), (13, "13-24")],
        *[(24, "13-24"), (25, "25-36"), (36, "25-36"), (37, "37-60"), (60, "37-60"), (61, ">60"), (1200, ">60")],
    ],
)
def test_a_term_has_one_band(months: int, band: str) -> None:
    assert term_band(months) == band


def test_without_facilities_there_are_no_totals(database: Database) -> None:
    assert totals_after(database, []) == []


def test_the_life_of_a_facility_in_the_totals(database: Database) -> None:
    lent = [Approval(0, (("OWN", 10_000),)), Approval(1, (("OWN", 500),)), Approval(2, (("OWN", 7),))]
    happened = [Change("draw", 0, Decimal("0.3")), Change("release", 2)]
    (total,) = totals_after(database, [*lent, *happened])
    assert (total.approved_count, total.reserved_count, total.open_count) == (3, 1, 1)
    assert (total.credit_limit, total.reserved, total.drawn, total.undrawn) == (10_500, 500, 3_000, 7_000)
    assert (total.average_annual_rate, total.expected_loss) == (Decimal("0.072"), 200)
    assert (total.product, total.purpose, total.term_band, total.funder, total.grade) == ("", 0, "", "", "")


def test_the_average_rate_is_weighted_by_limit_and_rounded_once(database: Database) -> None:
    rates = [Approval(0, (("OWN", 1),), annual_rate="0.1"), Approval(0, (("OWN", 2),), annual_rate="0.2")]
    (total,) = totals_after(database, [*rates, Approval(0, (("OWN", 1000),), annual_rate="")])
    assert total.average_annual_rate == Decimal("0.166667")


def test_there_is_no_average_without_a_rate_and_no_loss_unless_all_tell_it(database: Database) -> None:
    silent = Approval(0, (("OWN", 10),), annual_rate="", expected_loss=None)
    (total,) = totals_after(database, [silent, Approval(0, (("OWN", 10),), annual_rate="")])
    assert (total.average_annual_rate, total.expected_loss) == (None, None)
    (total,) = totals_after(database, [silent, Approval(0, (("OWN", 10),)), Change("release", 0)])
    assert total.expected_loss == 100, "what was given up needs to tell none"


def test_a_funder_has_its_part_of_a_joint_loan_and_of_its_expected_loss(database: Database) -> None:
    joint = Approval(0, (("BANK_A", 7_000), ("OWN", 3_000)), expected_loss=101)
    lent = [joint, Approval(1, (("OWN", 50),), expected_loss=1), Change("draw", 0, Decimal("0.5"))]
    bank, own = totals_after(database, lent, group_by=[Dimension.FUNDER])
    assert (bank.funder, bank.approved_count, bank.credit_limit, bank.drawn, bank.undrawn) == (
        "BANK_A",
        1,
        7_000,
        3_500,
        3_500,
    )
    assert (own.funder, own.approved_count, own.credit_limit, own.reserved, own.drawn) == ("OWN", 2, 3_050, 50, 1_500)
    assert (bank.expected_loss, own.expected_loss) == (71, 31)


def test_groups_come_in_the_order_of_their_values_and_terms_by_length(database: Database) -> None:
    lent = [
        Approval(0, (("OWN", 1),), term_months=months, product=product)
        for months, product in [(61, "B"), (0, "B"), (12, "A"), (3, "B"), (60, "A")]
    ]
    by_band = totals_after(database, lent, group_by=[Dimension.TERM_BAND])
    assert [total.term_band for total in by_band] == ["none", "1-3", "7-12", "37-60", ">60"]
    by_product = totals_after(database, lent, group_by=[Dimension.PRODUCT, Dimension.TERM_BAND])
    assert [(t.product, t.term_band) for t in by_product] == [
        ("A", "7-12"),
        ("A", "37-60"),
        ("B", "none"),
        ("B", "1-3"),
        ("B", ">60"),
    ]


def test_currencies_are_never_added_up(database: Database) -> None:
    totals = totals_after(database, [Approval(0, (("OWN", 1),), currency=code) for code in ("JPY", "CNY", "JPY")])
    assert [(total.currency, total.credit_limit) for total in totals] == [("CNY", 1), ("JPY", 2)]


def test_the_start_is_counted_and_the_end_is_not(database: Database) -> None:
    lent = [Approval(0, (("OWN", 1),)), Approval(0, (("OWN", 10),), product="B"), Approval(0, (("OWN", 100),))]
    cases = [
        ({"start_us": START_US + DAY_US}, 110),
        ({"end_us": START_US + DAY_US}, 1),
        ({"start_us": START_US + 1, "end_us": START_US + 2 * DAY_US}, 10),
        ({"product": "B"}, 10),
    ]
    for query, limit in cases:
        (total,) = totals_after(database, lent, **query)
        assert total.credit_limit == limit, query


def test_amounts_beyond_the_precision_of_floats_are_exact(database: Database) -> None:
    lent = [Approval(0, (("OWN", 2**61 + 1),), expected_loss=2**61 + 1), Approval(0, (("OWN", 2**61 + 2),))]
    (total,) = totals_after(database, lent)
    assert (total.credit_limit, total.expected_loss) == (2**62 + 3, 2**61 + 101)


def test_totals_say_how_many_records_they_stand_for(database: Database) -> None:
    history = History(database)
    assert lending_summary(database, LOG, LendingQuery()).log_size == 0
    history.play([Approval(0, (("OWN", 1),)), Change("erase", 0)])
    assert lending_summary(database, LOG, LendingQuery()).log_size == 2


@given(steps=steps(), group_by=st.sampled_from(GROUPINGS).flatmap(st.permutations))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_totals_are_the_sums_of_the_facilities(
    database: Database, steps: list[Step], group_by: list[Dimension]
) -> None:
    history = History(database)
    history.play(steps)
    found = lending_summary(database, LOG, LendingQuery(group_by)).totals
    assert [_without_loss(total) for total in found] == [
        _without_loss(total) for total, _ in expected(history.facilities, group_by)
    ]
    for total, (_, loss) in zip(found, expected(history.facilities, group_by), strict=True):
        if loss is None or total.expected_loss is None:
            assert loss is total.expected_loss is None
        else:
            # The nearest whole unit; of two that are as near, either: the oracle's thirds are exact.
            assert abs(total.expected_loss - loss) <= Fraction(1, 2) + Fraction(1, 10**9)


def _without_loss(total: LendingTotal) -> tuple[object, ...]:
    names = [name for name in LendingTotal.__slots__ if name != "expected_loss"]
    return tuple(getattr(total, name) for name in names)


def expected(
    facilities: Sequence[Facility], group_by: Sequence[Dimension]
) -> list[tuple[LendingTotal, Fraction | None]]:
    """Return the totals, and their exact expected losses, from single facilities."""
    groups: dict[tuple[object, ...], list[tuple[Facility, FacilityPart]]] = {}
    for facility in facilities:
        for part in _counted_parts(facility, group_by):
            values = tuple(_value(facility, part, dimension) for dimension in group_by)
            groups.setdefault((*values, facility.currency), []).append((facility, part))
    ordered = sorted(groups, key=lambda key: tuple(TERM_BANDS.index(v) if v in TERM_BANDS else v for v in key))  # type: ignore[arg-type, type-var]
    return [_expected_total(key, groups[key], group_by) for key in ordered]


def _counted_parts(facility: Facility, group_by: Sequence[Dimension]) -> Sequence[FacilityPart]:
    if Dimension.FUNDER in group_by:
        return facility.parts
    return [FacilityPart("", facility.credit_limit, facility.drawn, facility.undrawn)]


def _value(facility: Facility, part: FacilityPart, dimension: Dimension) -> object:
    if dimension is Dimension.FUNDER:
        return part.funder
    if dimension is Dimension.TERM_BAND:
        return term_band(facility.term_months)
    return getattr(facility, dimension)


def _expected_total(
    key: tuple[object, ...], members: Sequence[tuple[Facility, FacilityPart]], group_by: Sequence[Dimension]
) -> tuple[LendingTotal, Fraction | None]:
    live = [(facility, part) for facility, part in members if facility.state in LIVE]
    reserved = [part for facility, part in live if facility.state is FacilityState.RESERVED]
    in_use = [part for facility, part in live if facility.state is FacilityState.OPEN]
    rated = [(Fraction(facility.annual_rate), part.credit_limit) for facility, part in live if facility.annual_rate]
    losses = [
        None if f.expected_loss is None else Fraction(f.expected_loss * part.credit_limit, f.credit_limit)
        for f, part in live
    ]
    values: dict[str, object] = {
        "product": "",
        "purpose": 0,
        "user_group": "",
        "funder": "",
        "grade": "",
        "term_band": "",
    }
    values |= dict(zip(group_by, key, strict=False))
    total = LendingTotal(
        currency=str(key[-1]),
        **values,  # type: ignore[arg-type]
        approved_count=len(members),
        reserved_count=len(reserved),
        open_count=len(in_use),
        credit_limit=sum(part.credit_limit for part in (*reserved, *in_use)),
        reserved=sum(part.undrawn for part in reserved),
        drawn=sum(part.drawn for part in in_use),
        undrawn=sum(part.undrawn for part in in_use),
        average_annual_rate=_rounded_average(rated),
        expected_loss=None,
    )
    told = [loss for loss in losses if loss is not None]
    return total, sum(told, Fraction()) if len(told) == len(losses) else None


def _rounded_average(rated: Sequence[tuple[Fraction, int]]) -> Decimal | None:
    if not rated:
        return None
    average = sum((rate * limit for rate, limit in rated), Fraction()) / sum(limit for _, limit in rated)
    return Decimal(round(average * 10**6)).scaleb(-6, Context(rounding=ROUND_HALF_EVEN))
