"""A monitor in words, for people and as JSON."""

from collections.abc import Iterator, Mapping

from underwriter.cli.layout import GAP, padded, paragraph
from underwriter.monitoring.definitions import Absence, AlertTerms, EventPattern, Monitor, MonitorRule, Step
from underwriter.monitoring.event_kinds import KINDS
from underwriter.monitoring.loader import EFFECTS, SEVERITIES
from underwriter.monitoring.written_durations import written_duration

_LABEL_WIDTH = 18
_SEVERITY_NAMES = {number: name for name, number in SEVERITIES.items()}
_EFFECT_NAMES = {number: name for name, number in EFFECTS.items()}


def monitor_lines(monitor: Monitor, width: int) -> Iterator[str]:
    """Yield what a monitor looks for, in lines no wider than `width` where their words allow."""
    yield " / ".join(text for _, text in monitor.title)
    yield f"monitor {monitor.name.text}, key {monitor.key.name.lower()}, currency {monitor.currency}"
    yield f"an event that comes more than {written_duration(monitor.lateness_us)} late raises nothing"
    for rule in monitor.rules:
        yield ""
        yield from paragraph(dict(rule.title)["en"], width, first=f"{rule.id.text}{GAP}", indent=GAP)
        for label, text in _parts(rule):
            first = f"{GAP}{padded(label, _LABEL_WIDTH)}{GAP}"
            yield from paragraph(text, width, first=first, indent=" " * len(first))


def monitor_fields(monitor: Monitor) -> Mapping[str, object]:
    """Return what a monitor looks for as JSON fields; the parts of rules are the words of the text."""
    return {
        "monitor": monitor.name.text,
        "title": dict(monitor.title),
        "key": monitor.key.name.lower(),
        "currency": monitor.currency,
        "lateness": written_duration(monitor.lateness_us),
        "rules": [
            {
                "id": rule.id.text,
                "title": dict(rule.title),
                "parts": [{"key": key, "text": text} for key, text in _parts(rule)],
            }
            for rule in monitor.rules
        ],
    }


def _parts(rule: MonitorRule) -> Iterator[tuple[str, str]]:
    """Yield the parts of a rule, each with the key that it stands under in the file."""
    yield "trigger", _pattern(rule.trigger)
    for step in rule.steps:
        yield "preceded by", _step(step)
    for absence in rule.unless:
        yield "unless", _absence(absence)
    for absence in rule.unless_followed:
        yield "unless followed by", _absence(absence)
    yield "then", _alert(rule.alert)


def _step(step: Step) -> str:
    name = f"{step.name}: " if step.name else ""
    times = f"{step.times} times " if step.times > 1 else ""
    each = f", each with another {step.each}" if step.each else ""
    before = f", before {step.before}" if step.before else ""
    event = f"{_pattern(step.pattern)}, within {written_duration(step.within_us)}"
    return f"{name}{times}{event}{each}{before}{_compared(step)}"


def _absence(absence: Absence) -> str:
    since = f", since {absence.since}" if absence.since else ""
    return f"{_pattern(absence.pattern)}, within {written_duration(absence.within_us)}{since}{_compared(absence)}"


def _compared(part: Step | Absence) -> str:
    same = f", same {', '.join(part.same)}" if part.same else ""
    return f"{same}, different {', '.join(part.different)}" if part.different else same


def _pattern(pattern: EventPattern) -> str:
    name = KINDS[pattern.kind].name
    return f"{name} where {' '.join(pattern.where.source.text.split())}" if pattern.where else name


def _alert(terms: AlertTerms) -> str:
    effect = _EFFECT_NAMES[terms.effect]
    expiry = f" for {written_duration(terms.expires_after_us)}" if terms.expires_after_us else ""
    return f"{terms.code}, {_SEVERITY_NAMES[terms.severity]}, effect {effect}{expiry}"
