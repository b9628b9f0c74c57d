"""Has a worker decide by what was ordered, on whichever server of the database, and takes new orders."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

import structlog

from underwriter.decisioning import Desk, PolicyUnusable, RulesRefused
from underwriter.ledger import OrdersChanged, PolicyChanges
from underwriter.service.policies_in_force import PoliciesInForce, ReadyDesk
from underwriter.service.trouble_log import TroubleLog
from underwriter.storage import DatabaseUnavailable
from underwriter.v1.policy_service_pb2 import POLICY_CHANGE_KIND_FOLLOWED, PolicyChange

POLL_SECONDS = 0.25
MOST_ATTEMPTS = 5

MakeChanges = Callable[[], Awaitable[Sequence[PolicyChange]]]
"""Returns the changes to make of what is in force, without their numbers and what they result in."""

WhenChanged = Callable[[], Awaitable[object]]
"""Is called whenever other orders are in force."""


class OrdersUnusable(Exception):
    """What was ordered can't be in force on this server. The text says why, and what to do, to people."""

    def __init__(self, sequence: int, cause: str) -> None:
        super().__init__(
            f"what was ordered of the policies up to change {sequence} can't be in force here: {cause}\n"
            "A server decides by what was ordered or not at all. Bring back what is missing, or start a version of the "
            "server that takes these rules, and have it hold the policy at another version or follow its rules folder"
        )


class OrderFollowing:
    """Follows the changes in a database for the policies in force of one worker.

    `folder` is the server's name for its rules folder, which stands as the actor of what it brings into force.
    """

    def __init__(
        self, policies: PoliciesInForce, changes: PolicyChanges, when_changed: WhenChanged, folder: str
    ) -> None:
        self._policies = policies
        self._changes = changes
        self._when_changed = when_changed
        self._folder = folder
        self._told_generation = 0
        self._ordering = asyncio.Lock()

    async def begin(self) -> None:
        """Take up all orders, before anything is served. Raises OrdersUnusable and DatabaseUnavailable."""
        try:
            await self._catch_up()
        except (PolicyUnusable, RulesRefused) as error:
            raise OrdersUnusable(await asyncio.to_thread(self._changes.newest), str(error)) from error

    async def catch_up(self) -> None:
        """Take up the orders that are not followed yet.

        Raises DatabaseUnavailable, and PolicyUnusable and RulesRefused if a version can't be made ready.
        """
        async with self._ordering:
            await self._catch_up_and_tell()

    async def run(self, stop: asyncio.Event) -> None:
        """Follow the orders of all servers until `stop` is set, and keep what the rules folder brought into force.

        What fails is tried again.
        """
        troubles, generation = TroubleLog("orders are followed again"), 0
        while not stop.is_set():
            try:
                await self.catch_up()
                # Not at once: whoever had the folder read says so, with who and why.
                if generation == self._policies.generation:
                    await self._tell_folder(generation)
                generation = self._policies.generation
            except (DatabaseUnavailable, PolicyUnusable, RulesRefused, OrdersChanged) as error:
                troubles.met("orders can't be followed now", cause=str(error))
                is_lasting = isinstance(error, PolicyUnusable | RulesRefused)
                if is_lasting and self._policies.note_unfollowed(str(error), _now_us()):
                    await self._when_changed()
            else:
                troubles.none_met()
            try:
                await asyncio.wait_for(stop.wait(), POLL_SECONDS)
            except TimeoutError:
                continue

    async def give(self, make: MakeChanges) -> ReadyDesk:
        """Make changes of what is in force, and return what they come to, which is in force by then.

        `make` is called again where other changes come first. Raises what it raises, OrdersChanged if others come first
        time and again, DatabaseUnavailable, and PolicyUnusable and RulesRefused if a version can't be made ready.
        """
        async with self._ordering:
            for _ in range(MOST_ATTEMPTS):
                await self._catch_up_and_tell()
                changes = await make()
                ready = await self._effect(changes, self._policies.files_desk)
                if not changes:
                    return ready
                try:
                    await asyncio.to_thread(self._changes.append, changes, self._policies.orders.sequence)
                except OrdersChanged:
                    continue
                given = await self._policies.follow_orders(ready, _now_us())
                await self._when_changed()
                return given
            raise OrdersChanged

    async def try_out(self, make: MakeChanges, files: Desk | None = None) -> ReadyDesk:
        """Return what changes would come to, with other rule files if these are given, without making them.

        Raises what `give` raises.
        """
        async with self._ordering:
            await self._catch_up_and_tell()
            return await self._effect(await make(), files or self._policies.files_desk)

    async def _tell_folder(self, generation: int) -> None:
        """Keep which policies the rules folder has brought into force, where no change says it yet."""
        if generation != self._told_generation:
            await self.give(self._followed)
            self._told_generation = generation

    async def _followed(self) -> Sequence[PolicyChange]:
        orders = self._policies.orders
        new = {
            name: orders.of(name).version
            for name, policy in self._policies.by_name().items()
            if not orders.of(name).held and orders.of(name).version != policy.version
        }
        kind, why = POLICY_CHANGE_KIND_FOLLOWED, "the rules folder was read"
        return [
            PolicyChange(policy=name, kind=kind, actor=self._folder, reason=why, version_before=before)
            for name, before in sorted(new.items())
        ]

    async def _catch_up_and_tell(self) -> None:
        """Do it while nothing else is ordered here, and say so if there was anything new."""
        if await self._catch_up():
            await self._when_changed()

    async def _catch_up(self) -> bool:
        """Do it while nothing else is ordered here; return whether there was anything new."""
        changes = await asyncio.to_thread(self._changes.after, self._policies.orders.sequence)
        if changes:
            orders = self._policies.orders.after(changes)
            ready = await self._policies.prepare(self._policies.files_desk, orders, _now_us())
            await self._policies.follow_orders(ready, _now_us())
            structlog.get_logger().info("orders are followed", sequence=orders.sequence)
        return bool(changes)

    async def _effect(self, changes: Sequence[PolicyChange], files: Desk) -> ReadyDesk:
        """Number changes, and say in each what it changes, as if they came next; return what they come to."""
        orders, before, now_us = self._policies.orders, self._policies.by_name(), _now_us()
        for sequence, change in enumerate(changes, orders.sequence + 1):
            change.sequence = sequence
            change.change_time.FromMicroseconds(now_us)
            # Who has a policy follow the folder knows what was in force before the folder was read.
            if change.policy in before and change.kind != POLICY_CHANGE_KIND_FOLLOWED:
                change.version_before = before[change.policy].version
        ready = await self._policies.prepare(files, orders.after(changes), now_us)
        after = {policy.name: policy.version for policy in ready.desk.policies.values()}
        for change in changes:
            change.version_after = after.get(change.policy, "")
        return replace(ready, orders=orders.after(changes))  # by now each change says which version came of it


def _now_us() -> int:
    return time.time_ns() // 1000
