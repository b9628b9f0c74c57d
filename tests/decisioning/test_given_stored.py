"""What is stored as people write it, in tests beside rules and in application files."""

from decimal import Decimal

import pytest

from underwriter.decisioning.requests.given import GivenRefused
from underwriter.decisioning.requests.given_stored import stored_values

NO_FIGURES = dict.fromkeys(
    [
        *("on_time_months", "worst_days_late_12m", "missed_12m", "inquiries_7d", "inquiries_30d"),
        *("inquiring_lenders_7d", "applications_7d", "drawdowns_24h", "drawn_24h", "login_failures_24h"),
        *("devices_added_30d", "outstanding", "credit_limit", "utilisation", "turnover_change", "warning_grade"),
    ]
)
NO_ALERTS = {"open": [], "codes": [], "verify": False, "suspend": False, "warn": False, "review": False}
NOTHING = {
    "exposure": {
        "total": 0,
        "reserved": 0,
        "drawn": 0,
        "undrawn": 0,
        "lenders_12m": 0,
        "by_lender": [],
        "by_product": [],
    },
    "account": NO_FIGURES,
    "alerts": NO_ALERTS,
    "funders": [],
    "guarantees": [],
    "concentrations": [],
}


@pytest.mark.parametrize("given", [{}, {"exposure": {}}, {"exposure": None, "funders": []}, {"applicant": "whatever"}])
def test_what_is_not_given_is_nothing(given):
    assert stored_values(given, "CNY") == NOTHING


def test_what_is_given_stands_beside_what_is_not():
    given = {
        "exposure": {"total": "150000.5 CNY", "lenders_12m": 3, "by_lender": [{"lender": "a", "drawn": 7}]},
        "funders": [{"funder": "f"}, {"funder": "g", "committed": Decimal("0.01")}],
        "guarantees": [{"guarantor": "fund", "committed": "1000 CNY"}],
        "concentrations": [{"name": "partners", "committed": 0}],
    }
    values = stored_values(given, "CNY")
    assert values["exposure"] == {
        **NOTHING["exposure"],
        "total": Decimal("150000.5"),
        "lenders_12m": 3,
        "by_lender": [{"lender": "a", "total": 0, "reserved": 0, "drawn": 7, "undrawn": 0}],
    }
    assert values["funders"] == [{"funder": "f", "committed": 0}, {"funder": "g", "committed": Decimal("0.01")}]
    assert values["guarantees"] == [{"guarantor": "fund", "committed": 1000}]
    assert values["concentrations"] == [{"name": "partners", "committed": 0}]


def test_figures_and_the_grade_of_an_account_are_given_one_by_one():
    given = {
        "account": {
            "on_time_months": 7,
            "drawn_24h": "12000.5 CNY",
            "outstanding": 300,
            "credit_limit": "5 USD",
            "utilisation": Decimal("0.4"),
            "turnover_change": -0.25,
            "warning_grade": "WATCH",
        }
    }
    assert stored_values(given, "CNY")["account"] == {
        **NO_FIGURES,
        "on_time_months": 7,
        "drawn_24h": Decimal("12000.5"),
        "outstanding": 300,
        "utilisation": Decimal("0.4"),
        "turnover_change": Decimal("-0.25"),
        "warning_grade": "WATCH",
    }


def test_what_is_told_of_alerts_follows_from_those_in_force():
    alerts = [{"code": "A", "effect": "SUSPEND", "severity": "CRITICAL", "monitor": "m", "rule": "R1"}, {"code": "B"}]
    assert stored_values({"alerts": {"open": alerts}}, "CNY")["alerts"] == {
        **NO_ALERTS,
        "open": [alerts[0], {"code": "B", "effect": None, "severity": None, "monitor": "", "rule": ""}],
        "codes": ["A", "B"],
        "suspend": True,
    }


def test_alerts_that_could_not_be_told_are_null_as_a_whole():
    assert stored_values({"alerts": {"unknown": True}}, "CNY")["alerts"] is None
    assert stored_values({"alerts": {"unknown": False}}, "CNY")["alerts"] == NO_ALERTS


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"exposure": 5}, "exposure: found 5; allowed: a mapping of field names to values"),
        ({"exposure": {"total": "much"}}, "exposure.total: found 'much'; allowed: an amount such as 20000 CNY"),
        ({"exposure": {"total": -1}}, "exposure.total: found -1; allowed: an amount from 0 in CNY"),
        ({"exposure": {"drawn": "5 USD"}}, "exposure.drawn: found '5 USD'; allowed: an amount from 0 in CNY"),
        ({"exposure": {"lenders_12m": -1}}, "exposure.lenders_12m: found -1; allowed: a whole number from 0"),
        ({"exposure": {"by_lender": {}}}, "exposure.by_lender: found a mapping; allowed: a list"),
        ({"exposure": {"by_lender": [{}]}}, "exposure.by_lender[0].lender: found nothing; allowed: a text"),
        ({"funders": [{"funder": 5}]}, "funders[0].funder: found 5; allowed: a text"),
        (
            {"guarantees": [{"guarantor": "f", "cap": 1}]},
            "guarantees[0].cap: found an unknown field; allowed: guarantor, committed",
        ),
        ({"concentrations": [{"committed": 5}]}, "concentrations[0].name: found nothing; allowed: a text"),
        ({"account": 5}, "account: found 5; allowed: a mapping of field names to values"),
        (
            {"account": {"utilisation": "x"}},
            "account.utilisation: found 'x'; allowed: a decimal number, such as 0.0725",
        ),
        ({"account": {"drawn_24h": "x"}}, "account.drawn_24h: found 'x'; allowed: an amount such as 20000 CNY"),
        ({"account": {"warning_grade": 3}}, "account.warning_grade: found 3; allowed: a text"),
        ({"alerts": []}, "alerts: found a list; allowed: a mapping of field names to values"),
        ({"alerts": {"open": {"code": "A"}}}, "alerts.open: found a mapping; allowed: a list"),
        ({"alerts": {"open": "x"}}, "alerts.open: found a text; allowed: a list"),
        ({"alerts": {"unknown": 1}}, "alerts.unknown: found 1; allowed: true or false"),
        ({"alerts": {"verify": True}}, "alerts.verify: found an unknown field; allowed: open, unknown"),
        ({"alerts": {"open": [5]}}, "alerts.open[0]: found 5; allowed: a mapping of field names to values"),
        (
            {"alerts": {"open": [{"effect": "STOP"}]}},
            "alerts.open[0].effect: found 'STOP'; allowed: VERIFY, SUSPEND, WARN, REVIEW",
        ),
        ({"funders": ["f"]}, "funders[0]: found a text; allowed: a mapping of field names to values"),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(given, fault):
    with pytest.raises(GivenRefused) as caught:
        stored_values(given, "CNY")
    assert [str(found) for found in caught.value.faults] == [fault]


def test_every_fault_is_told_at_once():
    given = {"exposure": {"totl": 5, "drawn": "x"}, "funders": [{"funder": "f", "committed": "y", "cap": 3}]}
    with pytest.raises(GivenRefused) as caught:
        stored_values(given, "CNY")
    assert [fault.path for fault in caught.value.faults] == [
        "exposure.totl",
        "exposure.drawn",
        "funders[0].cap",
        "funders[0].committed",
    ]
    assert "total" in caught.value.faults[0].allowed
