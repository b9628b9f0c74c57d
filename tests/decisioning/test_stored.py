"""What the store says, as rules read it."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from google.type.decimal_pb2 import Decimal as DecimalMessage
from google.type.money_pb2 import Money
from hypothesis import given
from hypothesis import strategies as st

from underwriter.decisioning import Stored
from underwriter.decisioning.stored import StoredReader, always, values_at, without
from underwriter.policy.stored_inputs import AMOUNTS
from underwriter.v1.account_pb2 import AccountFigures, AlertEffect, AlertSeverity
from underwriter.v1.record_pb2 import (
    AccountEvidence,
    AlertEvidence,
    ExposureEvidence,
    ExposurePosition,
    FunderAmount,
    LenderTime,
    NamedAmount,
)

from .desks import NOW

EXPOSURE, FUNDERS = ("exposure",), ("funders",)
GUARANTEES, CONCENTRATIONS = ("guarantees",), ("concentrations",)
SUMS = [("exposure", amount) for amount in AMOUNTS]
LISTS = [("exposure", "by_lender"), ("exposure", "by_product")]
COUNT = ("exposure", "lenders_12m")


def position(lender="own", product="LINE", currency="CNY", reserved=0, drawn=0, undrawn=0):
    return ExposurePosition(
        lender=lender, product=product, currency=currency, reserved=reserved, drawn=drawn, undrawn=undrawn
    )


def exposed(*positions, funders=(), **lenders):
    times = [LenderTime(lender=lender, time_us=time) for lender, time in lenders.items()]
    return Stored(ExposureEvidence(version=7, positions=positions, lenders=times), funders)


def read(stored, *paths, now=NOW, currency="CNY"):
    return StoredReader(paths, currency)(stored, now)


@pytest.mark.parametrize("stored", [Stored(), Stored.NOTHING, exposed()], ids=["default", "constant", "empty"])
def test_of_nobody_known_everything_is_zero_and_every_list_is_empty(stored):
    assert read(stored, *SUMS, COUNT, *LISTS) == (0, 0, 0, 0, 0, [], [])
    assert read(stored, FUNDERS, GUARANTEES, CONCENTRATIONS) == ([], [], [])
    assert read(stored, EXPOSURE)[0] == {
        **dict.fromkeys(AMOUNTS, 0),
        "lenders_12m": 0,
        "by_lender": [],
        "by_product": [],
    }


def test_the_values_of_nothing_are_made_once():
    reader = StoredReader([EXPOSURE, FUNDERS], "CNY")
    assert reader(Stored(), NOW) is reader(exposed(), NOW)


def test_amounts_are_in_the_currency_not_in_its_minor_units():
    funders = [FunderAmount(funder="f", amount=50)]
    stored = exposed(position(reserved=12_345, drawn=100, undrawn=20_000), funders=funders)
    assert read(stored, *SUMS) == (Decimal("324.45"), Decimal("123.45"), 1, 200)
    assert read(stored, FUNDERS) == ([{"funder": "f", "committed": Decimal("0.5")}],)
    yen = exposed(position(currency="JPY", drawn=100))
    assert read(yen, ("exposure", "total"), currency="JPY") == (100,)


def test_each_list_of_totals_has_its_own_names():
    stored = Stored(
        funders=[FunderAmount(funder="f", amount=100)],
        guarantees=[NamedAmount(name="g", amount=250)],
        concentrations=[NamedAmount(name="c", amount=0)],
    )
    assert read(stored, FUNDERS, GUARANTEES, CONCENTRATIONS) == (
        [{"funder": "f", "committed": 1}],
        [{"guarantor": "g", "committed": Decimal("2.5")}],
        [{"name": "c", "committed": 0}],
    )
    assert read(stored, ("guarantees", "guarantor"), ("concentrations", "1", "name")) == (["g"], "c")
    assert read(stored, EXPOSURE) == read(Stored(), EXPOSURE)


def test_parts_are_added_up_by_lender_and_by_product():
    stored = exposed(
        position("a", "LINE", drawn=100), position("a", "PAY_LATER", reserved=200), position("b", "LINE", undrawn=400)
    )
    by_lender, by_product = read(stored, *LISTS)
    assert by_lender == [
        {"lender": "a", "total": 3, "reserved": 2, "drawn": 1, "undrawn": 0},
        {"lender": "b", "total": 4, "reserved": 0, "drawn": 0, "undrawn": 4},
    ]
    assert by_product == [
        {"product": "LINE", "total": 5, "reserved": 0, "drawn": 1, "undrawn": 4},
        {"product": "PAY_LATER", "total": 2, "reserved": 2, "drawn": 0, "undrawn": 0},
    ]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("exposure by_lender total", [Decimal(1), Decimal(4)]),
        ("exposure by_lender 2 lender", "b"),
        ("exposure by_lender 3 lender", None),
        ("exposure by_lender 1", {"lender": "a", "total": 1, "reserved": 0, "drawn": 1, "undrawn": 0}),
        ("funders funder", ["f"]),
        ("funders 1 committed", Decimal(9)),
        ("funders 2 committed", None),
    ],
)
def test_paths_lead_through_lists_by_member_and_by_position(path, value):
    funders = [FunderAmount(funder="f", amount=900)]
    stored = exposed(position("a", drawn=100), position("b", drawn=400), funders=funders)
    assert read(stored, tuple(path.split())) == (value,)


def test_positions_in_another_currency_make_all_amounts_unknown():
    stored = exposed(position(drawn=100), position(currency="USD", drawn=1), own=int(NOW.timestamp() * 1e6))
    assert read(stored, *SUMS, *LISTS, COUNT) == (None,) * 6 + (1,)
    assert read(stored, ("exposure", "by_lender", "total"), ("exposure", "by_lender", "1")) == (None, None)


def in_us(moment):
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("now", "since"),
    [
        (datetime(2026, 3, 2, 9, tzinfo=UTC), datetime(2025, 3, 2, 9, tzinfo=UTC)),
        (datetime(2024, 2, 29, 9, tzinfo=UTC), datetime(2023, 2, 28, 9, tzinfo=UTC)),
        (datetime(2025, 2, 28, 9, tzinfo=UTC), datetime(2024, 2, 28, 9, tzinfo=UTC)),
    ],
)
def test_lenders_count_for_twelve_months(now, since):
    stored = exposed(kept=in_us(since), gone=in_us(since) - 1, just=in_us(now), ahead=in_us(now) + 5)
    assert read(stored, COUNT, now=now) == (3,)


def test_a_lender_counts_once():
    times = [LenderTime(lender="own", time_us=in_us(NOW)), LenderTime(lender="own", time_us=in_us(NOW) - 5)]
    assert read(Stored(ExposureEvidence(lenders=times)), COUNT) == (1,)


AMOUNT = st.integers(0, 10**15)
POSITIONS = st.lists(
    st.builds(
        position,
        lender=st.sampled_from("abc"),
        product=st.sampled_from("xy"),
        reserved=AMOUNT,
        drawn=AMOUNT,
        undrawn=AMOUNT,
    ),
    max_size=6,
)


@given(POSITIONS)
def test_every_list_sums_to_the_whole(positions):
    total, reserved, drawn, undrawn, by_lender, by_product = read(exposed(*positions), *SUMS, *LISTS)
    assert (
        total
        == reserved + drawn + undrawn
        == sum(p.reserved + p.drawn + p.undrawn for p in positions) * Decimal("0.01")
    )
    for groups, key in ((by_lender, "lender"), (by_product, "product")):
        found = Counter({group[key]: group["drawn"] for group in groups})
        expected = Counter()
        for one in positions:
            expected[getattr(one, key)] += one.drawn * Decimal("0.01")
        assert found == expected
        assert len(groups) == len({getattr(one, key) for one in positions})


def test_a_reader_of_given_values_does_not_look_at_the_store():
    given_values = {"exposure": {"total": Decimal(5)}, "funders": []}
    assert always(given_values, [("exposure", "total"), FUNDERS])(exposed(position(drawn=1)), NOW) == (5, [])


def test_an_exposure_that_is_not_known_is_null_and_funders_stay():
    paths = [("exposure", "total"), EXPOSURE, FUNDERS]
    reader = without(["exposure"], StoredReader(paths, "CNY"), paths)
    assert reader(Stored(funders=[FunderAmount(funder="f", amount=100)]), NOW) == (
        None,
        None,
        [{"funder": "f", "committed": 1}],
    )


ACCOUNT, ALERTS = ("account",), ("alerts",)
ALERT = AlertEvidence(
    code="ACCOUNT_TAKEOVER",
    severity=AlertSeverity.ALERT_SEVERITY_CRITICAL,
    effect=AlertEffect.ALERT_EFFECT_SUSPEND,
    monitor="account-takeover",
    rule="ATO1",
    event_time_us=5,
)
EFFECTS = [("alerts", name) for name in ("verify", "suspend", "warn", "review")]


@pytest.mark.parametrize("account", [None, AccountEvidence()], ids=["no account", "empty evidence"])
def test_of_an_account_without_events_no_figure_is_known_and_no_alert_is_in_force(account):
    figures, grade, opened, codes, *effects = read(
        Stored(account=account),
        ACCOUNT,
        ("account", "warning_grade"),
        ("alerts", "open"),
        ("alerts", "codes"),
        *EFFECTS,
    )
    assert set(figures.values()) == {None}
    assert (grade, opened, codes, effects) == (None, [], [], [False] * 4)


def test_figures_are_numbers_in_the_policys_currency():
    money = Money(currency_code="CNY", units=12, nanos=500_000_000)
    figures = AccountFigures(
        currency="CNY", on_time_months=0, drawn_24h=money, utilisation=DecimalMessage(value="0.25"), outstanding=money
    )
    stored = Stored(account=AccountEvidence(figures=figures, warning_grade="WATCH"))
    paths = [
        ("account", name) for name in ("on_time_months", "missed_12m", "drawn_24h", "utilisation", "warning_grade")
    ]
    assert read(stored, *paths) == (0, None, Decimal("12.5"), Decimal("0.25"), "WATCH")
    assert read(stored, *paths, currency="USD") == (0, None, None, Decimal("0.25"), "WATCH")


def test_alerts_in_force_are_told_with_what_they_do():
    stored = Stored(account=AccountEvidence(alerts=[ALERT]))
    assert read(stored, ALERTS)[0] == {
        "open": [
            {
                "code": "ACCOUNT_TAKEOVER",
                "severity": "CRITICAL",
                "effect": "SUSPEND",
                "monitor": "account-takeover",
                "rule": "ATO1",
            }
        ],
        "codes": ["ACCOUNT_TAKEOVER"],
        "verify": False,
        "suspend": True,
        "warn": False,
        "review": False,
    }
    assert read(stored, ("alerts", "open", "code"), ("alerts", "codes", "2")) == (["ACCOUNT_TAKEOVER"], None)


def test_alerts_that_could_not_be_told_are_null_and_figures_stay():
    account = AccountEvidence(figures=AccountFigures(missed_12m=1), alerts=[ALERT], alerts_unknown=True)
    paths = [("alerts", "open"), *EFFECTS, ("account", "missed_12m")]
    assert read(Stored(account=account), *paths) == (None,) * 5 + (1,)


def test_a_reader_of_neither_account_nor_alerts_does_not_look_at_them():
    reader = StoredReader([EXPOSURE], "CNY")
    assert reader(Stored(account=AccountEvidence(alerts=[ALERT])), NOW) is reader(Stored(), NOW)


def test_a_path_into_nothing_is_null():
    assert values_at([("exposure", "by_lender", "1", "total"), ("funders",)], {}) == (None, None)
