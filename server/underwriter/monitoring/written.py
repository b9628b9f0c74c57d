"""Monitors as their files write them: every name at its place, and nothing looked up yet."""

from collections.abc import Mapping
from dataclasses import dataclass

from underwriter.events.key_kind import KeyKind
from underwriter.feel.source import Source
from underwriter.monitoring.definitions import AlertTerms


@dataclass(frozen=True, slots=True)
class WrittenPattern:
    """A kind of event, and a condition in FEEL if there is one."""

    kind: Source
    where: Source | None


@dataclass(frozen=True, slots=True)
class WrittenComparison:
    """What steps and absences share: which events, how far from the trigger, and how they compare with it."""

    source: Source
    pattern: WrittenPattern
    within_us: int
    same: tuple[Source, ...]
    different: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class WrittenStep:
    """An event of `preceded by`."""

    event: WrittenComparison
    name: Source | None
    times: int
    each: Source | None
    before: Source | None


@dataclass(frozen=True, slots=True)
class WrittenAbsence:
    """An event of `unless` or of `unless followed by`."""

    event: WrittenComparison
    since: Source | None


@dataclass(frozen=True, slots=True)
class WrittenRule:
    """A rule. `title` is by language."""

    id: Source
    title: Mapping[str, str]
    trigger: WrittenPattern
    steps: tuple[WrittenStep, ...]
    unless: tuple[WrittenAbsence, ...]
    unless_followed: tuple[WrittenAbsence, ...]
    alert: AlertTerms


@dataclass(frozen=True, slots=True)
class WrittenMonitor:
    """A monitor file. `title` is by language."""

    name: Source
    title: Mapping[str, str]
    key: KeyKind
    currency: str
    lateness_us: int
    rules: tuple[WrittenRule, ...]
