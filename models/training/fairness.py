"""How a cut-off treats groups of people: approval and error rates."""

from collections.abc import Mapping, Sequence

import numpy as np

from training.card import Evaluation, table
from training.features import Vector

_RATES = ("approved", "default rate", "of approved", "good declined", "bad approved")


def fairness_part(evaluation: Evaluation, groups: Mapping[str, Sequence[str]], cut_off: int) -> str:
    """The table; `groups` gives for each attribute the group of every row."""
    rows = [
        _row(attribute, group, evaluation, np.array(of_rows) == group, cut_off)
        for attribute, of_rows in groups.items()
        for group in sorted(set(of_rows))
    ]
    return f"""## Fairness

Out of fold, with approval from {cut_off} points up. "Default rate" is that of the whole group, "of approved" that of
its approved customers; "good declined" is the share of those who did not default that would be declined, "bad
approved" the share of defaulters that would be approved. Rates are those of the training population.

{table(("attribute", "group", "customers", *_RATES), rows)}"""


def _row(attribute: str, group: str, evaluation: Evaluation, members: Vector, cut_off: int) -> tuple[str, ...]:
    approved = evaluation.points[members] >= cut_off
    bad = evaluation.defaulted[members] == 1
    rates = (approved.mean(), bad.mean(), bad[approved].mean(), (~approved)[~bad].mean(), approved[bad].mean())
    return attribute, group, f"{members.sum():,}", *(f"{rate:.1%}" for rate in rates)
