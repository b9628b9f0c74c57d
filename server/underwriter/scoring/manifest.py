"""The manifest of a model, `model.yaml`: what goes in, what comes out, and what was measured."""

import itertools
import math
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from underwriter.scoring.errors import Fault, ModelError
from underwriter.scoring.points import Calibration, PointsScale
from underwriter.scoring.section import Document, Position, Section

Direction = Literal["increasing", "decreasing", "none"]
Interactions = Literal["", "none", "halved"]
DIRECTIONS = ("increasing", "decreasing", "none")
INTERACTIONS = ("none", "halved")
CODE = "[A-Z][A-Z0-9_]*"
IDENTIFIER = "[a-z][a-z0-9_]*"
SHA256 = "[0-9a-f]{64}"


@dataclass(frozen=True, slots=True)
class GraphFile:
    """The ONNX file: its name in the folder, its SHA-256, the operator sets that it is written for, its tensors.

    `input` is the tensor of the features, double [N, features]; `probability` is double [N] and `contributions` is
    double [N, features]. Probability is the logistic function of `intercept` plus a row's contributions.

    `interactions` tells how contributions come about: "none", each is a function of its own feature alone; "halved",
    each is such a function plus half of what the feature and one other do together, the same half for both; "",
    nothing is said.
    """

    file: str
    sha256: str
    onnx_opset: int
    ml_opset: int
    input: str
    probability: str
    contributions: str
    intercept: float
    interactions: Interactions = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """What the graph adds to the log odds when the feature is null, as all others are, and why that much."""

    contribution: float
    because: str


@dataclass(frozen=True, slots=True)
class ReasonCodes:
    """The codes that stand for an adverse contribution: of a value too high, of one too low, of one that is missing.

    The code of a side that the direction makes impossible is empty.
    """

    high: str
    low: str
    missing: str


