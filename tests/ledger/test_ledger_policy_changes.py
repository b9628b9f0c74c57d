"""Changes of policies are kept in one order, gapless, on each database."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from underwriter.ledger import OrdersChanged, PolicyChanges
from underwriter.storage import Database, open_database
from underwriter.v1.policy_service_pb2 import PolicyChange

PERSONAL, PAY_LATER = "policies/personal", "policies/pay-later"


@pytest.fixture
def changes(database: Database) -> PolicyChanges:
    return PolicyChanges(database)


def change(policy: str = PERSONAL, reason: str = "") -> PolicyChange:
    return PolicyChange(policy=policy, reason=reason, change_time={"seconds": 7})


def test_nothing_is_there_at_first(changes: PolicyChanges) -> None:
    assert (changes.newest(), changes.after(0), changes.newest_of("", 10)) == (0, [], [])


def test_changes_are_numbered_in_their_order(changes: PolicyChanges) -> None:
    first = changes.append([change(reason="a"), change(PAY_LATER, "b")], 0)
    second = changes.append([change(reason="c")], 2)
    assert [(kept.sequence, kept.reason) for kept in (*first, *second)] == [(1, "a"), (2, "b"), (3, "c")]
    assert changes.newest() == 3
    assert changes.after(0) == [*first, *second]
    assert changes.after(2) == second


def test_one_that_does_not_know_the_newest_is_refused_and_takes_no_number(changes: PolicyChanges) -> None:
    changes.append([change()], 0)
    for after in (0, 2):
        with pytest.raises(OrdersChanged):
            changes.append([change(), change()], after)
    assert changes.newest() == 1
    assert [kept.sequence for kept in changes.append([change()], 1)] == [2]


def test_pages_go_back_from_the_newest(changes: PolicyChanges) -> None:
    changes.append([change(PERSONAL if number % 2 else PAY_LATER) for number in range(6)], 0)
    assert [kept.sequence for kept in changes.newest_of("", 4)] == [6, 5, 4, 3]
    assert [kept.sequence for kept in changes.newest_of("", 4, before=3)] == [2, 1]
    assert [kept.sequence for kept in changes.newest_of(PERSONAL, 2)] == [6, 4]
    assert [kept.sequence for kept in changes.newest_of(PERSONAL, 2, before=4)] == [2]
    assert changes.newest_of("policies/none", 2) == []


def test_of_changes_made_at_once_one_comes_first(changes: PolicyChanges, database_url: str) -> None:
    """Each of several servers goes on until its own is kept; all are, one after another."""

    def server(number: int) -> None:
        database = open_database(database_url)
        own, reasons = PolicyChanges(database), [f"{number}.{turn}" for turn in range(5)]
        while reasons:
            with suppress(OrdersChanged):
                own.append([change(reason=reasons[0])], own.newest())
                del reasons[0]
        database.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(server, range(4)))
    kept = changes.after(0)
    assert [one.sequence for one in kept] == list(range(1, 21))
    assert len({one.reason for one in kept}) == 20


def test_of_several_changes_all_are_kept_or_none(changes: PolicyChanges) -> None:
    unwritable = change()
    unwritable.change_time.seconds = 2**62
    with pytest.raises(ValueError, match=r"[Tt]imestamp"):
        changes.append([change(), unwritable], 0)
    assert (changes.newest(), changes.after(0)) == (0, [])
