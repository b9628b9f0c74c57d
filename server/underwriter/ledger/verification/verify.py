"""Verifies a log from end to end: every entry, the tree over them, what was signed of it, and the keys.

While a server goes on writing, what was there at the beginning is verified. Verifying changes nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from underwriter.ledger.archive.archive_file import file_sha256
from underwriter.ledger.checkpoints import Checkpoint, VerifierKey
from underwriter.ledger.entry import DEFAULT_LOG
from underwriter.ledger.keys import Wrapping
from underwriter.ledger.merkle import EMPTY_ROOT
from underwriter.ledger.verification import wording
from underwriter.ledger.verification.entry_findings import RecordedHashes, entry_findings, payload_findings
from underwriter.ledger.verification.entry_range import Gap
from underwriter.ledger.verification.extent import Extent
from underwriter.ledger.verification.findings import Finding, FindingKind
from underwriter.ledger.verification.log_state import (
    ArchivedRange,
    LogState,
    entry_id_at,
    files_of,
    read_archives,
    read_log_state,
    read_nodes,
)
from underwriter.ledger.verification.row_findings import (
    duplicate_findings,
    lost_subject_findings,
    stray_findings,
    subject_key_findings,
)
from underwriter.ledger.verification.signed_roots import SignedRoots
from underwriter.ledger.verification.tree_findings import TreeComparison
from underwriter.ledger.verification.walk import split_log, walk
from underwriter.ledger.verification.walked_tree import WalkedTree
from underwriter.storage import Database, open_database

Progress = Callable[[int, int], None]
"""Told now and then how many entries of how many are done."""


def _no_progress(_done: int, _total: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Scope:
    """What is to be verified, and by what.

    `verifier_key` checks the signatures of checkpoints; without one they are not checked. `checkpoints` were kept
    outside of the database; the log must have grown from them. `master_keys` tell whether subjects' keys can be
    unwrapped. `archives` is the folder of archives' files; without it what was archived is taken as it stands.
    `processes` share the work.
    """

    log: str = DEFAULT_LOG
    verifier_key: VerifierKey | None = None
    checkpoints: Sequence[Checkpoint] = ()
    master_keys: Wrapping | None = None
    archives: Path | None = None
    processes: int = 1


@dataclass(slots=True)
class Verified:
    """What a verification came to, complete once all findings were taken.

    `size` and `root_hash` are those of the tree that the entries give. `checkpoints` counts those that the log was
    compared with, `unread_payloads` the archived ones whose files were not at hand. `first` is the first bad entry.
    """

    log: str
    size: int = 0
    root_hash: bytes = EMPTY_ROOT
    checkpoints: int = 0
    unread_payloads: int = 0
    first: Finding | None = None
    kinds: Counter[FindingKind] = field(default_factory=Counter)

    @property
    def is_sound(self) -> bool:
        """Tell whether nothing was found."""
        return not self.kinds

    def count(self, finding: Finding) -> Finding:
        """Take note of a finding, and return it."""
        self.kinds[finding.kind] += 1
        if self.first is None or _urgency(finding) < _urgency(self.first):
            self.first = finding
        return finding


def _urgency(finding: Finding) -> tuple[bool, bool, int]:
    return (finding.follows_from is not None, finding.first_index is None, finding.first_index or 0)


class Verification:
    """One verification of a log: iterate over it to be given its findings as they are made; then see `result`.

    Raises DatabaseUrlInvalid, and DatabaseUnavailable while iterating if the database can't be read.
    """

    def __init__(self, database_url: str, scope: Scope, on_progress: Progress = _no_progress) -> None:
        self.result = Verified(scope.log)
        self._url = database_url
        self._database: Database = open_database(database_url)
        self._scope = scope
        self._on_progress = on_progress
        self._without_payload: list[Gap] = []

    def __iter__(self) -> Iterator[Finding]:
        try:
            yield from map(self.result.count, self._findings())
        finally:
            self._database.close()

    def _findings(self) -> Iterator[Finding]:
        scope, database = self._scope, self._database
        signed = SignedRoots(scope.log, scope.verifier_key)
        # Before the head: no checkpoint may then cover more than it.
        signed.add_given(scope.checkpoints)
        state = read_log_state(database, scope.log)
        signed.add_stored(state.checkpoints)
        extent = Extent(state, signed.roots)
        self.result.size, self.result.checkpoints = extent.size, len(signed.roots)
        files: dict[ArchivedRange, Path] = {}
        for archived, path in self._archive_files(state):
            if isinstance(path, Finding):
                yield path
            else:
                files[archived] = path
        yield from self._entries_and_tree(extent, files)
        yield from signed.findings
        yield from self._payloads(state)
        yield from duplicate_findings(database, scope.log)
        yield from stray_findings(database, scope.log)
        yield from lost_subject_findings(database, scope.log)
        if scope.master_keys is not None:
            yield from subject_key_findings(database, scope.log, scope.master_keys)

    def _entries_and_tree(self, extent: Extent, files: dict[ArchivedRange, Path]) -> Iterator[Finding]:
        log, size = self._scope.log, extent.size
        nodes = read_nodes(self._database, log, size)
        recorded = RecordedHashes(nodes, size, extent.state.peaks)
        tree = WalkedTree()
        broken: list[int] = []
        ranges = split_log(
            log,
            size,
            [root.size for root in extent.signed if root.size <= size],
            [(archived.first_index, archived.end_index, path) for archived, path in files.items()],
        )
        self._on_progress(0, size)
        for report in walk(self._url, ranges, self._scope.processes):
            tree.add(report)
            self._without_payload += report.without_payload
            broken += (index for gap in report.missing for index in range(gap.start, gap.end))
            for finding in entry_findings(log, report, recorded):
                if finding.kind is FindingKind.LEAF_HASH and finding.first_index is not None:
                    broken.append(finding.first_index)
                yield finding
            self._on_progress(report.end, size)
        yield from extent.findings(entry_id_at(self._database, log, extent.size))
        yield from TreeComparison(extent, tree, nodes, broken).findings()
        self.result.root_hash = tree.roots([size])[size]

    def _archive_files(self, state: LogState) -> Iterator[tuple[ArchivedRange, Path | Finding]]:
        """Yield the file of each archived range, or what is wrong with it; nothing if no folder was given."""
        if self._scope.archives is None:
            return
        for archived, path in files_of(state.archives, self._scope.archives).items():
            why = _why_not(path, archived.file_sha256)
            if why:
                yield archived, wording.archive_refused(state.log, archived.first_index, archived.end_index, why)
            else:
                yield archived, path

    def _payloads(self, state: LogState) -> Iterator[Finding]:
        # Again after the walk: what was archived meanwhile is no loss.
        archived = {*state.archives, *read_archives(self._database, self._scope.log)}
        self.result.unread_payloads = sum(gap.end - gap.start for gap in self._without_payload)
        ranges = [(one.first_index, one.end_index) for one in archived]
        yield from payload_findings(self._scope.log, self._without_payload, ranges)


def _why_not(path: Path, sha256: bytes) -> str:
    try:
        digest = file_sha256(path)
    except OSError as error:
        return f"the archive {path.name} can't be read: {error.strerror}"
    return "" if digest == sha256 else f"the archive {path.name} is not the file that was written: its SHA-256 differs"
