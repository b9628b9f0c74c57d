"""Formats rule files: tables are laid out in columns and blanks at the ends of lines go; all else stays as it is.

The rest of YAML is not laid out anew: authors' line breaks and comments carry meaning that no rule of layout knows.
"""

from collections.abc import Iterator

from underwriter.dmn.tables.layout import laid_out
from underwriter.editor.grammar.files import FileKind
from underwriter.editor.grammar.values import Meaning
from underwriter.editor.grammar.walk import meanings
from underwriter.feel.diagnostics import Diagnostic, has_errors
from underwriter.policy.documents import Text, read_document
from underwriter.yaml import Mapping, Node, Scalar, Sequence, compose

_BLANKS = " \t"


class Unreadable(ValueError):
    """A text that is no YAML. `diagnostics` say why."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        super().__init__("\n".join(map(str, diagnostics)))
        self.diagnostics = diagnostics


def formatted(text: str, kind: FileKind, shown: str) -> str:
    """Return a file's text formatted. What the loader reads of it stays the same; once more changes nothing.

    Raises Unreadable, with the file named as `shown`, when the text is no YAML.
    """
    document, diagnostics = read_document(shown, text)
    if document is None or has_errors(diagnostics):
        raise Unreadable(diagnostics)
    lines = text.split("\n")
    kept = _lines_of_long_scalars(text)
    lines = [line if number in kept else _trimmed(line) for number, line in enumerate(lines)]
    for data, meaning in meanings(document, kind.keys):
        if meaning is Meaning.GRID and data.tag == "str":
            _lay_out(data, lines)
    return "\n".join(lines)


def _trimmed(line: str) -> str:
    """Return a line without blanks at its end; a carriage return stays."""
    return line[:-1].rstrip(_BLANKS) + "\r" if line.endswith("\r") else line.rstrip(_BLANKS)


def _lay_out(grid: Text, lines: list[str]) -> None:
    """Write a grid anew into the lines where it stands, if each of its lines stands there as it reads."""
    rows = grid.text.split("\n")
    places = list(_places(grid, rows))
    raw = [lines[line].rstrip("\r")[column:] for line, column in places]
    if [row.rstrip() for row in raw] != [row.rstrip() for row in rows]:
        return
    for (line, column), old, new in zip(places, rows, laid_out(grid.text).split("\n"), strict=True):
        if old.strip():
            ending = "\r" if lines[line].endswith("\r") else ""
            lines[line] = lines[line][:column] + new + ending


def _places(grid: Text, rows: list[str]) -> Iterator[tuple[int, int]]:
    """Yield the line and column of each row's first character."""
    offset = 0
    for row in rows:
        position = grid.source.position(offset)
        yield position.line, position.column
        offset += len(row) + 1


def _lines_of_long_scalars(text: str) -> set[int]:
    """Return the lines whose ends belong to the value of a block or a quoted text over several lines."""
    found: set[int] = set()
    open_nodes: list[Node | None] = [compose(text)]
    while open_nodes:
        match open_nodes.pop():
            case Scalar(start=start, end=end, style=style) if style is not None:
                first = text.count("\n", 0, start)
                found.update(range(first, first + text.count("\n", start, end)))
            case Sequence(items=items):
                open_nodes += items
            case Mapping(entries=entries):
                open_nodes += [node for entry in entries for node in entry]
    return found
