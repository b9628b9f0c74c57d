"""Reads a monitor file into what it has written. What is wrong is left in a `Reading`, and reading goes on."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeVar

from underwriter.events.key_kind import KeyKind
from underwriter.feel.source import Source
from underwriter.monitoring import shapes
from underwriter.monitoring.definitions import AlertTerms, Effect, Severity
from underwriter.monitoring.window import MOST_EVENTS
from underwriter.monitoring.written import (
    WrittenAbsence,
    WrittenComparison,
    WrittenMonitor,
    WrittenPattern,
    WrittenRule,
    WrittenStep,
)
from underwriter.monitoring.written_durations import duration_us
from underwriter.policy.documents import Data, Fields, Items
from underwriter.policy.inputs import choices
from underwriter.policy.reading import Reading
from underwriter.policy.shapes import Shape

DEFAULT_LATENESS_US = 24 * 3600 * 10**6
MOST_CODE_CHARACTERS = 64
_NO_EFFECT = "none"
_COMPARED = ("same", "different")

ALERT_CODE = re.compile("[A-Z][A-Z0-9]*(_[A-Z0-9]+)*")
_PATTERN = re.compile(r"\s*(?P<kind>\S+)(?:\s+(?P<rest>.*\S))?\s*", re.DOTALL)
_WHERE = re.compile(r"where(?:\s+(?P<condition>.*))?", re.DOTALL)

KEYS: Mapping[str, KeyKind] = {kind.name.lower(): kind for kind in KeyKind}
SEVERITIES = {name.lower(): number for number, name in choices(Severity.DESCRIPTOR).items()}
EFFECTS = {
    _NO_EFFECT: int(Effect.ALERT_EFFECT_UNSPECIFIED),
    **{name.lower(): number for number, name in choices(Effect.DESCRIPTOR).items()},
}

Part = TypeVar("Part")


def load_monitor(reading: Reading, document: Data) -> WrittenMonitor | None:
    """Return what a monitor file has written; None if it has no name, key or rule that can be understood.

    A duration or an alert that can't be understood leaves a finding and something in its place.
    """
    return _MonitorLoader(reading).monitor(document)


class _MonitorLoader:
    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def monitor(self, document: Data) -> WrittenMonitor | None:
        fields = self._reading.fields(document, shapes.MONITOR, document.source)
        if fields is None:
            return None
        name = self._reading.source(fields.get("monitor"), "monitor")
        key = self._reading.choice(fields.get("key"), "key", KEYS)
        title = self._title(fields)
        lateness = fields.get("lateness")
        lateness_us = (duration_us(self._reading, lateness, "lateness") or 0) if lateness else DEFAULT_LATENESS_US
        currency = self._reading.currency(fields.get("currency"))
        rules = self._list(fields, "rules", self._rule)
        if name is None or key is None or not rules:
            return None
        return WrittenMonitor(name, title, KEYS[key], currency, lateness_us, rules)

    def _title(self, fields: Fields) -> Mapping[str, str]:
        title = fields.get("title")
        return self._reading.texts(title, fields.source) if title else {}

    def _list(self, fields: Fields, key: str, read: Callable[[Data], Part | None]) -> tuple[Part, ...]:
        """Return what can be read of a list; an empty list is a finding."""
        data = fields.get(key)
        items = self._reading.items(data, key)
        if isinstance(data, Items) and not items:
            mend = "add one, or take the list away"
            self._reading.report("empty-list", f"there is nothing under '{key}'", data.source, mend)
        return tuple([part for part in map(read, items) if part is not None])

    def _rule(self, data: Data) -> WrittenRule | None:
        fields = self._reading.fields(data, shapes.RULE, data.source)
        if fields is None:
            return None
        rule_id = self._reading.source(fields.get("id"), "id")
        title = self._title(fields)
        trigger = self._pattern(fields.get("trigger"), "trigger")
        steps = self._list(fields, "preceded by", self._step)
        unless = self._list(fields, "unless", lambda item: self._absence(item, shapes.UNLESS))
        followed = self._list(fields, "unless followed by", lambda item: self._absence(item, shapes.UNLESS_FOLLOWED))
        alert = self._alert(fields.get("then"), fields.source)
        if rule_id is None or trigger is None:
            return None
        return WrittenRule(rule_id, title, trigger, steps, unless, followed, alert)

    def _step(self, data: Data) -> WrittenStep | None:
        fields = self._reading.fields(data, shapes.STEP, data.source)
        event = self._event(fields) if fields else None
        if fields is None or event is None:
            return None
        name, each, before = (self._reading.source(fields.get(key), key) for key in ("as", "each", "before"))
        return WrittenStep(event, name, self._times(fields.get("times")), each, before)

    def _absence(self, data: Data, shape: Shape) -> WrittenAbsence | None:
        fields = self._reading.fields(data, shape, data.source)
        event = self._event(fields) if fields else None
        if fields is None or event is None:
            return None
        return WrittenAbsence(event, self._reading.source(fields.get("since"), "since"))

    def _event(self, fields: Fields) -> WrittenComparison | None:
        pattern = self._pattern(fields.get("event"), "event")
        within_us = duration_us(self._reading, fields.get("within"), "within") or 0
        same, different = (
            self._list(fields, key, lambda item: self._reading.source(item, "a field")) for key in _COMPARED
        )
        return WrittenComparison(fields.source, pattern, within_us, same, different) if pattern else None

    def _times(self, data: Data | None) -> int:
        text = self._reading.text(data, "times")
        if text is None:
            return 1
        if not isinstance(text.value, Decimal) or text.value not in range(1, MOST_EVENTS + 1):
            message = f"times must be a whole number from 1 to {MOST_EVENTS}"
            self._reading.report("not-a-count", message, text.source, "such as times: 2")
            return 1
        return int(text.value)

    def _pattern(self, data: Data | None, what: str) -> WrittenPattern | None:
        """Read `<kind>` or `<kind> where <condition>`."""
        source = self._reading.source(data, what)
        written = _PATTERN.fullmatch(source.text) if source else None
        if source is None or written is None:
            return None
        kind = source.part(*written.span("kind"))
        if written["rest"] is None:
            return WrittenPattern(kind, None)
        rest = source.part(*written.span("rest"))
        where = _WHERE.fullmatch(rest.text)
        if where is None or where["condition"] is None:
            message = f"after '{kind.text}' there may only be 'where' and a condition"
            self._reading.report("not-a-pattern", message, rest, f"such as {kind.text} where <condition>")
            return WrittenPattern(kind, None)
        return WrittenPattern(kind, rest.part(*where.span("condition")))

    def _alert(self, data: Data | None, place: Source) -> AlertTerms:
        fields = self._reading.fields(data, shapes.ALERT, place) if data else None
        if fields is None:
            return AlertTerms("", 0, 0, None)
        code = self._reading.text(fields.get("alert"), "alert")
        if code is not None and (not ALERT_CODE.fullmatch(code.text) or len(code.text) > MOST_CODE_CHARACTERS):
            message = f"an alert's code is made of A-Z, 0-9 and underscores, {MOST_CODE_CHARACTERS} at most"
            self._reading.report("alert-code", message, code.source, "such as LOGIN_ATTACK")
        severity = self._reading.choice(fields.get("severity"), "severity", SEVERITIES)
        effect = self._reading.choice(fields.get("effect"), "effect", EFFECTS)
        expires = fields.get("expires")
        expires_us = duration_us(self._reading, expires, "expires")
        if expires and (fields.get("effect") is None or effect == _NO_EFFECT):
            message = "an alert without an effect has nothing that could expire"
            self._reading.report("expires-without-effect", message, expires.source, "add an effect, or take it away")
        number = EFFECTS.get(effect or _NO_EFFECT, 0)
        return AlertTerms(code.text if code else "", SEVERITIES.get(severity or "", 0), number, expires_us)
