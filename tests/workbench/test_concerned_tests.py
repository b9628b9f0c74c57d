"""Which tests run again after which changes."""

from pathlib import Path

import pytest

from underwriter.decisioning import ActivePolicy, load_desk
from underwriter.workbench.concerned_tests import are_monitors_concerned, are_tests_alone, concerned

from ..decisioning.desks import ROOT

RULES = ROOT / "tests" / "service" / "small_rules"
"""They stand below a folder with the name of those of tests, which says nothing of them."""

NONE = Path("no models")


@pytest.fixture(scope="module")
def policies() -> list[ActivePolicy]:
    return list(load_desk(RULES, NONE).policies.values())


@pytest.mark.parametrize(
    ("changed", "are_alone"),
    [
        (["personal/tests/age.yaml"], True),
        (["personal/tests/age.yaml", "pay_later/tests/a.yaml"], True),
        (["personal/tests/age.yaml", "personal/policy.yaml"], False),
        (["reasons.yaml"], False),
        (["../../other/tests/age.yaml"], False),
    ],
)
def test_tests_alone_leave_policies_as_they_were(changed: list[str], are_alone: bool) -> None:
    assert are_tests_alone([RULES / path for path in changed], RULES) is are_alone


@pytest.mark.parametrize(
    ("changed", "outdated", "again"),
    [
        ([], [], []),
        (["personal/tests/age.yaml"], [], ["personal"]),
        (["personal/tests/deep/age.yaml"], [], ["personal"]),
        (["personal/policy.yaml"], [], []),  # a comment: its version is the same
        (["personal/policy.yaml"], ["personal"], ["personal"]),
        (["common/pricing.yaml"], ["personal", "pay-later"], ["pay-later", "personal"]),
        (["personal/tests/age.yaml"], ["pay-later"], ["pay-later", "personal"]),
        (["personality/tests/age.yaml"], [], []),
    ],
)
def test_policies_are_tested_again_if_they_or_their_tests_are_others(
    policies: list[ActivePolicy], changed: list[str], outdated: list[str], again: list[str]
) -> None:
    tested = {policy.policy.id: "old" if policy.policy.id in outdated else policy.version for policy in policies}
    found = concerned(policies, tested, [RULES / path for path in changed], RULES)
    assert sorted(policy.policy.id for policy in found) == again


def test_a_policy_that_was_never_tested_is_concerned(policies: list[ActivePolicy]) -> None:
    assert concerned(policies, {}, [], RULES) == policies


def test_paths_that_are_written_otherwise_name_the_same_files(
    policies: list[ActivePolicy], monkeypatch: pytest.MonkeyPatch
) -> None:
    tested = {policy.policy.id: policy.version for policy in policies}
    monkeypatch.chdir(RULES / "personal")
    (policy,) = concerned(policies, tested, [Path("../personal/tests/age.yaml")], RULES)
    assert policy.policy.id == "personal"


@pytest.mark.parametrize(
    ("changed", "are_concerned"),
    [
        (["monitoring/ring.yaml"], True),
        (["monitoring/tests/ring.yaml"], True),
        (["personal/policy.yaml", "monitoring/ring.yaml"], True),
        (["personal/policy.yaml"], False),
        (["monitoring.yaml"], False),
        ([], False),
    ],
)
def test_monitors_are_tested_again_if_one_or_its_tests_changed(changed: list[str], are_concerned: bool) -> None:
    assert are_monitors_concerned([RULES / path for path in changed], RULES) is are_concerned
