"""Who the people are, and how likely they truly are to default: nobody but this file knows.

Three things that no lender sees decide it, with how much of the income is owed already:

    character   how reliably someone pays, N(0, 1)
    cushion     what carries someone through a bad month: savings, family, a safe job; N(0, 1), related to character
    strain      a blow in the last half year (job, health, divorce): mostly 0, else 0.3 to 1.5, with its month

    log-odds of default within a year =
        BASE - 0.85 character - 0.55 cushion + 1.30 strain + 1.2 (burden - 0.3) + occupation + age + N(0, 0.45)

The last term is what nothing that can be observed tells. BASE makes 3 % of all people default in a year, which is the
rate that the model `personal_default/1` says its target population has.
"""

import math
from random import Random
from typing import NamedTuple

from chance import happens, logistic, pick, spread, within

BASE = -4.53
YOUNGEST, OLDEST = 16, 75

_AGES = {(16, 17): 2, (18, 22): 15, (23, 29): 22, (30, 39): 26, (40, 49): 18, (50, 59): 11, (60, 75): 6}
_OCCUPATIONS = {
    (16, 17): {"STUDENT": 90, "EMPLOYED": 5, "OTHER": 5},
    (18, 22): {"STUDENT": 55, "EMPLOYED": 33, "SELF_EMPLOYED": 4, "OTHER": 4, "UNEMPLOYED": 4},
    (23, 59): {"EMPLOYED": 74, "SELF_EMPLOYED": 13, "FARMER": 6, "OTHER": 3, "UNEMPLOYED": 3, "STUDENT": 1},
    (60, 75): {"RETIRED": 72, "EMPLOYED": 14, "SELF_EMPLOYED": 6, "FARMER": 8},
}
_INCOMES = {
    "EMPLOYED": 8500,
    "SELF_EMPLOYED": 9000,
    "FARMER": 4500,
    "STUDENT": 1500,
    "RETIRED": 4200,
    "UNEMPLOYED": 900,
    "OTHER": 4000,
}
_RISK_OF_OCCUPATION = {"UNEMPLOYED": 0.7, "SELF_EMPLOYED": 0.2, "STUDENT": 0.3, "RETIRED": -0.2}
_STRUCK = 0.13
_SAFE_BURDEN = 0.3


class Person(NamedTuple):
    """A person as they truly are. Money is CNY a month; `struck_months_ago` is None without strain."""

    age: int
    occupation: str
    income: float
    character: float
    cushion: float
    strain: float
    struck_months_ago: int | None
    burden: float
    default_probability: float


def person(rng: Random) -> Person:
    """Return somebody."""
    low, high = pick(rng, _AGES)
    age = rng.randint(low, high)
    occupation = pick(rng, next(kinds for (least, most), kinds in _OCCUPATIONS.items() if least <= age <= most))
    character = rng.gauss(0, 1)
    cushion = 0.3 * character + math.sqrt(1 - 0.3**2) * rng.gauss(0, 1)
    is_struck = happens(rng, _STRUCK)
    strain = rng.uniform(0.3, 1.5) if is_struck else 0.0
    income = _income(rng, age, occupation, cushion)
    burden = within(rng.betavariate(2, 6) - 0.03 * cushion + 0.06 * strain, 0, 0.9)
    log_odds = BASE - 0.85 * character - 0.55 * cushion + 1.30 * strain + 1.2 * (burden - _SAFE_BURDEN)
    log_odds += _RISK_OF_OCCUPATION.get(occupation, 0) + 0.025 * max(0, 26 - age) + rng.gauss(0, 0.45)
    months_ago = rng.randint(1, 6) if is_struck else None
    return Person(age, occupation, income, character, cushion, strain, months_ago, burden, logistic(log_odds))


def _income(rng: Random, age: int, occupation: str, cushion: float) -> float:
    """Return what somebody earns: more with the years, up to 45."""
    experience = within((age - 22) / 23, 0, 1)
    return spread(rng, _INCOMES[occupation] * (0.75 + 0.5 * experience), 0.45) * math.exp(0.12 * cushion)
