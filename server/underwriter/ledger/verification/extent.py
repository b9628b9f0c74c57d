"""How far the log reaches, against how far its head and its checkpoints say that it does."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from underwriter.ledger.verification import wording
from underwriter.ledger.verification.findings import Finding
from underwriter.ledger.verification.log_state import LogState


class SignedRoot(NamedTuple):
    """A size and root that a checkpoint says, whose form and signature were found right."""

    size: int
    root_hash: bytes


@dataclass(frozen=True, slots=True)
class Extent:
    """The end of the log, told by its entries, and by what was recorded and signed of it."""

    state: LogState
    signed: Sequence[SignedRoot]

    @property
    def covered(self) -> int:
        """How many entries the head or a checkpoint covers; without a head that can be one, all that are there."""
        by_head = self.state.head_size if self.state.has_sound_head else None
        return max(self.state.end if by_head is None else by_head, *(root.size for root in self.signed), 0)

    @property
    def size(self) -> int:
        """How many entries are to be verified: those that are there, as far as they are covered."""
        return min(self.state.end, self.covered)

    @property
    def cut_at(self) -> int | None:
        """The index from which on entries are covered but not there."""
        return self.state.end if self.state.end < self.covered else None

    def findings(self, first_id_beyond: str) -> Iterator[Finding]:
        """Yield whether the end of the log was cut off, or something put behind it."""
        log, end, covered = self.state.log, self.state.end, self.covered
        if end > covered:
            yield wording.entries_beyond(log, covered, end - 1, first_id_beyond)
        elif end < covered:
            by_head = self.state.has_sound_head and self.state.head_size == covered
            yield wording.tail_cut(log, end, covered, "its tree head" if by_head else "a checkpoint")
