"""What is told of parts that several policies have, given what was found in them for each."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.source import Position, Source

NEVER_OR_ALWAYS = frozenset(
    {"rule-never-fires", "rule-always-fires", "row-never-matches", "shadowed-row", "shadowed-bin"}
)
"""What is told of a part as such: it is so only if it is in every policy that has the part.

Parameters may differ: a row that one policy never comes to may be what another one has it for.
"""

_Place: TypeAlias = tuple[str, str, Position]


class Look(NamedTuple):
    """What one policy's look at a part of a rule file found: `written` is the part's name or text."""

    written: Source
    findings: Sequence[Diagnostic]


def told(looks: Iterable[Look]) -> Iterator[Diagnostic]:
    """Yield what is told, given all looks of all policies; a finding may come more than once."""
    by_place: dict[_Place, list[Sequence[Diagnostic]]] = {}
    for look in looks:
        by_place.setdefault(_place("", look.written, 0), []).append(look.findings)
    for found in by_place.values():
        yield from _told_of_part(found)


def _told_of_part(found: Sequence[Sequence[Diagnostic]]) -> Iterator[Diagnostic]:
    places = [{_place_of(finding) for finding in findings} for findings in found]
    everywhere = set.intersection(*places)
    for findings in found:
        for finding in findings:
            place = _place_of(finding)
            if finding.code not in NEVER_OR_ALWAYS:
                yield finding
            elif place in everywhere:
                everywhere.remove(place)  # told by the first policy's example
                yield finding


def _place_of(finding: Diagnostic) -> _Place:
    return _place(finding.code, finding.source, finding.span.start)


def _place(code: str, source: Source, offset: int) -> _Place:
    return code, source.name, source.position(offset)
