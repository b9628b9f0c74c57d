"""What stands at a place of a file: the keys that lead there, and what the grammar says may stand there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from underwriter.editor.grammar.values import Keys, Meaning, Single, Value
from underwriter.editor.grammar.walk import Siblings, alternatives, item_of, mapping_at, value_under
from underwriter.editor.places.flow import Bracket, open_brackets
from underwriter.editor.places.outline import Entry, comment_column, entries, is_blank
from underwriter.feel.source import Position

Step = str | None
"""A key, or None for an item of a list."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file.

    `steps` lead to what stands there. With `is_key` that is a mapping, a key of which is written there; else it is a
    single value. `value` is what the grammar says of it. `siblings` are the keys of the mapping that is written, or
    that the value stands in, each with what stands behind it on its line. `start` is where the value or key begins.
    """

    position: Position
    steps: tuple[Step, ...]
    is_key: bool
    value: Value | None
    siblings: Mapping[str, str]
    start: Position

    @property
    def meanings(self) -> frozenset[Meaning]:
        """What a single value here stands for."""
        kinds = alternatives(self.value) if self.value is not None and not self.is_key else ()
        return frozenset(kind.meaning for kind in kinds if isinstance(kind, Single) and kind.meaning)


def place_at(lines: Sequence[str], position: Position, top: Keys) -> Place | None:
    """Return what stands at a position; None in a comment, outside of the text, and where the grammar knows nothing."""
    if position.line >= len(lines):
        return None
    above = _entries_above(lines, position)
    head = above[-1] if above else None
    if position.column > comment_column(lines[position.line]) and not (head and _opens_block(lines, head)):
        return None
    return _PlaceReader(lines, position, top, above).place()


class _PlaceReader:
    """Finds a place by the keys and dashes that it stands under, the outermost first."""

    def __init__(self, lines: Sequence[str], position: Position, top: Keys, above: Sequence[Entry]) -> None:
        self._lines = lines
        self._position = position
        self._top = top
        self._head = above[-1] if above else None
        self._steps: list[Step] = [entry.key for entry in above]
        self._siblings = [partial(_block_keys, lines, entry.line, entry.column) for entry in above]

    def place(self) -> Place | None:
        written = _between(self._lines, self._head, self._position) if self._head else ""
        if brackets := open_brackets(written):
            return self._in_brackets(brackets, written)
        return self._in_block(self._value())

    def _in_block(self, value: Value | None) -> Place | None:
        head, start = self._head, _word_start(self._lines[self._position.line], self._position)
        if value is None:
            return None
        is_below = head is None or self._position.line > head.line
        if head is None or head.key is None or (is_below and not _has_value(self._lines, head)):
            column = start.column if head is None or is_below else head.value
            siblings = _block_keys(self._lines, self._position.line, column)
            if mapping := mapping_at(value, siblings):
                return Place(self._position, tuple(self._steps), True, mapping, siblings, start)
        begins = Position(head.line, head.value) if head else start
        siblings = self._siblings[-1]() if self._siblings else {}
        return Place(self._position, tuple(self._steps), False, value, siblings, begins)

    def _in_brackets(self, brackets: Sequence[Bracket], written: str) -> Place | None:
        innermost = brackets[-1]
        is_key = not innermost.is_list and innermost.key is None
        self._steps += [None if bracket.is_list else bracket.key for bracket in brackets]
        around: list[Siblings] = [*self._siblings, *(partial(dict, bracket.keys) for bracket in brackets)]
        if is_key:
            self._steps.pop()
        value = self._value(around)
        if value is None:
            return None
        steps = tuple(self._steps)
        if is_key:
            start = _word_start(self._lines[self._position.line], self._position)
            mapping = mapping_at(value, innermost.keys)
            return Place(self._position, steps, True, mapping, innermost.keys, start) if mapping else None
        offset = innermost.start + len(written[innermost.start :]) - len(written[innermost.start :].lstrip())
        start = _back(self._lines, self._position, len(written) - offset)
        return Place(self._position, steps, False, value, innermost.keys, start)

    def _value(self, around: Sequence[Siblings] = ()) -> Value | None:
        """Return what the grammar says of that to which the steps lead."""
        value: Value | None = self._top
        for step, siblings in zip(self._steps, around or self._siblings, strict=False):
            if value is None:
                return None
            value = item_of(value) if step is None else value_under(value, step, siblings)
        return value


def _entries_above(lines: Sequence[str], position: Position) -> list[Entry]:
    """Return the keys and dashes that the position stands under, the outermost first."""
    found: list[Entry] = []
    line = lines[position.line]
    is_begun = next(entries(position.line, line[: position.column]), None) is not None
    indent = len(line) - len(line.lstrip())
    limit = position.column + 1 if is_begun else min(position.column, indent if line.strip() else position.column)
    may_share = False
    for number in range(position.line, -1, -1):
        if is_blank(lines[number]):
            continue
        for entry in reversed(list(entries(number, lines[number]))):
            if number == position.line and entry.value > max(position.column, entry.column):
                continue
            shares = may_share and entry.key is not None and entry.column == limit
            if entry.column < limit or shares:
                found = [entry] if _opens_block(lines, entry) else [entry, *found]
                limit, may_share = entry.column, entry.key is None
        if limit == 0 and not may_share:
            break
    return found


def _opens_block(lines: Sequence[str], entry: Entry) -> bool:
    """Tell whether the value of an entry is a text over the lines below, as `|` and `>` begin it."""
    return lines[entry.line][entry.value :].lstrip().startswith(("|", ">")) and entry.key is not None


def _has_value(lines: Sequence[str], entry: Entry) -> bool:
    """Tell whether the value of an entry begins on its line."""
    line = lines[entry.line]
    return bool(line[entry.value : comment_column(line)].strip())


def _between(lines: Sequence[str], head: Entry, position: Position) -> str:
    """Return what is written from where an entry's value begins up to a position."""
    if head.line == position.line:
        return lines[head.line][head.value : position.column]
    first, *rest = lines[head.line : position.line]
    return "\n".join([first[head.value :], *rest, lines[position.line][: position.column]])


