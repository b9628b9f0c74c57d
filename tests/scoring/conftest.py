"""What the tests of scoring share: the shipped model, a copy to break, a toy model, the training scripts and data."""

import csv
import gzip
import hashlib
import importlib
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from underwriter.scoring import Model, load_model

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "models" / "personal_default" / "1"
DATA = ROOT.parent / "shared" / "data"


class BreakableModel:
    """A copy of the shipped model; its graph may be replaced and pinned again, its manifest edited."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = folder / "model.yaml"
        self.graph = folder / "model.onnx"

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


@pytest.fixture
def breakable(tmp_path: Path) -> BreakableModel:
    folder = tmp_path / "personal_default" / "1"
    folder.mkdir(parents=True)
    for name in ("model.onnx", "model.yaml"):
        shutil.copy(SHIPPED / name, folder)
    return BreakableModel(folder)


@pytest.fixture(scope="session")
def shipped() -> Model:
    return load_model(SHIPPED)


@pytest.fixture(scope="session")
def training() -> Iterator[ModuleType]:
    """The training script of the shipped model, with its neighbours importable."""
    before = set(sys.modules)
    sys.path.insert(0, str(SHIPPED))
    try:
        yield importlib.import_module("train")
    finally:
        sys.path.remove(str(SHIPPED))
        for name in set(sys.modules) - before:
            if str(getattr(sys.modules[name], "__file__", "")).startswith(str(SHIPPED)):
                del sys.modules[name]


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of the training data."""
    if not (DATA / "taiwan_credit_card.csv.gz").exists():
        pytest.skip("the training data are not in ../shared/data")
    return DATA


@pytest.fixture(scope="session")
def customers(data: Path) -> list[dict[str, str]]:
    """The rows of the training data."""
    with gzip.open(data / "taiwan_credit_card.csv.gz", "rt", newline="") as file:
        return list(csv.DictReader(file))
