"""Reads the files that models learn from: compressed CSV, one row a customer or firm."""

import csv
import gzip
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from training.features import Vector

Row = dict[str, str]


def read_rows(path: Path) -> list[Row]:
    """The rows of the file, in its order, by the file's own column names."""
    with gzip.open(path, "rt", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def outcomes(rows: Sequence[Row], column: str) -> Vector:
    """1 for each row that the column says turned out badly, else 0."""
    return np.array([float(row[column]) for row in rows])
