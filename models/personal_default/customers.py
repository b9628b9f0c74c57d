"""What both versions are about, and the customers that they learn from."""

from pathlib import Path

from features import FEATURES, read_behaviour
from taiwan import DEFAULTED, FILE, to_application
from training.boosting import Recipe
from training.data_file import outcomes, read_rows
from training.features import Sample, feature_matrix
from training.model_folder import Subject
from training.run import Loaded

from underwriter.scoring import Calibration

DIRECTIONS = tuple(feature.direction for feature in FEATURES)


def subject(version: int, title: str, recipe: Recipe, average_bad: str) -> Subject:
    """A version of personal_default; `average_bad` are its manifest's words for the average of those who defaulted."""
    return Subject(
        name=f"personal_default/{version}",
        title=title,
        target="default on the payment of the month after the newest statement",
        features=FEATURES,
        recipe=recipe,
        calibration=Calibration(training_bad_rate=0.22075, target_bad_rate=0.03),
        data_file=FILE,
        missing_reason="SHORT_HISTORY",
        partly_known=frozenset({"days_late_now", "unused_limit"}),
        who="customers",
        average_bad=average_bad,
    )


def load(data: Path) -> Loaded:
    """The customers of the data folder."""
    rows = read_rows(data / FILE)
    keys = [tuple(value for key, value in row.items() if key != "ID") for row in rows]
    features = feature_matrix(FEATURES, read_behaviour([to_application(row) for row in rows]))
    return Loaded(Sample(features, outcomes(rows, DEFAULTED)), keys)
