"""The parts of a rules folder that belong to no policy: monitors, and DMN models that are evaluated by themselves."""

from collections.abc import Iterator
from dataclasses import replace

from underwriter.decisioning.dmn_models import ENDING
from underwriter.dmn.models.checker import check_model
from underwriter.dmn.models.files import read_files
from underwriter.dmn.models.linking import link
from underwriter.feel import Environment
from underwriter.monitoring.definitions import (
    Absence,
    AlertTerms,
    Effect,
    EventKind,
    EventPattern,
    Monitor,
    MonitorRule,
    Severity,
    Step,
)
from underwriter.monitoring.monitor_set import MonitorSet
from underwriter.policy import RuleFiles
from underwriter.workbench.comparison.boxes import box_elements
from underwriter.workbench.comparison.elements import Element, Said, of_text
from underwriter.workbench.comparison.wording import counted

_SECOND_US = 1_000_000
_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))


def monitor_elements(monitors: MonitorSet) -> Iterator[Element]:
    """Yield monitors and their rules."""
    for monitor in monitors.monitors:
        yield from _monitor(monitor)


def dmn_elements(files: RuleFiles, path: str, environment: Environment) -> Iterator[Element]:
    """Yield the decisions and functions of a DMN model of a rules folder, those that it imports among them."""
    texts = {name: text for name, text in files.texts.items() if name.endswith(ENDING)}
    read = read_files(path, texts)
    if read.main is None:
        return
    linked, _ = link(read.main, read.by_namespace)
    checked, _ = check_model(linked, environment)
    for key, box in checked.logic.items():
        name = linked.elements[key].element.name
        for element in box_elements(name.text, box, name.location(0)):
            yield replace(element, what=f"{path}: {element.what}")


def _monitor(monitor: Monitor) -> Iterator[Element]:
    name = monitor.name.text
    fields = {
        "key": of_text(monitor.key.name.lower()),
        "currency": of_text(monitor.currency),
        "lateness": of_text(_duration(monitor.lateness_us)),
    }
    yield Element("monitor", name, fields, monitor.name.location(0))
    for rule in monitor.rules:
        yield Element("rule", f"{rule.id.text} of {name}", _rule(rule), rule.id.location(0))


def _rule(rule: MonitorRule) -> dict[str, Said]:
    fields = {"trigger": of_text(_pattern(rule.trigger))}
    parts = {"preceded by": map(_step, rule.steps), "unless": map(_absence, rule.unless)}
    for name, texts in {**parts, "unless followed by": map(_absence, rule.unless_followed)}.items():
        if text := "; ".join(texts):
            fields[name] = of_text(text)
    return {**fields, **_alert(rule.alert)}


def _alert(alert: AlertTerms) -> dict[str, Said]:
    ends = "never" if alert.expires_after_us is None else _duration(alert.expires_after_us)
    return {
        "alert": of_text(alert.code),
        "severity": of_text(Severity.Name(alert.severity).removeprefix("ALERT_SEVERITY_").lower()),
        "effect": of_text(Effect.Name(alert.effect).removeprefix("ALERT_EFFECT_").lower()),
        "expires": of_text(ends),
    }


def _pattern(pattern: EventPattern) -> str:
    kind = EventKind.Name(pattern.kind).removeprefix("ACCOUNT_EVENT_KIND_").lower()
    return f"{kind} where {' '.join(pattern.where.source.text.split())}" if pattern.where else kind


def _step(step: Step) -> str:
    said = [_pattern(step.pattern), f"within {_duration(step.within_us)}"]
    said += [f"{step.times} times"] if step.times != 1 else []
    said += [f"each {step.each}"] if step.each else []
    said += _matching(step)
    said += [f"before {step.before}"] if step.before else []
    return f"{step.name}: {', '.join(said)}" if step.name else ", ".join(said)


def _absence(absence: Absence) -> str:
    said = [_pattern(absence.pattern), f"within {_duration(absence.within_us)}", *_matching(absence)]
    return ", ".join([*said, *([f"since {absence.since}"] if absence.since else [])])


def _matching(part: Step | Absence) -> list[str]:
    said = [f"same {', '.join(part.same)}"] if part.same else []
    return [*said, *([f"different {', '.join(part.different)}"] if part.different else [])]


def _duration(microseconds: int) -> str:
    """Return a duration in the largest unit that it is a whole number of."""
    seconds = microseconds // _SECOND_US
    name, size = next(unit for unit in _UNITS if seconds % unit[1] == 0)
    return counted(seconds // size, name)
