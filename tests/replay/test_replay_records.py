"""Recorded decisions made again, from what the ledger alone keeps."""

import json
import shutil
from collections.abc import Iterator

import pytest
from sqlalchemy import delete, update

from underwriter.decisioning import Desk, load_desk
from underwriter.ledger import Recorded, SqlLedger
from underwriter.ledger.keys import MasterKeys
from underwriter.ledger.keys.master_keys import MasterKey
from underwriter.ledger.keys.rotation import Rotation
from underwriter.replay import DecidingBy, NotReplayed, RecordRange, Replayed, Skipped, replay_range, replay_record
from underwriter.storage.schema import artifacts, entries, subjects
from underwriter.v1.application_pb2 import Application
from underwriter.v1.record_pb2 import Evidence

from ..decisioning.desks import MODELS, RULES, shipped
from ..decisioning.random_messages import filled
from .records import decide_all, kept, opened, prime, request_for

PERSONAL, PAY_LATER = "PERSONAL_CREDIT_LINE", "PAY_LATER"
KEYS = MasterKeys.generate()


@pytest.fixture
def ledger(sqlite_url: str) -> Iterator[SqlLedger]:
    with opened(sqlite_url, KEYS) as lent:
        yield lent


def replayed(ledger: SqlLedger, by: DecidingBy | None = None, **wanted: object) -> list[object]:
    choose = (by or DecidingBy()).choice(kept(ledger))
    return list(replay_range(ledger.entries, ledger.log, RecordRange(**wanted), choose))


def with_evidence(recorded: Recorded, change) -> Recorded:
    """Return the record's payload with its evidence changed."""
    evidence = Evidence.FromString(recorded.payload.evidence)
    change(evidence)
    return recorded.payload._replace(evidence=evidence.SerializeToString())


def differing(ledger: SqlLedger, recorded: Recorded, change) -> list[str]:
    policy = kept(ledger).get(recorded.sealed.policy_version)
    found = replay_record(recorded.sealed, with_evidence(recorded, change), policy)
    return [difference.path for difference in found.differences]


def one_approval(ledger: SqlLedger, desk: Desk | None = None) -> Recorded:
    desk = desk or shipped()
    (recorded,) = decide_all(ledger, desk, [request_for(desk, PERSONAL, prime(), "s1")])
    assert recorded.sealed.facts
    return recorded


def test_every_decision_on_random_applications_comes_out_the_same(ledger):
    desk = shipped()
    requests = []
    for seed in range(120):
        product = (PERSONAL, PAY_LATER)[seed % 2]
        request = request_for(desk, product, {}, "unused")
        request.application.CopyFrom(filled(Application, seed))
        request.application.ClearField("attributes")
        # Few subjects, so that some owe already.
        request.application.applicant.subject_id = f"s{seed % 7}"
        requests.append(request)
    requests += [request_for(desk, PERSONAL, prime(), f"s{number % 2}") for number in range(4)]
    decide_all(ledger, desk, requests)
    results = replayed(ledger)
    assert [(type(result), result.differences) for result in results] == [(Replayed, ())] * len(requests)
    assert len({result.sealed.outcome for result in results}) >= 2


def test_a_policy_comes_back_after_its_rules_and_models_are_gone(ledger, tmp_path):
    shipped()
    rules, models = (shutil.copytree(folder, tmp_path / folder.name) for folder in (RULES, MODELS))
    one_approval(ledger, load_desk(rules, models))
    shutil.rmtree(rules)
    shutil.rmtree(models)
    (result,) = replayed(ledger)
    assert result.is_reproduced


@pytest.mark.parametrize(
    ("nudge", "expected"), [(1e-7, ["score.probability"]), (1e-5, ["models[personal_default/2].probability"])]
)
def test_a_model_that_says_nearly_the_same_is_taken_at_its_recorded_word_and_another_is_told(ledger, nudge, expected):
    """Within the tolerance the changed evidence itself decides, so the decision shows it; beyond, the model does."""
    recorded = one_approval(ledger)

    def change(evidence: Evidence) -> None:
        evidence.models[0].probability += nudge

    assert differing(ledger, recorded, change) == expected


def test_another_model_run_on_record_is_told(ledger):
    recorded = one_approval(ledger)
    paths = differing(ledger, recorded, lambda evidence: evidence.models[0].model.__setattr__("name", "other/1"))
    assert all(path.startswith("models[") for path in paths)


def test_a_run_that_the_record_lacks_is_told(ledger):
    recorded = one_approval(ledger)
    paths = differing(ledger, recorded, lambda evidence: evidence.models.pop())
    assert "models[personal_default/2].probability" in paths
    assert all(path.startswith("models[personal_default/2]") for path in paths)


