"""The kinds of events at a place of a monitor: what its conditions and comparisons may read."""

from collections.abc import Mapping, Sequence

from underwriter.editor.places.outline import entries
from underwriter.editor.places.place import Place
from underwriter.feel.types import Type
from underwriter.monitoring.event_kinds import KINDS_BY_NAME


def event_names(lines: Sequence[str], place: Place) -> Mapping[str, Type]:
    """Return what events can be compared by, at a place under a step: the fields of the step's kind of event."""
    written = place.siblings.get("event") or _event_above(lines, place)
    kind = KINDS_BY_NAME.get(written.split()[0].strip("\"'")) if written.split() else None
    return kind.comparable if kind else {}


def _event_above(lines: Sequence[str], place: Place) -> str:
    """Return the event of the step that a list of fields stands in: in brackets it stands on the same line."""
    line = lines[place.position.line]
    _, mark, rest = line.partition("event:")
    if mark:
        return rest.split(",")[0]
    for number in range(place.position.line, -1, -1):
        for entry in entries(number, lines[number]):
            if entry.key == "event":
                return lines[number][entry.value :]
    return ""
