"""Which version decides for whom while challengers are tried beside the policy in force, and what else is evaluated."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

from underwriter.decisioning.active_policy import ActivePolicy
from underwriter.v1.record_pb2 import RolloutEvidence

DRAWS = 2**64
"""Draws are the numbers from 0 up to but not including this one."""


@dataclass(frozen=True, slots=True)
class ShadowPolicy:
    """A version whose decisions are made and not given; without a policy, `failure` says why it can't be run."""

    version: str
    policy: ActivePolicy | None
    failure: str = ""


@dataclass(frozen=True)
class Arm:
    """The policy that decides in a rollout, with what is recorded of it, and the shadows beside it.

    `readers` are all policies of the rollout: what any of them reads of the store is read and recorded for each
    decision, so that it can be made again by any of them.
    """

    policy: ActivePolicy
    evidence: RolloutEvidence
    shadows: tuple[ShadowPolicy, ...]
    readers: tuple[ActivePolicy, ...]

    @cached_property
    def account_reader(self) -> ActivePolicy:
        """The policy for which the account is read: the one that decides, unless only others read it."""
        return next((policy for policy in (self.policy, *self.readers) if policy.reads_account), self.policy)

    @cached_property
    def reads_totals(self) -> bool:
        """Whether any policy reads totals."""
        return any(policy.totals_read for policy in self.readers)


@dataclass(frozen=True, slots=True)
class RunningRollout:
    """A rollout whose versions are ready. Times are microseconds since 1970 UTC; it ends before `end_us`.

    The arms of challengers come with the draws below which they decide, smallest first; the champion's arm decides for
    all others.
    """

    rollout_id: str
    start_us: int
    end_us: int | None
    champion: Arm
    challengers: tuple[tuple[int, Arm], ...]

    def arm_for(self, subject_id: str, time_us: int) -> Arm | None:
        """Return which arm decides on a subject; None while the rollout does not run.

        It follows from the rollout's id, the subject and the shares alone. The shares stand one after another on one
        line, on which the subject has a place: a larger share for the last challenger takes subjects from the champion
        only, one for another moves the places of those after it.
        """
        if time_us < self.start_us or (self.end_us is not None and time_us >= self.end_us):
            return None
        draw = drawn(self.rollout_id, subject_id)
        return next((arm for below, arm in self.challengers if draw < below), self.champion)


def drawn(rollout_id: str, subject_id: str) -> int:
    """Return the place of a subject in a rollout, evenly spread over all draws."""
    return int.from_bytes(hashlib.sha256(f"{rollout_id} {subject_id}".encode()).digest()[:8])
