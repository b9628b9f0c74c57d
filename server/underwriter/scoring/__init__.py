"""Knows how to load an ONNX score model, score one application or many, and tell the exact reasons for a score."""

from underwriter.scoring.errors import Fault, ModelError
from underwriter.scoring.loading import MANIFEST, load_model, model_from_files
from underwriter.scoring.manifest import Feature, Manifest
from underwriter.scoring.model import Model, ModelReason, Score
from underwriter.scoring.model_files import ModelFiles
from underwriter.scoring.points import Calibration, PointsScale
from underwriter.scoring.section import Position

__all__ = [
    "MANIFEST",
    "Calibration",
    "Fault",
    "Feature",
    "Manifest",
    "Model",
    "ModelError",
    "ModelFiles",
    "ModelReason",
    "PointsScale",
    "Position",
    "Score",
    "load_model",
    "model_from_files",
]
