"""A trace as lines of text: what was read, then each step with its value and its place in the rules."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from underwriter.cli.layout import GAP, columns, padded, paragraph
from underwriter.v1.decision_pb2 import Trace, TraceStep, TraceStepKind

# Wide enough for true, false and null. A longer value pushes its place away, and the places of the others stay aligned.
_VALUE_WIDTH = 5


def trace_lines(trace: Trace, width: int) -> Iterator[str]:
    """Yield the inputs, the steps and the warnings, in lines no wider than `width` where their words allow."""
    inputs = [step for step in trace.steps if step.kind == TraceStepKind.TRACE_STEP_KIND_INPUT]
    steps = [step for step in trace.steps if step.kind != TraceStepKind.TRACE_STEP_KIND_INPUT]
    yield "  inputs"
    yield from _section([step.name for step in inputs], inputs, width)
    yield "  steps"
    yield from _section(list(columns((_kind(step), step.name) for step in steps)), steps, width)
    for warning in trace.warnings:
        yield f"  warning: {warning.message}{f' ({warning.source})' if warning.source else ''}"


def _section(heads: Sequence[str], steps: Sequence[TraceStep], width: int) -> Iterator[str]:
    widest = max(map(cell_len, heads), default=0)
    for head, step in zip(heads, steps, strict=True):
        yield from _step_lines(f"    {padded(head, widest)}{GAP}", step, width)


def _step_lines(head: str, step: TraceStep, width: int) -> Iterator[str]:
    line = f"{head}{padded(step.value, _VALUE_WIDTH)}{GAP}{step.source}".rstrip()
    if cell_len(line) <= width:
        yield line
        return
    indent = " " * cell_len(head)
    yield from paragraph(step.value, width, first=head, indent=indent)
    if step.source:
        yield indent + step.source


def _kind(step: TraceStep) -> str:
    return str(TraceStepKind.Name(step.kind)).removeprefix("TRACE_STEP_KIND_").lower()
