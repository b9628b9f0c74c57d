"""Edits of an application on the command line: `--set applicant.age=17`."""

from collections.abc import Sequence

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
        nested: object = value["value"] if isinstance(value, dict) else None
        for name in reversed(path.split(".")):
            nested = {name: nested}
        edits = _over(edits, nested)
    if faults:
        refuse("\n".join(faults), UNUSABLE)
    return edits


def _over(edits: dict[str, object], more: object) -> dict[str, object]:
    """Return both; null stays, since it tells that a field is taken away."""
    merged = dict(edits)
    for name, value in more.items() if isinstance(more, dict) else ():
        known = merged.get(name)
        merged[name] = _over(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return merged
