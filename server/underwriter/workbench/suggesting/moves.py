"""The changes that a search tries: for each input of a policy, values at and between what rules and tests mention."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from underwriter.analysis.domains.domains import Domains
from underwriter.analysis.regions.parameter_values import parameter_values
from underwriter.analysis.search.search_space import SearchSpace, list_root, plain_path, search_space
from underwriter.decisioning import ActivePolicy
from underwriter.decisioning.rule_tests.files import PARAMETERS
from underwriter.feel.temporal import Date
from underwriter.feel.types import DATE, DATE_TIME, NUMBER, STRING, ContextType, ListType, Type, plain
from underwriter.policy.checked import Path
from underwriter.policy.stored_inputs import ALERTS, EFFECTS
from underwriter.workbench.suggesting.givens import Givens, Plain, value_at, with_value

_TIMES = ("now", "today")
_DAYS_AGO = (0, 1, 30, 90, 180, 365, 400, 730, 1100, 1830, 3700, -30, -200)
_FACTORS = tuple(map(Decimal, ("0.1", "0.5", "0.8", "1.25", "2", "4", "10")))
_MOST_LISTS = 40
_SOME_TEXTS = ("XX", "some")
_MORE_ITEMS = (1, 4, 12)
_OUTPUTS = ("score", "probability", "missing")
_SOME_POINTS = Decimal(700)
_ALERT = {"code": "SUGGESTED", "severity": "HIGH", "monitor": "some_monitor", "rule": "some_rule"}
_ALERTS = ({"unknown": True}, *({"open": [{**_ALERT, "effect": effect}]} for effect in EFFECTS))


class Moves:
    """Yields changed givens, for any variable: the path of an input, or a model and its output."""

    def __init__(self, policy: ActivePolicy, given: Sequence[Plain]) -> None:
        """Take a policy, and what its tests give."""
        checked = policy.policy.checked
        self._checked = checked
        members = [variable for path in policy.policy.reads for variable in self._of_input(path)]
        self._space: SearchSpace = search_space(checked, Domains(checked), tuple(dict.fromkeys(members)))
        self._parameters = [value for value in parameter_values(checked.definition).values() if _number(value)]
        self._given = given
        self._models = policy.models
        self._known: dict[Path, list[object]] = {}

    def variables(self, paths: Iterable[Path], nodes: Iterable[str]) -> list[Path]:
        """Return what may be changed of what reads these inputs and these nodes: models say what a test states."""
        inputs = [variable for path in sorted(paths) if path[0] not in _TIMES for variable in self._of_input(path)]
        models = [(name, output) for name in sorted(set(nodes) & set(self._models)) for output in _OUTPUTS]
        groups = [(path[0],) for path in inputs if len(path) > 1]
        return list(dict.fromkeys([*models, *inputs, *groups]))

    def _of_input(self, path: Path) -> Iterator[Path]:
        """Yield an input and, where it is a list of contexts, the members of its items that are read."""
        yield path
        if fields := _item_fields(self._checked.input_type_at(path)):
            yield from ((*path, member) for member in sorted(self._checked.members_read(path) & set(fields)))

    def changes(self, givens: Givens, variable: Path) -> Iterator[Givens]:
        """Yield the givens with other values of one variable."""
        if variable[0] in self._models:
            yield from self._model_changes(givens, *variable)
            return
        if len(variable) == 1 and isinstance(self._checked.input_type_at(variable), ContextType):
            written = self._written(variable, _ALERTS if variable[0] == ALERTS else ())
            for value in written:
                yield replace(givens, given=with_value(givens.given, variable, value))
            return
        root = list_root(self._checked, variable)
        if variable[0] in self._checked.dated_parameters:
            changed = self._scalar_changes(givens, (PARAMETERS, *variable))
        elif root is not None or isinstance(plain(self._checked.input_type_at(plain_path(variable))), ListType):
            changed = self._list_changes(givens, root or variable, variable)
        else:
            changed = self._scalar_changes(givens, variable)
        for given in changed:
            yield replace(givens, given=given)

    def _model_changes(self, givens: Givens, name: str, output: str) -> Iterator[Givens]:
        near = [value for value in self._space.candidates.get((name, output), ()) if isinstance(value, Decimal)]
        values = sorted({*near, *_between(near)})
        if output == "probability":
            values = [value for value in values if 0 < value < 1]
        else:
            values = sorted({value.to_integral_value() for value in values})
        stated = dict(givens.models.get(name, {}))
        if output == "missing":
            stated = stated or {"score": _SOME_POINTS}
        else:
            stated = {other: said for other, said in stated.items() if other == "missing"}
        for value in values:
            yield replace(givens, models={**givens.models, name: {**stated, output: value}})

    def _scalar_changes(self, givens: Givens, variable: Path) -> Iterator[Plain]:
        current = value_at(givens.given, variable)
        for value in self._values(variable, current, givens.now):
            if value != current or type(value) is not type(current):
                yield with_value(givens.given, variable, value)

    def _list_changes(self, givens: Givens, root: Path, variable: Path) -> Iterator[Plain]:
        yield from self._written_lists(root, givens.given)
        items = value_at(givens.given, root)
        known = list(items) if isinstance(items, list) else []
        member = plain_path(variable)[len(root) :]
        for length in sorted({0, 1, max(len(known) - 1, 0)} if known else ()):
            yield with_value(givens.given, root, known[:length])
        for more in _MORE_ITEMS if known else ():
            yield with_value(givens.given, root, [*known, *self._alike(known[-1], root, more)])
        if not member:
            return
        items = [item for item in known if isinstance(item, Mapping)] or [{}]
        for value in self._values(plain_path(variable), value_at(items[0], member), givens.now):
            first = with_value(items[0], member, value)
            yield with_value(givens.given, root, [first, *items[1:]])
            if len(items) > 1:
                yield with_value(givens.given, root, [with_value(item, member, value) for item in items])

    def _written_lists(self, root: Path, given: Plain) -> Iterator[Plain]:
        """Yield the givens with a whole list as some test writes it, with none, or with a first item."""
        for value in self._written(root):
            yield with_value(given, root, value)
        if value_at(given, root) is None and _item_fields(self._checked.input_type_at(root)):
            yield with_value(given, root, [{}])

    def _written(self, path: Path, more: Iterable[object] = ()) -> list[object]:
        """Return what tests give at a path as a whole, null first."""
        found = [*more, *(value_at(other, path) for other in self._given)]
        distinct = {repr(value): value for value in found if value is not None}
        return [None, *list(distinct.values())[:_MOST_LISTS]]

    def _alike(self, item: object, root: Path, count: int) -> list[object]:
        """Return more items like one; texts that name something are no names of the same."""
        if not isinstance(item, Mapping):
            return [item] * count
        fields = _item_fields(self._checked.input_type_at(root))
        names = [key for key, value in item.items() if fields.get(key) == STRING and isinstance(value, str)]
        return [{**item, **{key: f"{item[key]}-{number}" for key in names}} for number in range(1, count + 1)]

    def _values(self, variable: Path, current: object, now: datetime) -> list[object]:
        """Return the values to try: those near in the rules, between them, those of tests, some around the current."""
        known = self._known.get(variable)
        if known is None:
            known = self._known[variable] = self._mentioned(variable)
        type_ = plain(self._checked.input_type_at(_input_of(variable)))
        if isinstance(type_, ListType):
            type_ = plain(type_.item)
        values = list(known)
        if type_ == DATE:
            values += [(now.date() - timedelta(days=days)).isoformat() for days in _DAYS_AGO]
        if type_ == DATE_TIME:
            values += [(now - timedelta(days=days)).isoformat() for days in _DAYS_AGO]
        if type_ == STRING:
            values += _SOME_TEXTS
        if type_ == NUMBER and isinstance(number := _number(current), Decimal):
            values += [number + 1, number - 1, *(number * factor for factor in _FACTORS)]
        distinct = {(type(value), str(value)): value for value in values}
        return list(distinct.values())

    def _mentioned(self, variable: Path) -> list[object]:
        near = [_plain(value) for value in self._space.candidates.get(_input_of(variable), ())]
        if list_root(self._checked, _input_of(variable)) is not None and any(isinstance(v, Decimal) for v in near):
            near += self._parameters  # what is asked of items stands in texts that read the list as a whole
        numbers = [value for value in near if isinstance(value, Decimal)]
        tests = [value_at(given, variable) for given in self._given]
        whole = {repr(value): value for value in tests if not isinstance(value, list | Mapping)}
        return [None, *(value for value in near if value is not None), *_between(numbers), *whole.values()]


def _item_fields(type_: Type) -> Mapping[str, Type]:
    """Return the members of a list's items; none of what is no list of contexts."""
    type_ = plain(type_)
    item = plain(type_.item) if isinstance(type_, ListType) else None
    return item.fields if isinstance(item, ContextType) else {}


def _input_of(variable: Path) -> Path:
    """Return the input that a place in what is given means: dated parameters stand in a group of their own there."""
    return variable[1:] if variable[0] == PARAMETERS else variable


def _between(numbers: Iterable[Decimal]) -> list[Decimal]:
    """Return the middles of neighbouring numbers; whole ones where both are whole and one lies between."""
    middles = []
    for low, high in pairwise(sorted(set(numbers))):
        middle = (low + high) / 2
        is_whole = low == low.to_integral_value() and high == high.to_integral_value() and high - low > 1
        middles.append(middle.to_integral_value() if is_whole else middle)
    return middles


def _number(value: object) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        amount, _, currency = value.partition(" ")
        return Decimal(amount) if currency and amount.replace(".", "").isdecimal() else None
    return Decimal(value) if isinstance(value, int | Decimal) else None


def _plain(value: object) -> object:
    """Return a FEEL value as people write it in tests; None if they can't."""
    if isinstance(value, Date):
        return date(value.year, value.month, value.day).isoformat()
    return value if isinstance(value, Decimal | str | bool) else None
