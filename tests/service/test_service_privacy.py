"""No log line tells anything of an application, at any log level, whatever goes wrong."""

from typing import Any

import grpc
import pytest

from underwriter.client import UnderwriterClient, UnderwriterError, decide_request
from underwriter.v1.application_pb2 import Application

PLANTED = ["subject-PLANTED", "13800138000", "4711", "request-PLANTED", "device-PLANTED", "PRODUCT_PLANTED"]


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_no_planted_value_reaches_the_log(start_server: Any, log_format: str) -> None:
    server = start_server(log_level="debug", log_format=log_format)
    planted = Application(
        applicant={
            "subject_id": "subject-PLANTED",
            "age": 35,
            "monthly_income": {"currency_code": "CNY", "units": 4711},
        },
        device={"device_id": "device-PLANTED"},
    )
    wrong = Application()
    wrong.CopyFrom(planted)
    wrong.applicant.monthly_income.currency_code = "13800138000"
    wrong.attributes["13800138000"].text = "13800138000"
    with UnderwriterClient(server.address, timeout=60) as client:
        name = client.decide(planted, product="PAY_LATER", request_id="request-PLANTED").name
        client.explain_decision(name)
        list(client.list_decisions(subject_id="subject-PLANTED"))
        for options in (
            {"product": "PAY_LATER"},
            {"product": "PRODUCT_PLANTED"},
            {"product": "PERSONAL_CREDIT_LINE", "request_id": "request-PLANTED"},
            {"product": "PAY_LATER", "policy_version": "4711"},
        ):
            with pytest.raises(UnderwriterError):
                client.decide(wrong if options == {"product": "PAY_LATER"} else planted, **options)
        (answer,) = client.decide_many([decide_request(wrong, product="PRODUCT_PLANTED")])
        assert answer.error is not None
        assert answer.error.code == grpc.StatusCode.NOT_FOUND
    assert server.stop() == 0
    assert "REQUEST_INVALID" in server.text
    assert "PRODUCT_UNKNOWN" in server.text
    assert [value for value in PLANTED if value in server.text] == []
