"""The policies that decide: those in force, and older versions that a request pins or a record names."""

import asyncio
from collections.abc import Iterable

from underwriter.decisioning import ActivePolicy, Desk, KeptPolicies, PolicyUnknown
from underwriter.ledger import ArtifactStore
from underwriter.service.reports import WorkerStatus

FIRST_GENERATION = 1


class PoliciesInForce:
    """What a worker decides by: `desk`. It is replaced as a whole, so who reads it once has rules that belong together.

    `generation` counts the rule files that its server has had, and `load_time_us` is when the worker took up these.
    Older versions are made ready from what the ledger keeps of them.
    """

    def __init__(
        self, desk: Desk, artifacts: ArtifactStore, generation: int = FIRST_GENERATION, load_time_us: int = 0
    ) -> None:
        self._artifacts = artifacts
        self._kept = KeptPolicies(artifacts.load)
        self._load_times_us: dict[str, int] = {}
        self.replace_files(desk, generation, load_time_us)

    def replace_files(self, desk: Desk, generation: int, load_time_us: int) -> None:
        """Decide by another desk from now on, whose sources are kept already. Calls in flight end by the one before."""
        versions = [policy.version for policy in desk.policies.values()]
        self._load_times_us = {version: self._load_times_us.get(version, load_time_us) for version in versions}
        self._kept.set_at_hand(desk.policies.values())
        self.desk, self.generation, self.load_time_us = desk, generation, load_time_us

    async def keep_sources(self, policies: Iterable[ActivePolicy], time_us: int) -> None:
        """Put policies and the models that they run into the ledger, so that they can be run again.

        To be done before they decide. Raises DatabaseUnavailable.
        """
        await asyncio.to_thread(self._keep_sources, list(policies), time_us)

    async def find(self, version: str) -> ActivePolicy | None:
        """Return the policy of that version, None if it was never active on this ledger.

        Raises PolicyUnusable or RulesRefused if this server can't load it any more.
        """
        active = self._kept.at_hand(version)
        if active is not None:
            return active
        try:
            return await asyncio.to_thread(self._kept.get, version)
        except PolicyUnknown:
            return None

    @property
    def status(self) -> WorkerStatus:
        """What the worker decides by, as its supervisor is told."""
        versions = {policy.name: policy.version for policy in self.desk.policies.values()}
        return WorkerStatus(self.generation, self.load_time_us, versions)

    def load_time_of(self, policy: ActivePolicy) -> int:
        """Return when a policy of the desk came into force on this worker, in microseconds."""
        return self._load_times_us[policy.version]

    def _keep_sources(self, policies: Iterable[ActivePolicy], time_us: int) -> None:
        for policy in policies:
            # The models first: a policy that is kept can be run.
            for model in policy.models.values():
                self._artifacts.store(model.version, "model", model.files.to_bytes(), time_us)
            self._artifacts.store(policy.version, "policy", policy.bundle(), time_us)
