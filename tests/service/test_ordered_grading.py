"""Accounts are graded by the policy of early warning as it is ordered."""

from pathlib import Path

import pytest

from underwriter.decisioning.desk import version_with
from underwriter.ledger import PolicyChanges
from underwriter.service.orders import ordered_grading
from underwriter.service.orders.ordered_grading import OrderedGrading
from underwriter.storage import open_database
from underwriter.v1 import policy_service_pb2 as v1

from ..decisioning.desks import tiny

POLICY = """parameters:
  limit: {value: 5}
decisions:
  gate:
    rules:
      - {id: T1, when: applicant.age < limit, then: decline, reason: R}
outcome: {rules: [gate]}
"""
NAME = "policies/tiny"


def change(kind: v1.PolicyChangeKind, policy: str = NAME, **values: str) -> v1.PolicyChange:
    settings = [v1.ParameterSetting(name=name, value=value) for name, value in values.items()]
    return v1.PolicyChange(policy=policy, kind=kind, version_after="lost", parameters=settings)


def test_grading_follows_what_is_ordered_of_its_policy(
    tmp_path: Path, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ordered_grading, "POLL_SECONDS", 0)
    policy, database = tiny(tmp_path, POLICY), open_database(sqlite_url)
    changes, grading = PolicyChanges(database), OrderedGrading(policy, database)

    def version() -> str:
        assert list(grading([], 0)) == []
        return grading._grader._policy.version

    assert version() == policy.version
    changes.append([change(v1.POLICY_CHANGE_KIND_PARAMETERS_SET, limit="7")], 0)
    seven = version_with(policy, {"limit": "7"})
    assert version() == seven
    changes.append([change(v1.POLICY_CHANGE_KIND_HELD, policy="policies/other")], 1)
    assert version() == seven, "what is ordered of other policies need not be at hand"
    changes.append([change(v1.POLICY_CHANGE_KIND_HELD)], 2)
    assert version() == seven, "a version that can't be loaded leaves the one from before"
    changes.append([change(v1.POLICY_CHANGE_KIND_FOLLOWED)], 3)
    assert version() == policy.version
    database.close()
