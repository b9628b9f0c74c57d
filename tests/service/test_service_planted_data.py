"""Nothing of a person stands in clear: not in logs, not in the database's files, not in what channelz tells.

A real server is sent unusual values in every kind of personal field, on good and on bad requests, and then all that it
wrote is searched for them in every form. The same search finds what is known to be in clear, so it can fail.
"""

import shutil
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.type.money_pb2 import Money
from grpc_channelz.v1 import channelz_pb2, channelz_pb2_grpc

from underwriter.client import UnderwriterClient, UnderwriterError, decide_request
from underwriter.ledger.checkpoints import default_origin
from underwriter.ledger.checkpoints.signer import make_signing_key
from underwriter.ledger.keys import create_master_key_file
from underwriter.v1.application_pb2 import Application
from underwriter.v1.facility_service_pb2 import (
    ConfirmDrawdownRequest,
    GetExposureRequest,
    RecordRepaymentRequest,
    ReleaseReservationRequest,
)
from underwriter.v1.facility_service_pb2_grpc import FacilityServiceStub

from ..storage.postgres_server import PostgresServer
from .planted_values import SUBJECT, TEXTS, files_below, found_in, planted_application, planted_forms

PRODUCT = "PERSONAL_CREDIT_LINE"
OFFER = """\
  offer:
    credit_limit: 1000
    annual_rate: 0.07
    repayment_method: '"INTEREST_ONLY"'
    term_months: 12
    valid_days: 30
  caps:
    effective_annual_rate: 0.24
    credit_limit: 5000
"""
ATTRIBUTES = "attributes: {phone_number: string, attribute: string}\n"
IN_CLEAR = {"the product": PRODUCT.encode()}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The small rules, with the planted attributes; one makes an offer."""
    folder = shutil.copytree(Path(__file__).parent / "small_rules", tmp_path / "rules")
    for policy, offer in (("personal", OFFER), ("pay_later", "")):
        (file,) = (folder / policy).glob("*.yaml")
        file.write_text(ATTRIBUTES + file.read_text("utf-8") + offer, "utf-8")
    return folder


class Caller:
    """Calls a server with planted values, rightly and wrongly."""

    def __init__(self, address: str) -> None:
        self.application = planted_application()
        self.client = UnderwriterClient(address, timeout=60)
        self._channel = grpc.insecure_channel(address)
        self._facilities = FacilityServiceStub(self._channel)  # type: ignore[no-untyped-call]

    def close(self) -> None:
        self.client.close()
        self._channel.close()

    def lend(self) -> str:
        """Have a credit line approved and drawn on, and export it all; return the facility's name."""
        decision = self.client.decide(self.application, product=PRODUCT)
        (answer,) = self.client.decide_many([decide_request(self.application, product="PAY_LATER")])
        assert answer.decision is not None
        facility = decision.name.replace("decisions/", "facilities/")
        request = ConfirmDrawdownRequest(request_id="draw-1", facility=facility, amount=_cny(300))
        assert self._facilities.ConfirmDrawdown(request, timeout=60).drawn.units == 300
        assert self._facilities.GetExposure(GetExposureRequest(subject_id=SUBJECT), timeout=60).drawn.units == 300
        self.client.explain_decision(decision.name)
        assert len(list(self.client.list_decisions(subject_id=SUBJECT))) == 2
        records = list(self.client.export_subject(SUBJECT))
        assert [record.kind for record in records] == ["DECISION", "DECISION", "DRAWDOWN"]
        assert all(text in records[0].request_json for text in TEXTS.values())
        return facility

    def err(self) -> list[grpc.StatusCode]:
        """Send requests with planted values that are refused; return how."""
        wrong = Application()
        wrong.CopyFrom(self.application)
        wrong.applicant.monthly_income.currency_code = TEXTS["phone number"]
        wrong.applicant.residence_country = TEXTS["attribute"]
        wrong.attributes[TEXTS["attribute"]].text = "x"
        calls: list[tuple[Any, ...]] = [
            (self.client.decide, wrong, {"product": PRODUCT}),
            (self.client.decide, self.application, {"product": TEXTS["channel"]}),
            (self.client.decide, self.application, {"product": PRODUCT, "policy_version": TEXTS["phone number"]}),
            (self.client.get_decision, TEXTS["merchant id"], {}),
            (self.client.erase_subject, SUBJECT, {}),
            (self.client.erase_subject, TEXTS["merchant id"], {}),
        ]
        codes = [_code_of(call, *arguments, **options) for call, *arguments, options in calls]
        codes.append(_code_of(lambda: list(self.client.export_subject("nobody-PLANTED"))))
        for request in (
            ConfirmDrawdownRequest(request_id="draw-2", facility=TEXTS["device id"], amount=_cny(1)),
            ConfirmDrawdownRequest(request_id=TEXTS["merchant id"], facility="facilities/x", amount=_cny(-1)),
        ):
            codes.append(_code_of(self._facilities.ConfirmDrawdown, request, timeout=60))
        release = ReleaseReservationRequest(request_id="release-1", facility=TEXTS["crop"])
        codes.append(_code_of(self._facilities.ReleaseReservation, release, timeout=60))
        codes.append(_code_of(self._facilities.GetExposure, GetExposureRequest(subject_id=TEXTS["crop"]), timeout=60))
        garbled = self._channel.unary_unary("/underwriter.v1.DecisionService/Decide")
        codes.append(_code_of(garbled, b"\xff" + self.application.SerializeToString(), timeout=60))
        return codes

    def repay(self, facility: str) -> None:
        request = RecordRepaymentRequest(request_id="repay-1", facility=facility, principal=_cny(300))
        self._facilities.RecordRepayment(request, timeout=60)

    def channelz(self) -> bytes:
        """Return all that channelz tells of the server."""
        stub = channelz_pb2_grpc.ChannelzStub(self._channel)
        told = [stub.GetTopChannels(channelz_pb2.GetTopChannelsRequest(start_channel_id=0), timeout=60)]
        servers = stub.GetServers(channelz_pb2.GetServersRequest(start_server_id=0), timeout=60)
        told.append(servers)
        for server in servers.server:
            request = channelz_pb2.GetServerSocketsRequest(server_id=server.ref.server_id, start_socket_id=0)
            sockets = stub.GetServerSockets(request, timeout=60)
            told.append(sockets)
            for socket in sockets.socket_ref:
                asked = channelz_pb2.GetSocketRequest(socket_id=socket.socket_id)
                told.append(stub.GetSocket(asked, timeout=60))
        return b"".join(message.SerializeToString() + str(message).encode() for message in told)


