"""Applications near a given one, at and around the values that changed rules compare with."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from itertools import combinations, product
from typing import NamedTuple

from underwriter.decisioning.rule_tests.files import RuleTest
from underwriter.dmn.boxes.checked_boxes import CheckedText
from underwriter.dmn.graph import reachable
from underwriter.feel.source import Source
from underwriter.feel.types import BOOLEAN, NUMBER, STRING, ListType, plain
from underwriter.policy.checked import CheckedPolicy, Path, paths_read
from underwriter.policy.stored_inputs import STORED_INPUTS
from underwriter.workbench.comparison.changes import Change

MODELS, NOW = "models", "now"

_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_STRING = re.compile(r'"([^"\\]*)"')
_DAY = re.compile(r"from (\d{4}-\d\d-\d\d)")
_SCALES = tuple(map(Decimal, ("0.9", "1.1", "0.5", "2", "0.8", "1.25", "0.95", "1.05")))
_SCORES = tuple(map(Decimal, range(400, 950, 50)))
_MOST_VARIABLES = 12
_MOST_VALUES = 40
_PAIRED_VARIABLES = 5
_PAIRED_VALUES = 4


class Edit(NamedTuple):
    """A value in the place of what a test gives at a path, such as `applicant.age`, `models.default_risk.score`, `now`.

    None is not sent.
    """

    path: str
    value: object


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What may be edited because of changes: paths, nearest to them first, and values that the changes mention."""

    paths: tuple[Path, ...]
    numbers: tuple[Decimal, ...]
    texts: tuple[str, ...]
    days: tuple[datetime, ...]

    def edits(self, test: RuleTest, checked: CheckedPolicy) -> Iterator[tuple[Edit, ...]]:
        """Yield edits of what a test gives: one at a time, then two."""
        singles = [[Edit(".".join(path), value) for value in self._values(test, path, checked)] for path in self.paths]
        yield from ((Edit(NOW, day),) for day in self.days)
        yield from ((edit,) for edits in singles for edit in edits)
        for first, second in combinations(singles[:_PAIRED_VARIABLES], 2):
            yield from product(first[:_PAIRED_VALUES], second[:_PAIRED_VALUES])

    def _values(self, test: RuleTest, path: Path, checked: CheckedPolicy) -> Sequence[object]:
        if path[0] == MODELS:
            scores = [number for number in self._around() if _SCORES[0] <= number <= _SCORES[-1]]
            return list(dict.fromkeys((*scores, *_SCORES)))[:_MOST_VALUES]
        given = _at(test.given, path)
        type_ = plain(checked.input_type_at(path))
        found: list[object] = []
        if type_ == NUMBER:
            found = [*self._around(), *_scaled(given)]
        elif type_ == STRING:
            found = [*self.texts]
        elif type_ == BOOLEAN:
            found = [True, False]
        return [value for value in list(dict.fromkeys(found))[:_MOST_VALUES] if value != given] + (
            [] if given is None else [None]
        )

    def _around(self) -> Iterator[Decimal]:
        """Yield the numbers that changed, what lies between them, and their neighbours."""
        yield from ((low + high) / 2 for low, high in zip(self.numbers, self.numbers[1:], strict=False))
        for number in self.numbers:
            exponent = number.as_tuple().exponent
            step = Decimal(1).scaleb(exponent if isinstance(exponent, int) and exponent < 0 else 0)
            yield from (number, number - step, number + step)


def edited(test: RuleTest, edits: Sequence[Edit]) -> RuleTest:
    """Return what a test gives with edits made to it."""
    for path, value in edits:
        steps = tuple(path.split("."))
        if path == NOW and isinstance(value, datetime):
            test = replace(test, now=value)
        elif steps[0] == MODELS and isinstance(value, Decimal):
            test = replace(test, models={**test.models, steps[1]: {steps[2]: value}})
        else:
            test = replace(test, given=_with(test.given, steps, value))
    return test


