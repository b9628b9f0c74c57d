"""Reads rows of the Polish companies bankruptcy data (UCI 365): one firm a row, 64 ratios of its accounts.

The ratios are defined by M. Zieba, S. Tomczak and J. Tomczak, Ensemble Boosted Trees with Synthetic Features Generation
in Application to Bankruptcy Prediction, Expert Systems with Applications 58 (2016), table 2. Some columns are not what
the table says; those that features use were compared with the others:

- Attr11 less Attr18, both by assets, are the financial expenses: they give Attr27 back in 85 % of the rows that have
  any. Attr31 less Attr19, which should be the same by sales, do so in 27 %.
- Attr27, operating profit by financial expenses, has values where these are nil, by which expenses is not known.
- Attr52 is a plain ratio and not days.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from training.data_file import Row
from training.features import Vector

FILE = "polish_bankruptcy_5year.csv.gz"
EARLIER_FILE = "polish_bankruptcy_1year.csv.gz"
BANKRUPT = "class"
_RATIOS = 64


@dataclass(frozen=True, slots=True)
class Ratios:
    """The ratios of many firms; `ratios[7]` is Attr7 of each, NaN where missing."""

    values: Vector

    def __getitem__(self, number: int) -> Vector:
        return np.asarray(self.values[:, number - 1])


def read_ratios(rows: Sequence[Row]) -> Ratios:
    """The ratios of the rows."""
    return Ratios(np.array([[_number(row[f"Attr{number}"]) for number in range(1, _RATIOS + 1)] for row in rows]))


def _number(text: str) -> float:
    return float(text) if text not in ("", "?") else np.nan
