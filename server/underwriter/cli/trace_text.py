"""A trace as lines of text: what was read, then each step with its value, its place in the rules, what it read."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from rich.cells import cell_len

from underwriter.cli.layout import GAP, columns, padded, paragraph
from underwriter.v1.decision_pb2 import Trace, TraceStep, TraceStepKind
from underwriter.workbench.trying import StepNote

# Wide enough for true, false and null. A longer value pushes its place away, and the places of the others stay aligned.
_VALUE_WIDTH = 5
_NO_NOTES: Mapping[int, StepNote] = MappingProxyType({})


def trace_lines(trace: Trace, width: int, notes: Mapping[int, StepNote] = _NO_NOTES) -> Iterator[str]:
    """Yield the inputs, the steps and the warnings, in lines no wider than `width` where their words allow.

    Below a step stands what its note tells; `notes` are by the places of steps in the trace.
    """
    inputs = [step for step in trace.steps if step.kind == TraceStepKind.TRACE_STEP_KIND_INPUT]
    numbered = [(n, s) for n, s in enumerate(trace.steps) if s.kind != TraceStepKind.TRACE_STEP_KIND_INPUT]
    yield "  inputs"
    for head, step in zip(_heads([step.name for step in inputs]), inputs, strict=True):
        yield from _step_lines(head, step, width)
    yield "  steps"
    heads = _heads(list(columns((_kind(step), step.name) for _, step in numbered)))
    for head, (number, step) in zip(heads, numbered, strict=True):
        yield from _step_lines(head, step, width)
        if number in notes:
            yield from note_lines(notes[number], width, " " * 14)
    for warning in trace.warnings:
        yield f"  warning: {warning.message}{f' ({warning.source})' if warning.source else ''}"


def note_lines(note: StepNote, width: int, indent: str) -> Iterator[str]:
    """Yield what a step went by: each name with its value, and the cell that it matched."""
    told = []
    for name, value in note.read.items():
        cell = note.cells.get(name)
        told.append(f"{name} = {value}" + (f" matches {cell}" if cell not in (None, "-") else ""))
    if told:
        yield from paragraph("; ".join(told), width, first=indent, indent=f"{indent}  ")
    for near in note.near:
        yield f"{indent}row {near.row} fails only in {near.column}: {near.cell}"


def _heads(texts: Sequence[str]) -> list[str]:
    widest = max(map(cell_len, texts), default=0)
    return [f"    {padded(text, widest)}{GAP}" for text in texts]


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
