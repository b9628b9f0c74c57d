"""A decision table of any length: the limit of a credit by income, segment and score. Every input meets one rule."""

from typing import TypedDict

from decision_tables import Table
from tck_cases import Case

DECISION = "limit"
INPUTS = {"income": "number", "segment": "string", "score": "number"}
EXPRESSION = (
    "rules[lowest <= income and income < below and segment = only and least <= score and score < most].amount[1]"
)
"""The table as a filter over its rules, for engines that know FEEL but no tables."""

SEGMENTS = ("RETAIL", "STAFF", "PRIVATE", "SMALL BUSINESS")
BAND = 100
GOOD_SCORE = 600
CASES = 32


class Rule(TypedDict):
    """One rule in numbers: `lowest <= income < below`, the segment, `least <= score < most`, and the limit."""

    lowest: int
    below: int
    only: str
    least: int
    most: int
    amount: int


def limit_rules(count: int) -> list[Rule]:
    """Return the rules: bands of income in their order, in each one all segments with low and with good scores."""
    scores = ((0, GOOD_SCORE), (GOOD_SCORE, 1000))
    bands = range(count // (len(SEGMENTS) * len(scores)))
    places = [(band, segment, score) for band in bands for segment in SEGMENTS for score in scores]
    return [
        Rule(lowest=band * BAND, below=(band + 1) * BAND, only=segment, least=least, most=most, amount=1000 + number)
        for number, (band, segment, (least, most)) in enumerate(places)
    ]


def limit_table(rules: list[Rule]) -> Table:
    """Return the rules as cells: a range, a string and a bound."""
    return Table("UNIQUE", tuple(INPUTS), (), tuple(_cells(rule) for rule in rules))


def limit_cases(rules: list[Rule]) -> tuple[Case, ...]:
    """Return cases that meet rules all over the table, in an order that jumps about."""
    step = len(rules) // CASES
    met = [rules[number * 5 % CASES * step] for number in range(CASES)]
    return tuple(
        Case(
            {"income": rule["lowest"] + BAND // 2, "segment": rule["only"], "score": rule["least"] + 50},
            {DECISION: rule["amount"]},
        )
        for rule in met
    )


def _cells(rule: Rule) -> tuple[str, ...]:
    score = f"< {GOOD_SCORE}" if rule["most"] == GOOD_SCORE else f">= {GOOD_SCORE}"
    return f"[{rule['lowest']}..{rule['below']})", f'"{rule["only"]}"', score, str(rule["amount"])
