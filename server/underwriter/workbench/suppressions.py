"""Comments in rule files that allow a finding, with a reason: `# allow table-gap: grade F has no price`.

At the end of a line such a comment covers the warnings that begin on the line. On a line of its own it covers those in
what begins on the next line: all of a decision, with its table and the CSV file that the table stands in. Errors can't
be allowed, since nothing would run with them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from underwriter.feel.diagnostics import Diagnostic, Severity, nearest
from underwriter.feel.source import Source
from underwriter.policy.rule_files import ALLOWING, YAML_ENDINGS, RuleFiles, resolve
from underwriter.workbench.finding_codes import FINDING_CODES
from underwriter.yaml import Mapping, Node, Scalar, YamlError, compose
from underwriter.yaml import Sequence as Items

_CSV_TAG = "!csv"


@dataclass(frozen=True, slots=True)
class Suppression:
    """A comment that allows a code: where it stands, why, and what it covers: lines of its file, and other files."""

    code: str
    reason: str
    source: Source
    lines: range
    files: frozenset[str]

    def covers(self, finding: Diagnostic) -> bool:
        """Tell whether a finding is one of those that the comment allows."""
        if finding.code != self.code or finding.severity is not Severity.WARNING:
            return False
        is_here = finding.source.name == self.source.name and finding.position.line in self.lines
        return is_here or finding.source.name in self.files


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that its authors have allowed, and their reason."""

    finding: Diagnostic
    reason: str


def suppress(
    findings: Iterable[Diagnostic], files: RuleFiles, *, is_complete: bool
) -> tuple[list[Diagnostic], list[Suppressed]]:
    """Return what is left of the findings, with those on the comments themselves, and what the comments allow.

    A comment without a reason, or of a code that does not exist, allows nothing. Whether one that could allow something
    does is told only if the findings are complete.
    """
    comments = [comment for path in files.texts for comment in suppressions_in(path, files)]
    sound = [comment for comment in comments if comment.reason and comment.code in FINDING_CODES]
    kept: list[Diagnostic] = []
    suppressed: list[Suppressed] = []
    used: set[int] = set()
    for finding in findings:
        covering = [comment for comment in sound if comment.covers(finding)]
        used.update(map(id, covering))
        if covering:
            suppressed.append(Suppressed(finding, covering[0].reason))
        else:
            kept.append(finding)
    kept += (_faulty(comment) for comment in comments if comment not in sound)
    if is_complete:
        kept += (_unused(comment) for comment in sound if id(comment) not in used)
    return kept, suppressed


def suppressions_in(path: str, files: RuleFiles) -> Sequence[Suppression]:
    """Return the comments of a YAML file that allow something; none for other files, and for YAML that is none."""
    text = files.texts[path]
    if not path.endswith(YAML_ENDINGS) or not ALLOWING.search(text):
        return ()
    try:
        document = compose(text)
    except YamlError:
        return ()
    return [] if document is None else list(_Comments(path, files, document).all())


class _Comments:
    """The comments of one file. A `#` inside of a scalar begins none."""

    def __init__(self, path: str, files: RuleFiles, document: Node) -> None:
        self._path = path
        self._files = files
        self._document = document
        self._text = files.texts[path]
        self._lines = self._text.split("\n")
        self._scalars = [(node.start, node.end) for node in _nodes(document) if isinstance(node, Scalar)]

    def all(self) -> Iterator[Suppression]:
        offset = 0
        for number, line in enumerate(self._lines):
            found = ALLOWING.search(line)
            if found is not None and not self._is_in_scalar(offset + found.start()):
                yield self._suppression(found, number, offset)
            offset += len(line) + 1

    def _is_in_scalar(self, offset: int) -> bool:
        return any(start <= offset < end for start, end in self._scalars)

    def _suppression(self, found: re.Match[str], number: int, offset: int) -> Suppression:
        source = Source(self._text, self._files.shown(self._path)).part(offset + found.start(), offset + found.end())
        code, reason = found["code"], (found["reason"] or "").strip()
        if self._lines[number][: found.start()].strip():
            return Suppression(code, reason, source, range(number, number + 1), frozenset())
        return self._above(code, reason, source, number)

    def _above(self, code: str, reason: str, source: Source, number: int) -> Suppression:
        """Return what a comment on a line of its own allows: it covers what begins on the next line of the document."""
        following = (line for line in range(number + 1, len(self._lines)) if not _is_blank(self._lines[line]))
        line = next(following, len(self._lines))
        covered = next((part for part in _entries(self._document) if self._line_of(part[0].start) == line), None)
        if covered is None:
            return Suppression(code, reason, source, range(line, line + 1), frozenset())
        end = self._line_of(len(self._text[: covered[-1].end].rstrip()))
        scalars = [node for part in covered for node in _nodes(part) if isinstance(node, Scalar)]
        tables = (resolve(self._path, node.text) for node in scalars if node.tag == _CSV_TAG)
        shown = frozenset(self._files.shown(table) for table in tables if table is not None)
        return Suppression(code, reason, source, range(line, end + 1), shown)

    def _line_of(self, offset: int) -> int:
        return self._text.count("\n", 0, offset)


def _is_blank(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _nodes(node: Node) -> Iterator[Node]:
    """Yield a node and all that stand in it."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        yield found
        match found:
            case Mapping(entries=entries):
                waiting += [part for entry in entries for part in entry]
            case Items(items=items):
                waiting += items


def _entries(document: Node) -> Iterator[tuple[Node, ...]]:
    """Yield each entry of a mapping, as key and value, and each item of a list, the outer ones before those in them."""
    waiting = [document]
    while waiting:
        found = waiting.pop(0)
        match found:
            case Mapping(entries=entries):
                yield from entries
                waiting += [value for _, value in entries]
            case Items(items=items):
                yield from ((item,) for item in items)
                waiting += items


def _faulty(comment: Suppression) -> Diagnostic:
    if comment.code not in FINDING_CODES:
        message = f"there is no finding with the code '{comment.code}'"
        mend = nearest(comment.code, FINDING_CODES) or "the codes stand in docs/findings"
        return _finding("unknown-suppression", message, comment, mend)
    message = f"'{comment.code}' is allowed here without a reason, so it is not"
    mend = f"such as `# allow {comment.code}: why it is meant`"
    return _finding("suppression-without-reason", message, comment, mend)


def _unused(comment: Suppression) -> Diagnostic:
    message = f"nothing here is found as '{comment.code}'"
    return _finding("unused-suppression", message, comment, "take the comment out")


def _finding(code: str, message: str, comment: Suppression, mend: str) -> Diagnostic:
    return Diagnostic(code, message, comment.source, comment.source.whole, mend, Severity.WARNING)
