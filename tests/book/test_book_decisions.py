"""The shelf on a small simulated book: risk and price rise with the grade, and nobody gets what is not for them."""

import json
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from statistics import fmean

from .conftest import BOOK

ENOUGH_OFFERS, ENOUGH_APPLICANTS = 12, 40
GRADES = "ABCDEF"
LARGEST_FIRST_MERCHANT_LOAN = 100_000_00

# In minor units: what a policy may lend to one applicant at most.
LARGEST = {
    "PERSONAL_CREDIT_LINE": 200_000_00,
    "JOINT_PERSONAL_LOAN": 200_000_00,
    "PAY_LATER": 28_600_00,  # 20,000 for an established customer; more by conduct and in a boom
    "YOUNG_PERSON_LINE": 10_000_00,
    "MERCHANT_LOAN": 500_000_00,
    "FARM_SEASON_LOAN": 3_000_000_00,
    "RESEARCH_LOAN": 5_000_000_00,
    "SUPPLY_CHAIN_LOAN": 5_000_000_00,
}


def by_grade(cases, product=None) -> dict[str, list]:
    chosen = [case for case in cases if product in (None, case.product)]
    return {grade: [case for case in chosen if case.grade == grade] for grade in GRADES}


def true_odds(cases) -> float:
    return fmean(case.true_default for case in cases)


def test_every_product_that_makes_offers_is_asked_for_and_approved(cases):
    approved = Counter(case.product for case in cases if case.outcome == "APPROVE")
    assert set(approved) == set(LARGEST)


def test_risk_rises_with_every_grade(cases):
    odds = [true_odds(group) for group in by_grade(cases).values()]
    assert odds == sorted(odds)
    assert odds[-1] > 3 * odds[0]


def test_in_every_product_the_worse_grades_are_riskier_than_the_better(cases):
    compared = 0
    for product in LARGEST:
        groups = by_grade(cases, product)
        better, worse = ([case for grade in grades for case in groups[grade]] for grades in ("ABC", "DEF"))
        if min(len(better), len(worse)) >= ENOUGH_APPLICANTS:
            assert true_odds(worse) > true_odds(better), product
            compared += 1
    assert compared >= len(LARGEST) - 2


def test_price_rises_with_every_grade_of_every_product(cases):
    compared = 0
    for product in LARGEST:
        approved = [[case.terms for case in group if case.terms] for group in by_grade(cases, product).values()]
        costs = [fmean(terms.effective_rate for terms in group) for group in approved if len(group) >= ENOUGH_OFFERS]
        assert all(better < worse for better, worse in pairwise(costs)), product
        compared += max(0, len(costs) - 1)
    assert compared >= 8


def test_no_offer_passes_a_cap(book, cases):
    assert list(book.findings.above_a_cap(cases)) == []
    for case in cases:
        if case.terms:
            assert case.terms.effective_rate <= 0.12
            assert case.terms.credit_limit <= LARGEST[case.product]


def test_a_first_merchant_loan_is_small(book, cases):
    for case in cases:
        if case.product == "MERCHANT_LOAN" and case.terms:
            behaviour = book.firms.firm(1, case.number).given["behaviour"]
            if behaviour.get("on_time_months", 0) < 6:
                assert case.terms.credit_limit <= LARGEST_FIRST_MERCHANT_LOAN


def test_nobody_gets_what_the_law_forbids(book, cases):
    assert list(book.findings.against_the_law(cases)) == []
    assert sum(case.age < 18 for case in cases) > 10
    assert sum(case.occupation == "STUDENT" for case in cases) > 50
    assert sum(case.purpose in book.findings.FORBIDDEN for case in cases) > 30


def test_findings_are_told(book, cases):
    """What the other tests find nothing of is found where it is put."""
    approved = next(case for case in cases if case.terms)
    for change, words in (
        ({"age": 17}, "approved at the age of 17"),
        ({"occupation": "STUDENT", "product": "PAY_LATER"}, "a student got a consumer loan"),
        ({"purpose": "GAMBLING"}, "GAMBLING was not declined but APPROVE"),
    ):
        [line] = book.findings.against_the_law([replace(approved, **change)])
        assert words in line


def test_grades_in_the_wrong_order_are_found(book, cases):
    tallies = book.tallies.by_product_and_grade(cases)
    assert list(book.findings.not_dearer(tallies)) == []
    assert list(book.findings.not_riskier(tallies, book.findings.CHANCE)) == []
    backwards = tallies[::-1]
    assert any("grade C against D: a cost of" in line for line in book.findings.not_dearer(backwards))
    riskier = book.findings.not_riskier(backwards, book.findings.CHANCE)
    assert any("grade E against F: true odds of applicants" in line for line in riskier)


def test_the_last_run_of_the_whole_book_found_nothing():
    results = json.loads((BOOK / "results.json").read_text())
    assert results["findings"] == []
    assert (results["run"]["household"], results["run"]["firm"]) == (20_000, 5_000)
