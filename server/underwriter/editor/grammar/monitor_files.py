"""Monitors and the tests beside them: what their keys hold."""

from underwriter.editor.grammar.messages import field_value
from underwriter.editor.grammar.policy_files import TITLES
from underwriter.editor.grammar.values import (
    PLAIN,
    Either,
    Items,
    Keys,
    Meaning,
    Nothing,
    Number,
    Single,
    Value,
    Variants,
    choice,
)
from underwriter.monitoring import shapes
from underwriter.monitoring.event_kinds import DEVICE_ID, KINDS_BY_NAME, KindOfEvent
from underwriter.monitoring.loader import ALERT_CODE, EFFECTS, KEYS, SEVERITIES
from underwriter.monitoring.window import MOST_EVENTS
from underwriter.policy.reading import CURRENCY
from underwriter.policy.shapes import Shape
from underwriter.v1.comments import COMMENTS

PATTERN = Single(Meaning.EVENT_PATTERN)
FIELD = Single(Meaning.EVENT_FIELD)
MONITOR_NAME = Single(Meaning.MONITOR)

_COMPARED: dict[str, Value] = {"event": PATTERN, "same": Items(FIELD), "different": Items(FIELD)}
STEP = Keys(shapes.STEP, {**_COMPARED, "times": Number(minimum=1, maximum=MOST_EVENTS, is_whole=True), "each": FIELD})
MONITOR_RULE = Keys(
    shapes.RULE,
    {
        "title": TITLES,
        "trigger": PATTERN,
        "preceded by": Items(STEP, is_filled=True),
        "unless": Items(Keys(shapes.UNLESS, _COMPARED), is_filled=True),
        "unless followed by": Items(Keys(shapes.UNLESS_FOLLOWED, _COMPARED), is_filled=True),
        "then": Keys(
            shapes.ALERT,
            {
                "alert": Single(pattern=ALERT_CODE.pattern),
                "severity": choice(*SEVERITIES),
                "effect": choice(*EFFECTS),
            },
        ),
    },
)
MONITOR = Keys(
    shapes.MONITOR,
    {
        "title": TITLES,
        "key": choice(*KEYS),
        "rules": Items(MONITOR_RULE, is_filled=True),
        "currency": Single(pattern=CURRENCY.pattern),
    },
)


def _event(kind: KindOfEvent) -> Keys:
    """Return an event of a timeline: its kind, its time, and the fields of its detail."""
    comments = {name: COMMENTS.get(field.full_name, "") for name, field in kind.fields.items()}
    lines = {**shapes.TEST_EVENT.optional, DEVICE_ID: "the device that it came from", **comments}
    fields = {name: Either((field_value(field), Nothing())) for name, field in kind.fields.items()}
    return Keys(Shape(f"event {kind.name}", shapes.TEST_EVENT.required, lines), fields)


EVENT = Variants("event", {name: _event(kind) for name, kind in KINDS_BY_NAME.items()})
MONITOR_TESTS = Keys(
    shapes.TEST_FILE,
    {
        "monitor": MONITOR_NAME,
        "tests": Items(
            Keys(
                shapes.TEST,
                {
                    "events": Items(EVENT),
                    "alerts": Items(
                        Keys(shapes.TEST_ALERT, {"rule": Single(Meaning.RULE), "events": Items(PLAIN)}),
                    ),
                },
            )
        ),
    },
)
