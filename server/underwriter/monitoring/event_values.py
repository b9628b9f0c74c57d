"""An event's fields as FEEL values, by the names of `event_kinds.py`. What is not known is None."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, TypeAlias

from google.protobuf.descriptor import FieldDescriptor

from underwriter.decisioning.requests import field_values
from underwriter.events.event_kind import event_kind
from underwriter.feel.values import FEEL_CONTEXT, Value
from underwriter.monitoring.event_kinds import CHANGE, DEVICE_ID, KINDS, UTILISATION, KindOfEvent
from underwriter.monitoring.window import WindowEvent
from underwriter.policy.inputs import FieldKind, choices, kind_of_field
from underwriter.v1.account_event_pb2 import AccountEvent

Reader: TypeAlias = Callable[[Any, str], Value]
"""Takes a detail and the monitor's currency."""

_MICROSECONDS = 1_000_000


class LazyValues(Mapping[str, Value]):
    """The values of an event, read when one is first asked for. Raises then what reading raises.

    What rules look at most, the kind and the time, is not among the values: few events of a window need to be read.
    """

    __slots__ = ("_read", "_values")

    def __init__(self, read: Callable[[], Mapping[str, Value]]) -> None:
        self._read = read
        self._values: Mapping[str, Value] | None = None

    def __getitem__(self, name: str) -> Value:
        return self._known()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known())

    def __len__(self) -> int:
        return len(self._known())

    def _known(self) -> Mapping[str, Value]:
        if self._values is None:
            self._values = self._read()
        return self._values


def window_event(event: AccountEvent, account: bytes, currency: str) -> WindowEvent:
    """Return an event as the monitors of a currency see it. `account` stands for the account that it happened to.

    Amounts in other currencies are None, and so is what follows from them. Its time is in whole microseconds.
    """
    kind, moment = event_kind(event), event.event_time
    time_us = moment.seconds * _MICROSECONDS + moment.nanos // 1000
    values = LazyValues(partial(event_values, event, kind, currency))
    return WindowEvent(time_us, event.event_id, kind, account, values)


def event_values(event: AccountEvent, kind: int, currency: str) -> Mapping[str, Value]:
    """Return the values of the fields of an event of a kind."""
    values: dict[str, Value] = {DEVICE_ID: event.device_id or None}
    known = KINDS.get(kind)
    if known is None:
        return values
    detail = getattr(event, known.detail)
    for name, read in _READERS[kind]:
        values[name] = read(detail, currency)
    if UTILISATION in known.types:
        values[UTILISATION] = _quotient(values["outstanding"], values["credit_limit"])
    if CHANGE in known.types:
        values[CHANGE] = _change(values["turnover"], values["previous_turnover"])
    return values


def _quotient(part: Value, whole: Value) -> Decimal | None:
    if isinstance(part, Decimal) and isinstance(whole, Decimal) and whole > 0:
        return FEEL_CONTEXT.divide(part, whole)
    return None


def _change(after: Value, before: Value) -> Decimal | None:
    quotient = _quotient(after, before)
    return None if quotient is None else FEEL_CONTEXT.subtract(quotient, Decimal(1))


def _readers(kind: KindOfEvent) -> Iterator[tuple[str, Reader]]:
    for name, field in kind.fields.items():
        yield name, _reader(field)


def _reader(field: FieldDescriptor) -> Reader:
    name = field.name
    match kind_of_field(field):
        case FieldKind.TEXT:
            return lambda detail, _: getattr(detail, name) or None
        case FieldKind.MONEY:
            return lambda detail, currency: _amount(getattr(detail, name), currency)
        case FieldKind.DATE:
            return lambda detail, _: field_values.day(getattr(detail, name)) if detail.HasField(name) else None
        case FieldKind.CHOICE:
            names = choices(field.enum_type)
            return lambda detail, _: names.get(getattr(detail, name))
        case FieldKind.BOOLEAN:
            return lambda detail, _: getattr(detail, name) if detail.HasField(name) else None
        case FieldKind.INTEGER:
            return lambda detail, _: Decimal(getattr(detail, name)) if detail.HasField(name) else None
        case other:
            raise TypeError(f"{field.full_name}: monitors can't read a field of kind {other.name}")


def _amount(money: Any, currency: str) -> Decimal | None:
    return field_values.amount(money) if money.currency_code == currency else None


_READERS = {number: tuple(_readers(kind)) for number, kind in KINDS.items()}
