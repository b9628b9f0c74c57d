"""What is known of the inputs of rules: the comments of the protos, and the limits that applications must keep to."""

from collections.abc import Sequence

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from underwriter.editor.grammar.test_files import STORED_COMMENTS
from underwriter.policy.constraints import limits_of
from underwriter.policy.stored_inputs import ACCOUNT
from underwriter.v1.account_pb2 import AccountFigures
from underwriter.v1.application_pb2 import Application
from underwriter.v1.comments import COMMENTS

_ABOUT = {
    "now": "the time of the decision",
    "today": "the day of the decision, in the policy's time zone",
    **STORED_COMMENTS,
}


def about_input(path: Sequence[str]) -> str:
    """Return what is known of the input at a path of names, nothing for what is no input."""
    if len(path) == 1 and path[0] in _ABOUT:
        return _ABOUT[path[0]]
    message, names = (AccountFigures.DESCRIPTOR, path[1:]) if path[:1] == (ACCOUNT,) else (Application.DESCRIPTOR, path)
    field = _field(message, tuple(names))
    if field is None:
        return ""
    return " ".join(filter(None, (COMMENTS.get(field.full_name, ""), _limits(field))))


def about_choice(path: Sequence[str], text: str) -> str:
    """Return what a value of an input means that is one of an enum."""
    field = _field(Application.DESCRIPTOR, tuple(path))
    if field is None or field.enum_type is None:
        return ""
    names = (value.name for value in field.enum_type.values if value.name.endswith(f"_{text}"))
    return COMMENTS.get(f"{field.enum_type.full_name}.{next(names, '')}", "")


def _field(message: Descriptor, names: tuple[str, ...]) -> FieldDescriptor | None:
    field: FieldDescriptor | None = None
    current: Descriptor | None = message
    for name in names:
        field = current.fields_by_name.get(name) if current is not None else None
        if field is None:
            return None
        current = field.message_type
    return field


def _limits(field: FieldDescriptor) -> str:
    limits = limits_of(field)
    if limits.minimum is not None and limits.maximum is not None:
        return f"From {limits.minimum.normalize():f} to {limits.maximum.normalize():f}."
    return f"At least {limits.minimum.normalize():f}." if limits.minimum is not None else ""
