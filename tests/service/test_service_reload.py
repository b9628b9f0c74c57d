"""Rules that change while a server runs: what decides, what is refused, and what comes back after a death."""

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest

from underwriter.client import UnderwriterClient
from underwriter.v1 import policy_service_pb2 as v1
from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_pb2 import Decision
from underwriter.v1.decision_service_pb2 import EvaluateModelRequest

from .changing_rules import EDITED, ChangingRules, Reloads, outcome_of, rules_status, wait_until
from .conftest import PROJECT, RunningServer, StartServer

AGE = 40
ADULT = Application(applicant={"subject_id": "subject-1", "age": AGE})
EDITED_NAME, INCLUDING_NAME, APART_NAME = "policies/edited", "policies/including", "policies/personal"


@dataclass
class World:
    """A server of two workers that does not watch its rules, and the rules, in order at first."""

    server: RunningServer
    rules: ChangingRules
    reloads: Reloads
    edition: int = 0

    def workers(self) -> list[dict[str, str]]:
        """Return what each worker decides by: versions by resource name."""
        workers = rules_status(self.reloads.address).workers
        return [{policy.name: policy.version for policy in worker.policies} for worker in workers]

    def take_up_another(self) -> v1.Reload:
        """Write another edition, and have it taken up."""
        self.edition += 1
        self.rules.write(self.edition)
        reload = self.reload()
        assert reload.succeeded, reload
        return reload

    def reload(self) -> v1.Reload:
        os.kill(self.server.process.pid, signal.SIGHUP)
        return self.reloads.next()

    def decide(self) -> Decision:
        with UnderwriterClient(self.reloads.address, timeout=60) as client:
            return client.decide(ADULT, product=EDITED)


@pytest.fixture(scope="module")
def shared_world(
    tmp_path_factory: pytest.TempPathFactory,
    small_settings: dict[str, object],
    serving: Callable[[Path, dict[str, object]], AbstractContextManager[RunningServer]],
) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("reload")
    rules = ChangingRules(folder / "rules")
    with serving(folder, small_settings | {"workers": 2, "rules": rules.folder}) as server:
        yield World(server, rules, Reloads(server.address))


@pytest.fixture
def world(shared_world: World) -> World:
    shared_world.rules.write(shared_world.edition)
    assert shared_world.workers() == [shared_world.rules.versions()] * 2
    return shared_world


def test_an_edit_decides_on_every_worker_and_changes_what_includes_it_alone(world: World) -> None:
    before, old = rules_status(world.reloads.address), world.rules.versions()
    reload = world.take_up_another()
    assert (reload.cause, reload.problem) == ("SIGHUP", "")
    new = world.rules.versions()
    assert {name for name in new if new[name] != old[name]} == {EDITED_NAME, INCLUDING_NAME}
    assert world.workers() == [new, new]
    assert [worker.generation for worker in rules_status(world.reloads.address).workers] == [
        before.workers[0].generation + 1
    ] * 2
    for _ in range(4):
        decision = world.decide()
        assert (decision.policy.version, decision.outcome) == (new[EDITED_NAME], outcome_of(world.edition, AGE))


def test_a_policy_keeps_the_time_from_which_it_is_in_force(world: World) -> None:
    with UnderwriterClient(world.reloads.address, timeout=60) as client:
        before = {policy.name: policy.load_time for policy in client.list_policies()}
        world.take_up_another()
        for policy in client.list_policies():
            assert (policy.load_time == before[policy.name]) == (policy.name not in (EDITED_NAME, INCLUDING_NAME))


def test_what_is_in_error_is_refused_with_every_finding_and_the_old_rules_stay(world: World) -> None:
    in_force = world.workers()
    world.rules.break_reference()
    with (world.rules.folder / "personal" / "policy.yaml").open("a") as policy:
        policy.write("unheard of: 1\n")
    reload = world.reload()
    assert not reload.succeeded
    found = {(finding.path, finding.code) for finding in reload.diagnostics}
    assert {("common/edition.yaml", "unknown-name"), ("personal/policy.yaml", "unknown-key")} <= found
    assert all(finding.rendered.startswith(finding.path) for finding in reload.diagnostics)
    assert world.workers() == in_force
    assert world.decide().policy.version == in_force[0][EDITED_NAME]
    world.server.wait_for(r'"findings": \["unknown-name \S+common/edition.yaml:6:')
    shutil.copy(PROJECT / "tests/service/small_rules/personal/policy.yaml", world.rules.folder / "personal")


