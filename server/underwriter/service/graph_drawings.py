"""The drawn graphs of policies, each drawn once: a version never changes."""

import asyncio

from underwriter.decisioning import ActivePolicy
from underwriter.pages import policy_graph_svg

MOST_DRAWINGS = 32
"""How many are kept: those that were drawn last."""


class GraphDrawings:
    """Draws graphs beside the calls of an event loop, which takes up to a few tenths of a second each."""

    def __init__(self) -> None:
        self._by_version: dict[str, str] = {}

    async def of(self, policy: ActivePolicy) -> str:
        """Return the drawn graph of a policy: the text of an SVG file."""
        drawing = self._by_version.get(policy.version)
        if drawing is None:
            drawing = self._by_version[policy.version] = await asyncio.to_thread(policy_graph_svg, policy)
            if len(self._by_version) > MOST_DRAWINGS:
                del self._by_version[next(iter(self._by_version))]
        return drawing
