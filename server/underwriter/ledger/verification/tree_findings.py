"""What is wrong with the tree over the entries: what was signed of it, its stored hashes, its head."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from underwriter.ledger.merkle import HASH_SIZE
from underwriter.ledger.verification import wording
from underwriter.ledger.verification.entry_range import BLOCK, BLOCK_LEVEL
from underwriter.ledger.verification.extent import Extent
from underwriter.ledger.verification.findings import Finding
from underwriter.ledger.verification.walked_tree import WalkedTree


class SignedBounds(NamedTuple):
    """The size up to which the entries are what was signed, and the next at which they are not, if there is one."""

    good: int
    bad: int | None


@dataclass(frozen=True, slots=True)
class TreeComparison:
    """Compares the tree that the entries give with what was stored and signed of it.

    `broken` are the indexes of entries found so far that make the tree another one: missing ones, and those whose
    leaf hash was altered. What is wrong over them follows from them.
    """

    extent: Extent
    tree: WalkedTree
    stored_nodes: Mapping[tuple[int, int], bytes]
    broken: Collection[int]

    def findings(self) -> Iterator[Finding]:
        """Yield all that is wrong with the tree; what may have caused the rest, first."""
        bounds = self.signed_bounds()
        suspect = self._suspect(bounds)
        cause = self.extent.cut_at
        if suspect is not None:
            yield suspect
            cause = suspect.first_index if suspect.follows_from is None else suspect.follows_from
        yield from self._node_findings(cause)
        yield from self._head_findings(bounds.good, cause)

    def signed_bounds(self) -> SignedBounds:
        """Compare the roots of checkpoints with those that the entries give."""
        covered = sorted(root for root in self.extent.signed if root.size <= self.extent.size)
        roots = self.tree.roots({root.size for root in covered})
        good = 0
        for size, root_hash in covered:
            if roots[size] != root_hash:
                return SignedBounds(good, size)
            good = size
        return SignedBounds(good, None)

    def _suspect(self, bounds: SignedBounds) -> Finding | None:
        """Return the first entries that are not what was signed, or else not what was recorded."""
        log = self.extent.state.log
        good, bad = bounds
        blocks = [block for block in self._wrong_blocks() if (block + 1) * BLOCK > good]
        if bad is not None:
            start, end = good, bad
            if blocks and blocks[0] * BLOCK < bad:
                start, end = max(start, blocks[0] * BLOCK), min(end, (blocks[0] + 1) * BLOCK)
            return wording.signed_otherwise(log, start, end, bad, self._first_broken(good, bad))
        for block in blocks:
            start, end = max(block * BLOCK, good), (block + 1) * BLOCK
            if self._first_broken(start, end) is None:
                return wording.recorded_otherwise(log, start, end, None)
        return None

    def _wrong_blocks(self) -> list[int]:
        """Return the blocks of 256 whose stored hash is there and is another than the entries give."""
        return [
            block
            for block, given in enumerate(self.tree.blocks)
            if self.stored_nodes.get((BLOCK_LEVEL, block), given) != given
        ]

    def _first_broken(self, start: int, end: int) -> int | None:
        return min((index for index in self.broken if start <= index < end), default=None)

    def _node_findings(self, cause: int | None) -> Iterator[Finding]:
        log = self.extent.state.log
        given = self.tree.nodes()
        for (level, index), node in sorted(given.items()):
            start, end = index << level, (index + 1) << level
            stored = self.stored_nodes.get((level, index))
            if stored is None:
                yield wording.node_missing(log, level, start)
            elif stored != node:
                broken = self._first_broken(start, end)
                follows_from = cause if broken is None and cause is not None and cause < end else broken
                yield wording.node_altered(log, level, start, follows_from)
        beyond = (self.extent.state.nodes_end >> BLOCK_LEVEL) - (self.extent.size >> BLOCK_LEVEL)
        strangers = len(self.stored_nodes.keys() - given.keys()) + max(0, beyond)
        if strangers:
            yield wording.nodes_too_many(log, strangers, self.extent.cut_at)

    def _head_findings(self, good: int, cause: int | None) -> Iterator[Finding]:
        state, size = self.extent.state, self.extent.size
        if state.head_size is None:
            if state.last_index is not None:
                yield wording.head_missing(state.log, state.last_index)
            return
        if not state.has_sound_head:
            yield wording.head_altered(state.log, "the size and the hashes of the tree head don't fit together", None)
        elif state.head_size != size:
            why = f"the tree head covers {state.head_size} entries instead of {size}"
            yield wording.head_altered(state.log, why, cause)
        else:
            yield from self._peak_findings(good, cause)

    def _peak_findings(self, good: int, cause: int | None) -> Iterator[Finding]:
        state = self.extent.state
        start = 0
        for number, (level, given) in enumerate(self.tree.peaks(self.extent.size)):
            end = start + (1 << level)
            if state.peaks[number * HASH_SIZE : (number + 1) * HASH_SIZE] != given:
                broken = self._first_broken(start, end)
                follows_from = broken if broken is not None else cause
                # Of entries in the last block that no checkpoint covers yet, only the head tells.
                if follows_from is None and level < BLOCK_LEVEL and end > good:
                    follows_from = max(start, good)
                    yield wording.recorded_otherwise(state.log, follows_from, end, None)
                why = "a hash of the tree head is not the one that the entries give"
                yield wording.head_altered(state.log, why, follows_from)
                return
            start = end
