"""The modules of the simulated book, and a small book that is decided on once for all tests."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from ..decisioning.desks import ROOT, shipped

BOOK = ROOT / "bench" / "book"
NAMES = ("chance", "companies", "deciding", "findings", "firms", "households", "outcomes", "page", "people", "tables")
SEED = 1
HOUSEHOLDS, FIRMS = 2000, 1000


@pytest.fixture(scope="session")
def book() -> Iterator[SimpleNamespace]:
    """The modules by their names; they import each other as scripts do."""
    before = set(sys.modules)
    sys.path.insert(0, str(BOOK))
    try:
        yield SimpleNamespace(**{name: importlib.import_module(name) for name in (*NAMES, "tallies")})
    finally:
        sys.path.remove(str(BOOK))
        for name in set(sys.modules) - before:
            if Path(str(getattr(sys.modules[name], "__file__", ""))).parent == BOOK:
                del sys.modules[name]


@pytest.fixture(scope="session")
def cases(book: SimpleNamespace) -> list:
    """A small book, decided on by the shipped rules."""
    desk = shipped()
    households = book.deciding.cases(desk, SEED, "household", range(HOUSEHOLDS))
    return households + book.deciding.cases(desk, SEED, "firm", range(FIRMS))
