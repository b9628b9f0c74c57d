"""Trains personal_default/2 and writes all that is beside this script but the script itself.

The same data give the same files to the byte.
"""

import sys
from functools import partial
from pathlib import Path

sys.path.insert(1, str(Path(__file__).resolve().parents[2]))
sys.path.insert(1, str(Path(__file__).resolve().parents[1]))

from card import card
from customers import DIRECTIONS, load, subject
from training.boosting import LEAVES_OF_PAIRS, Recipe
from training.run import Task, main

WHAT = """# personal_default/2

The probability that a customer with a personal credit line or card fails to make the payment of the month after the
newest statement, from six months of statements. It has the features, the reason codes and the points scale of version
1, and lets chosen pairs of features act together. The two versions may stand side by side; a policy names the one it
uses."""
SUBJECT = subject(
    version=2,
    title="Default on a personal credit line, by six months of statements, with pairs of features",
    recipe=Recipe(
        directions=DIRECTIONS,
        seed=20260101,
        leaves=LEAVES_OF_PAIRS,
        rounds=(200, 400, 600, 800),
        most_pairs=10,
        learning_rate=0.05,
        features_a_tree=1.0,
        rows_a_leaf=100,
        bins=255,
    ),
    average_bad="the average of customers who defaulted",
)
TASK = Task(SUBJECT, load, partial(card, WHAT))

if __name__ == "__main__":
    main(TASK, Path(__file__).resolve().parent)
