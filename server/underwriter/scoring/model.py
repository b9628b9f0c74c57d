"""A model that is ready to score."""

import math
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import numpy as np

from underwriter.scoring.effect_tables import EffectTables
from underwriter.scoring.graph import Graph, Matrix
from underwriter.scoring.manifest import Feature, Manifest
from underwriter.scoring.model_files import ModelFiles

MOST_REASONS = 4


class Score(NamedTuple):
    """What the model says of one application.

    `probability` of default is that of the target population, `points` are on the manifest's scale. `values` are the
    features as the graph saw them (NaN where missing) and `contributions` what each added to the log odds of default,
    both in the manifest's order. `missing` names the features that were null.
    """

    probability: float
    points: int
    values: tuple[float, ...]
    contributions: tuple[float, ...]
    missing: tuple[str, ...]

    @property
    def knows_anything(self) -> bool:
        """Whether any feature was known. Else the score tells of nobody, and nobody should be shown it."""
        return len(self.missing) < len(self.values)


class ModelReason(NamedTuple):
    """Why a score is worse than the population's average: `weight` is the excess over the average, in log odds."""

    code: str
    feature: str
    weight: float


class Model:
    """A score model that passed all checks. It holds a session of the ONNX runtime, which must not cross a fork.

    `tables`, where the graph comes to that, score a single row without the runtime.
    """

    def __init__(
        self, folder: Path, manifest: Manifest, graph: Graph, files: ModelFiles, tables: EffectTables | None = None
    ) -> None:
        self.folder = folder
        self.files = files
        self.manifest = manifest
        self.name = manifest.name
        self.version = files.version
        self._graph = graph
        self._run_row = (tables or graph).run_row
        self._names = tuple(feature.name for feature in manifest.features)

    def score(self, features: Sequence[Decimal | None]) -> Score:
        """Score one application; `features` are in the manifest's order, None where unknown.

        Raises ValueError when their number is not the manifest's.
        """
        if len(features) != len(self._names):
            raise ValueError(f"{self.name} takes {len(self._names)} features, not {len(features)}")
        values, missing = self._values(features)
        raw, contributions = self._run_row(values)
        probability = self.manifest.calibration.rebase(raw)
        return Score(probability, self.manifest.points.points(probability), values, contributions, missing)

    def _values(self, features: Sequence[Decimal | None]) -> tuple[tuple[float, ...], tuple[str, ...]]:
        """Return the features as the graph sees them, and the names of those missing."""
        try:
            return tuple(map(float, features)), ()  # type: ignore[arg-type] # quicker than to look for None before
        except TypeError:
            values = tuple([math.nan if value is None else float(value) for value in features])
            missing = tuple([name for name, value in zip(self._names, features, strict=True) if value is None])
            return values, missing

    def score_rows(self, features: Matrix) -> tuple[Matrix, Matrix]:
        """Probabilities [N] and contributions [N, features] of many rows [N, features]; NaN stands for missing."""
        raw, contributions = self._graph.run_rows(np.ascontiguousarray(features, dtype=np.float64))
        return self.manifest.calibration.rebase(raw), contributions

    def reasons(self, score: Score) -> tuple[ModelReason, ...]:
        """The largest adverse contributions against the population's average, at most four, largest first.

        Exact: a contribution is what the feature added, not an estimate. Features that share a reason code are told
        once, by the heaviest.
        """
        weighed = zip(self.manifest.features, score.values, score.contributions, strict=True)
        adverse = [
            ModelReason(_reason_code(feature, value), feature.name, contribution - feature.average_contribution)
            for feature, value, contribution in weighed
            if contribution > feature.average_contribution
        ]
        adverse.sort(key=lambda reason: -reason.weight)
        heaviest: dict[str, ModelReason] = {}
        for reason in adverse:
            heaviest.setdefault(reason.code, reason)
        return tuple(heaviest.values())[:MOST_REASONS]


def _reason_code(feature: Feature, value: float) -> str:
    """The code of the adverse side; where risk may lie on both sides, the one on which the value stands."""
    if math.isnan(value):
        return feature.reasons.missing
    is_high = feature.direction == "increasing" or (feature.direction == "none" and value > feature.median)
    return feature.reasons.high if is_high else feature.reasons.low