def _cny(units: int) -> Money:
    return Money(currency_code="CNY", units=units)


def _code_of(call: Any, *arguments: Any, **options: Any) -> grpc.StatusCode:
    with pytest.raises((UnderwriterError, grpc.RpcError)) as caught:
        call(*arguments, **options)
    error: Any = caught.value
    code: grpc.StatusCode = error.code if isinstance(error, UnderwriterError) else error.code()
    return code


@pytest.fixture
def caller_of() -> Iterator[Any]:
    callers = []

    def make(address: str) -> Caller:
        callers.append(Caller(address))
        return callers[-1]

    yield make
    for caller in callers:
        caller.close()


def refused_rightly(codes: list[grpc.StatusCode]) -> bool:
    expected = {
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.NOT_FOUND,
        grpc.StatusCode.FAILED_PRECONDITION,
    }
    return len(codes) == 12 and set(codes) == expected


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_sqlite_and_the_log_hold_nothing_in_clear_and_no_key_after_an_erasure(
    start_server: Any, caller_of: Any, rules: Path, tmp_path: Path, log_format: str
) -> None:
    server = start_server(rules=rules, log_level="debug", log_format=log_format)
    caller = caller_of(server.address)
    facility = caller.lend()
    assert refused_rightly(caller.err())
    forms = planted_forms(caller.application)
    data = tmp_path / "data"
    names = {name for name, _ in files_below(data)}
    assert any(name.endswith("-wal") for name in names)
    assert any(name.endswith("master.key") for name in names)
    with sqlite3.connect(f"file:{data / 'underwriter.db'}?mode=ro", uri=True) as connection:
        ((wrapped_key, subject_ref),) = connection.execute("SELECT wrapped_key, subject_ref FROM subjects")
    connection.close()
    keys = {"the wrapped key": wrapped_key, "the reference": subject_ref}

    assert {place.split(" in ")[0] for place in found_in(IN_CLEAR | keys, files_below(data))} == {*IN_CLEAR, *keys}
    assert found_in(forms, files_below(data)) == []
    assert found_in(forms, [("channelz", caller.channelz())]) == []

    caller.repay(facility)
    erased = caller.client.erase_subject(SUBJECT)
    assert erased.erased_records == 5  # with the release of what was not drawn
    assert found_in(keys, files_below(data)) == []
    assert server.stop() == 0
    assert found_in(forms | keys, files_below(data)) == []
    log = server.text.encode()
    assert found_in({"the method": b"Decide", "the refusal": b"REQUEST_INVALID"}, [("the log", log)]) != []
    assert found_in(forms | {"nobody": b"nobody-PLANTED", "any": b"PLANTED"}, [("the log", log)]) == []


def test_the_files_of_postgresql_hold_nothing_in_clear(
    start_server: Any, caller_of: Any, rules: Path, tmp_path: Path, postgres_server: PostgresServer, postgres_url: str
) -> None:
    master_key, signing_key = tmp_path / "keys" / "master.key", tmp_path / "keys" / "signing.key"
    create_master_key_file(master_key)
    make_signing_key(signing_key, default_origin("decisions"))
    began = time.time()
    server = start_server(
        rules=rules, log_level="debug", database=postgres_url, master_key_file=master_key, signing_key_file=signing_key
    )
    caller = caller_of(server.address)
    facility = caller.lend()
    assert refused_rightly(caller.err())
    caller.repay(facility)
    caller.client.erase_subject(SUBJECT)
    assert server.stop() == 0
    with postgres_server.connect() as connection:
        connection.execute("CHECKPOINT")

    forms = planted_forms(caller.application)
    written = list(files_below(postgres_server.data, since=began))
    assert any(name.startswith("pg_wal") for name, _ in written)
    assert found_in(IN_CLEAR, written) != []
    assert found_in(forms, written) == []
    assert found_in(forms, [("PostgreSQL's log", postgres_server.log.read_bytes())]) == []
    assert found_in(forms, [("the log", server.text.encode())]) == []


def test_the_search_finds_each_form_of_each_value_wherever_it_starts() -> None:
    forms = planted_forms(planted_application())
    assert len(forms) > 100
    for name, form in forms.items():
        for before in (b"", b"x", b"xy", b"\0\0\0"):
            assert f"{name} in here" in found_in(forms, [("here", before + form + b"more")])
    for text in TEXTS.values():
        for content in (text.encode(), text.encode("utf-16-le"), repr(text).encode("ascii", "backslashreplace")):
            assert found_in(forms, [("here", content)]) != []
    assert found_in(forms, [("here", planted_application().SerializeToString())]) != []
