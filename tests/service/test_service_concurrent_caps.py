"""A whole server under approvals at once for few borrowers and funders: no cap is passed, and everyone is answered.

A worker, or the server, is killed in the middle of it. The clients ask again until they have an answer, as they should.
"""

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import grpc
import pytest

from underwriter.accounts import FacilityBook
from underwriter.accounts.audit import audit
from underwriter.ledger import SqlLedger, ledger_in
from underwriter.ledger.checkpoints import default_origin
from underwriter.ledger.checkpoints.signer import make_signing_key
from underwriter.ledger.keys import create_master_key_file, read_master_keys
from underwriter.storage import open_database
from underwriter.v1.decision_pb2 import OUTCOME_APPROVE, Decision

from ..ports import lasting_port
from .conftest import RunningServer, StartServer
from .joint_lending import (
    CAPS,
    FUND,
    HIGHEST_LOAN,
    PARTNERS,
    RULES,
    JointLog,
    facility_request,
    joint_policy,
    loan_request,
)

SOAK = bool(os.environ.get("UNDERWRITER_SOAK"))
CALLS = 1500 if SOAK else 300
SEEDS = range(5) if SOAK else range(1)
CHANNELS = 8
DEADLINE_S = 120
MOST_TRIES = 400
DECIDE = "/underwriter.v1.DecisionService/Decide"
TRY_AGAIN = {
    grpc.StatusCode.ABORTED,
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
    grpc.StatusCode.CANCELLED,
}
METHOD_PATHS = {
    "confirm_drawdown": "/underwriter.v1.FacilityService/ConfirmDrawdown",
    "release_reservation": "/underwriter.v1.FacilityService/ReleaseReservation",
    "record_repayment": "/underwriter.v1.FacilityService/RecordRepayment",
}


class Clients:
    """Borrowers' clients on several connections: each asks again, under the same request id, until it is answered."""

    def __init__(self, address: str, rng: random.Random) -> None:
        self._address = address
        self._channels: list[grpc.aio.Channel] = []
        self._rng = rng
        self.decisions: dict[str, Decision] = {}
        self.codes: Counter[str] = Counter()

    async def all_ask(self, calls: int, after: int, accident: Callable[[], object]) -> None:
        """Ask for so many loans at once; let the accident happen after so many answers."""
        options = [("grpc.use_local_subchannel_pool", 1), ("grpc.max_reconnect_backoff_ms", 200)]
        self._channels = [grpc.aio.insecure_channel(self._address, options) for _ in range(CHANNELS)]
        asked = [asyncio.create_task(self._borrow(f"loan-{number}")) for number in range(calls)]
        happened = asyncio.create_task(self._let_happen(after, accident))
        try:
            await asyncio.gather(*asked, happened)
        finally:
            for task in (*asked, happened):
                task.cancel()
            for channel in self._channels:
                await channel.close()

    async def _let_happen(self, after: int, accident: Callable[[], object]) -> None:
        while len(self.decisions) < after:
            await asyncio.sleep(0.005)
        await asyncio.to_thread(accident)

    async def _borrow(self, request_id: str) -> None:
        request = loan_request(self._rng, request_id).SerializeToString()
        decision = Decision.FromString(await self._answer(DECIDE, request))
        self.decisions[request_id] = decision
        if decision.outcome == OUTCOME_APPROVE and self._rng.random() < 0.5:
            for method, change in facility_request(self._rng, decision):
                await self._answer(METHOD_PATHS[method], change)
        if self._rng.random() < 0.1:
            assert Decision.FromString(await self._answer(DECIDE, request)) == decision

    async def _answer(self, path: str, request: bytes) -> bytes:
        for _ in range(MOST_TRIES):
            call = self._rng.choice(self._channels).unary_unary(path)
            try:
                answer: bytes = await call(request, timeout=DEADLINE_S, wait_for_ready=True)
            except grpc.aio.AioRpcError as error:
                self.codes[error.code().name] += 1
                if error.code() not in TRY_AGAIN:
                    raise
                await asyncio.sleep(self._rng.uniform(0.01, 0.1))
            else:
                self.codes["OK"] += 1
                return answer
        raise AssertionError(f"no answer in {MOST_TRIES} tries")


def nothing_happens(_server: RunningServer) -> None:
    pass


