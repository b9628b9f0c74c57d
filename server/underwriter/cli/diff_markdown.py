"""What changed from one rules folder to another, as Markdown for pull requests."""

from collections.abc import Iterator, Sequence

from underwriter.cli.diff_text import conclusion, sections
from underwriter.pages.markdown import cell, code, table
from underwriter.workbench.comparison import Change, ChangeKind, FolderComparison, PolicyChange
from underwriter.workbench.comparison.wording import application_text, counted, head


def markdown_lines(comparison: FolderComparison) -> Iterator[str]:
    """Yield what changed: a table for each group of policies, and one of examples for each policy."""
    said = conclusion(comparison)
    yield from ("## What changes in the rules", "", f"{said[0].upper()}{said[1:]}.", "")
    yield from (f"- Policy `{name}` is new." for name in comparison.added)
    yield from (f"- Policy `{name}` is gone." for name in comparison.removed)
    if comparison.added or comparison.removed:
        yield ""
    for title, changes in sections(comparison):
        yield from (f"### {title[0].upper()}{title[1:]}", "")
        yield from table(("part", "field", "was", "is"), list(_rows(changes)))
    for policy in comparison.policies:
        yield from _examples(policy)


def _rows(changes: Sequence[Change]) -> Iterator[tuple[str, str, str, str]]:
    for change in changes:
        name = cell(head(change))
        if not change.fields:
            yield name, "", "", ""
        for field in change.fields:
            grown = f" ({field.percent:+} %)" if field.percent is not None and change.kind is ChangeKind.CHANGED else ""
            yield name, cell(field.field), _text(field.old), _text(field.new) + grown
            name = ""


def _examples(policy: PolicyChange) -> Iterator[str]:
    trials = policy.trials
    yield from (f"### Decided differently: {policy.policy}", "")
    yield f"{trials.differing:,} of {counted(trials.tried, 'application')} tried."
    yield ""
    rows = []
    for example in trials.examples:
        told = "<br>".join(cell(f"{each.part}: {each.old or '-'} → {each.new or '-'}") for each in example.differences)
        rows.append((cell(example.kind), str(example.count), cell(application_text(example)), told))
    if rows:
        yield from table(("what", "how many", "for example", "then"), rows)


def _text(value: str) -> str:
    return code(value) if value else ""
