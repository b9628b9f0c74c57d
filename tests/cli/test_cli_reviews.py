"""How the commands show what is no offer: the change of a line, a counter-offer, a parameter with a history."""

import json
from pathlib import Path

import pytest

from .commands import Call

HEAD = """policy: small
title: {en: Small, zh: 小}
product: PERSONAL_CREDIT_LINE
parameters:
  notice: {history: {2026-04-01: 15, 2020-01-01: 1}, unit: days}
  most: {value: 10000, unit: CNY}
decisions:
  checks:
    rules: [{id: E01, when: request.amount > most, then: decline, reason: TOO_YOUNG, if unknown: pass}]
outcome:
  rules: [checks]
"""
REVIEW = """  line_change:
    action: '"RAISE"'
    credit_limit: most
    annual_rate: 0.072
    notice_days: if most > 1 then 30 else notice
"""
LOAN = """  offer: {credit_limit: request.amount, annual_rate: 0.1, term_months: 12}
  counter_offer: {amount: {least: 1000, step: 500}}
"""


@pytest.fixture
def rules(small_rules: Path) -> Path:
    (small_rules / "small" / "tests" / "age.yaml").unlink()
    return small_rules / "small" / "policy.yaml"


def asked(folder: Path, **request: object) -> Path:
    file = folder / "one.json"
    application = {"applicant": {"subject_id": "s"}, "request": request}
    file.write_text(json.dumps({"product": "PERSONAL_CREDIT_LINE", "application": application}))
    return file


def test_the_change_of_a_line_is_shown_with_its_day(call: Call, rules: Path, tmp_path: Path) -> None:
    rules.write_text(HEAD + REVIEW, "utf-8")
    file = asked(tmp_path)
    headline, *_, line = call("decide", file).out.splitlines()
    change = call("decide", file, "--format", "json").json["line_change"]
    assert headline == f"{file}: APPROVE"
    assert (change["action"], change["notice_days"]) == ("LINE_ACTION_RAISE", 30)
    day = change["effective_date"]
    from_day = f"{day['year']:04}-{day['month']:02}-{day['day']:02}"
    assert line == f"  RAISE: 10,000.00 CNY at 7.20 % a year from {from_day}, 30 days after it is told"


def test_a_counter_offer_is_shown_with_what_would_be_offered(call: Call, rules: Path, tmp_path: Path) -> None:
    rules.write_text(HEAD + LOAN, "utf-8")
    lines = call("decide", asked(tmp_path, amount="12345 CNY", term_months=12)).out.splitlines()
    assert lines[-3:] == [
        "  would be approved for 10,000.00 CNY over 12 months",
        "            limit  months   a year  effective  repaid   fees",
        "    10,000.00 CNY      12  10.00 %    10.47 %  annuity  -",
    ]
    lines = call("decide", asked(tmp_path, amount="12345 CNY")).out.splitlines()
    assert lines[-3] == "  would be approved for 10,000.00 CNY"


def test_the_bounds_of_a_counter_offer_that_are_none_are_told(call: Call, rules: Path, tmp_path: Path) -> None:
    rules.write_text(HEAD + LOAN.replace("step: 500", "step: most - 10000"), "utf-8")
    file = asked(tmp_path, amount="12345 CNY")
    ended = call("decide", file)
    assert ended.errors == f"{file}: evaluation failed: amount_step: is no amount above 0 in whole minor units\n"
    assert "would be approved" not in ended.out


def test_a_history_is_described_earliest_first(call: Call, rules: Path) -> None:
    rules.write_text(HEAD + REVIEW, "utf-8")
    lines = call("describe", "small").out.splitlines()
    assert "  notice  1 days from 2020-01-01, 15 days from 2026-04-01" in lines
    (_, notice) = call("describe", "small", "--format", "json").json["parameters"]
    assert notice["history"] == [
        {"date": {"year": 2020, "month": 1, "day": 1}, "value": "1"},
        {"date": {"year": 2026, "month": 4, "day": 1}, "value": "15"},
    ]
