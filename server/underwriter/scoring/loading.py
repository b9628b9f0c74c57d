"""Loads a model folder, and refuses it unless every check passes."""

import hashlib
import math
from decimal import Decimal
from pathlib import Path

from underwriter.scoring.effect_tables import EffectTables, effect_tables
from underwriter.scoring.errors import Fault, ModelError
from underwriter.scoring.graph import Graph, GraphFault
from underwriter.scoring.manifest import GoldenRow, Manifest, parse_manifest
from underwriter.scoring.model import Model
from underwriter.scoring.model_files import ModelFiles
from underwriter.scoring.onnx_file import read_opsets

TOLERANCE = 1e-6
MANIFEST = "model.yaml"
_RETRAIN = "Restore the file, or train the model again"


def load_model(folder: Path, before: Model | None = None) -> Model:
    """Load the model in `folder` and open its session in this process; return `before` if its files are the same.

    Checked are the manifest, the graph's hash, operator sets, inputs and outputs, what it gives for missing values,
    and the golden rows. Raises ModelError with every fault that was found.
    """
    path = folder / MANIFEST
    content = _read(path, "Add the file")
    manifest = parse_manifest(content, path)
    files = ModelFiles(content, _read(folder / manifest.graph.file, _RETRAIN))
    if before is not None and before.files == files:
        return before
    return _ready(folder, files, manifest, _wrong_name(folder, manifest))


def model_from_files(files: ModelFiles, shown: Path) -> Model:
    """Make a model ready from the contents of its files, after the same checks; `shown` stands for their folder.

    Opens a session in this process. Raises ModelError with every fault that was found.
    """
    return _ready(shown, files, parse_manifest(files.manifest, shown / MANIFEST), [])


def _ready(folder: Path, files: ModelFiles, manifest: Manifest, wrong: list[Fault]) -> Model:
    path = folder / manifest.graph.file
    wrong = [*wrong, *_wrong_content(path, files.graph, manifest)]
    if wrong:
        raise ModelError(wrong)
    try:
        graph = Graph(files.graph, manifest.graph, len(manifest.features))
    except GraphFault as error:
        raise ModelError(Fault(str(path), 0, 0, reason, _RETRAIN) for reason in error.reasons) from error
    tables = effect_tables(files.graph, graph, manifest.graph)
    model = Model(folder, manifest, graph, files, tables)
    faults = [*_wrong_interactions(path, manifest, tables), *_wrong_missing(model), *_wrong_golden_rows(model)]
    if faults:
        raise ModelError(faults)
    return model


def _wrong_name(folder: Path, manifest: Manifest) -> list[Fault]:
    expected = "/".join(folder.resolve().parts[-2:])
    if manifest.name == expected:
        return []
    message = f"the model is named {manifest.name} and lies in the folder {expected}"
    return [Fault(str(folder / MANIFEST), 0, 0, message, "Make the two the same")]


def _read(path: Path, remedy: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ModelError([Fault(str(path), 0, 0, f"can't be read: {error.strerror}", remedy)]) from error


def _wrong_content(path: Path, content: bytes, manifest: Manifest) -> list[Fault]:
    """What differs from the manifest. Content with any such fault never reaches the runtime, which is native code."""
    reasons = []
    sha256 = hashlib.sha256(content).hexdigest()
    if sha256 != manifest.graph.sha256:
        reasons.append(f"its SHA-256 is {sha256}, the manifest says {manifest.graph.sha256}")
    try:
        reasons += _wrong_opsets(content, manifest)
    except ValueError as error:
        reasons.append(f"it is cut off or no ONNX file: {error}")
    return [Fault(str(path), 0, 0, reason, _RETRAIN) for reason in reasons]


def _wrong_opsets(content: bytes, manifest: Manifest) -> list[str]:
    found = read_opsets(content)
    stated = {"": manifest.graph.onnx_opset, "ai.onnx.ml": manifest.graph.ml_opset}
    return [
        f"it is written for version {found.get(domain)} of the operators of {domain or 'ai.onnx'}, not {version}"
        for domain, version in stated.items()
        if found.get(domain) != version
    ]


def _wrong_interactions(path: Path, manifest: Manifest, tables: EffectTables | None) -> list[Fault]:
    """What contradicts the manifest's word on how the contributions come about, if it gives one."""
    stated = manifest.graph.interactions
    is_known = tables is not None and (stated == "halved" or not tables.has_pairs)
    if not stated or is_known:
        return []
    reason = f"its contributions are not known to be as the manifest's `interactions: {stated}` says"
    return [Fault(str(path), 0, 0, reason, _RETRAIN)]


def _wrong_missing(model: Model) -> list[Fault]:
    score = model.score([None] * len(model.manifest.features))
    return [
        Fault(
            str(model.folder / MANIFEST),
            *feature.position,
            f"`{feature.name}` adds {contribution!r} when missing, the manifest says {feature.missing.contribution!r}",
            _RETRAIN,
        )
        for feature, contribution in zip(model.manifest.features, score.contributions, strict=True)
        if not _is_close(contribution, feature.missing.contribution)
    ]


def _wrong_golden_rows(model: Model) -> list[Fault]:
    return [
        Fault(str(model.folder / MANIFEST), 0, 0, f"golden row {number} gives {', '.join(differences)}", _RETRAIN)
        for number, row in enumerate(model.manifest.golden_rows, 1)
        if (differences := _differences(model, row))
    ]


def _differences(model: Model, row: GoldenRow) -> list[str]:
    score = model.score([None if value is None else Decimal(value) for value in row.features])
    differences = []
    if not _is_close(score.probability, row.probability):
        differences.append(f"probability {score.probability!r} instead of {row.probability!r}")
    if score.points != row.points:
        differences.append(f"{score.points} points instead of {row.points}")
    contributions = zip(model.manifest.features, score.contributions, row.contributions, strict=True)
    differences += [
        f"{found!r} from `{feature.name}` instead of {stated!r}"
        for feature, found, stated in contributions
        if not _is_close(found, stated)
    ]
    return differences


def _is_close(found: float, stated: float) -> bool:
    return math.isclose(found, stated, rel_tol=0, abs_tol=TOLERANCE)
