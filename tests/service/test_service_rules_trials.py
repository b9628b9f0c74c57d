"""Rules that are only tried out: beside the workers, which decide meanwhile, and with whatever happens to the trial."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from multiprocessing import Pipe, active_children
from multiprocessing.connection import wait
from pathlib import Path

import grpc
import pytest

from underwriter.client import UnderwriterClient, UnderwriterError
from underwriter.service.processes.process_place import ProcessPlace
from underwriter.service.processes.reports import RulesVersions, Told, TriedOut, TryOut
from underwriter.service.reload.trials import Trials
from underwriter.v1 import policy_service_pb2 as v1
from underwriter.v1.application_pb2 import Application

from .changing_rules import PATIENCE_SECONDS, wait_until
from .conftest import RunningServer

SMALL = Path(__file__).parent / "small_rules"
PERSONAL = "policies/personal"
FILES = {"personal/policy.yaml": (SMALL / "personal" / "policy.yaml").read_text("utf-8").replace("18", "19")}
MANIFEST = "slow/1/model.yaml"


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def server(
    tmp_path_factory: pytest.TempPathFactory,
    small_settings: dict[str, object],
    models: Path,
    serving: Callable[[Path, dict[str, object]], AbstractContextManager[RunningServer]],
) -> Iterator[RunningServer]:
    with serving(tmp_path_factory.mktemp("trials"), small_settings | {"models": models}) as running:
        yield running


@contextmanager
def unending(models: Path) -> Iterator[Path]:
    """Have checks wait for a model's manifest, which is a pipe, until somebody writes it."""
    manifest = models / MANIFEST
    manifest.parent.mkdir(parents=True)
    os.mkfifo(manifest)
    try:
        yield manifest
    finally:
        manifest.unlink()
        manifest.parent.rmdir()


def validate(address: str) -> v1.ValidatePolicyResponse:
    with UnderwriterClient(address) as client:
        return client.validate_policy(FILES)


def follow(address: str) -> v1.ActivatePolicyResponse:
    with UnderwriterClient(address) as client:
        return client.activate_policy(PERSONAL, actor="li.wei", reason="a test", validate_only=True)


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def decide(address: str) -> str:
    with UnderwriterClient(address, timeout=60) as client:
        application = Application(applicant={"subject_id": "s", "age": 40})
        return client.decide(application, product="PERSONAL_CREDIT_LINE").name


def begun(server: RunningServer, worker: int) -> int:
    """Return the process id of a trial once it runs."""
    (trial,) = wait_until(lambda: [pid for pid in server.workers() if pid != worker])
    return trial


@pytest.mark.parametrize("ask", [validate, follow])
def test_decisions_go_on_while_rules_are_tried_out(
    server: RunningServer, models: Path, threads: ThreadPoolExecutor, ask: Callable[[str], object]
) -> None:
    (worker,) = server.workers()
    with unending(models) as manifest:
        asked: Future[object] = threads.submit(ask, server.address)
        trial = begun(server, worker)
        assert decide(server.address)
        assert not asked.done()
        manifest.write_text("no manifest\n", "utf-8")
        found = asked.result(60)
    assert isinstance(found, v1.ValidatePolicyResponse | v1.ActivatePolicyResponse)
    assert "model-refused" in {diagnostic.code for diagnostic in found.diagnostics}
    assert not (found.valid if isinstance(found, v1.ValidatePolicyResponse) else found.activated)
    assert wait_until(lambda: trial not in server.workers())


def test_a_trial_that_dies_is_told_and_the_next_one_runs(
    server: RunningServer, models: Path, threads: ThreadPoolExecutor
) -> None:
    (worker,) = server.workers()
    with unending(models):
        first = threads.submit(validate, server.address)
        trial = begun(server, worker)
        second = threads.submit(validate, server.address)
        os.kill(trial, signal.SIGKILL)
        with pytest.raises(UnderwriterError, match="the process that checks the rules died") as refused:
            first.result(60)
        other = wait_until(lambda: [pid for pid in server.workers() if pid not in (worker, trial)])
        assert not second.done()
        os.kill(other[0], signal.SIGKILL)
        assert isinstance(second.exception(60), UnderwriterError)
    assert (refused.value.code, refused.value.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "RELOAD_REFUSED")
    assert validate(server.address).valid


@pytest.mark.slow
@pytest.mark.skipif("UNDERWRITER_SOAK" not in os.environ, reason="a worker starts again: `make soak` runs it")
def test_a_trial_ends_with_the_worker_that_asked_for_it(
    server: RunningServer, models: Path, threads: ThreadPoolExecutor
) -> None:
    (worker,) = server.workers()
    with unending(models):
        asked = threads.submit(validate, server.address)
        trial = begun(server, worker)
        os.kill(worker, signal.SIGKILL)
        assert isinstance(asked.exception(60), UnderwriterError)
        assert wait_until(lambda: trial not in server.workers())
    assert wait_until(lambda: decide(server.address))
    assert validate(server.address).valid


def test_a_trial_that_takes_too_long_is_ended_and_told() -> None:
    ours, theirs = Pipe()
    worker = ProcessPlace("worker 1", lambda pipe: theirs.send(pipe.recv()))
    worker.start_if_due()
    trials = Trials(lambda _versions, _asked: time.sleep(PATIENCE_SECONDS), limit_s=0.05)
    trials.ask(worker, TryOut(7, Path("rules.json"), with_tests=True))
    trials.go_on(RulesVersions({}, ""))
    assert not wait(trials.things_to_wait_for(), 0.1)
    trials.go_on(RulesVersions({}, ""))
    assert (trials.due_at, trials.things_to_wait_for()) == (None, [])
    assert "underwriter rules trial" not in {process.name for process in active_children()}
    assert ours.recv() == Told(7, TriedOut("checking and testing the rules took more than 0.05 s"))
    worker.end()
