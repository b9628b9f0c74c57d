"""Drawn graphs are kept by version, the last ones only."""

import asyncio
from dataclasses import replace
from pathlib import Path

from underwriter.decisioning import ActivePolicy, load_desk
from underwriter.service.graph_drawings import MOST_DRAWINGS, GraphDrawings

RULES = Path(__file__).parent / "small_rules"


def version_of(policy: ActivePolicy, number: int) -> ActivePolicy:
    """Return the policy under the name of another version."""
    return replace(policy, policy=replace(policy.policy, version=f"{number:064}"))


def test_a_version_is_drawn_once_and_the_last_ones_are_kept(tmp_path: Path) -> None:
    policy = load_desk(RULES, tmp_path).policy_for("PERSONAL_CREDIT_LINE")

    async def draw_and_ask_again() -> None:
        drawings = GraphDrawings()
        first = await drawings.of(policy)
        assert first.startswith("<svg")
        assert await drawings.of(replace(policy)) is first
        for number in range(MOST_DRAWINGS - 1):
            await drawings.of(version_of(policy, number))
        assert await drawings.of(policy) is first
        await drawings.of(version_of(policy, MOST_DRAWINGS))
        again = await drawings.of(policy)
        assert again == first
        assert again is not first

    asyncio.run(draw_and_ask_again())
