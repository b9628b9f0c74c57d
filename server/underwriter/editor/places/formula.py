"""The formula at a place, and the names of it at the cursor."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from underwriter.dmn.tables.grid import bar_places
from underwriter.editor.grammar.values import Meaning
from underwriter.editor.places.place import Place
from underwriter.feel.parsing.lexer import tokenize
from underwriter.feel.parsing.tokens import Kind, Token

_WORDS = (Kind.NAME, Kind.KEYWORD)
_FORMULAS = (Meaning.FORMULA, Meaning.UNARY_TESTS)


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula, or a cell's tests, up to the end of the cursor's line. `offset` is the cursor's in its text.

    `tested` is what the tests of a cell are on: the input at the head of its column.
    """

    text: str
    offset: int
    tested: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """Names joined by dots: `applicant.age`. `start` and `end` are the offsets of the last of them in the formula."""

    names: tuple[str, ...]
    start: int
    end: int


def formula_at(lines: Sequence[str], place: Place) -> Formula | None:
    """Return the formula that a place stands in, None if it stands in none."""
    if Meaning.GRID in place.meanings:
        return _cell_at(lines, place)
    if not place.meanings.intersection(_FORMULAS):
        return None
    position = place.position
    between = [lines[place.start.line][place.start.column :], *lines[place.start.line + 1 : position.line + 1]]
    if position.line == place.start.line:
        return Formula(between[0], position.column - place.start.column)
    before = "\n".join(between[:-1]) + "\n"
    return Formula(before + between[-1], len(before) + position.column)


def _cell_at(lines: Sequence[str], place: Place) -> Formula | None:
    """Return the cell of a grid, unless it is a name of an output or a note."""
    first = place.start.line + 1
    header = next((number for number in range(first, len(lines)) if "|" in lines[number]), None)
    row = place.position.line
    if header is None or row < header or "|" not in lines[row]:
        return None
    cell = next((cell for cell in _cells(lines[row]) if cell.start <= place.position.column <= cell.end), None)
    if cell is None or cell.group > 1 or (row == header and cell.group > 0):
        return None
    heads = (head for head in _cells(lines[header]) if (head.group, head.number) == (0, cell.number))
    head = next(heads, None) if cell.group == 0 and row != header else None
    return Formula(
        cell.text(lines[row]), place.position.column - cell.start, head.text(lines[header]).strip() if head else ""
    )


class _Cell(NamedTuple):
    """A cell of a line, the one of a number in its group, from one bar to the next."""

    group: int
    number: int
    start: int
    end: int

    def text(self, line: str) -> str:
        """Return what stands in the cell."""
        return line[self.start : self.end]


def _cells(line: str) -> Iterator[_Cell]:
    group = number = 0
    for left, right in pairwise(bar_places(line)):
        if right == left + 1:
            group, number = group + 1, 0
        else:
            yield _Cell(group, number, left + 1, right)
            number += 1


def chain_before(formula: Formula) -> Chain | None:
    """Return the names that are being written at the cursor, the last one perhaps empty; None in a text or number."""
    tokens = tokenize(formula.text[: formula.offset])[:-1]
    last = tokens[-1] if tokens else None
    if last is None:
        return Chain(("",), formula.offset, formula.offset)
    if last.kind in (Kind.UNCLOSED, Kind.STRING, Kind.NUMBER) and last.end == formula.offset:
        return None
    if last.kind in _WORDS and last.end == formula.offset:
        return Chain((*_owners(tokens[:-1]), last.text), last.start, formula.offset)
    return Chain((*_owners(tokens), ""), formula.offset, formula.offset)


def chain_at(formula: Formula, spaced: Collection[str]) -> Chain | None:
    """Return the names that end with the one at the cursor. `spaced` are known names with blanks in them."""
    tokens = tokenize(formula.text)
    for number, token in enumerate(tokens):
        if token.kind in _WORDS and token.start <= formula.offset <= token.end:
            first, last = _spaced(tokens, number, spaced)
            name = formula.text[tokens[first].start : tokens[last].end]
            return Chain((*_owners(tokens[:first]), name), tokens[first].start, tokens[last].end)
    return None


def _spaced(tokens: Sequence[Token], number: int, spaced: Collection[str]) -> tuple[int, int]:
    """Return the first and last token of the longest known name around a token."""
    runs = [
        (first, last)
        for first in range(max(number - 4, 0), number + 1)
        for last in range(number, min(number + 5, len(tokens)))
        if " ".join(token.text for token in tokens[first : last + 1]) in spaced
    ]
    return max(runs, key=lambda run: run[1] - run[0], default=(number, number))


def _owners(tokens: Sequence[Token]) -> tuple[str, ...]:
    """Return the names before a dot at the end of tokens; what is in square brackets between them is passed over."""
    names: list[str] = []
    at = len(tokens) - 1
    while at >= 1 and tokens[at].text == ".":
        at = _before_filter(tokens, at - 1)
        if at < 0 or tokens[at].kind not in _WORDS:
            break
        names.insert(0, tokens[at].text)
        at -= 1
    return tuple(names)


def _before_filter(tokens: Sequence[Token], at: int) -> int:
    depth = 0
    while at >= 0:
        depth += {"]": 1, "[": -1}.get(tokens[at].text, 0)
        if depth == 0 and tokens[at].text != "[":
            return at
        at -= 1
    return at


def compared_before(formula: Formula) -> tuple[str, ...]:
    """Return the names that the text which is begun at the cursor is compared with: those of `x.y = "`."""
    tokens = tokenize(formula.text[: formula.offset])[:-1]
    if tokens and tokens[-1].kind in (Kind.UNCLOSED, Kind.STRING):
        tokens = tokens[:-1]
    if len(tokens) >= 2 and tokens[-1].text in ("=", "!=") and tokens[-2].kind in _WORDS:
        return (*_owners(tokens[:-2]), tokens[-2].text)
    return ()
