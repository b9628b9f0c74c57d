"""What is wrong with single entries, from the report of the range that they stand in."""

from collections.abc import Iterator, Mapping, Sequence

from underwriter.ledger.verification import wording
from underwriter.ledger.verification.entry_range import BLOCK_LEVEL, AlteredEntry, Gap, RangeReport
from underwriter.ledger.verification.findings import Finding


class RecordedHashes:
    """What was recorded of the tree, to tell an altered content from an altered leaf hash."""

    def __init__(self, nodes: Mapping[tuple[int, int], bytes], size: int, peaks: bytes) -> None:
        self._nodes = nodes
        self._size = size
        self._peaks = peaks

    def words_for(self, log: str, entry: AlteredEntry, report: RangeReport) -> Finding:
        """Tell what became of an entry whose row does not give its leaf hash."""
        index, entry_id, _ = entry
        block = index >> BLOCK_LEVEL
        if (block + 1) << BLOCK_LEVEL <= self._size:
            recorded = self._nodes.get((BLOCK_LEVEL, block))
            by_stored = report.blocks[block - (report.start >> BLOCK_LEVEL)]
            by_content = report.recomputed.get(block)
        else:
            edge = report.edges.get(self._size, [])
            by_stored = b"".join(subtree.hash for subtree in edge)
            by_content = b"".join(subtree.hash for subtree in report.recomputed_edge)
            recorded = self._peaks[-len(by_stored) :]
        if recorded == by_stored:
            return wording.content_altered(log, index, entry_id)
        if recorded == by_content:
            return wording.leaf_hash_altered(log, index, entry_id)
        return wording.entry_altered(log, index, entry_id)


def entry_findings(log: str, report: RangeReport, recorded: RecordedHashes) -> Iterator[Finding]:
    """Yield what is wrong with the entries of a range, in the order of the log."""
    found = [recorded.words_for(log, entry, report) for entry in report.altered]
    found += [wording.entries_missing(log, start, end) for start, end, _ in report.missing]
    yield from sorted(found, key=lambda finding: finding.first_index or 0)


def payload_findings(log: str, gaps: Sequence[Gap], archived: Sequence[tuple[int, int]]) -> Iterator[Finding]:
    """Yield which entries lack their payloads though no archive is known to have them."""
    for gap in gaps:
        start = gap.start
        for first, end in sorted(archived):
            if first <= start < end:
                start = end
        if start < gap.end:
            entry_id = gap.entry_id if start == gap.start else ""
            yield wording.payload_missing(log, start, gap.end, entry_id)
