"""API messages as JSON."""

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message


def message_fields(message: Message) -> dict[str, object]:
    """Return a message as JSON fields under its proto names."""
    return dict(MessageToDict(message, preserving_proto_field_name=True))
