"""A trace as lines of text: what was read, then each step with its value and its place in the rules."""

from collections.abc import Iterable, Iterator

from rich.cells import cell_len

from underwriter.cli.layout import GAP, columns, padded, paragraph
from underwriter.v1.decision_pb2 import Trace, TraceStep, TraceStepKind, TraceWarning

# Most values are a word or a number; places stand in one column behind those, and longer values push theirs away.
_VALUE_WIDTH = 12


def trace_lines(trace: Trace, width: int) -> Iterator[str]:
    """Yield the inputs, the steps and the warnings, in lines no wider than `width` where their words allow."""
    inputs = [step for step in trace.steps if step.kind == TraceStepKind.TRACE_STEP_KIND_INPUT]
    yield "  inputs"
    for head, step in zip(columns([step.name] for step in inputs), inputs, strict=True):
        first = f"    {padded(head, _widest(inputs))}{GAP}"
        yield from paragraph(step.value, width, first=first, indent=" " * cell_len(first))
    yield "  steps"
    yield from _step_lines([step for step in trace.steps if step not in inputs], width)
    for warning in trace.warnings:
        yield f"  warning: {_warning(warning)}"


def _step_lines(steps: Iterable[TraceStep], width: int) -> Iterator[str]:
    steps = list(steps)
    for step in steps:
        kind = TraceStepKind.Name(step.kind).removeprefix("TRACE_STEP_KIND_").lower()
        head = f"    {kind:<8}{GAP}{padded(step.name, _widest(steps))}{GAP}"
        line = f"{head}{padded(step.value, max(_VALUE_WIDTH, cell_len(step.value)))}{GAP}{step.source}".rstrip()
        if cell_len(line) <= width:
            yield line
        else:
            indent = " " * cell_len(head)
            yield from paragraph(step.value, width, first=head, indent=indent)
            yield indent + step.source
