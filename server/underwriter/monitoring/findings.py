"""The wording of what is wrong with a monitor beyond the form of its file, one function a mistake."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from underwriter.feel.diagnostics import Diagnostic, Severity, nearest
from underwriter.feel.source import Source
from underwriter.feel.types import Type


def _finding(code: str, message: str, source: Source, mend: str) -> Diagnostic:
    return Diagnostic(code, message, source, source.whole, mend)


def bad_name(name: Source, what: str, allowed: str, example: str) -> Diagnostic:
    """A name, an id or a step's name has another form than it must."""
    return _finding("monitor-name", f"{what} is made of {allowed}", name, f"such as {example}")


def duplicate_monitor(name: Source, other: Source) -> Diagnostic:
    """Two monitors have one name."""
    message = f"the monitor '{name.text}' already stands at {other.location(0)}"
    return _finding("duplicate-monitor", message, name, "give one of them another name")


def duplicate_rule_id(rule_id: Source, other: Source) -> Diagnostic:
    """Two rules have one id, in whatever monitors."""
    message = f"rule id '{rule_id.text}' is already used at {other.location(0)}"
    return _finding("duplicate-id", message, rule_id, "give each rule an id of its own, among all monitors")


def duplicate_step(name: Source, other: Source) -> Diagnostic:
    """Two steps of a rule have one name."""
    message = f"a step named '{name.text}' already stands at {other.location(0)}"
    return _finding("duplicate-name", message, name, "give each step a name of its own")


def unknown_kind(kind: Source, known: Iterable[str]) -> Diagnostic:
    """No kind of event has this name."""
    names = list(known)
    mend = nearest(kind.text, names) or f"there are: {', '.join(names)}"
    return _finding("unknown-event", f"there is no event '{kind.text}'", kind, mend)


def unknown_field(field: Source, kind: str, known: Iterable[str]) -> Diagnostic:
    """Events of a kind have no such field."""
    names = list(known)
    mend = nearest(field.text, names) or f"it has: {', '.join(names)}"
    return _finding("unknown-field", f"the event {kind} has no field '{field.text}'", field, mend)


def incomparable(field: Source, kind: str, own: Type, trigger: str, other: Type) -> Diagnostic:
    """A field has one type here and another in the trigger."""
    message = f"'{field.text}' is a {own} in {kind} and a {other} in {trigger}"
    return _finding("type-mismatch", message, field, "compare by a field that is the same in both")


def compared_twice(field: Source) -> Diagnostic:
    """A field is named twice among those that are the same or differ."""
    message = f"'{field.text}' is already named among the fields to compare by"
    return _finding("duplicate-name", message, field, "name each field once, under same or under different")


def field_of_the_key(field: Source, key: str) -> Diagnostic:
    """The monitor's key already holds events with one value of the field together."""
    message = f"all events of a monitor whose key is {key} have the same '{field.text}'"
    return _finding("field-of-the-key", message, field, "take it away, or give the monitor another key")


def each_without_times(each: Source) -> Diagnostic:
    """Different values are asked for, but of one event only."""
    message = "one event can't have different values"
    return _finding("each-without-times", message, each, "say how many values there must be, such as times: 3")


def unknown_step(name: Source, known: Iterable[str]) -> Diagnostic:
    """No step before this place has this name."""
    names = list(known)
    mend = nearest(name.text, names)
    mend = mend or (f"steps before: {', '.join(names)}" if names else "name a step before it, such as as: reset")
    return _finding("unknown-step", f"no step before is named '{name.text}'", name, mend)


def too_many_rules(name: Source, most: int) -> Diagnostic:
    """A monitor has more rules than the engine takes well."""
    return _finding("too-many-rules", f"a monitor has at most {most} rules", name, "make two monitors of it")


def rule_too_large(rule_id: Source, fault: Exception) -> Diagnostic:
    """A rule has more steps than the engine takes."""
    return _finding("rule-too-large", str(fault), rule_id, "ask for fewer things, or make two rules of it")


def other_currency(currency: Source, own: str) -> Diagnostic:
    """An amount stands in a condition in another currency than the monitor's."""
    message = f"amounts are in {own} here, and {currency.text} is another currency"
    return _finding("other-currency", message, currency, "write it in the monitor's currency, or change that")


def reads_the_clock(condition: Source) -> Diagnostic:
    """A condition asks for the time at which it is evaluated."""
    message = "a condition can't read the clock: the same events must always give the same alerts"
    return _finding("reads-the-clock", message, condition, "take now() and today() out of it")


def never_matches(condition: Source, what: str, known: Sequence[str], part: str) -> Diagnostic:
    """No event meets a condition. `known` is what is known of the fields that it reads."""
    message = f"{what} can never match: whatever comes, its condition is not true"
    mend = "; ".join([*known, f"mend the condition, or take {part} away"])
    return replace(_finding("rule-never-fires", message, condition, mend), severity=Severity.WARNING)
