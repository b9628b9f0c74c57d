"""What may stand in a monitor file: the keys of every mapping, which of them must be there, and what they mean."""

from underwriter.policy.shapes import Shape

MONITOR = Shape(
    "monitor",
    {
        "monitor": "the monitor's name, in kebab-case",
        "title": "its title, by language",
        "key": "account or device: whose events it looks at together",
        "rules": "what it looks for",
    },
    {
        "currency": "the currency of all amounts, CNY if not said",
        "lateness": "how late an event may come and still raise an alert, 24 hours if not said",
    },
)
RULE = Shape(
    "monitor's rule",
    {
        "id": "a short id, unique among all monitors",
        "title": "what it means, by language",
        "trigger": "the event that it is tried for, such as drawdown where amount > 10000",
        "then": "the alert that it raises",
    },
    {
        "preceded by": "events that must have come before",
        "unless": "events that must not have come before",
        "unless followed by": "events that must not come after",
    },
)
_COMPARISONS = {
    "same": "fields that must be the same as the trigger's",
    "different": "fields that must differ from the trigger's",
}
_EVENT = {
    "event": "which events, such as login_failed where usual_location = false",
    "within": "how far from the trigger at most, such as 10 minutes",
}
STEP = Shape(
    "step",
    _EVENT,
    {
        "as": "a name for it, for before and since",
        "times": "how many such events, 1 if not said",
        "each": "a field of which each must have another value",
        "before": "the step that they must come before",
        **_COMPARISONS,
    },
)
UNLESS = Shape("event under unless", _EVENT, {"since": "the step after which it counts", **_COMPARISONS})
UNLESS_FOLLOWED = Shape("event under unless followed by", _EVENT, _COMPARISONS)
ALERT = Shape(
    "alert",
    {"alert": "its code, such as LOGIN_ATTACK", "severity": "low, medium, high or critical"},
    {
        "effect": "verify, suspend, warn, review or none, none if not said",
        "expires": "when its effect ends by itself, such as 7 days; never if not said",
    },
)
TEST_FILE = Shape(
    "test file of monitors",
    {"tests": "the tests"},
    {"monitor": "the only monitor that looks at the events; all do if none is said"},
)
TEST = Shape(
    "test",
    {
        "name": "what it shows",
        "events": "what happened, in order",
        "alerts": "all alerts that it must raise, [] if none",
    },
    {"until": "up to when all is known, such as +3 days after the last event; for ever if not said"},
)
TEST_EVENT = Shape(
    "event",
    {"event": "its kind"},
    {
        "as": "what alerts call it; its kind if not said, numbered from the second on",
        "at": "when it happened, such as +10 minutes after the event before",
        "account": "whose account it is",
    },
)
TEST_ALERT = Shape(
    "alert",
    {"rule": "the id of its rule", "events": "its events, the trigger included"},
    {"alert": "its code", "at": "its time: an event's name, and what passed after it, such as drawdown +35 days"},
)