def kill_a_worker(server: RunningServer) -> None:
    os.kill(server.workers()[0], signal.SIGKILL)


# What holds when nothing happens is asked in the long form; it all holds when something does.
ACCIDENTS = [nothing_happens, kill_a_worker] if SOAK else [kill_a_worker]


@pytest.fixture
def joint_settings(tmp_path: Path, database_url: str) -> dict[str, object]:
    """The settings of a server of two workers on a database of its own, with keys that the test can read."""
    master_key, signing_key = tmp_path / "keys" / "master.key", tmp_path / "keys" / "signing.key"
    create_master_key_file(master_key)
    make_signing_key(signing_key, default_origin("decisions"))
    return {
        "rules": RULES,
        "workers": 2,
        "max_in_flight": 5000,
        "database": database_url,
        "master_key_file": master_key,
        "signing_key_file": signing_key,
    }


def open_record(settings: dict[str, object]) -> SqlLedger:
    database = open_database(str(settings["database"]))
    return ledger_in(database, read_master_keys(Path(str(settings["master_key_file"]))))


def check_record(settings: dict[str, object], models: Path, decisions: dict[str, Decision]) -> JointLog:
    """Fold the log; every answer that a client got is the one that is recorded, and the tables follow from the log."""
    log = JointLog(joint_policy(models))
    with open_record(settings) as ledger:
        for entry in ledger.entries.stored_in_order(ledger.log):
            recorded = ledger.entries.find(entry.sealed.entry_id)
            assert recorded is not None
            log.take(recorded)
        assert audit(ledger.database).differences == ()
        told = {(kind, name): amount for (kind, name, _), amount in FacilityBook(ledger.database).commitments().items()}
    assert {total: amount for total, amount in told.items() if amount} == log.committed()
    for request_id, decision in decisions.items():
        decision.ClearField("ledger")
        assert log.decisions[request_id] == decision
    return log


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("accident", ACCIDENTS)
def test_no_cap_is_passed_whoever_dies(
    start_server: StartServer,
    joint_settings: dict[str, object],
    tmp_path: Path,
    accident: Callable[[RunningServer], None],
    seed: int,
) -> None:
    server = start_server(**joint_settings)
    clients = Clients(server.address, random.Random(seed))  # noqa: S311 - no secret
    asyncio.run(clients.all_ask(CALLS, CALLS // 10, partial(accident, server)))
    assert server.stop() == 0, server.text
    assert clients.codes["ABORTED"] <= CALLS // 50
    log = check_record(joint_settings, tmp_path, clients.decisions)
    assert len(clients.decisions) == len(log.decisions) == CALLS
    check_that_caps_were_reached(log)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_no_cap_is_passed_when_the_power_goes(
    start_server: StartServer, joint_settings: dict[str, object], tmp_path: Path, seed: int
) -> None:
    joint_settings["port"] = lasting_port()
    server = start_server(**joint_settings)
    address = server.address
    servers = [server]

    def power_goes_and_comes_back() -> None:
        server.kill_all()
        servers.append(start_server(**joint_settings))
        assert servers[-1].address == address

    clients = Clients(address, random.Random(seed))  # noqa: S311 - no secret
    asyncio.run(clients.all_ask(CALLS, CALLS // 10, power_goes_and_comes_back))
    assert servers[-1].stop() == 0, servers[-1].text
    assert clients.codes["ABORTED"] <= CALLS // 50
    log = check_record(joint_settings, tmp_path, clients.decisions)
    assert len(clients.decisions) == len(log.decisions) == CALLS
    check_that_caps_were_reached(log)


def check_that_caps_were_reached(log: JointLog) -> None:
    """The test is worth something only if caps turned somebody down, left funders out, and left loans without cover."""
    assert log.outcomes["OUTCOME_APPROVE"]
    assert log.outcomes["OUTCOME_DECLINE"]
    assert log.outcomes.total() == log.outcomes["OUTCOME_APPROVE"] + log.outcomes["OUTCOME_DECLINE"]
    assert log.reasons["NO_FUNDER"]
    assert {2, 3} <= log.funder_counts.keys()
    assert log.uncovered
    for total in (FUND, PARTNERS):
        assert CAPS[total] - HIGHEST_LOAN <= log.highest[total], "so near to the cap that another loan may not fit"
