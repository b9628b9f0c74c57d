"""The generator: the same again, within the API's constraints, true to life where that can be told."""

from collections import Counter
from statistics import fmean
from types import SimpleNamespace

import pytest

from underwriter.decisioning.requests.given import application_from
from underwriter.decisioning.requests.validation import request_faults
from underwriter.v1.decision_service_pb2 import DecideRequest

NUMBERS = range(400)


def made(book: SimpleNamespace, kind: str, seed: int = 1) -> list:
    return [book.deciding.MAKERS[kind](seed, number) for number in NUMBERS]


@pytest.mark.parametrize("kind", ["household", "firm"])
def test_the_same_seed_makes_the_same_applicants_in_any_order(book, kind):
    maker = book.deciding.MAKERS[kind]
    assert [maker(1, number) for number in reversed(NUMBERS)] == list(reversed(made(book, kind)))
    assert made(book, kind, seed=2) != made(book, kind)


@pytest.mark.parametrize("kind", ["household", "firm"])
def test_every_application_is_one_that_the_server_takes(book, kind):
    for applicant in made(book, kind):
        application = application_from(applicant.given, currency="CNY")
        request = DecideRequest(request_id=applicant.subject_id, product=applicant.product, application=application)
        assert request_faults(request, "CNY", {}) == []


@pytest.mark.parametrize("kind", ["household", "firm"])
def test_three_in_a_hundred_default_in_a_year(book, kind):
    odds = [book.deciding.MAKERS[kind](1, number).default_probability for number in range(2500)]
    assert 0.026 < fmean(odds) < 0.034
    assert 0 < min(odds) < 0.003
    assert 0.2 < max(odds) < 1


def test_people_are_of_all_ages_and_some_ask_for_what_is_not_for_them(book):
    people = [applicant.given for applicant in made(book, "household")]
    ages = {given["applicant"]["age"] for given in people}
    assert min(ages) == 16
    assert 70 < max(ages) <= 75
    occupations = Counter(given["applicant"].get("occupation") for given in people)
    assert occupations["STUDENT"] > 20
    assert occupations[None] > 0
    assert {given["request"].get("purpose") for given in people} >= {"PROPERTY", "INVESTMENT", "GAMBLING", None}
    assert {given["bureau"].get("found") for given in people} == {True, False, None}


def late_months(applicant) -> int:
    statements = applicant.given["behaviour"].get("statements", [])
    return sum(month["status"] == "LATE" for month in statements)


def test_what_is_seen_of_people_follows_their_true_odds_only_loosely(book):
    by_odds = sorted(made(book, "household"), key=lambda applicant: applicant.default_probability)
    safest, riskiest = by_odds[:120], by_odds[-120:]
    assert fmean(map(late_months, riskiest)) > 3 * fmean(map(late_months, safest))
    assert sum(late_months(applicant) == 0 for applicant in riskiest) > 25


def statements_of_firms(book) -> list:
    parts = (applicant.given["business"].get("financial_statements") for applicant in made(book, "firm"))
    return [part for part in parts if part]


def test_balance_sheets_add_up(book):
    years = [year for pair in statements_of_firms(book) for year in pair]
    assert len(years) > 200
    for year in years:
        assert abs(year["total_assets"] - year["total_liabilities"] - year["equity"]) <= 2
        parts = year["inventory"] + year["receivables"] + year["cash"]
        assert parts <= year["current_assets"] <= year["total_assets"]
        assert year["current_liabilities"] <= year["total_liabilities"]
        assert year["total_liabilities"] > 0


def test_a_year_begins_where_the_year_before_ended(book):
    for newer, older in statements_of_firms(book):
        kept = newer["equity"] - older["equity"]
        assert abs(newer["retained_earnings"] - older["retained_earnings"] - kept) <= 3
        assert kept <= max(newer["net_profit"], 0) + 3 or newer["net_profit"] < 0


def test_months_of_trading_follow_each_other(book):
    for applicant in made(book, "firm"):
        months = [month["month"] for month in applicant.given["business"].get("trading", [])]
        assert len(months) <= 24
        numbers = [int(month[:4]) * 12 + int(month[5:7]) for month in months]
        assert numbers == sorted(set(numbers), reverse=True)
        assert not numbers or numbers[0] - numbers[-1] == len(numbers) - 1
