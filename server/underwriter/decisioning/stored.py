"""What the store says of an applicant, of the account and of totals, and how a policy reads it as FEEL values."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from operator import attrgetter
from typing import Any, ClassVar, TypeGuard

from underwriter import credit
from underwriter.decisioning.requests.binding import Values
from underwriter.decisioning.stored_account import account_values, alerts_values
from underwriter.feel.values import Value
from underwriter.policy.checked import Path
from underwriter.policy.stored_inputs import ACCOUNT, ALERTS, AMOUNTS, EXPOSURE, FUNDERS, STORED_INPUTS, TOTALS
from underwriter.v1.record_pb2 import AccountEvidence, ExposureEvidence, ExposurePosition, FunderAmount, NamedAmount

ZERO = Decimal(0)
LENDERS = "lenders_12m"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NAMES: Mapping[str, Callable[[Any], str]] = {
    **dict.fromkeys(TOTALS, attrgetter("name")),
    FUNDERS: attrgetter("funder"),
}
_NO_ACCOUNT = AccountEvidence()


@dataclass(frozen=True, slots=True)
class Stored:
    """What the store says: the applicant's exposure and account, and what the totals have come to.

    An exposure of None is one of nothing, an account of None one of which nothing is known and that has no alerts. The
    amounts of totals are those in the policy's currency.
    """

    exposure: ExposureEvidence | None = None
    funders: Sequence[FunderAmount] = ()
    guarantees: Sequence[NamedAmount] = ()
    concentrations: Sequence[NamedAmount] = ()
    account: AccountEvidence | None = None

    NOTHING: ClassVar["Stored"]


Stored.NOTHING = Stored()

ReadStored = Callable[[Stored, datetime], Values]
"""Returns the stored values that a policy reads, in its order, at a time that knows its time zone."""


class StoredReader:
    """Reads the values at paths into what is stored, with amounts in one currency.

    Where the exposure has positions in another currency too, its amounts and lists are null: nothing can be added up.
    """

    def __init__(self, paths: Sequence[Path], currency: str) -> None:
        self._paths = tuple(paths)
        self._currency = currency
        self._exponent = credit.minor_unit_exponent(currency)
        self._members = members_read(EXPOSURE, paths)
        self._amounts_read = [name for name in self._members if name in AMOUNTS]
        self._lists_read = [name for name in self._members if name not in (*AMOUNTS, LENDERS)]
        self._figures = members_read(ACCOUNT, paths)
        read = {path[0] for path in paths}
        self._reads_alerts = ALERTS in read
        self._totals = [(total, member, _NAMES[total]) for total, member in TOTALS.items() if total in read]
        self._no_account = self._account(_NO_ACCOUNT)
        self._unexposed = self._exposure(ExposureEvidence(), _EPOCH)
        self._nothing = self._read(Stored.NOTHING, _EPOCH)

    def __call__(self, stored: Stored, now: datetime) -> Values:
        """Return the values in the order of the paths."""
        if _is_exposed(stored.exposure):
            return self._read(stored, now)
        if (self._figures or self._reads_alerts) and _has_account(stored.account):
            return self._read(stored, now)
        has_totals = self._totals and (stored.funders or stored.guarantees or stored.concentrations)
        return self._read(stored, now) if has_totals else self._nothing

    def _read(self, stored: Stored, now: datetime) -> Values:
        exposure, exponent, amount_of = stored.exposure, self._exponent, credit.amount_of
        values: dict[str, Value] = {
            total: [
                {member: name_of(told), "committed": amount_of(told.amount, exponent)}
                for told in getattr(stored, total)
            ]
            for total, member, name_of in self._totals
        }
        values[EXPOSURE] = self._exposure(exposure, now) if _is_exposed(exposure) else self._unexposed
        if self._figures or self._reads_alerts:
            values |= self._account(stored.account) if _has_account(stored.account) else self._no_account
        return values_at(self._paths, values)

    def _account(self, account: AccountEvidence) -> dict[str, Value]:
        values: dict[str, Value] = {}
        if self._figures:
            values[ACCOUNT] = account_values(account, self._figures, self._currency)
        if self._reads_alerts:
            values[ALERTS] = alerts_values(account)
        return values

    def _exposure(self, exposure: ExposureEvidence, now: datetime) -> dict[str, Value]:
        positions = exposure.positions
        values: dict[str, Value] = dict.fromkeys(self._members)
        if LENDERS in values:
            values[LENDERS] = _lenders_in_a_year(exposure, now)
        if {position.currency for position in positions} <= {self._currency}:
            values |= self._amounts(positions, self._amounts_read)
            for name in self._lists_read:
                values[name] = self._groups(name.removeprefix("by_"), positions)
        return values

    def _groups(self, key: str, positions: Iterable[ExposurePosition]) -> list[Value]:
        groups: dict[str, list[ExposurePosition]] = {}
        for position in positions:
            groups.setdefault(getattr(position, key), []).append(position)
        return [{key: group, **self._amounts(members, AMOUNTS)} for group, members in groups.items()]

    def _amounts(self, positions: Iterable[ExposurePosition], names: Sequence[str]) -> dict[str, Decimal]:
        reserved = drawn = undrawn = 0
        for position in positions:
            reserved += position.reserved
            drawn += position.drawn
            undrawn += position.undrawn
        sums = {"total": reserved + drawn + undrawn, "reserved": reserved, "drawn": drawn, "undrawn": undrawn}
        return {name: credit.amount_of(sums[name], self._exponent) for name in names}


def always(values: Mapping[str, Value], paths: Sequence[Path]) -> ReadStored:
    """Return a reader of the paths for which these values are stored, whatever the store says."""
    constants = values_at(paths, values)
    return lambda _stored, _now: constants


def without(unknown: Collection[str], read: ReadStored, paths: Sequence[Path]) -> ReadStored:
    """Return a reader of the same paths for which nothing of some stored inputs is known: null."""

    def read_rest(stored: Stored, now: datetime) -> Values:
        values = zip(paths, read(stored, now), strict=True)
        return tuple([None if path[0] in unknown else value for path, value in values])

    return read_rest


def values_at(paths: Iterable[Path], values: Mapping[str, Value]) -> Values:
    """Return the values at paths, which lead through lists by position from 1 or by member, as rules' paths do."""
    return tuple([values.get(path[0]) if len(path) == 1 else _at(values.get(path[0]), path[1:]) for path in paths])