def test_another_engine_version_on_record_is_no_difference(ledger):
    recorded = one_approval(ledger)
    assert differing(ledger, recorded, lambda evidence: evidence.__setattr__("engine_version", "0.0.1")) == []


def test_what_is_set_aside_now_is_compared_with_the_facts(ledger):
    recorded = one_approval(ledger)
    policy = kept(ledger).get(recorded.sealed.policy_version)
    result = replay_record(recorded.sealed._replace(facts=b""), recorded.payload, policy)
    assert "facts.facility.parts[0].amount" in {difference.path for difference in result.differences}
    assert all(difference.recorded == "" for difference in result.differences)


def test_what_if_another_rate_had_been_in_force(ledger, tmp_path):
    recorded = one_approval(ledger)
    rules = shutil.copytree(RULES, tmp_path / "rules")
    policy = rules / "personal_credit" / "policy.yaml"
    text = policy.read_text("utf-8")
    changed = text.replace("smallest_line: {value: 1000,", "smallest_line: {value: 10000000,")
    assert changed != text
    policy.write_text(changed, "utf-8")
    (result,) = replayed(ledger, DecidingBy(rules=rules, models=MODELS))
    told = {difference.path: (difference.recorded, difference.replayed) for difference in result.differences}
    assert told["outcome"] == ("OUTCOME_APPROVE", "OUTCOME_DECLINE")
    assert told["facts.facility.parts[0].amount"][1] == ""
    assert not [path for path in told if path.startswith("policy.")]
    assert result.sealed == recorded.sealed


def test_decisions_come_out_the_same_after_the_master_key_was_rotated(ledger, sqlite_url):
    one_approval(ledger)
    rotated = MasterKeys(MasterKey.generate(), (KEYS.current,))
    while Rotation(ledger.database, rotated).rewrap_batch():
        pass
    with opened(sqlite_url, MasterKeys(rotated.current)) as later:
        (result,) = replayed(later)
    assert result.is_reproduced


def test_erased_and_archived_records_are_passed_over_and_damaged_ones_stop_nothing(ledger):
    desk = shipped()
    made = decide_all(ledger, desk, [request_for(desk, PERSONAL, prime(), f"s{number}") for number in range(4)])
    with ledger.database.writing() as connection:
        connection.execute(delete(subjects).where(subjects.c.subject == made[0].sealed.subject))
        connection.execute(update(entries).where(entries.c.log_index == 1).values(payload=None))
        connection.execute(update(entries).where(entries.c.log_index == 2).values(payload=b"x" * 64))
    results = replayed(ledger)
    assert [type(result) for result in results] == [Skipped, Skipped, NotReplayed, Replayed]
    assert [result.reason.name for result in results[:2]] == ["ERASED", "ARCHIVED"]
    assert results[3].is_reproduced


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda _: None, "no policy is kept"),
        (lambda content: content + b" ", "another hash"),
    ],
)
def test_a_policy_that_is_not_kept_or_was_altered_is_a_result_with_its_reason(ledger, change, said):
    recorded = one_approval(ledger)
    version = artifacts.c.version == recorded.sealed.policy_version
    content = change(ledger.artifacts.load(recorded.sealed.policy_version))
    with ledger.database.writing() as connection:
        if content is None:
            connection.execute(delete(artifacts).where(version))
        else:
            connection.execute(update(artifacts).where(version).values(content=content))
    (result,) = replayed(ledger)
    assert said in result.reason


@pytest.mark.parametrize(("content", "said"), [(None, "kept nowhere"), (b"\0\0\0\1", "another hash")])
def test_so_is_a_model(ledger, content, said):
    recorded = one_approval(ledger)
    ((name, version),) = json.loads(ledger.artifacts.load(recorded.sealed.policy_version))["models"].items()
    with ledger.database.writing() as connection:
        if content is None:
            connection.execute(delete(artifacts).where(artifacts.c.version == version))
        else:
            connection.execute(update(artifacts).where(artifacts.c.version == version).values(content=content))
    (result,) = replayed(ledger)
    assert said in result.reason
    assert name.startswith("personal_default")


def test_a_range_takes_indexes_times_products_and_engines(ledger):
    desk = shipped()
    made = decide_all(ledger, desk, [request_for(desk, PERSONAL, prime(), f"s{number}") for number in range(3)])
    times = [recorded.sealed.time_us for recorded in made]

    def indexes(**wanted: object) -> list[str]:
        ids = [recorded.sealed.entry_id for recorded in made]
        return [ids.index(result.sealed.entry_id) for result in replayed(ledger, **wanted)]

    assert indexes(first=1, end=2) == [1]
    assert indexes(since_us=times[1]) == [1, 2]
    assert indexes(until_us=times[1]) == [0]
    assert indexes(product=PAY_LATER) == []
    assert [type(result) for result in replayed(ledger, engine_version="0.0.1")] == [Skipped] * 3