@dataclass(frozen=True, slots=True)
class Distribution:
    """Shares of a population, adding up to 1: `shares[0]` below `edges[0]`, ..., `shares[-1]` from `edges[-1]` up."""

    edges: tuple[float, ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Feature:
    """One input of the model.

    `expression` is FEEL over the application and `position` the place of its first character in the manifest.
    `direction` says how the risk of default goes with the value. `median`, `average_contribution` and `distribution`
    describe the training population.
    """

    name: str
    expression: str
    position: Position
    unit: str
    direction: Direction
    missing: Missing
    reasons: ReasonCodes
    median: float
    average_contribution: float
    distribution: Distribution


@dataclass(frozen=True, slots=True)
class Training:
    """What the model was trained on: the data file's name and SHA-256, its rows, and the seed."""

    data: str
    data_sha256: str
    rows: int
    seed: int


@dataclass(frozen=True, slots=True)
class Metrics:
    """How good the model is, by pooled out-of-fold predictions of a cross-validation with `folds` folds."""

    folds: int
    auc: float
    ks: float
    ece: float


@dataclass(frozen=True, slots=True)
class GoldenRow:
    """Feature values and what they must score: the re-based probability, the points, the contributions."""

    features: tuple[float | None, ...]
    probability: float
    points: int
    contributions: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that a model folder states about its graph."""

    name: str
    title: str
    target: str
    graph: GraphFile
    features: tuple[Feature, ...]
    calibration: Calibration
    points: PointsScale
    score_distribution: Distribution
    training: Training
    metrics: Metrics
    golden_rows: tuple[GoldenRow, ...]


def parse_manifest(content: bytes, path: Path) -> Manifest:
    """The manifest in `content`; `path` is how faults name it. Raises ModelError with every fault found."""
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise ModelError(
            [_fault(path, f"is not UTF-8: {error.reason} at byte {error.start}", "Save it as UTF-8")]
        ) from error
    document = Document(path, text)
    manifest = manifest_of(document.parse())
    if document.faults:
        raise ModelError(document.faults)
    return manifest


def _fault(path: Path, message: str, remedy: str) -> Fault:
    return Fault(str(path), 0, 0, message, remedy)


def manifest_of(top: Section) -> Manifest:
    """The manifest that a file's top mapping states; what is wrong with it is noted in its document."""
    name = top.text("model", f"{IDENTIFIER}/[0-9]+")
    features = tuple(_feature(section) for section in top.sections("features"))
    _check_names(top, features)
    manifest = Manifest(
        name=name,
        title=top.text("title"),
        target=top.text("target"),
        graph=_graph(top.section("graph")),
        features=features,
        calibration=_calibration(top.section("calibration")),
        points=_points(top.section("points")),
        score_distribution=_distribution(top.section("score_distribution")),
        training=_training(top.section("training")),
        metrics=_metrics(top.section("metrics")),
        golden_rows=tuple(_golden_row(section, len(features)) for section in top.sections("golden_rows")),
    )
    top.finish()
    return manifest


def _check_names(top: Section, features: tuple[Feature, ...]) -> None:
    for name, count in Counter(feature.name for feature in features).items():
        if name and count > 1:
            top.fault("features", f"{count} features are named `{name}`", "Give each its own name")


def _graph(section: Section) -> GraphFile:
    outputs = section.section("outputs")
    graph = GraphFile(
        file=section.text("file", r"[A-Za-z0-9_-]+\.onnx"),
        sha256=section.text("sha256", SHA256),
        onnx_opset=section.integer("onnx_opset", 1, 1000),
        ml_opset=section.integer("ml_opset", 1, 1000),
        input=section.text("input", IDENTIFIER),
        probability=outputs.text("probability", IDENTIFIER),
        contributions=outputs.text("contributions", IDENTIFIER),
        intercept=section.number("intercept"),
        interactions=_interactions(section),
    )
    outputs.finish()
    section.finish()
    return graph


def _interactions(section: Section) -> Interactions:
    return cast(Interactions, section.choice("interactions", INTERACTIONS)) if "interactions" in section else ""


def _feature(section: Section) -> Feature:
    direction = cast(Direction, section.choice("direction", DIRECTIONS))
    feature = Feature(
        name=section.text("name", IDENTIFIER),
        expression=section.text("expression"),
        position=section.text_position("expression"),
        unit=section.text("unit"),
        direction=direction,
        missing=_missing(section.section("missing")),
        reasons=_reasons(section.section("reasons"), direction),
        median=section.number("median"),
        average_contribution=section.number("average_contribution"),
        distribution=_distribution(section.section("distribution")),
    )
    section.finish()
    return feature


def _missing(section: Section) -> Missing:
    missing = Missing(contribution=section.number("contribution"), because=section.text("because"))
    section.finish()
    return missing


def _reasons(section: Section, direction: Direction) -> ReasonCodes:
    reasons = ReasonCodes(
        high="" if direction == "decreasing" else section.text("high", CODE),
        low="" if direction == "increasing" else section.text("low", CODE),
        missing=section.text("missing", CODE),
    )
    section.finish()
    return reasons


def _distribution(section: Section) -> Distribution:
    distribution = Distribution(edges=section.numbers("edges"), shares=section.numbers("shares"))
    section.finish()
    edges, shares = distribution.edges, distribution.shares
    if not edges or not shares:
        return distribution
    if any(left >= right for left, right in itertools.pairwise(edges)):
        section.fault("edges", f"`{section.path}edges` do not rise", "List them from the lowest, each once")
    if len(shares) != len(edges) + 1:
        message = f"`{section.path}shares` are {len(shares)} for {len(edges)} edges"
        section.fault("shares", message, f"Give {len(edges) + 1}: one below each edge and one above the last")
    elif min(shares) < 0 or not math.isclose(sum(shares), 1, abs_tol=1e-3):
        section.fault(
            "shares", f"`{section.path}shares` add up to {sum(shares):g}", "Give shares of at least 0 that add up to 1"
        )
    return distribution


def _calibration(section: Section) -> Calibration:
    calibration = Calibration(
        training_bad_rate=section.number("training_bad_rate", above=0, below=1),
        target_bad_rate=section.number("target_bad_rate", above=0, below=1),
    )
    section.finish()
    return calibration


def _points(section: Section) -> PointsScale:
    scale = PointsScale(
        minimum=section.integer("minimum", 0, 10_000),
        maximum=section.integer("maximum", 0, 10_000),
        anchor_points=section.number("anchor_points"),
        anchor_odds=section.number("anchor_odds", above=0),
        points_to_double_odds=section.number("points_to_double_odds", above=0),
    )
    section.finish()
    if "minimum" in section and "maximum" in section and scale.minimum >= scale.maximum:
        section.fault("maximum", f"`{section.path}maximum` is not above `minimum`", "Give the highest points there are")
    return scale


def _training(section: Section) -> Training:
    training = Training(
        data=section.text("data"),
        data_sha256=section.text("data_sha256", SHA256),
        rows=section.integer("rows", 1, 10**12),
        seed=section.integer("seed", 0, 2**31 - 1),
    )
    section.finish()
    return training


def _metrics(section: Section) -> Metrics:
    metrics = Metrics(
        folds=section.integer("folds", 2, 1000),
        auc=section.number("auc", above=0, below=1),
        ks=section.number("ks", above=0, below=1),
        ece=section.number("ece", above=0, below=1),
    )
    section.finish()
    return metrics


def _golden_row(section: Section, width: int) -> GoldenRow:
    row = GoldenRow(
        features=section.optional_numbers("features"),
        probability=section.number("probability", above=0, below=1),
        points=section.integer("points", 0, 10_000),
        contributions=section.numbers("contributions"),
    )
    section.finish()
    for key, values in (("features", row.features), ("contributions", row.contributions)):
        if values and width and len(values) != width:
            message = f"`{section.path}{key}` holds {len(values)} values"
            section.fault(key, message, f"Give {width}, one a feature")
    return row
