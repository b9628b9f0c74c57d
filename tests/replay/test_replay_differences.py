"""Differences between messages, field by field."""

import pytest
from google.protobuf.json_format import ParseDict

from underwriter.replay.differences import differences
from underwriter.v1.decision_pb2 import Decision

OFFER = {"credit_limit": {"currency_code": "CNY", "units": "12", "nanos": 500_000_000}, "term_months": 6}

CASES = {
    "nothing": ({"grade": "A"}, {"grade": "A"}, []),
    "a text": ({"grade": "A"}, {"grade": ""}, [("grade", "A", "")]),
    "an enum": (
        {"outcome": "OUTCOME_APPROVE"},
        {"outcome": "OUTCOME_REFER"},
        [("outcome", "OUTCOME_APPROVE", "OUTCOME_REFER")],
    ),
    "money is one value": (
        {"offers": [OFFER]},
        {"offers": [OFFER | {"credit_limit": {"currency_code": "CNY", "units": "12"}}]},
        [("offers[0].credit_limit", "12.50 CNY", "12 CNY")],
    ),
    "an item more": (
        {"offers": [OFFER]},
        {"offers": [OFFER, OFFER]},
        [("offers[1].credit_limit", "", "12.50 CNY"), ("offers[1].term_months", "", "6")],
    ),
    "a map by key": (
        {"reasons": [{"text": {"en": "a", "zh": "b"}}]},
        {"reasons": [{"text": {"en": "c", "de": "d"}}]},
        [("reasons[0].text[de]", "", "d"), ("reasons[0].text[en]", "a", "c"), ("reasons[0].text[zh]", "b", "")],
    ),
    "a message that is gone, in the order of its fields": (
        {"score": {"points": 7, "probability": 0.1}},
        {},
        [("score.points", "7", ""), ("score.probability", "0.1", "")],
    ),
    "an empty message": ({"verification": {}}, {}, [("verification", "empty", "")]),
    "texts of a list": (
        {"verification": {"required": ["A", "B"]}},
        {"verification": {"required": ["B"]}},
        [("verification.required[0]", "A", "B"), ("verification.required[1]", "B", "")],
    ),
    "a time and a rate": (
        {"decide_time": "2026-03-02T09:00:00Z", "offers": [{"annual_rate": {"value": "0.07"}}]},
        {"decide_time": "2026-03-02T09:00:01Z", "offers": [{"annual_rate": {"value": "0.070"}}]},
        [
            ("offers[0].annual_rate", "0.07", "0.070"),
            ("decide_time", "2026-03-02T09:00:00Z", "2026-03-02T09:00:01Z"),
        ],
    ),
}


@pytest.mark.parametrize(("recorded", "replayed", "expected"), CASES.values(), ids=CASES)
def test_every_field_that_differs_is_told_once_with_both_values(recorded, replayed, expected):
    found = list(differences(ParseDict(recorded, Decision()), ParseDict(replayed, Decision())))
    assert [tuple(difference) for difference in found] == expected


def test_fields_left_out_are_not_compared():
    one, other = Decision(grade="A", product="P"), Decision(grade="B", product="Q")
    assert [found.path for found in differences(one, other, leaving_out=("grade",))] == ["product"]
