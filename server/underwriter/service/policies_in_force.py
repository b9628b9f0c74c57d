"""The policies that decide: those in force, and older versions that a request pins or a record names."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import structlog

from underwriter.decisioning import ActivePolicy, Desk, KeptPolicies, PolicyUnknown
from underwriter.feel import nearest
from underwriter.ledger import ArtifactStore
from underwriter.service.errors import NothingFound
from underwriter.service.orders.ordered_desk import OrderedDesk
from underwriter.service.orders.standing_orders import StandingOrders
from underwriter.service.processes.reports import UnmetOrder, WorkerStatus
from underwriter.v1.policy_service_pb2 import POLICY_CHANGE_KIND_UNSPECIFIED

FIRST_GENERATION = 1


@dataclass(frozen=True, slots=True)
class ReadyDesk:
    """A desk that can be taken up at once: that of rule files, the orders, and what both come to."""

    files: Desk
    orders: StandingOrders
    desk: Desk
    unmet: tuple[UnmetOrder, ...] = ()


class PoliciesInForce:
    """What a worker decides by: `desk`. It is replaced as a whole, so who reads it once has rules that belong together.

    It is the desk of the rule files, `files_desk`, with the standing `orders`. `generation` counts the rule files that
    its server has had, and `load_time_us` is when the worker took up these. `unmet` are orders that stand and are not
    in force. Older versions are made ready from what the ledger keeps of them. For one event loop, not for threads.
    """

    def __init__(
        self, desk: Desk, artifacts: ArtifactStore, generation: int = FIRST_GENERATION, load_time_us: int = 0
    ) -> None:
        self._artifacts = artifacts
        self._kept = KeptPolicies(artifacts.load)
        self._ordered = OrderedDesk(self._kept.get, self._kept.at_hand)
        self._load_times_us: dict[str, int] = {}
        self._log = structlog.get_logger()
        self.orders = StandingOrders()
        self.unmet: tuple[UnmetOrder, ...] = ()
        self._replace(ReadyDesk(desk, self.orders, desk), load_time_us)
        self.generation, self.load_time_us = generation, load_time_us

    async def prepare(self, files: Desk, orders: StandingOrders, time_us: int) -> ReadyDesk:
        """Make the desk of rule files and orders ready, and keep its sources. It decides nothing yet.

        Raises PolicyUnusable and RulesRefused if an ordered version can't be made ready, and DatabaseUnavailable.
        """
        desk, unmet = await asyncio.to_thread(self._ordered.made, files, orders)
        await self.keep_sources([policy for policy in _all(desk) if not self._kept.at_hand(policy.version)], time_us)
        return ReadyDesk(files, orders, desk, unmet)

    def replace_files(self, ready: ReadyDesk, generation: int, load_time_us: int) -> None:
        """Decide by a desk that was prepared from now on. Calls in flight end by the one before."""
        if ready.orders is not self.orders:
            # Something was ordered since it was prepared. That is rare, and by now everything it takes is at hand.
            ready = ReadyDesk(ready.files, self.orders, *self._ordered.made(ready.files, self.orders))
        self._replace(ready, load_time_us)
        self.generation, self.load_time_us = generation, load_time_us

    async def follow_orders(self, ready: ReadyDesk, time_us: int) -> ReadyDesk:
        """Decide by other orders from now on; where the rule files were replaced meanwhile, by both. Return the desk.

        Raises what `prepare` raises.
        """
        while ready.files is not self.files_desk:
            ready = await self.prepare(self.files_desk, ready.orders, time_us)
        self._replace(ready, time_us)
        return ready

    def note_unfollowed(self, why: str, time_us: int) -> bool:
        """Take note that the orders after those in force can't be followed; return whether that is new.

        Whatever is followed next ends it.
        """
        unfollowed = UnmetOrder("", POLICY_CHANGE_KIND_UNSPECIFIED, "", why)
        before = self.unmet
        self._note_unmet([*(replace(order, since_us=0) for order in before if order.policy), unfollowed], time_us)
        return self.unmet != before

    async def keep_sources(self, policies: Iterable[ActivePolicy], time_us: int) -> None:
        """Put policies and the models that they run into the ledger, so that they can be run again.

        To be done before they decide. Raises DatabaseUnavailable.
        """
        await asyncio.to_thread(self._keep_sources, list(policies), time_us)

    async def keep_made(self, policy: ActivePolicy, time_us: int) -> None:
        """Keep the sources of a policy that is about to be ordered, and have it ready for that order.

        Raises DatabaseUnavailable.
        """
        await self.keep_sources([policy], time_us)
        self._kept.note_made(policy)

    async def find(self, version: str) -> ActivePolicy | None:
        """Return the policy of that version, None if it was never active on this ledger, nor kept for it.

        Raises PolicyUnusable or RulesRefused if this server can't load it any more.
        """
        active = self._kept.at_hand(version)
        if active is not None:
            return active
        try:
            return await asyncio.to_thread(self._kept.get, version)
        except PolicyUnknown:
            return None

    def by_name(self) -> dict[str, ActivePolicy]:
        """Return the policies in force by their resource names."""
        return {policy.name: policy for policy in self.desk.policies.values()}

    def named(self, name: str) -> ActivePolicy:
        """Return the policy in force of a resource name. Raises NothingFound, with the name that is most like it."""
        known = self.by_name()
        if name not in known:
            raise NothingFound("Policy", name, nearest(name, known))
        return known[name]

    @property
    def status(self) -> WorkerStatus:
        """What the worker decides by, as its supervisor is told."""
        versions = {name: policy.version for name, policy in self.by_name().items()}
        return WorkerStatus(self.generation, self.load_time_us, versions, self.orders.sequence, self.unmet)

    def load_time_of(self, policy: ActivePolicy) -> int:
        """Return when a policy of the desk came into force on this worker, in microseconds."""
        return self._load_times_us[policy.version]

    def _replace(self, ready: ReadyDesk, time_us: int) -> None:
        versions = [policy.version for policy in ready.desk.policies.values()]
        self._load_times_us = {version: self._load_times_us.get(version, time_us) for version in versions}
        self._kept.set_at_hand((*ready.files.policies.values(), *_all(ready.desk)))
        self.files_desk, self.orders, self.desk = ready.files, ready.orders, ready.desk
        self._note_unmet(ready.unmet, time_us)

    def _note_unmet(self, unmet: Iterable[UnmetOrder], time_us: int) -> None:
        """Remember since when orders are unmet, and log those that are so from now on."""
        known = {replace(order, since_us=0): order for order in self.unmet}
        self.unmet = tuple(known.get(order) or replace(order, since_us=time_us) for order in unmet)
        for order in self.unmet:
            if order.policy and replace(order, since_us=0) not in known:
                self._log.error("an order is unmet", policy=order.policy, subject=order.subject, cause=order.why)

    def _keep_sources(self, policies: Iterable[ActivePolicy], time_us: int) -> None:
        for policy in policies:
            # The models first: a policy that is kept can be run.
            for model in policy.models.values():
                self._artifacts.store(model.version, "model", model.files.to_bytes(), time_us)
            self._artifacts.store(policy.version, "policy", policy.bundle(), time_us)


def _all(desk: Desk) -> Iterator[ActivePolicy]:
    """Yield every policy that a desk may run."""
    yield from desk.policies.values()
    for rollout in desk.rollouts.values():
        yield from rollout.champion.readers
