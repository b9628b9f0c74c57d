"""What the tests of scoring share: the shipped model, a copy to break, a toy model, the training scripts and data."""

import hashlib
import importlib
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

from underwriter.scoring import Model, ModelError, load_model

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "models"
SHIPPED = MODELS / "personal_default" / "1"
ENTERPRISE = MODELS / "enterprise_distress" / "1"
DATA = ROOT.parent / "shared" / "data"
sys.path.append(str(MODELS))  # where the package `training` lies


class BreakableModel:
    """A copy of a shipped model; its graph may be replaced and pinned again, its manifest edited."""

    def __init__(self, shipped: Path, models: Path) -> None:
        self.folder = models.joinpath(*shipped.parts[-2:])
        self.folder.mkdir(parents=True)
        self.manifest = self.folder / "model.yaml"
        self.graph = self.folder / "model.onnx"
        for file in (self.manifest, self.graph):
            shutil.copy(shipped / file.name, file)

    def edit(self, old: str, new: str) -> int:
        """Replace the first `old` in the manifest; the line where it stands, from 1."""
        text = self.manifest.read_text()
        assert old in text
        self.manifest.write_text(text.replace(old, new, 1))
        return text[: text.index(old)].count("\n") + 1

    def pin(self, content: bytes) -> None:
        """Write another graph, and its hash into the manifest, as someone would who means it."""
        old = hashlib.sha256(self.graph.read_bytes()).hexdigest()
        self.graph.write_bytes(content)
        self.edit(old, hashlib.sha256(content).hexdigest())

    def told(self) -> str:
        """All that is said against loading it."""
        with pytest.raises(ModelError) as raised:
            load_model(self.folder)
        return str(raised.value)


@pytest.fixture
def breakable(tmp_path: Path) -> BreakableModel:
    return BreakableModel(SHIPPED, tmp_path)


@pytest.fixture
def breakable_pairs(tmp_path: Path) -> BreakableModel:
    return BreakableModel(ENTERPRISE, tmp_path)


@pytest.fixture(scope="session")
def shipped() -> Model:
    return load_model(SHIPPED)


@pytest.fixture(scope="session")
def enterprise() -> Model:
    return load_model(ENTERPRISE)


@pytest.fixture(scope="session", params=["personal_default/1", "personal_default/2", "enterprise_distress/1"])
def each(request: pytest.FixtureRequest) -> Model:
    """Each shipped model."""
    return load_model(MODELS / request.param)


def module_of(folder: Path, name: str) -> ModuleType:
    """A module of a model's training; its neighbours are forgotten again, since other models name theirs alike."""
    path, before = list(sys.path), set(sys.modules)
    sys.path.insert(0, str(folder))
    try:
        return importlib.import_module(name)
    finally:
        sys.path[:] = path
        for each in set(sys.modules) - before:
            file = Path(getattr(sys.modules[each], "__file__", None) or "/")
            if file.is_relative_to(MODELS) and not file.is_relative_to(MODELS / "training"):
                del sys.modules[each]


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of the training data."""
    files = ("taiwan_credit_card.csv.gz", "polish_bankruptcy_5year.csv.gz", "polish_bankruptcy_1year.csv.gz")
    if not all((DATA / file).exists() for file in files):
        pytest.skip("the training data are not in ../shared/data")
    return DATA
