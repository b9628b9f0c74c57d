"""Why a value came out null: evaluation never raises, it notes a warning and goes on with null."""

from dataclasses import dataclass

from underwriter.feel.source import Source, Span
from underwriter.feel.values import Value


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of an author's text that generated code can point back to."""

    source: Source
    span: Span

    def __str__(self) -> str:
        return self.source.location(self.span.start)


@dataclass(frozen=True, slots=True)
class EvaluationWarning:
    """Why a null was given. `kind` is stable; values stand apart from the template, so that logs can omit them."""

    kind: str
    template: str
    values: tuple[Value, ...]
    place: Place

    @property
    def message(self) -> str:
        """The reason as a sentence, values filled in."""
        return self.template.format(*self.values)

    def __str__(self) -> str:
        return f"{self.place}: warning[{self.kind}]: {self.message}"


class Fault(Exception):
    """Raised by a built-in that cannot give a result; the call gives null and notes the reason."""

    def __init__(self, kind: str, template: str, *values: Value) -> None:
        super().__init__(template.format(*values))
        self.kind = kind
        self.template = template
        self.values = values


Warnings = list[EvaluationWarning]

MAXIMUM_WARNINGS = 10_000
"""The most warnings that one evaluation gathers; what goes wrong after those is not told."""


def note(warnings: Warnings, place: Place, kind: str, template: str, *values: Value) -> None:
    """Record why the operation at this place gives null."""
    if len(warnings) < MAXIMUM_WARNINGS:
        warnings.append(EvaluationWarning(kind, template, values, place))


def unknown_type(warnings: Warnings, place: Place) -> None:
    """Note that a type is asked for that there is not."""
    note(warnings, place, "unknown-type", "there is no such type")
