"""The limits of a field, from the `(constraint)` option that it carries in the proto files."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from google.protobuf.descriptor import FieldDescriptor

from underwriter.v1 import constraints_pb2

DEFAULT_MAX_LENGTH = 256
DEFAULT_MAX_ITEMS = 100


@dataclass(frozen=True, slots=True)
class Limits:
    """What a field's value must satisfy; None is no limit on that side."""

    required: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    max_length: int = DEFAULT_MAX_LENGTH
    max_items: int = DEFAULT_MAX_ITEMS
    pattern: str = ""

    def admit(self, number: Decimal) -> bool:
        """Tell whether a finite number is within the bounds."""
        return (self.minimum is None or self.minimum <= number) and (self.maximum is None or number <= self.maximum)


@cache
def limits_of(field: FieldDescriptor) -> Limits:
    """Return the limits of a field: its option's, or the defaults that every field has."""
    option = field.GetOptions().Extensions[constraints_pb2.constraint]
    return Limits(
        required=option.required,
        minimum=Decimal(repr(option.minimum)) if option.HasField("minimum") else None,
        maximum=Decimal(repr(option.maximum)) if option.HasField("maximum") else None,
        max_length=option.max_length if option.HasField("max_length") else DEFAULT_MAX_LENGTH,
        max_items=option.max_items if option.HasField("max_items") else DEFAULT_MAX_ITEMS,
        pattern=option.pattern,
    )