def neighbourhood(changes: Iterable[Change], policies: Sequence[CheckedPolicy]) -> Neighbourhood:
    """Return where to look for applications that changes make a difference to, under the old policy and the new."""
    changes = list(changes)
    texts = [text for change in changes for field in change.fields for text in (field.old, field.new)]
    texts += [change.where for change in changes]
    numbers = dict.fromkeys(Decimal(number) for text in texts for number in _NUMBER.findall(text))
    days = [day for change in changes for field in change.fields for day in _DAY.findall(field.field)]
    paths = dict.fromkeys(path for checked in policies for path in _paths(checked, changes))
    return Neighbourhood(
        tuple(paths)[:_MOST_VARIABLES],
        tuple(sorted(numbers)),
        tuple(dict.fromkeys(word for text in texts for word in _STRING.findall(text))),
        tuple(datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC) for day in dict.fromkeys(days)),
    )


def _paths(checked: CheckedPolicy, changes: Sequence[Change]) -> Iterator[Path]:
    """Yield the inputs that changed parts read, first those that they read themselves; then the models behind them."""
    rules = _rules(checked, changes)
    nodes = _nodes(checked, {change.owner for change in changes if change.what != "rule"})
    if not (nodes or rules):
        nodes = checked.nodes_read(tuple(checked.approval_sources())) & set(checked.order)
    read = {
        path for rule in rules for path in paths_read(checked.formula(rule)) if path[0] in checked.input_type.fields
    }
    direct = read | {path for name in nodes for path in checked.inputs.get(name, ())}
    nodes |= checked.nodes_read(rules) & set(checked.order)
    behind = checked.inputs_of(nodes)
    yield from (path for path in sorted(direct) if _is_editable(checked, path))
    models = [model for model in checked.models if model in reachable(nodes, checked.requires)]
    yield from ((MODELS, model, "score") for model in models)
    yield from (path for path in sorted(behind - direct) if _is_editable(checked, path))


def _rules(checked: CheckedPolicy, changes: Sequence[Change]) -> list[Source]:
    """Return the conditions of rules that changed, or that read what changed."""
    changed = {change.name for change in changes if change.what == "rule"}
    names = {change.owner for change in changes if change.what != "rule"}
    rules = [(f"{rule.id.text} of {name}", rule.when) for name, rule in checked.definition.rules()]
    return [when for title, when in rules if title in changed or _reads(checked.formula(when), names)]


def _nodes(checked: CheckedPolicy, names: set[str]) -> set[str]:
    """Return the nodes of changed names, and those whose texts read one; of lists of rules each is looked at alone."""
    roots = names | {name.split(".")[0] for name in names}
    lists = {name for name, _ in checked.definition.rules()}
    others = {name: texts for name, texts in checked.texts.items() if name not in lists}
    reading = {name for name, texts in others.items() if any(_reads(text, names) for text in texts)}
    return (roots & set(checked.order) - lists) | reading


def _reads(text: CheckedText, names: set[str]) -> bool:
    return any(path[0] in names for path in paths_read(text))


def _is_editable(checked: CheckedPolicy, path: Path) -> bool:
    """Tell whether a path is that of one value which a test may give."""
    is_given = path[0] in checked.input_type.fields and path[0] not in (NOW, "today")
    ends = (checked.input_type_at(path[: end + 1]) for end in range(len(path)))
    is_plain = not any(isinstance(type_, ListType) for type_ in ends)
    return is_given and is_plain and (path[0] not in STORED_INPUTS or len(path) > 1)


def _at(given: Mapping[str, object], path: Path) -> object:
    value: object = given
    for step in path:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _with(given: Mapping[str, object], path: Sequence[str], value: object) -> dict[str, object]:
    """Return plain data with a value at a path; None takes away what is there."""
    head, *rest = path
    if not rest:
        return {**given, head: value} if value is not None else {k: v for k, v in given.items() if k != head}
    inner = given.get(head)
    return {**given, head: _with(inner if isinstance(inner, Mapping) else {}, rest, value)}


def _scaled(given: object) -> Iterator[Decimal]:
    """Yield numbers in proportion to what is given, which may be money such as `20000 CNY`."""
    try:
        number = Decimal(str(given).split()[0])
    except (InvalidOperation, IndexError):
        return
    yield from (_short(number * scale) for scale in _SCALES)


def _short(number: Decimal) -> Decimal:
    return Decimal(int(number)) if abs(number) >= 100 else number.quantize(Decimal("0.0001")).normalize()
