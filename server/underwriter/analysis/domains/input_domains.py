"""What may be sent and what may be stored: the domains of a policy's inputs.

The server refuses an application that breaks a constraint of the API, so a field's domain is what its constraint
admits, and null unless it must be sent. Of what is stored anything may be unknown.
"""

from decimal import Decimal
from functools import cache

from google.protobuf.descriptor import Descriptor, FieldDescriptor

from underwriter.analysis.domains.domain import Domain
from underwriter.analysis.domains.making import numbers, whole
from underwriter.analysis.domains.structures import ContextDomain, ListDomain
from underwriter.feel.types import NUMBER, ContextType, ListType, Type
from underwriter.policy.constraints import limits_of
from underwriter.policy.inputs import FieldKind, field_type, is_map, kind_of_field
from underwriter.policy.stored_inputs import ACCOUNT, ALERTS, AMOUNTS, EXPOSURE, FIGURES, STORED_INPUTS
from underwriter.v1.account_pb2 import AccountFigures
from underwriter.v1.application_pb2 import Application

_MOST = {
    FieldKind.INTEGER: Decimal(2**63 - 1),
    FieldKind.DOUBLE: Decimal(2) ** 1024,
    FieldKind.MONEY: Decimal(2**63),
    FieldKind.DECIMAL: Decimal(10) ** 34,
}
"""What no value of these kinds passes, with either sign."""

_NOT_NEGATIVE = numbers(Decimal(0), _MOST[FieldKind.MONEY], can_be_null=True)
_COUNT = numbers(Decimal(0), _MOST[FieldKind.INTEGER], can_be_null=True, is_whole=True)


@cache
def application_domains() -> dict[str, Domain]:
    """Return the domains of an application's fields but for its open attributes, by name."""
    return _fields(Application.DESCRIPTOR)


@cache
def stored_domains() -> dict[str, Domain]:
    """Return the domains of what is stored, by name."""
    found = {name: _stored(type_, name) for name, type_ in STORED_INPUTS.items() if name not in (ACCOUNT, ALERTS)}
    account = whole(STORED_INPUTS[ACCOUNT])
    figures = {name: _figure(name) for name in FIGURES}
    members = account.members if isinstance(account, ContextDomain) else {}
    known = ContextDomain(account.type, can_be_null=False, members={**members, **figures})
    return {**found, ACCOUNT: known, ALERTS: whole(STORED_INPUTS[ALERTS])}


def _fields(message: Descriptor) -> dict[str, Domain]:
    return {field.name: _field(field) for field in message.fields if not is_map(field)}


def _field(field: FieldDescriptor) -> Domain:
    """Return the domain of a field, a list's if it is repeated: null where the message that holds it was not sent."""
    can_be_null = not limits_of(field).required
    if not field.is_repeated:
        return value_domain(field, can_be_null=can_be_null)
    limits, item = limits_of(field), value_domain(field, can_be_null=False)
    return ListDomain(field_type(field), False, item=item, fewest=int(limits.required), most=limits.max_items)


def value_domain(field: FieldDescriptor, *, can_be_null: bool) -> Domain:
    """Return the domain of one value of a field of an API message, as the field's constraint admits it."""
    kind, type_ = kind_of_field(field), field_type(field)
    if isinstance(type_, ListType):
        type_ = type_.item
    if kind is FieldKind.MESSAGE:
        return ContextDomain(type_, can_be_null, members=_fields(field.message_type))
    if kind not in _MOST:
        return whole(type_, can_be_null=can_be_null)
    limits, most = limits_of(field), _MOST[kind]
    low = -most if limits.minimum is None else _short(limits.minimum)
    high = most if limits.maximum is None else _short(limits.maximum)
    return numbers(low, high, can_be_null=can_be_null, is_whole=kind is FieldKind.INTEGER)


def _short(limit: Decimal) -> Decimal:
    """Return a limit as people write it: the API's are doubles, such as 18.0."""
    return Decimal(int(limit)) if limit == int(limit) else limit


def _stored(type_: Type, name: str) -> Domain:
    """Return the domain of a stored value: its amounts and counts are never below zero."""
    match type_:
        case ListType(item=item):
            return ListDomain(type_, can_be_null=True, item=_stored(item, name))
        case ContextType(fields=fields):
            members = {member: _stored(member_type, member) for member, member_type in fields.items()}
            return ContextDomain(type_, can_be_null=name == EXPOSURE, members=members)
    if type_ == NUMBER:
        return _NOT_NEGATIVE if name in (*AMOUNTS, "committed") else _COUNT
    return whole(type_)


def _figure(name: str) -> Domain:
    kind = kind_of_field(AccountFigures.DESCRIPTOR.fields_by_name[name])
    if kind is FieldKind.INTEGER:
        return _COUNT
    if kind is FieldKind.MONEY:
        return _NOT_NEGATIVE
    return numbers(-_MOST[kind], _MOST[kind], can_be_null=True)
