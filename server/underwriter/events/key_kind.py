"""What holds events together that are looked at together."""

from enum import IntEnum


class KeyKind(IntEnum):
    """The kind of a key: an account, by its subject, or a device, by its `device_ref`. The numbers are stored."""

    ACCOUNT = 1
    DEVICE = 2
