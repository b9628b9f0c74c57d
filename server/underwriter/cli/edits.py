"""Edits of an application on the command line: `--set applicant.age=17`."""

from collections.abc import Iterator, Mapping, Sequence

from underwriter.cli.exit_codes import UNUSABLE
from underwriter.cli.output import refuse
from underwriter.policy.documents import plain_value, read_document


def edits_of(texts: Sequence[str]) -> dict[str, object]:
    """Return edits as nested plain data; a value is written as in a test, and null takes a field away.

    Ends the command with everything that is wrong.
    """
    edits: dict[str, object] = {}
    faults = []
    for text in texts:
        path, equals, written = text.partition("=")
        document, findings = read_document("--set", f"value: {written}\n")
        if not equals or not all(path.split(".")) or document is None or findings:
            faults.append(f"--set {text}: write PATH=VALUE, such as applicant.age=17")
            continue
        value = plain_value(document)
        *outer, last = path.split(".")
        nested: dict[str, object] = {last: value["value"] if isinstance(value, dict) else None}
        for name in reversed(outer):
            nested = {name: nested}
        faults += [f"--set {twice} is given twice: give it one value" for twice in _put(edits, nested)]
    if faults:
        refuse("\n".join(faults), UNUSABLE)
    return edits


def _put(edits: dict[str, object], more: Mapping[str, object], prefix: str = "") -> Iterator[str]:
    """Put more edits to those that there are, and yield the paths that were edited already."""
    for name, value in more.items():
        known = edits.get(name)
        if name not in edits:
            edits[name] = value
        elif isinstance(known, dict) and isinstance(value, dict):
            yield from _put(known, value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"