def _at(value: Value, path: Path) -> Value:
    for place, step in enumerate(path):
        if isinstance(value, list) and not step.isdecimal():
            return [_at(item, path[place:]) for item in value]
        if isinstance(value, list):
            value = value[int(step) - 1] if 0 < int(step) <= len(value) else None
        elif isinstance(value, dict):
            value = value.get(step)
    return value


def _has_account(account: AccountEvidence | None) -> TypeGuard[AccountEvidence]:
    """Tell whether anything is known of an account."""
    return account is not None and account != _NO_ACCOUNT


def _is_exposed(exposure: ExposureEvidence | None) -> TypeGuard[ExposureEvidence]:
    return exposure is not None and bool(exposure.positions or exposure.lenders)


def members_read(name: str, paths: Sequence[Path]) -> list[str]:
    """Return the members of a stored input that paths lead to: all, if one leads to the whole of it."""
    starts = {path[:2] for path in paths}
    members = STORED_INPUTS[name].fields  # type: ignore[attr-defined]
    return [member for member in members if {(name,), (name, member)} & starts]


def _lenders_in_a_year(exposure: ExposureEvidence, now: datetime) -> Decimal:
    if not exposure.lenders:
        return ZERO
    since = a_year_before(now)
    return Decimal(len({lender.lender for lender in exposure.lenders if lender.time_us >= since}))


def a_year_before(now: datetime) -> int:
    """Return the time twelve months before, in microseconds; before 29 February that is 28 February."""
    day = 28 if (now.month, now.day) == (2, 29) else now.day
    return (now.astimezone(UTC).replace(year=now.year - 1, day=day) - _EPOCH) // _MICROSECOND
