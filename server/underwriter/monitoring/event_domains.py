"""The values that an event's fields may have, as the API admits them."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from types import MappingProxyType

from google.protobuf.descriptor import FieldDescriptor

from underwriter.analysis.domains.domain import Domain
from underwriter.analysis.domains.input_domains import value_domain
from underwriter.analysis.domains.making import numbers, of_values, whole
from underwriter.events.event_kind import event_kind
from underwriter.monitoring.event_kinds import CHANGE, KINDS, UTILISATION, KindOfEvent
from underwriter.policy.inputs import FieldKind, choices, field_type, kind_of_field
from underwriter.v1.account_event_pb2 import AccountEvent

_DERIVED = {
    UTILISATION: numbers(Decimal(0), None, can_be_null=True),
    CHANGE: numbers(Decimal(-1), None, can_be_null=True),
}
"""What follows from amounts, none of which is below zero."""


@cache
def event_domains(kind: int) -> Mapping[str, Domain]:
    """Return the domains of all that conditions may read of events of a kind, by name.

    Anything may be null: what was not sent, and an amount in another currency than the monitor's.
    """
    known = KINDS[kind]
    others = {name: whole(type_) for name, type_ in known.types.items() if name not in known.fields}
    derived = {name: domain for name, domain in _DERIVED.items() if name in others}
    return MappingProxyType(
        {**others, **derived, **{name: _domain(known, field) for name, field in known.fields.items()}}
    )


def _domain(kind: KindOfEvent, field: FieldDescriptor) -> Domain:
    if kind_of_field(field) is FieldKind.CHOICE:
        return of_values(field_type(field), _choices(kind, field), can_be_null=True)
    return value_domain(field, can_be_null=True)


def _choices(kind: KindOfEvent, field: FieldDescriptor) -> list[str]:
    """Return a field's values that do not tell another kind, as a password among credentials does; all if each does."""
    names = choices(field.enum_type)
    own = [name for number, name in names.items() if _is_told_by(kind, field, number)]
    return own or list(names.values())


def _is_told_by(kind: KindOfEvent, field: FieldDescriptor, number: int) -> bool:
    event = AccountEvent()
    setattr(getattr(event, kind.detail), field.name, number)
    return event_kind(event) == kind.number
