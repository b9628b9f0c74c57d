"""What is stored as people write it, in tests beside rules and in application files: exposure, totals, the account."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from underwriter.decisioning.requests import faults, given_values
from underwriter.decisioning.requests.faults import FieldFault
from underwriter.decisioning.requests.given import GivenRefused
from underwriter.decisioning.requests.given_account import account_evidence
from underwriter.decisioning.requests.given_values import WrongKind
from underwriter.decisioning.stored_account import account_values, alerts_values
from underwriter.feel.types import NUMBER, STRING, ContextType, ListType, Type
from underwriter.feel.values import Value
from underwriter.policy.stored_inputs import ACCOUNT, ALERTS, FIGURES, STORED_INPUTS, WARNING_GRADE

_COUNTS = ("lenders_12m",)
_NANOS = Decimal(10) ** -9


def stored_values(given: Mapping[str, object], currency: str) -> dict[str, Value]:
    """Return the stored inputs that plain data describes, as FEEL values by name: see `STORED_INPUTS`.

    What is not given is that of an applicant who owes nothing, and of totals that have come to nothing: 0, and lists
    without items; of the account nothing is known then, and no alert is in force. Amounts are a text such as
    `20000 CNY` or a number, in the given currency. Names other than those of stored inputs are not looked at. Raises
    GivenRefused with all faults.
    """
    reader = _StoredReader(currency)
    values = {
        name: reader.value(given.get(name), type_, name)
        for name, type_ in STORED_INPUTS.items()
        if name not in (ACCOUNT, ALERTS)
    }
    account, found = account_evidence(given, currency)
    if reader.faults or found:
        raise GivenRefused([*reader.faults, *found])
    values[ACCOUNT] = account_values(account, (*FIGURES, WARNING_GRADE), currency)
    values[ALERTS] = alerts_values(account)
    return values


class _StoredReader:
    """Reads plain values by their types, and gathers what it can't use."""

    def __init__(self, currency: str) -> None:
        self.faults: list[FieldFault] = []
        self._currency = currency
        self._scalars: Mapping[Type, Callable[[object], Value]] = {NUMBER: self._amount, STRING: _name}

    def value(self, given: object, type_: Type, path: str) -> Value:
        """Return the value of what is given at a path; null is the same as not given."""
        if isinstance(type_, ContextType):
            return self._context(given, type_, path)
        if isinstance(type_, ListType):
            return self._list(given, type_, path)
        if given is None and type_ == NUMBER:
            return Decimal(0)
        read = _count if path.rpartition(".")[2] in _COUNTS else self._scalars[type_]
        try:
            return read(given)
        except WrongKind as wrong:
            self.faults.append(faults.wrong_kind(path, wrong.found, wrong.allowed))
            return None

    def _context(self, given: object, type_: ContextType, path: str) -> Value:
        entries = {} if given is None else given
        if not isinstance(entries, Mapping):
            self.faults.append(
                faults.wrong_kind(path, given_values.described(given), "a mapping of field names to values")
            )
            return None
        for key in entries:
            if key not in type_.fields:
                below = f"{path}.{faults.shown(str(key))}"
                self.faults.append(faults.unknown_field(below, str(key), type_.fields))
        return {name: self.value(entries.get(name), field, f"{path}.{name}") for name, field in type_.fields.items()}

    def _list(self, given: object, type_: ListType, path: str) -> Value:
        items = [] if given is None else given
        if not isinstance(items, list | tuple):
            self.faults.append(faults.wrong_kind(path, given_values.described(given), "a list"))
            return None
        return [self.value(item, type_.item, f"{path}[{index}]") for index, item in enumerate(items)]

    def _amount(self, given: object) -> Value:
        money = given_values.money(given, self._currency)
        amount = money.units + money.nanos * _NANOS
        if money.currency_code != self._currency or amount < 0:
            found = given_values.described(given, show_text=True)
            raise WrongKind(found, f"an amount from 0 in {self._currency}")
        return Decimal(money.units) if not money.nanos else amount


def _name(given: object) -> Value:
    if given is None:
        raise WrongKind("nothing", "a text")
    return given_values.text(given)


def _count(given: object) -> Value:
    number = given_values.integer(given, 32)
    if number < 0:
        raise WrongKind(str(number), "a whole number from 0")
    return Decimal(number)
