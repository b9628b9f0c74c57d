"""What is stored as people write it, in tests beside rules and in application files."""

from decimal import Decimal

import pytest

from underwriter.decisioning.requests.given import GivenRefused
from underwriter.decisioning.requests.given_stored import stored_values

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
