"""Trains enterprise_distress/1 and writes all that is beside this script but the scripts themselves.

The same data give the same files to the byte.
"""

import sys
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parents[2]))

from card import card
from features import FEATURES
from polish import BANKRUPT, EARLIER_FILE, FILE, read_ratios
from training.boosting import LEAVES_OF_PAIRS, Recipe
from training.data_file import outcomes, read_rows
from training.features import Sample, feature_matrix
from training.model_folder import Subject
from training.run import Loaded, Task, main

from underwriter.scoring import Calibration

SUBJECT = Subject(
    name="enterprise_distress/1",
    title="Bankruptcy of a firm within a year, by its yearly accounts",
    target="bankruptcy within a year of the newest accounts",
    features=FEATURES,
    recipe=Recipe(
        directions=tuple(feature.direction for feature in FEATURES),
        seed=20260101,
        leaves=LEAVES_OF_PAIRS,
        rounds=(100, 200, 300, 400),
        most_pairs=10,
        learning_rate=0.05,
        features_a_tree=0.5,
        rows_a_leaf=20,
        bins=63,
    ),
    calibration=Calibration(training_bad_rate=0.06819, target_bad_rate=0.03),
    data_file=FILE,
    missing_reason="ACCOUNTS_INCOMPLETE",
    partly_known=frozenset(feature.name for feature in FEATURES if feature.name != "sales_growth"),
    who="firms",
    average_bad="the average of firms that went bankrupt",
    further_files=(EARLIER_FILE,),
)


def load(data: Path) -> Loaded:
    """The firms of the data folder."""
    rows = read_rows(data / FILE)
    keys = [tuple(row.values()) for row in rows]
    return Loaded(Sample(feature_matrix(FEATURES, read_ratios(rows)), outcomes(rows, BANKRUPT)), keys)


TASK = Task(SUBJECT, load, card)

if __name__ == "__main__":
    main(TASK, Path(__file__).resolve().parent)
