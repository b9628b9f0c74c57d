"""What changed from one rules folder to another, as lines of text and as JSON."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from underwriter.workbench.comparison import Change, DecidedOtherwise, FolderComparison, PolicyChange
from underwriter.workbench.comparison.wording import application_text, counted, field_text, head, names_text

_SAME = "the rules mean the same"


def comparison_lines(comparison: FolderComparison) -> Iterator[str]:
    """Yield what changed: first what all or some policies have in common, then who is decided on differently."""
    yield from (f"policy {name} is new" for name in comparison.added)
    yield from (f"policy {name} is gone" for name in comparison.removed)
    for title, changes in sections(comparison):
        yield title
        for change in changes:
            yield from _change_lines(change)
        yield ""
    for policy in comparison.policies:
        yield from _trial_lines(policy)
    yield conclusion(comparison)


def sections(comparison: FolderComparison) -> Iterator[tuple[str, Sequence[Change]]]:
    """Yield changes together that are the same policies', under words for these; shared parts change many policies."""
    if comparison.common:
        yield "reasons, monitors and models of the folder", comparison.common
    for policies, changes in comparison.by_policies():
        yield f"in {names_text(policies)}", changes


def conclusion(comparison: FolderComparison) -> str:
    """Return in a line what it comes to."""
    if comparison.is_same:
        return _SAME
    changes = len(comparison.common) + sum(len(changes) for _, changes in comparison.by_policies())
    changes += len(comparison.added) + len(comparison.removed)
    tried = sum(policy.trials.tried for policy in comparison.policies)
    differing = sum(policy.trials.differing for policy in comparison.policies)
    return f"{counted(changes, 'change')}; {differing:,} of {counted(tried, 'application')} tried decided differently"


def comparison_fields(comparison: FolderComparison) -> dict[str, object]:
    """Return what changed as JSON."""
    return {
        "is_same": comparison.is_same,
        "added": list(comparison.added),
        "removed": list(comparison.removed),
        "unchanged": list(comparison.unchanged),
        "common": [change_fields(change) for change in comparison.common],
        "policies": [
            {
                "policy": policy.policy,
                "changes": [change_fields(change) for change in policy.changes],
                "tried": policy.trials.tried,
                "decided_differently": policy.trials.differing,
                "examples": [_example_fields(example) for example in policy.trials.examples],
            }
            for policy in comparison.policies
        ],
    }


def change_fields(change: Change) -> dict[str, object]:
    """Return a change as JSON."""
    return {
        "change": change.kind.value,
        "part": change.title,
        **({"where": change.where} if change.where else {}),
        "place": change.place,
        "fields": [
            {
                "field": field.field,
                "old": field.old,
                "new": field.new,
                **({} if field.percent is None else {"percent": str(field.percent)}),
            }
            for field in change.fields
        ],
    }


def _change_lines(change: Change) -> Iterator[str]:
    yield f"  {head(change)}"
    if change.place:
        yield f"    {change.place}"
    yield from (f"    {field_text(field, change.kind)}" for field in change.fields)


def _trial_lines(policy: PolicyChange) -> Iterator[str]:
    trials = policy.trials
    if not trials.differing:
        yield f"{policy.policy}: all of {counted(trials.tried, 'application')} tried are decided as before"
        yield ""
        return
    yield f"{policy.policy}: {trials.differing:,} of {counted(trials.tried, 'application')} tried decided differently"
    for example in trials.examples:
        yield f"  {example.kind}: {example.count:,}"
        yield f"    {application_text(example)}"
        yield f"    {example.test.source.location(0)}"
        for difference in example.differences:
            yield f"      {difference.part}: {difference.old or '-'} -> {difference.new or '-'}"
    yield ""


def _example_fields(example: DecidedOtherwise) -> dict[str, object]:
    """Return an example with all that is given, so that a program can decide on it again."""
    edited = example.edited
    return {
        "kind": example.kind,
        "count": example.count,
        "application": application_text(example),
        "test": example.test.name,
        "place": example.test.source.location(0),
        "given": _plain(edited.given),
        "models": _plain(edited.models),
        "now": edited.now.isoformat(),
        "differences": [
            {"part": difference.part, "old": difference.old, "new": difference.new}
            for difference in example.differences
        ],
    }


def _plain(value: object) -> object:
    """Return plain data as JSON has it; a number that JSON readers might round is a text."""
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return _number(value)
        case list() | tuple():
            return [_plain(item) for item in value]
        case dict():
            return {str(name): _plain(entry) for name, entry in value.items()}
    return str(value)


def _number(value: Decimal) -> int | float | str:
    if value == value.to_integral_value():
        return int(value)
    return float(value) if Decimal(repr(float(value))) == value else f"{value:f}"
