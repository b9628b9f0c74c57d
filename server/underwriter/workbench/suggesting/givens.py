"""What a test gives, as plain data: read and changed at a path, and compared."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from underwriter.policy.checked import Path

Plain = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Givens:
    """What a test gives: plain data, what models are made to say, and the time."""

    given: Plain
    models: Mapping[str, Mapping[str, Decimal]]
    now: datetime


def value_at(given: object, path: Path) -> object:
    """Return what is given at a path; None if nothing is."""
    for step in path:
        given = given.get(step) if isinstance(given, Mapping) else None
    return given


def with_value(given: Plain, path: Path, value: object) -> dict[str, object]:
    """Return the data with another value at a path; None takes it away. What is not on the path is shared."""
    first, *rest = path
    changed = dict(given)
    if rest:
        below = changed.get(first)
        value = with_value(below if isinstance(below, Mapping) else {}, tuple(rest), value) or None
    if value is None:
        changed.pop(first, None)
    else:
        changed[first] = value
    return changed


def difference(base: Plain, given: Plain) -> dict[str, object]:
    """Return what has to be put over `base` to make `given` of it; None takes a field away."""
    found: dict[str, object] = {name: None for name in base if name not in given}
    for name, value in given.items():
        before = base.get(name)
        if isinstance(value, Mapping) and isinstance(before, Mapping):
            if inner := difference(before, value):
                found[name] = inner
        elif name not in base or value != before or type(value) is not type(before):
            found[name] = value
    return found


def leaves(data: Plain, above: Path = ()) -> list[Path]:
    """Return the paths of all values within mappings, in their order; a list is one value."""
    found: list[Path] = []
    for name, value in data.items():
        found += leaves(value, (*above, name)) if isinstance(value, Mapping) and value else [(*above, name)]
    return found