def _block_keys(lines: Sequence[str], number: int, column: int) -> Mapping[str, str]:
    """Return the keys of the block mapping that has a key in this line and column, with what stands behind them."""
    return {
        entry.key: lines[entry.line][entry.value :].strip()
        for line in _lines_of_mapping(lines, number, column)
        for entry in entries(line, lines[line])
        if entry.column == column and entry.key is not None
    }


def _lines_of_mapping(lines: Sequence[str], number: int, column: int) -> range:
    """Return the lines of the block mapping around a line; a dash before its first key may stand further left."""
    first = last = number
    while first > 0 and not _begins_before(lines[first], column) and not _ends_above(lines[first - 1], column):
        first -= 1
    while last + 1 < len(lines) and not _begins_before(lines[last + 1], column):
        last += 1
    return range(first, last + 1)


def _begins_before(line: str, column: int) -> bool:
    return not is_blank(line) and len(line) - len(line.lstrip()) < column


def _ends_above(line: str, column: int) -> bool:
    """Tell whether a line before a mapping's is no part of it: it begins further left, with no key in the column."""
    return _begins_before(line, column) and all(entry.column != column for entry in entries(0, line))


def _word_start(line: str, position: Position) -> Position:
    """Return where the key that is being written begins: behind the last bracket, comma or dash."""
    before = line[: position.column]
    column = max((before.rfind(mark) + len(mark) for mark in ("{", ",", "- ") if mark in before), default=0)
    return Position(position.line, column + len(before[column:]) - len(before[column:].lstrip()))


def _back(lines: Sequence[str], position: Position, count: int) -> Position:
    """Return the position so many characters before another one, ends of lines counted."""
    line, column = position.line, position.column
    while count > column and line > 0:
        count -= column + 1
        line -= 1
        column = len(lines[line])
    return Position(line, max(column - count, 0))