def test_what_fails_a_test_beside_it_is_refused(world: World) -> None:
    in_force = world.workers()
    world.rules.write_common(world.edition + 1)  # and not the policy's own file, which belongs to it
    reload = world.reload()
    assert (reload.succeeded, reload.problem) == (False, "")
    assert {finding.severity for finding in reload.diagnostics} == {v1.DIAGNOSTIC_SEVERITY_WARNING}
    (failed,) = reload.failed_tests
    assert (failed.policy, failed.name) == (EDITED_NAME, "both halves are of one edition")
    assert failed.source.startswith("edited/tests/edition.yaml:3:")
    assert any("REFER" in failure for failure in failed.failures)
    assert world.workers() == in_force


def test_a_file_that_is_no_text_and_a_folder_that_is_gone_are_told(world: World) -> None:
    in_force, odd = world.workers(), world.rules.folder / "odd.csv"
    odd.write_bytes(b"\xff")
    assert "a rule file is not UTF-8" in world.reload().problem
    odd.unlink()
    away = world.rules.folder.rename(world.rules.folder.with_name("away"))
    assert "there is no rules folder" in world.reload().problem
    away.rename(world.rules.folder)
    assert world.workers() == in_force


def test_nothing_new_is_no_other_generation(world: World) -> None:
    before = rules_status(world.reloads.address).workers
    assert world.reload().succeeded
    assert rules_status(world.reloads.address).workers == before


def test_models_of_the_standard_follow(world: World) -> None:
    path = world.rules.folder / "shared" / "units.dmn"
    with UnderwriterClient(world.reloads.address, timeout=60) as client:
        request = EvaluateModelRequest(model="shared/units.dmn")
        before = client.evaluate_model(request).version
        text = path.read_text()
        path.write_text(text.replace("</definitions>", "<!-- another -->\n</definitions>"))
        assert world.reload().succeeded
        assert client.evaluate_model(request).version != before


def test_a_worker_that_comes_back_has_the_rules_in_force_though_the_folder_is_broken(world: World) -> None:
    in_force = world.workers()
    killed = world.server.workers()[0]
    world.rules.break_syntax()
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: killed not in world.server.workers() and len(world.workers()) == 2)
    assert world.workers() == in_force
    generations = {worker.generation for worker in rules_status(world.reloads.address).workers}
    assert len(generations) == 1


def test_a_worker_that_dies_during_a_reload_comes_back_and_takes_part(world: World) -> None:
    stopped = world.server.workers()[1]
    os.kill(stopped, signal.SIGSTOP)  # so the reload can't end before it is killed
    world.edition += 1
    world.rules.write(world.edition)
    os.kill(world.server.process.pid, signal.SIGHUP)
    wait_until(has_gate_written)
    wait_until(lambda: len(world.server.workers()) == 2)  # the gate has ended: the other worker is being asked
    os.kill(stopped, signal.SIGKILL)
    assert world.reloads.next().succeeded
    wait_until(lambda: len(world.workers()) == 2)
    assert world.workers() == [world.rules.versions()] * 2


def has_gate_written() -> bool:
    """Tell whether some reload has got as far as the rules that it read; they stay there until it ends."""
    return any(Path(tempfile.gettempdir()).glob("underwriter-reload-*/rules.json"))


def test_a_watched_folder_is_taken_up_by_itself_even_if_another_takes_its_place(
    start_server: StartServer, tmp_path: Path
) -> None:
    rules = ChangingRules(tmp_path / "editions")
    link = tmp_path / "rules"
    link.symlink_to(rules.folder)
    server = start_server(rules=link, watch_rules=True)
    reloads = Reloads(server.address)
    rules.write(1)  # in two files: one alone may be seen first, and is refused
    reload = wait_until(lambda: reload if (reload := reloads.next()).succeeded else None)
    assert reload.cause == "file change"
    other = shutil.copytree(rules.folder, tmp_path / "other")
    rules.folder = other
    rules.write(2)
    (tmp_path / "next").symlink_to(other)
    (tmp_path / "next").rename(link)
    wait_until(lambda: reloads.next().succeeded and rules_status(reloads.address).workers[0].generation == 3)
    (worker,) = rules_status(reloads.address).workers
    assert {policy.name: policy.version for policy in worker.policies} == rules.versions()
    assert server.stop() == 0, server.text
