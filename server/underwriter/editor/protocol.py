"""Our places, findings and proposals as the language server protocol's, and back.

The protocol counts columns in units of an encoding that client and server agree on: UTF-16 if they don't.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from lsprotocol import types

from underwriter.editor.completion import Proposal, ProposalKind
from underwriter.editor.references import Reference
from underwriter.feel.diagnostics import Diagnostic, Severity
from underwriter.feel.source import Position

SOURCE = "underwriter"
_UNIT_BYTES = {"utf-8": 1, "utf-16": 2, "utf-32": 4}
_CODECS = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
_PLACE = re.compile(r"([\w./-]+\.(?:ya?ml|csv|dmn)):(\d+):(\d+)")
_SEVERITIES = {Severity.ERROR: types.DiagnosticSeverity.Error, Severity.WARNING: types.DiagnosticSeverity.Warning}
_KINDS = {
    ProposalKind.KEY: types.CompletionItemKind.Property,
    ProposalKind.VALUE: types.CompletionItemKind.EnumMember,
    ProposalKind.NAME: types.CompletionItemKind.Variable,
    ProposalKind.FUNCTION: types.CompletionItemKind.Function,
    ProposalKind.REFERENCE: types.CompletionItemKind.Reference,
    ProposalKind.FILE: types.CompletionItemKind.File,
}


class Columns:
    """Converts the columns of a text's lines to and from the protocol's units."""

    def __init__(self, text: str, encoding: str) -> None:
        self._lines = text.split("\n")
        self._codec, self._unit = _CODECS[encoding], _UNIT_BYTES[encoding]

    def position(self, position: types.Position) -> Position:
        """Return our position of the protocol's; one within a character is before it, one beyond a line at its end."""
        line = self._line(position.line)
        units = line.encode(self._codec, "surrogatepass")[: position.character * self._unit]
        return Position(position.line, len(units.decode(self._codec, "ignore")))

    def protocol_position(self, position: Position) -> types.Position:
        """Return the protocol's position of ours."""
        before = self._line(position.line)[: position.column]
        return types.Position(position.line, len(before.encode(self._codec, "surrogatepass")) // self._unit)

    def protocol_range(self, start: Position, end: Position) -> types.Range:
        """Return the protocol's range between two of our positions."""
        return types.Range(self.protocol_position(start), self.protocol_position(end))

    def line_end(self, number: int) -> Position:
        """Return the position at the end of a line."""
        return Position(number, len(self._line(number).removesuffix("\r")))

    def _line(self, number: int) -> str:
        return self._lines[number] if 0 <= number < len(self._lines) else ""


def diagnostic(finding: Diagnostic, columns: Columns, folder: Path, pages: Path) -> types.Diagnostic:
    """Return a finding on a file of the rules folder; `pages` is the folder of pages on findings, by their codes."""
    start = finding.position
    end = finding.source.position(finding.span.end)
    page = pages / f"{finding.code}.md"
    return types.Diagnostic(
        columns.protocol_range(start, end if end > start else columns.line_end(start.line)),
        f"{finding.message}\n{finding.help}" if finding.help else finding.message,
        _SEVERITIES[finding.severity],
        finding.code,
        types.CodeDescription(page.resolve().as_uri()) if page.is_file() else None,
        SOURCE,
        related_information=list(_related(finding.message, folder)) or None,
    )


def _related(message: str, folder: Path) -> Iterator[types.DiagnosticRelatedInformation]:
    """Yield the places that a finding's message names: where a name is taken, where a reason stands already."""
    for path, line, column in _PLACE.findall(message):
        if (folder / path).is_file():
            at = types.Position(int(line) - 1, int(column) - 1)
            location = types.Location((folder / path).resolve().as_uri(), types.Range(at, at))
            yield types.DiagnosticRelatedInformation(location, f"{path}:{line}")


def completion_item(proposal: Proposal, number: int, end: Position, columns: Columns) -> types.CompletionItem:
    """Return a proposal as one of a list: `number` keeps its place in it, `end` is where the cursor stands."""
    return types.CompletionItem(
        label=proposal.label,
        kind=_KINDS[proposal.kind],
        detail=proposal.detail or None,
        documentation=types.MarkupContent(types.MarkupKind.Markdown, proposal.about) if proposal.about else None,
        sort_text=f"{number:05}",
        filter_text=proposal.text,
        text_edit=types.TextEdit(columns.protocol_range(proposal.start, end), proposal.text),
    )


def hover(reference: Reference, columns: Columns) -> types.Hover:
    """Return what is told of a reference."""
    text = types.MarkupContent(types.MarkupKind.Markdown, reference.text)
    return types.Hover(text, columns.protocol_range(reference.start, reference.end))


def line_edits(before: str, after: str, columns: Columns) -> Sequence[types.TextEdit]:
    """Return the edits that make one text of another with as many lines, a line each."""
    lines = enumerate(zip(before.split("\n"), after.split("\n"), strict=True))
    return [
        types.TextEdit(columns.protocol_range(Position(number, 0), columns.line_end(number)), new.removesuffix("\r"))
        for number, (old, new) in lines
        if old != new
    ]
