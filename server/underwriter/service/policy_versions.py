"""The policies that decide: the active ones, and older versions that a request pins or a record names."""

import asyncio
from collections import OrderedDict
from pathlib import Path

from underwriter.decisioning import ActivePolicy, Desk, policy_from_bundle
from underwriter.ledger import Ledger

OLDER_VERSIONS_KEPT = 8


class PolicyVersions:
    """Finds a policy by product or by version. Older versions are compiled from the sources that the ledger keeps."""

    def __init__(self, desk: Desk, ledger: Ledger, models: Path) -> None:
        self.desk = desk
        self._ledger = ledger
        self._models = models
        self._by_version = {policy.version: policy for policy in desk.policies.values()}
        self._older: OrderedDict[str, ActivePolicy] = OrderedDict()
        self._loading = asyncio.Lock()

    async def keep_sources(self, load_time_us: int) -> None:
        """Put the sources of all active policies into the ledger, where ExplainDecision will look for them."""
        for policy in self.desk.policies.values():
            await self._ledger.store_policy(policy.version, policy.bundle(), load_time_us)

    async def find(self, version: str) -> ActivePolicy | None:
        """Return the policy of that version, None if it was never active on this ledger.

        Raises RulesRefused or ModelChanged if this server can't load it any more.
        """
        active = self._by_version.get(version)
        if active is not None:
            return active
        async with self._loading:
            return self._older.get(version) or await self._load(version)

    async def _load(self, version: str) -> ActivePolicy | None:
        bundle = await self._ledger.load_policy(version)
        if bundle is None:
            return None
        policy = await asyncio.to_thread(policy_from_bundle, bundle, self._models)
        self._older[version] = policy
        if len(self._older) > OLDER_VERSIONS_KEPT:
            self._older.popitem(last=False)
        return policy
