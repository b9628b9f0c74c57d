"""What must hold of the book: where it does not, a line says so, with the figures."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import hypot
from typing import NamedTuple

from deciding import Case
from tallies import ALL, NO_GRADE, Tally

ENOUGH = 30
"""How many cases a grade must have for its mean to be compared with that of the next."""

CHANCE = 2
"""By how many standard errors a difference must be the wrong way round to be a finding; less may be chance."""

FORBIDDEN = {"PROPERTY", "INVESTMENT", "GAMBLING"}
CONSUMER_PRODUCTS = {"PERSONAL_CREDIT_LINE", "PAY_LATER", "YOUNG_PERSON_LINE", "JOINT_PERSONAL_LOAN"}
_HIGHEST_RATE = 0.24


def findings(cases: Sequence[Case], tallies: Sequence[Tally]) -> list[str]:
    """Return every finding on the cases and on their tallies by product and grade; none is what should be."""
    return [*against_the_law(cases), *above_a_cap(cases), *not_dearer(tallies), *not_riskier(tallies, CHANCE)]


def remarks(tallies: Sequence[Tally]) -> list[str]:
    """Return where a worse grade came out no riskier, but by no more than chance explains."""
    found = set(not_riskier(tallies, CHANCE))
    return [line for line in not_riskier(tallies, 0) if line not in found]


def against_the_law(cases: Sequence[Case]) -> Iterator[str]:
    """Yield approvals of minors, of consumer loans to students, and of forbidden purposes."""
    for case in cases:
        who = f"{case.kind} {case.number}, {case.product}"
        if case.outcome == "APPROVE" and case.age < 18:
            yield f"{who}: approved at the age of {case.age}"
        if case.outcome == "APPROVE" and case.occupation == "STUDENT" and case.product in CONSUMER_PRODUCTS:
            yield f"{who}: a student got a consumer loan"
        if case.outcome != "DECLINE" and case.purpose in FORBIDDEN:
            yield f"{who}: {case.purpose} was not declined but {case.outcome}"


def above_a_cap(cases: Sequence[Case]) -> Iterator[str]:
    """Yield offers that cost more than the cap or lend more than the policy may."""
    for case in cases:
        if case.terms is None:
            continue
        who, terms = f"{case.kind} {case.number}, {case.product}", case.terms
        if terms.effective_rate > min(terms.rate_cap, _HIGHEST_RATE):
            yield f"{who}: {terms.effective_rate:.4%} a year is above {terms.rate_cap:.2%}"
        if not 0 < terms.performance.amount <= terms.credit_limit <= terms.limit_cap:
            yield f"{who}: {terms.performance.amount} of {terms.credit_limit} is above {terms.limit_cap}"


def not_dearer(tallies: Sequence[Tally]) -> Iterator[str]:
    """Yield neighbouring grades of a product of which the worse pays no more."""
    for better, worse in _neighbours(tallies):
        cost, before = worse.effective_rate or 0.0, better.effective_rate or 0.0
        if min(better.approved, worse.approved) >= ENOUGH and cost <= before:
            yield f"{_name(better, worse)}: a cost of {cost:.2%} against {before:.2%}"


def not_riskier(tallies: Sequence[Tally], errors: float) -> Iterator[str]:
    """Yield neighbouring grades of which the worse is safer, by the true odds, by more than so many standard errors."""
    for better, worse in _neighbours(tallies):
        for (whose, before), (_, after) in zip(_odds(better), _odds(worse), strict=True):
            fall = before.mean - after.mean
            if min(before.count, after.count) >= ENOUGH and fall > errors * hypot(before.error, after.error):
                yield f"{_name(better, worse)}: true odds of {whose} {after.mean:.2%} against {before.mean:.2%}"


class _Odds(NamedTuple):
    """The true odds of some cases: their mean, its standard error, and how many they are."""

    mean: float
    error: float
    count: int


def _odds(tally: Tally) -> list[tuple[str, _Odds]]:
    return [
        ("applicants", _Odds(tally.graded_default, tally.graded_error, tally.applicants)),
        ("approvals", _Odds(tally.true_default or 0.0, tally.true_error, tally.approved)),
    ]


def _neighbours(tallies: Sequence[Tally]) -> Iterator[tuple[Tally, Tally]]:
    graded = [each for each in tallies if each.grade not in (ALL, NO_GRADE)]
    return ((better, worse) for better, worse in pairwise(graded) if better.product == worse.product)


def _name(better: Tally, worse: Tally) -> str:
    return f"{better.product}, grade {worse.grade} against {better.grade}"
