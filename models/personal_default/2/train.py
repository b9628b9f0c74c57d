"""Trains personal_default/2 and writes all that is beside this script but the scripts themselves.

The same data give the same files to the byte. The features, and the reading of the data, are those of version 1.
"""

import sys
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parents[1] / "1"))
sys.path.insert(1, str(Path(__file__).resolve().parents[2]))

import numpy as np
from card import write_card
from features import FEATURES, feature_matrix
from taiwan import DEFAULTED, FILE, read_rows, to_application
from training.boosting import Recipe
from training.features import Sample, Vector
from training.model_folder import Subject
from training.run import Loaded, Task, main

from underwriter.scoring import Calibration, PointsScale

HERE = Path(__file__).resolve().parent
SUBJECT = Subject(
    name="personal_default/2",
    title="Default on a personal credit line, by six months of statements, with pairs of features",
    target="default on the payment of the month after the newest statement",
    features=FEATURES,
    recipe=Recipe(
        directions=tuple(feature.direction for feature in FEATURES),
        seed=20260101,
        rounds=(200, 400, 600, 800),
        most_pairs=10,
        learning_rate=0.05,
        features_a_tree=1.0,
        rows_a_leaf=100,
        bins=255,
    ),
    calibration=Calibration(training_bad_rate=0.22075, target_bad_rate=0.03),
    points=PointsScale(minimum=350, maximum=950, anchor_points=700, anchor_odds=0.02, points_to_double_odds=60),
    data_file=FILE,
    missing_reason="SHORT_HISTORY",
    partly_known=frozenset({"days_late_now", "unused_limit"}),
    who="customers",
    event="who defaulted",
)


def load(data: Path) -> Loaded:
    """The customers of the data folder."""
    rows = read_rows(data / FILE)
    keys = [tuple(value for key, value in row.items() if key != "ID") for row in rows]
    defaulted: Vector = np.array([float(row[DEFAULTED]) for row in rows])
    return Loaded(Sample(feature_matrix([to_application(row) for row in rows]), defaulted), keys)


TASK = Task(SUBJECT, load, write_card)

if __name__ == "__main__":
    main(TASK, HERE)
