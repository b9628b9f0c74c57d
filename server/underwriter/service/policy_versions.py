"""The policies that decide: the active ones, and older versions that a request pins or a record names."""

import asyncio

from underwriter.decisioning import ActivePolicy, Desk, KeptPolicies, PolicyUnknown
from underwriter.ledger import ArtifactStore


class PolicyVersions:
    """Finds a policy by product or by version. Older versions are made ready from what the ledger keeps of them."""

    def __init__(self, desk: Desk, artifacts: ArtifactStore) -> None:
        self.desk = desk
        self._artifacts = artifacts
        self._kept = KeptPolicies(artifacts.load, desk.policies.values())

    async def keep_sources(self, load_time_us: int) -> None:
        """Put all active policies and the models that they run into the ledger, so that they can be run again."""
        await asyncio.to_thread(self._keep_sources, load_time_us)

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

    def _keep_sources(self, load_time_us: int) -> None:
        for policy in self.desk.policies.values():
            # The models first: a policy that is kept can be run.
            for model in policy.models.values():
                self._artifacts.store(model.version, "model", model.files.to_bytes(), load_time_us)
            self._artifacts.store(policy.version, "policy", policy.bundle(), load_time_us)
