"""The path of a decision through the rules: as lines of text, as JSON, and compared with another."""

from collections.abc import Iterator
from dataclasses import asdict

from underwriter.cli.decision_text import decision_lines
from underwriter.cli.layout import columns
from underwriter.cli.messages import message_fields
from underwriter.cli.trace_text import trace_lines
from underwriter.policy import Policy
from underwriter.v1.decision_pb2 import Decision, Trace
from underwriter.workbench.trying import ChangedStep, changed_steps, notes_on

_MOST_VALUE = 40
_NOT_TAKEN = "-"


def path_lines(decision: Decision, policy: Policy, width: int) -> Iterator[str]:
    """Yield a decision, then each step that led to it with what it went by."""
    yield from decision_lines(decision, width)
    yield from trace_lines(decision.trace, width, notes_on(policy, decision.trace))


def comparison_lines(before: Decision, after: Decision, width: int) -> Iterator[str]:
    """Yield two decisions, and side by side the steps in which they differ."""
    for title, decision in (("before", before), ("after", after)):
        headline, *lines = decision_lines(decision, width - 2)
        yield f"{title}: {headline}"
        yield from lines
    changed = changed_steps(before.trace, after.trace)
    yield "what changed" if changed else "nothing on the path changed"
    yield from (f"  {line}" for line in columns([("", "before", "after"), *map(_cells, changed)]) if changed)


def path_fields(trace: Trace, policy: Policy) -> list[dict[str, object]]:
    """Return the steps as JSON fields, each with what it went by."""
    notes = notes_on(policy, trace)
    return [
        message_fields(step) | (asdict(notes[place]) if place in notes else {})
        for place, step in enumerate(trace.steps)
    ]


def changed_fields(before: Decision, after: Decision) -> list[dict[str, object]]:
    """Return the steps in which two decisions differ as JSON fields."""
    return [asdict(step) for step in changed_steps(before.trace, after.trace)]


def _cells(step: ChangedStep) -> tuple[str, str, str]:
    return step.name, _shortened(step.before), _shortened(step.after)


def _shortened(value: str | None) -> str:
    if value is None:
        return _NOT_TAKEN
    return value if len(value) <= _MOST_VALUE else f"{value[: _MOST_VALUE - 3]}..."
