"""EvaluateModel over a real server: values, warnings, versions, and what is wrong with a request."""

from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict

from underwriter.client import UnderwriterClient, UnderwriterError
from underwriter.v1.decision_service_pb2 import EvaluateModelRequest, EvaluateModelResponse

PARCELS = "shared/parcels.dmn"


def asked(inputs: dict[str, Any], model: str = PARCELS, **fields: Any) -> EvaluateModelRequest:
    request = EvaluateModelRequest(model=model, **fields)
    request.inputs.update(inputs)
    request.evaluate_time.FromJsonString("2026-01-31T12:00:00Z")
    return request


def values(response: EvaluateModelResponse) -> dict[str, Any]:
    found: dict[str, Any] = MessageToDict(response.values)
    return found


def test_decisions_are_evaluated_at_the_time_that_is_asked_for(client: UnderwriterClient) -> None:
    response = client.evaluate_model(asked({"Amount": 3, "Sent On": "2026-01-28"}))
    assert values(response) == {"Share": 1.0, "Days": {"since": "2026-01-28", "days": 3.0, "late": [None, True]}}
    assert [(warning.kind, warning.source) for warning in response.warnings] == [
        ("division-by-zero", "shared/parcels.dmn:15:90")
    ]
    assert response.evaluate_time.ToJsonString() == "2026-01-31T12:00:00Z"


def test_without_a_time_the_servers_is_taken_and_told(client: UnderwriterClient) -> None:
    request = asked({"Amount": 3})
    request.ClearField("evaluate_time")
    assert client.evaluate_model(request).evaluate_time.seconds > 0


def test_numbers_keep_all_their_digits(client: UnderwriterClient) -> None:
    response = client.evaluate_model(asked({"Amount": "1"}, decisions=["Share"]))
    assert values(response) == {"Share": "0.3333333333333333333333333333333333"}
    exact = client.evaluate_model(asked({"Amount": "90071992547409930000000003"}, decisions=["Share"]))
    assert values(exact) == {"Share": "30023997515803310000000001"}


def test_a_service_is_called_with_its_own_parameters(client: UnderwriterClient) -> None:
    assert values(client.evaluate_model(asked({"Amount": 6}, decision_service="Split"))) == {"Share": 2.0}


def test_the_version_is_that_of_the_content(client: UnderwriterClient) -> None:
    versions = {client.evaluate_model(asked({"Amount": amount})).version for amount in (1, 2)}
    assert len(versions) == 1
    assert len(versions.pop()) == 64


WRONG = {
    "unknown model": (asked({}, "shared/parcel.dmn"), "DMN_MODEL_UNKNOWN", []),
    "all names at once": (
        asked({}, decisions=["Shares", "Days", "x"], decision_service="Spilt"),
        "REQUEST_INVALID",
        ["decisions[0]", "decisions[2]", "decision_service", "decisions"],
    ),
    "all inputs at once": (
        asked({"Amount": "much", "Sent On": "2026-02-30", "Sent": 1}),
        "REQUEST_INVALID",
        ["inputs.Amount", "inputs.Sent", "inputs.Sent On"],
    ),
    "numbers that are none": (asked({"Amount": float("nan")}), "REQUEST_INVALID", ['inputs["Amount"]']),
    "no model": (asked({}, ""), "REQUEST_INVALID", ["model"]),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_told_with_its_place(client: UnderwriterClient, case: str) -> None:
    request, reason, fields = WRONG[case]
    with pytest.raises(UnderwriterError) as refused:
        client.evaluate_model(request)
    assert refused.value.reason == reason
    assert sorted(violation.field for violation in refused.value.violations) == sorted(fields)
