"""Orders that stand and can't be in force: which, why and since when; and what a worker decides by meanwhile."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from google.type.decimal_pb2 import Decimal as DecimalMessage

from underwriter.cli.orders_text import status_lines
from underwriter.decisioning import ActivePolicy, Desk, load_desk
from underwriter.decisioning.desk import with_parameters
from underwriter.ledger import ArtifactStore, PolicyChanges
from underwriter.service.orders.following import OrderFollowing
from underwriter.service.orders.standing_orders import StandingOrders
from underwriter.service.policies_in_force import PoliciesInForce
from underwriter.service.processes.reports import ServerStatus
from underwriter.service.reload.status import status_message
from underwriter.storage import Database, open_database
from underwriter.v1 import policy_service_pb2 as v1

from ..decisioning.desks import write_rules

NAME, PRODUCT = "policies/tiny", "TINY"
PARAMETERS, ROLLOUT = v1.POLICY_CHANGE_KIND_PARAMETERS_SET, v1.POLICY_CHANGE_KIND_ROLLOUT_SET
POLICY = """parameters:
  limit: {value: 5}
decisions:
  gate:
    rules:
      - {id: T1, when: applicant.age < limit, then: decline, reason: R}
outcome: {rules: [gate]}
"""
ATTRIBUTE = "attributes: {tier: number}\n"


def change(kind: v1.PolicyChangeKind, rollout: v1.Rollout | None = None, **values: str) -> v1.PolicyChange:
    parameters = [v1.ParameterSetting(name=name, value=value) for name, value in values.items()]
    return v1.PolicyChange(policy=NAME, kind=kind, parameters=parameters, rollout=rollout, version_after="lost")


class World:
    """What one worker decides by, of files that are edited. A second passes before anything is taken up."""

    def __init__(self, folder: Path, database: Database) -> None:
        self._folder = folder
        self._seconds = 0
        self.policies = PoliciesInForce(self._desk(POLICY), ArtifactStore(database))

    def edit(self, text: str) -> None:
        """Have other files decide."""
        self._seconds += 1
        ready = asyncio.run(self.policies.prepare(self._desk(text), self.policies.orders, self.now_us))
        self.policies.replace_files(ready, self.policies.generation + 1, self.now_us)

    def order(self, *changes: v1.PolicyChange) -> None:
        self._seconds += 1
        orders = self.policies.orders.after(changes)
        ready = asyncio.run(self.policies.prepare(self.policies.files_desk, orders, self.now_us))
        asyncio.run(self.policies.follow_orders(ready, self.now_us))

    def unmet(self) -> list[tuple[str, v1.PolicyChangeKind, str, int]]:
        """Return the orders that are unmet, with the second since when."""
        return [(one.policy, one.kind, one.subject, one.since_us // 1_000_000) for one in self.policies.unmet]

    @property
    def now_us(self) -> int:
        return self._seconds * 1_000_000

    @property
    def policy(self) -> ActivePolicy:
        return self.policies.desk.policies[PRODUCT]

    def _desk(self, text: str) -> Desk:
        return load_desk(write_rules(self._folder, text), self._folder / "no models")


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    opened = open_database(sqlite_url)
    yield opened
    opened.close()


@pytest.fixture
def world(tmp_path: Path, database: Database) -> World:
    return World(tmp_path, database)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (POLICY.replace("limit", "least"), "no parameter of the policy; allowed: one of least"),
        (POLICY.replace("value: 5", "value: [5]").replace("< limit", "in limit"), "a number; allowed: a list<number>"),
    ],
    ids=["gone", "of another type"],
)
def test_a_value_that_does_not_fit_new_files_is_unmet_until_it_does(world: World, text: str, why: str) -> None:
    world.order(change(PARAMETERS, limit="7"))
    assert (world.policy.policy.overrides, world.unmet()) == ({"limit": "7"}, [])
    world.edit(text)
    assert (world.policy.policy.overrides, world.unmet()) == ({}, [(NAME, PARAMETERS, "limit", 2)])
    assert why in world.policies.unmet[0].why
    world.edit(text + "# another line\n")
    assert world.unmet() == [(NAME, PARAMETERS, "limit", 2)], "since it was met the first time"
    world.edit(POLICY)
    assert (world.policy.policy.overrides, world.unmet()) == ({"limit": "7"}, [])
    world.edit(text)
    assert world.unmet() == [(NAME, PARAMETERS, "limit", 5)]
    world.order(change(PARAMETERS, limit=""))
    assert world.unmet() == []


def test_a_rollout_that_does_not_fit_new_files_is_unmet(world: World) -> None:
    challenger = with_parameters(world.policy, {"limit": "9"})
    asyncio.run(world.policies.keep_sources([challenger], 0))
    rollout = v1.Rollout(
        rollout_id="r1",
        challengers=[v1.Challenger(policy_version=challenger.version, share=DecimalMessage(value="0.5"))],
        shadows=[v1.Shadow(policy_version="nowhere")],
    )
    world.order(change(ROLLOUT, rollout))
    assert list(world.policies.desk.rollouts) == [PRODUCT]
    assert world.unmet() == [(NAME, ROLLOUT, "nowhere", 1)], "a shadow that can't be loaded fails alone"
    world.edit(ATTRIBUTE + POLICY)
    assert world.policies.desk.rollouts == {}
    assert world.unmet() == [(NAME, ROLLOUT, "r1", 2)]
    assert "does not take the attribute 'tier'" in world.policies.unmet[0].why


def test_what_the_folder_brings_is_kept_once_with_what_was_before(world: World, database: Database) -> None:
    """And a worker remembers what it has kept itself as others read it."""
    changes, versions = PolicyChanges(database), [""]

    async def follow_until_something_changes() -> None:
        stop = asyncio.Event()

        async def look() -> None:
            stop.set()

        await OrderFollowing(world.policies, changes, look, "rules").run(stop)

    for text in (POLICY, POLICY.replace("value: 5", "value: 6"), POLICY):
        world.edit(text)
        asyncio.run(follow_until_something_changes())
        versions.append(world.policy.version)
    kept = changes.after(0)
    assert [(one.version_before, one.version_after) for one in kept] == list(pairwise(versions))
    assert world.policies.orders == StandingOrders().after(kept)


def test_an_order_that_can_not_be_followed_is_told_until_another_is(world: World, database: Database) -> None:
    changes, statuses, stop = PolicyChanges(database), [], asyncio.Event()

    async def look() -> None:
        statuses.append(world.policies.status)
        stop.set()

    def follow_until_something_changes() -> None:
        stop.clear()
        asyncio.run(OrderFollowing(world.policies, changes, look, "rules").run(stop))

    changes.append([change(v1.POLICY_CHANGE_KIND_HELD)], 0)
    before = world.policy.version
    follow_until_something_changes()
    (unmet,) = statuses.pop().unmet
    assert (unmet.policy, unmet.why) == ("", "no policy is kept in version lost")
    assert (world.policy.version, world.policies.orders.sequence) == (before, 0)
    changes.append([change(v1.POLICY_CHANGE_KIND_FOLLOWED)], 1)
    follow_until_something_changes()
    assert (statuses.pop().unmet, world.policies.orders.sequence) == ((), 2)


@pytest.mark.parametrize("step", [OrderFollowing.catch_up, OrderFollowing.give, OrderFollowing.try_out])
def test_whichever_step_meets_orders_of_others_tells_that_they_are_followed(
    world: World, database: Database, step: Callable[..., Coroutine[Any, Any, object]]
) -> None:
    changes, told = PolicyChanges(database), list[int]()

    async def look() -> None:
        told.append(world.policies.orders.sequence)

    async def nothing() -> list[v1.PolicyChange]:
        return []

    changes.append([change(PARAMETERS, limit="7")], 0)
    following = OrderFollowing(world.policies, changes, look, "rules")
    asyncio.run(step(following, *([] if step is OrderFollowing.catch_up else [nothing])))
    assert told == [1]


def test_unmet_orders_are_told_to_clients_and_in_words(world: World) -> None:
    world.order(change(PARAMETERS, limit="7"))
    world.edit(POLICY.replace("limit", "least"))
    one = world.policies.status
    world.policies.note_unfollowed("no policy is kept in version lost", 3_000_000)
    message = status_message(ServerStatus({1: one, 2: world.policies.status}), Path("rules"))
    assert [len(worker.unmet_orders) for worker in message.workers] == [1, 2]
    unmet = message.workers[0].unmet_orders[0]
    assert (unmet.policy, unmet.kind, unmet.subject, unmet.since_time.seconds) == (NAME, PARAMETERS, "limit", 2)
    assert "\n".join(status_lines(message)).partition("\nnot")[2] == (
        " in force on worker 1, 2 since 1970-01-01 00:00:02: policies/tiny, parameters set: limit\n"
        "  found no parameter of the policy; allowed: one of least\n"
        "not in force on worker 2 since 1970-01-01 00:00:03: what was ordered last\n"
        "  no policy is kept in version lost"
    )
