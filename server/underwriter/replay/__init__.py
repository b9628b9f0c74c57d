"""Decides on recorded requests again, alone or by whole ranges of a log, and tells every difference."""

from underwriter.replay.choice import DecidingBy, PolicyChoice
from underwriter.replay.differences import Difference
from underwriter.replay.record import ContentUnreadable, NotReplayable, Replayed, RequestUnfit, replay_record
from underwriter.replay.recorded_range import NameUnknown, NotReplayed, RecordRange, Skipped, SkipReason, replay_range
from underwriter.replay.summary import Summary
from underwriter.replay.work import ReplayWork, Tally, replay_in_parts, sampled

__all__ = [
    "ContentUnreadable",
    "DecidingBy",
    "Difference",
    "NameUnknown",
    "NotReplayable",
    "NotReplayed",
    "PolicyChoice",
    "RecordRange",
    "ReplayWork",
    "Replayed",
    "RequestUnfit",
    "SkipReason",
    "Skipped",
    "Summary",
    "Tally",
    "replay_in_parts",
    "replay_range",
    "replay_record",
    "sampled",
]
