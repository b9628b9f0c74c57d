"""Reads rows of the Polish companies bankruptcy data (UCI 365): one firm a row, 64 ratios of its accounts.

The ratios are defined by M. Zieba, S. Tomczak and J. Tomczak, Ensemble Boosted Trees with Synthetic Features Generation
in Application to Bankruptcy Prediction, Expert Systems with Applications 58 (2016), table 2. Some columns are not what
the table says; those that features use were compared with the others:

- Attr11 less Attr18, both by assets, are the financial expenses: they give Attr27 back in 85 % of the rows that have
  any. Attr31 less Attr19, which should be the same by sales, do so in 27 %.
- Attr27, operating profit by financial expenses, has values where these are nil, by which expenses is not known.
- Attr52 is a plain ratio and not days.
"""

import csv
import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

Vector = np.ndarray[Any, np.dtype[np.float64]]
FILE = "polish_bankruptcy_5year.csv.gz"
EARLIER_FILE = "polish_bankruptcy_1year.csv.gz"
BANKRUPT = "class"
_RATIOS = 64

Row = dict[str, str]


def read_rows(path: Path) -> list[Row]:
    """The firms in the file, in its order, by the file's own column names."""
    with gzip.open(path, "rt", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def bankruptcies(rows: list[Row]) -> Vector:
    """1 for each firm that went bankrupt, else 0."""
    return np.array([float(row[BANKRUPT]) for row in rows])


@dataclass(frozen=True, slots=True)
class Ratios:
    """The ratios of many firms; `ratios[7]` is Attr7 of each, NaN where missing."""

    values: Vector

    def __getitem__(self, number: int) -> Vector:
        return np.asarray(self.values[:, number - 1])


def read_ratios(rows: list[Row]) -> Ratios:
    """The ratios of the rows."""
    return Ratios(np.array([[_number(row[f"Attr{number}"]) for number in range(1, _RATIOS + 1)] for row in rows]))


def _number(text: str) -> float:
    return float(text) if text not in ("", "?") else np.nan
