"""Compares elements one by one, and with them policies."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from underwriter.policy import Policy
from underwriter.workbench.comparison.changes import Change, ChangeKind, FieldChange
from underwriter.workbench.comparison.elements import Element, Row, Said
from underwriter.workbench.comparison.policy_elements import policy_elements
from underwriter.workbench.comparison.rows import align


def compare_policies(old: Policy, new: Policy) -> list[Change]:
    """Return what changed in meaning from one policy to another, but for the texts of reasons.

    Titles, units, notes and comments decide nothing and are not compared.
    """
    return compare_elements(policy_elements(old), policy_elements(new))


def compare_elements(old: Iterable[Element], new: Iterable[Element]) -> list[Change]:
    """Return every change between parts of the same names, in the order of the new ones; removed ones are last."""
    was = {element.key: element for element in old}
    now = {element.key: element for element in new}
    changes: list[Change] = []
    for key, element in now.items():
        changes += _changed(was[key], element) if key in was else [_alone(ChangeKind.ADDED, element)]
    return changes + [_alone(ChangeKind.REMOVED, element) for key, element in was.items() if key not in now]


def _alone(kind: ChangeKind, element: Element) -> Change:
    """Return that a whole element came or went."""
    fields = dict(element.fields)
    if element.rows:
        fields[f"{element.row_name}s"] = Said(str(len(element.rows)), len(element.rows))
    old, new = ({}, fields) if kind is ChangeKind.ADDED else (fields, {})
    return Change(kind, element.what, element.name, tuple(_field_changes(old, new)), element.place)


def _changed(old: Element, new: Element) -> Iterator[Change]:
    fields = tuple(_field_changes(old.fields, new.fields))
    if fields:
        yield Change(ChangeKind.CHANGED, new.what, new.name, fields, new.place)
    common = set(old.order) & set(new.order)
    was, now = ([name for name in element.order if name in common] for element in (old, new))
    if was != now:
        order = FieldChange("order", ", ".join(was), ", ".join(now))
        yield Change(ChangeKind.MOVED, new.what, new.name, (order,), new.place)
    yield from _row_changes(old, new)


def _row_changes(old: Element, new: Element) -> Iterator[Change]:
    for was, now, is_moved in align(old.rows, new.rows, in_order=new.in_order):
        if was is None and now is not None:
            yield _row_change(ChangeKind.ADDED, new, now, None, new.rows[now])
        elif was is not None and now is None:
            yield _row_change(ChangeKind.REMOVED, old, was, old.rows[was], None)
        elif was is not None and now is not None:
            yield from _same_row_changes(old, new, was, now, is_moved=is_moved)


def _same_row_changes(old: Element, new: Element, was: int, now: int, *, is_moved: bool) -> Iterator[Change]:
    before, after = old.rows[was], new.rows[now]
    if before.fields != after.fields:
        yield _row_change(ChangeKind.CHANGED, new, now, before, after)
    if is_moved:
        name = _row_name(new, now)
        number = FieldChange("number", str(was + 1), str(now + 1))
        yield Change(ChangeKind.MOVED, new.row_name, name, (number,), after.place, _where(after))


def _row_change(kind: ChangeKind, element: Element, number: int, old: Row | None, new: Row | None) -> Change:
    row = new or old
    was, now = (old.fields if old else {}, new.fields if new else {})
    fields = tuple(_row_fields(was, now)) if old and new else tuple(_field_changes(was, now))
    place = row.place if row else element.place
    where = _where(new) if old and new and old.tests == new.tests else ""
    return Change(kind, element.row_name, _row_name(element, number), fields, place, where)


def _where(row: Row) -> str:
    return ", ".join(f"{name} {said.text}" for name, said in row.tests.items())


def _row_name(element: Element, number: int) -> str:
    return f"{number + 1} of {element.name}"


def _row_fields(old: Mapping[str, Said], new: Mapping[str, Said]) -> Iterator[FieldChange]:
    """Yield the cells that changed; a cell that is gone accepts anything."""
    for change in _field_changes(old, new):
        yield FieldChange(change.field, change.old or "-", change.new or "-", change.percent)


def _field_changes(old: Mapping[str, Said], new: Mapping[str, Said]) -> Iterator[FieldChange]:
    for name in dict.fromkeys((*new, *old)):
        was, now = old.get(name), new.get(name)
        if was != now:
            old_text, new_text = (said.text if said else "" for said in (was, now))
            yield FieldChange(name, old_text, new_text, _percent(was, now))


def _percent(old: Said | None, new: Said | None) -> Decimal | None:
    """Return by how many percent a number grew, with one decimal."""
    was, now = (said.number if said else None for said in (old, new))
    if not was or now is None:
        return None
    return ((now - was) / abs(was) * 100).quantize(Decimal("0.1"))
