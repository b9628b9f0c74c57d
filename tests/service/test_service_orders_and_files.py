"""Orders meet rule files that change: followed, held, kept, refused; and servers that start later."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from underwriter.client import UnderwriterClient, UnderwriterError
from underwriter.storage import open_database
from underwriter.v1 import policy_service_pb2 as v1
from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_pb2 import Outcome

from .changing_rules import wait_until
from .conftest import RunningServer, StartServer
from .kept_record import KeptRecord

Serve = Callable[[Path, dict[str, object]], AbstractContextManager[RunningServer]]

PERSONAL, PAY_LATER = "policies/personal", "policies/pay-later"
PRODUCT = "PERSONAL_CREDIT_LINE"
BY = {"actor": "li.wei", "reason": "a test"}
TEST = """tests:
  - name: the young are declined
    given: {applicant: {subject_id: s, age: 17}}
    expect: {outcome: DECLINE}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("orders and files")


@pytest.fixture(scope="module")
def texts(folder: Path, small_settings: dict[str, Any]) -> dict[Path, str]:
    """The files of a rules folder of this module's own, with a test beside each policy."""
    shutil.copytree(small_settings["rules"], folder / "rules")
    for policy in ("personal", "pay_later"):
        (folder / "rules" / policy / "tests").mkdir()
        (folder / "rules" / policy / "tests" / "young.yaml").write_text(TEST, "utf-8")
    return {path: path.read_text("utf-8") for path in (folder / "rules").rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def server(
    folder: Path, texts: dict[Path, str], small_settings: dict[str, object], serving: Serve
) -> Iterator[RunningServer]:
    """A server that reads its folder only when it is asked."""
    assert texts
    with serving(folder, small_settings | {"rules": folder / "rules", "workers": 2, "watch_rules": False}) as running:
        yield running


@pytest.fixture
def rules(folder: Path, texts: dict[Path, str]) -> Iterator[Path]:
    """The folder, which a test may edit."""
    yield folder / "rules"
    for path, text in texts.items():
        path.write_text(text, "utf-8")


@pytest.fixture(scope="module")
def connected(server: RunningServer) -> Iterator[UnderwriterClient]:
    with UnderwriterClient(server.address, timeout=60) as client:
        yield client


@pytest.fixture
def client(connected: UnderwriterClient, texts: dict[Path, str]) -> Iterator[UnderwriterClient]:
    """A client of one worker. Afterwards the folder as it was is followed again."""
    yield connected
    for path, text in texts.items():
        path.write_text(text, "utf-8")
    connected.activate_policy("policies/-", **BY)
    connected.set_parameters(PERSONAL, {"min_age": ""}, **BY)


def edit(rules: Path, old: str, new: str) -> str:
    """Edit the policy; return its text."""
    path = rules / "personal" / "policy.yaml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    return path.read_text("utf-8")


def text_of(client: UnderwriterClient) -> str:
    """Return the text of the policy in force."""
    return str({file.path: file.content for file in client.get_policy(PERSONAL).files}["personal/policy.yaml"])


def outcome(client: UnderwriterClient, age: int) -> str:
    decision = client.decide(Application(applicant={"subject_id": f"s{age}", "age": age}), product=PRODUCT)
    return str(Outcome.Name(decision.outcome)).removeprefix("OUTCOME_")


def test_files_are_kept_activated_and_given_up_for_the_folder_again(client: UnderwriterClient, rules: Path) -> None:
    """From an edit in a pull request to production, and back."""
    text = text_of(client).replace("18", "21")
    checked = client.validate_policy({"personal/policy.yaml": text})
    assert [policy.name for policy in checked.policies] == [PERSONAL]
    with pytest.raises(UnderwriterError, match="not kept"):
        client.activate_policy(PERSONAL, policy_version=checked.policies[0].version, **BY)
    kept = client.validate_policy({"personal/policy.yaml": text}, keep=True)
    assert kept.policies == checked.policies
    client.activate_policy(PERSONAL, policy_version=kept.policies[0].version, **BY)
    assert outcome(client, 20) == "DECLINE"
    edit(rules, "value: 18", "value: 30")
    would = client.activate_policy(PERSONAL, validate_only=True, **BY)
    assert would.activated
    (policy,) = would.policies
    assert (policy.parameters[0].value, policy.held) == ("30", False)
    assert outcome(client, 25) == "APPROVE"
    followed = client.activate_policy(PERSONAL, **BY)
    assert (followed.activated, followed.policies[0].version) == (True, policy.version)
    assert outcome(client, 26) == "DECLINE"
    last, held = list(client.list_policy_changes(PERSONAL))[:2]
    assert (last.kind, held.kind) == (v1.POLICY_CHANGE_KIND_FOLLOWED, v1.POLICY_CHANGE_KIND_HELD)
    assert (last.actor, last.version_before, last.version_after) == ("li.wei", held.version_after, policy.version)


def test_a_folder_in_error_keeps_a_policy_held(client: UnderwriterClient, rules: Path) -> None:
    version = client.get_policy(PERSONAL).version
    client.activate_policy(PERSONAL, policy_version=version, **BY)
    for old, new, code in (
        ("applicant.age", "applicant.aeg", "unknown-member"),
        ("applicant.aeg <", "applicant.age >", ""),
    ):
        edit(rules, old, new)
        for validate_only in (True, False):
            refused = client.activate_policy(PERSONAL, validate_only=validate_only, **BY)
            assert not refused.activated
            assert [found.code for found in refused.diagnostics] == ([code] if code else [])
            assert [failed.name for failed in refused.failed_tests] == ([] if code else ["the young are declined"])
        policy = client.get_policy(PERSONAL)
        assert (policy.version, policy.held) == (version, True)


def test_all_policies_follow_the_folder_at_once(client: UnderwriterClient, rules: Path) -> None:
    other = client.get_policy(PAY_LATER).version
    client.activate_policy(PAY_LATER, policy_version=other, **BY)
    edit(rules, "value: 18", "value: 22")
    activated = client.activate_policy("policies/-", **BY)
    assert [policy.name for policy in activated.policies] == [PERSONAL]
    assert not any(policy.held for policy in client.list_policies())
    changes = list(client.list_policy_changes())[:2]
    assert {(change.policy, change.kind) for change in changes} == {
        (PERSONAL, v1.POLICY_CHANGE_KIND_FOLLOWED),
        (PAY_LATER, v1.POLICY_CHANGE_KIND_FOLLOWED),
    }
    assert client.activate_policy("policies/-", **BY).policies == []


def test_values_stay_over_new_files_as_far_as_they_fit(
    client: UnderwriterClient, server: RunningServer, rules: Path
) -> None:
    client.set_parameters(PERSONAL, {"min_age": "30"}, **BY)
    edit(rules, "Youngest applicant", "The youngest")
    client.activate_policy(PERSONAL, **BY)
    (parameter,) = client.get_policy(PERSONAL).parameters
    assert (parameter.title, parameter.value, parameter.override.reason) == ("The youngest", "30", "a test")
    edit(rules, "min_age", "least_age")
    client.activate_policy(PERSONAL, **BY)
    (parameter,) = client.get_policy(PERSONAL).parameters
    assert (parameter.name, parameter.value, parameter.HasField("override")) == ("least_age", "18", False)
    # A worker tells its supervisor right away, but nobody waits for that.
    (unmet,) = wait_until(lambda: client.get_rules_status().workers[0].unmet_orders)
    assert (unmet.policy, unmet.kind, unmet.subject) == (PERSONAL, v1.POLICY_CHANGE_KIND_PARAMETERS_SET, "min_age")
    assert unmet.since_time.seconds > 0
    server.wait_for('"subject": "min_age".*an order is unmet')
    assert client.set_parameters(PERSONAL, {"min_age": ""}, **BY).parameters[0].value == "18", "it can be taken back"
    wait_until(lambda: not any(worker.unmet_orders for worker in client.get_rules_status().workers))


def test_what_was_ordered_is_in_force_after_a_restart_or_the_server_does_not_start(
    start_server: StartServer, tmp_path: Path
) -> None:
    first = start_server()
    with UnderwriterClient(first.address, timeout=60) as client:
        plain = client.get_policy(PERSONAL).version
        stricter = client.set_parameters(PERSONAL, {"min_age": "30"}, **BY).version
        client.activate_policy(PERSONAL, policy_version=plain, **BY)
        client.activate_policy(PERSONAL, policy_version=stricter, **BY)
        newest = next(iter(client.list_policy_changes())).sequence
    assert first.stop() == 0
    second = start_server()
    with UnderwriterClient(second.address, timeout=60) as client:
        policy = client.get_policy(PERSONAL)
        assert (policy.version, policy.held) == (stricter, True)
        (worker,) = client.get_rules_status().workers
        assert worker.change_sequence >= newest
        assert (PERSONAL, stricter) in {(one.name, one.version) for one in worker.policies}
    assert second.stop() == 0
    database = open_database(f"sqlite:///{tmp_path}/data/underwriter.db")
    with database.writing() as connection:
        connection.exec_driver_sql(f"DELETE FROM artifacts WHERE version = '{stricter}'")
    database.close()
    third = start_server()
    assert third.ended(60) == 2
    assert f"no policy is kept in version {stricter}" in third.text
    assert "decides by what was ordered or not at all" in third.text


def test_two_servers_on_one_database_follow_the_same_orders(
    start_server: StartServer, postgres_url: str, tmp_path: Path
) -> None:
    record = KeptRecord(postgres_url, tmp_path)
    servers = [start_server(**record.settings) for _ in range(2)]
    with (
        UnderwriterClient(servers[0].address, timeout=60) as one,
        UnderwriterClient(servers[1].address, timeout=60) as other,
    ):
        version = one.set_parameters(PERSONAL, {"min_age": "30"}, **BY).version
        wait_until(lambda: other.get_policy(PERSONAL).version == version)
        assert outcome(other, 25) == "DECLINE"
        assert other.set_parameters(PERSONAL, {"min_age": ""}, expected_version=version, **BY).version != version
        kinds = [change.kind for change in one.list_policy_changes(PERSONAL)]
        assert kinds.count(v1.POLICY_CHANGE_KIND_PARAMETERS_SET) == 2
        assert kinds.count(v1.POLICY_CHANGE_KIND_FOLLOWED) <= 1, "both have the same folder"
        kept = one.validate_policy({"personal/policy.yaml": text_of(one).replace("18", "21")}, keep=True).policies[0]
        one.activate_policy(PERSONAL, policy_version=kept.version, **BY)
        (followed,) = other.activate_policy(PERSONAL, **BY).policies
        last = next(iter(other.list_policy_changes(PERSONAL)))
        assert (last.version_before, last.version_after) == (kept.version, followed.version)
