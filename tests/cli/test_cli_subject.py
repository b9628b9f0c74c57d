"""`underwriter subject`: what it writes and how it ends, before a server that has two pages of records."""

import json
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import grpc
import pytest
from typer.testing import CliRunner

from underwriter.cli.application import app
from underwriter.v1 import ledger_service_pb2_grpc
from underwriter.v1.ledger_service_pb2 import (
    EraseSubjectRequest,
    EraseSubjectResponse,
    ExportSubjectRequest,
    ExportSubjectResponse,
    SubjectRecord,
)

from .commands import Call


class TwoPages(ledger_service_pb2_grpc.LedgerServiceServicer):  # type: ignore[misc]
    """Knows one subject, on which there are two pages; it owes nothing. What it was asked to erase is kept."""

    def __init__(self) -> None:
        self.erased: list[EraseSubjectRequest] = []

    def ExportSubject(self, request: ExportSubjectRequest, context: grpc.ServicerContext) -> ExportSubjectResponse:  # noqa: N802
        if request.subject_id != "subject-1":
            context.abort(grpc.StatusCode.NOT_FOUND, "nothing is recorded on this subject, or its data was erased")
        if request.page_token:
            return ExportSubjectResponse(records=[SubjectRecord(name="records/2", kind="EXPIRY")])
        first = SubjectRecord(
            name="decisions/1", kind="DECISION", request_json='{"product": "PAY_LATER"}', answer_json='{"name": "客戶"}'
        )
        return ExportSubjectResponse(records=[first], next_page_token="more")  # noqa: S106

    def EraseSubject(self, request: EraseSubjectRequest, context: grpc.ServicerContext) -> EraseSubjectResponse:  # noqa: N802
        if request.subject_id != "subject-1":
            context.abort(grpc.StatusCode.FAILED_PRECONDITION, "the subject owes principal")
        self.erased.append(request)
        return EraseSubjectResponse(record="records/9", erased_records=2)


@pytest.fixture
def ledger() -> TwoPages:
    return TwoPages()


@pytest.fixture
def server_address(ledger: TwoPages) -> Iterator[str]:
    server = grpc.server(ThreadPoolExecutor(2))
    ledger_service_pb2_grpc.add_LedgerServiceServicer_to_server(ledger, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    yield f"127.0.0.1:{port}"
    server.stop(0).wait()


LINES = [
    {
        "name": "decisions/1",
        "kind": "DECISION",
        "request": {"product": "PAY_LATER"},
        "answer": {"name": "客戶"},
        "evidence": None,
    },
    {"name": "records/2", "kind": "EXPIRY", "request": None, "answer": None, "evidence": None},
]


def test_all_pages_are_written_as_json_lines(call: Call, server_address: str) -> None:
    ended = call("subject", "export", "subject-1", "--server", server_address)
    assert (ended.code, ended.errors) == (0, "2 records exported\n")
    assert [json.loads(line) for line in ended.out.splitlines()] == LINES
    assert "客戶" in ended.out


def test_a_file_of_them_is_the_owners_alone_and_never_overwrites_another(
    call: Call, server_address: str, tmp_path: Path
) -> None:
    out = tmp_path / "export.jsonl"
    ended = call("subject", "export", "subject-1", "--out", out, "--server", server_address)
    assert (ended.code, ended.out, ended.errors) == (0, "", f"2 records exported to {out}\n")
    assert [json.loads(line) for line in out.read_text("utf-8").splitlines()] == LINES
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    again = call("subject", "export", "subject-1", "--out", out, "--server", server_address)
    assert (again.code, again.errors) == (2, f"{out} can't be written: File exists\n")
    assert len(out.read_text("utf-8").splitlines()) == 2


def test_a_subject_that_nothing_is_recorded_on_leaves_no_file(call: Call, server_address: str, tmp_path: Path) -> None:
    out = tmp_path / "export.jsonl"
    ended = call("subject", "export", "nobody", "--out", out, "--server", server_address)
    assert ended.code == 1
    assert "nothing is recorded on this subject" in ended.errors
    assert not out.exists()


def test_erasing_asks_first_and_a_no_leaves_all_as_it_is(server_address: str, ledger: TwoPages) -> None:
    arguments = ["subject", "erase", "subject-1", "--server", server_address]
    refused = CliRunner().invoke(app, arguments, input="n\n")
    assert refused.exit_code == 1
    assert "Erase it?" in refused.stdout
    assert ledger.erased == []
    meant = CliRunner().invoke(app, arguments, input="y\n")
    assert meant.exit_code == 0
    assert "2 records can't be read any more; records/9 is the record of that" in meant.stdout
    assert len(ledger.erased) == 1


def test_erasing_under_a_request_id_of_ones_own(call: Call, server_address: str, ledger: TwoPages) -> None:
    arguments = ("subject", "erase", "subject-1", "--yes", "--server", server_address)
    for more in ((), ("--request-id", "mine"), ("--request-id", "mine")):
        assert call(*arguments, *more).code == 0
    first, *others = [request.request_id for request in ledger.erased]
    assert len(first) == 36
    assert others == ["mine", "mine"]


def test_a_subject_that_owes_is_told(call: Call, server_address: str) -> None:
    ended = call("subject", "erase", "owing", "--yes", "--server", server_address)
    assert (ended.code, ended.out) == (1, "")
    assert "the subject owes principal" in ended.errors


@pytest.mark.parametrize("arguments", [("export", "subject-1"), ("erase", "subject-1", "--yes")])
def test_a_server_that_is_not_there_is_told(call: Call, arguments: tuple[str, ...]) -> None:
    ended = call("subject", *arguments, "--server", "127.0.0.1:1")
    assert (ended.code, ended.out) == (3, "")
    assert "127.0.0.1:1 does not answer" in ended.errors
