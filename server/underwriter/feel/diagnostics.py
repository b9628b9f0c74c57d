"""What a stage has to say to the author of a rule file: a stable code, a message, a place, and what to do."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from underwriter.feel.source import Position, Source, Span

_LONGEST_LINE = 240
"""Of longer lines only so many characters are shown."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""What a terminal would obey instead of showing it; a tab is shown."""


class Severity(StrEnum):
    """How grave a finding is: an error keeps a policy from being used, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `code` is stable and in kebab-case; `message` says what was found and what was expected."""

    code: str
    message: str
    source: Source
    span: Span
    help: str = ""
    severity: Severity = Severity.ERROR

    @property
    def position(self) -> Position:
        """Where the finding starts in its file."""
        return self.source.position(self.span.start)

    def __str__(self) -> str:
        return f"{self.source.location(self.span.start)}: {self.severity.value}[{self.code}]: {self.message}"

    def render(self) -> str:
        """Return the finding with its line, or the part of a long one about the place, a caret under it, and the help.

        A file as a whole has no line.
        """
        line, column = _shown_part(self.source.line(self.position.line), self.position.column)
        if not line:
            return "\n".join([str(self), f"    help: {self.help}"] if self.help else [str(self)])
        length = min(max(self.span.end - self.span.start, 1), max(len(line) - column, 1))
        margin = "".join(
            character if character == "\t" else " " * terminal_width(character) for character in line[:column]
        )
        marks = "^" * max(sum(terminal_width(character) for character in line[column : column + length]), 1)
        parts = [str(self), f"    {line}", f"    {margin}{marks}"]
        return "\n".join([*parts, f"    help: {self.help}"] if self.help else parts)


def in_file_order(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Return the findings by file, then by place; the same finding once."""
    return sorted(dict.fromkeys(diagnostics), key=lambda d: (d.source.name, d.position, d.code, d.message))


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Tell whether any of the findings is an error."""
    return any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)


def nearest(name: str, known: Iterable[str]) -> str:
    """Return "did you mean 'x'?" for the known name that is most like this one, or nothing."""
    matches = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean '{matches[0]}'?" if matches else ""


def _shown_part(line: str, column: int) -> tuple[str, int]:
    """Return what is shown of a line, and where the column is in it: the part about it if the line is long."""
    line = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", line)
    if len(line) <= _LONGEST_LINE:
        return line, column
    start = max(min(column - _LONGEST_LINE // 2, len(line) - _LONGEST_LINE), 0)
    end = start + _LONGEST_LINE
    before, after = "…" if start else "", "…" if end < len(line) else ""
    return f"{before}{line[start:end]}{after}", column - start + len(before)


def terminal_width(character: str) -> int:
    """Return how many columns a terminal gives a character: East Asian wide ones take two, combining ones none."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
