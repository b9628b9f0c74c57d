"""Lets policies run score models: what rules see of a model, and how it is called."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from underwriter import scoring
from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.source import Anchor, Position, Source, Span
from underwriter.policy import ModelInterface, ModelOutput
from underwriter.policy.policy import CallModel


class ScoredBy(NamedTuple):
    """A score together with the model that gave it: the detail of a model's output."""

    model: scoring.Model
    score: scoring.Score

    def reasons(self) -> tuple[scoring.ModelReason, ...]:
        """Return what made the score worse than the average, heaviest first."""
        return self.model.reasons(self.score)


def load_models(
    folder: Path, before: Iterable[scoring.Model] = ()
) -> tuple[dict[str, scoring.Model], list[Diagnostic]]:
    """Load every model `<name>/<version>` of a folder; those in error are left out, and every fault is returned.

    Models of `before` are taken over, with their sessions, where their files are the same.
    """
    known = {model.folder: model for model in before}
    models: dict[str, scoring.Model] = {}
    faults: list[Diagnostic] = []
    for manifest in sorted(folder.glob(f"*/*/{scoring.MANIFEST}")):
        try:
            model = scoring.load_model(manifest.parent, known.get(manifest.parent))
        except scoring.ModelError as error:
            faults += model_diagnostics(error)
        else:
            models[model.name] = model
    return models, faults


def model_interface(model: scoring.Model) -> ModelInterface:
    """Return what policies need to know of a model."""
    path, text = model.folder / scoring.MANIFEST, model.files.manifest.decode()
    features = tuple(
        (
            feature.name,
            Source(feature.expression, str(path), text, (_anchor(feature.position.line, feature.position.column),)),
        )
        for feature in model.manifest.features
    )
    reasons = [feature.reasons for feature in model.manifest.features]
    codes = {code for reason in reasons for code in (reason.high, reason.low, reason.missing) if code}
    scale = model.manifest.points
    scores = Decimal(scale.minimum), Decimal(scale.maximum)
    return ModelInterface(model.name, model.version, features, tuple(sorted(codes)), *scores)


def call_of(model: scoring.Model) -> CallModel:
    """Return the function by which a compiled policy runs a model. A model that fails gives an output of nothing."""

    def call(features: Sequence[Decimal | None]) -> ModelOutput:
        try:
            score = model.score(features)
        except Exception as error:  # noqa: BLE001 - whatever fails in native code must end in "not approved", with its cause
            return ModelOutput(None, None, None, error)
        return ModelOutput(
            Decimal(repr(score.probability)), Decimal(score.points), Decimal(len(score.missing)), ScoredBy(model, score)
        )

    return call


def _anchor(line: int, column: int) -> Anchor:
    """Return the anchor of a text at a place that counts from 1; 0 is no particular place."""
    return Anchor(0, Position(max(line - 1, 0), max(column - 1, 0)))


def model_diagnostics(error: scoring.ModelError) -> list[Diagnostic]:
    """Return what is wrong with a model as findings."""
    return [_diagnostic(fault) for fault in error.faults]


def _diagnostic(fault: scoring.Fault) -> Diagnostic:
    source = Source("", fault.file, "", (_anchor(fault.line, fault.column),))
    return Diagnostic("model-refused", fault.message, source, Span(0, 0), fault.remedy)
