"""Changes and examples in words."""

from collections.abc import Sequence
from datetime import datetime

from underwriter.feel import feel_text
from underwriter.workbench.comparison.changes import Change, ChangeKind, FieldChange
from underwriter.workbench.comparison.neighbours import Edit
from underwriter.workbench.comparison.trials import DecidedOtherwise

_HEADS = {
    ChangeKind.ADDED: "{} is new",
    ChangeKind.REMOVED: "{} is gone",
    ChangeKind.CHANGED: "{}",
    ChangeKind.MOVED: "{} stands elsewhere",
}
_NOTHING = "nothing"


def head(change: Change) -> str:
    """Return what became of a part, such as `rule E01 of eligibility is gone`."""
    where = f" ({change.where})" if change.where else ""
    return _HEADS[change.kind].format(change.title + where)


def field_text(field: FieldChange, kind: ChangeKind) -> str:
    """Return a field with what it said and says; of a part that came or went just what it says or said."""
    if kind in (ChangeKind.ADDED, ChangeKind.REMOVED):
        return f"{field.field}: {field.new or field.old}"
    return f"{field.field}: {field.old or _NOTHING} -> {field.new or _NOTHING}{_percent_text(field)}"


def line(change: Change) -> str:
    """Return a change in one line."""
    fields = "; ".join(field_text(field, change.kind) for field in change.fields)
    return f"{head(change)}: {fields}" if fields else head(change)


def application_text(example: DecidedOtherwise) -> str:
    """Return which application it is that is decided on differently."""
    test = f'as in the test "{example.test.name}"'
    return f"{test}, but {', '.join(map(_edit_text, example.edits))}" if example.edits else test


def names_text(names: Sequence[str]) -> str:
    """Return names as a list in words."""
    return " and ".join([*([", ".join(names[:-1])] if names[1:] else []), *names[-1:]])


def counted(count: int, what: str) -> str:
    """Return a number of things, such as `1 change` or `2 changes`."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _percent_text(field: FieldChange) -> str:
    return "" if field.percent is None else f" ({field.percent:+} %)"


def _edit_text(edit: Edit) -> str:
    if edit.value is None:
        return f"without {edit.path}"
    return f"{edit.path} = {_value_text(edit.value)}"


def _value_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else feel_text(value)
