"""Tests beside rules: read, run, compared, counted."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from underwriter.decisioning import load_desk, run_policy_tests
from underwriter.decisioning.requests.given import FilledBase, application_from
from underwriter.decisioning.rule_tests.files import load_tests, merged_fields

from .desks import shipped, write_rules

D = Decimal
POLICY = """attributes: {member_tier: number}
decisions:
  grade:
    table:
      hit policy: first
      rows: |
        | applicant.age || grade | points |
        | < 30          || "A"   | 1.50   |
        | [30..60]      || "B"   | 2      |
        | -             || "C"   | 0      |
  card:
    scorecard:
      attributes:
        - name: tier
          value: attributes.member_tier
          reason: R
          missing: 0
          bins:
            - {when: "> 3", points: 2}
            - {when: "-", points: 1}
  born: {expression: "date(2000, 1, 31)"}
  checks:
    rules:
      - {id: C1, when: applicant.age < 18 and born != null, then: decline, reason: YOUNG}
      - {id: C2, when: card.points = 1, then: verify, reason: R, ask for: PAYSLIP, if unknown: pass}
outcome:
  rules: [checks]
  grade: grade.grade
  offer:
    each: {term: "[3, 6]"}
    credit_limit: 1000 * term
    annual_rate: 0.12
    term_months: term
    grace_months: 1
    fee_rate: 0.01
"""


SOMEBODY = "defaults: {given: {applicant: {subject_id: somebody}}}\n"


def report(folder, text, name="some"):
    rules = write_rules(folder, POLICY, ["R", "YOUNG"], **{name: text})
    policy = load_desk(rules, folder / "no models").policy_for("TINY")
    return run_policy_tests(policy, rules)


def failures(folder, expect, given="{applicant: {age: 25}}"):
    (result,) = report(folder, f"{SOMEBODY}tests:\n  - name: one\n    given: {given}\n    expect: {expect}\n").results
    return list(result.failures)


HOLDS = [
    "{outcome: APPROVE}",
    "{grade: A, reasons: []}",
    "{offers: 2}",
    "{offer.credit_limit: 3000, offer.annual_rate: 0.120, offer.term_months: 3, offer.fee_rate: 0.01}",
    "{offer.credit_limit: 3000 CNY}",
    "{offer.repayment_method: ANNUITY, offer.grace_months: 1, offers.2.grace_months: 1}",
    "{offers.2.credit_limit: 6000, offers.2.term_months: 6}",
    "{decisions.grade: {grade: A, points: 1.5}}",
    "{decisions.grade.points: 1.50}",
    "{decisions.born: 2000-01-31}",
    "{verification: []}",
]


@pytest.mark.parametrize("expect", HOLDS)
def test_what_came_out_as_expected_has_no_failures(tmp_path, expect):
    assert failures(tmp_path, expect) == []


@pytest.mark.parametrize(
    ("expect", "expected"),
    [
        ("{outcome: DECLINE}", ["outcome: expected DECLINE, found APPROVE"]),
        ("{outcome: approve}", ["outcome: expected approve, found APPROVE"]),
        ("{grade: null}", ["grade: expected null, found A"]),
        ("{grade: B, offers: 3}", ["grade: expected B, found A", "offers: expected 3, found 2"]),
        ("{reasons: [R, YOUNG]}", ["reasons: expected [R, YOUNG], found []"]),
        ("{verification: [PAYSLIP]}", ["verification: expected [PAYSLIP], found []"]),
        ("{offer.credit_limit: 1000}", ["offer.credit_limit: expected 1000, found 3000"]),
        ("{offer.credit_limit: 1000 CNY}", ["offer.credit_limit: expected 1000 CNY, found 3000"]),
        ("{offers.3.term_months: 1}", ["offers.3.term_months: there is no such offer; offers: 2"]),
        ("{decisions.born: 2000-02-01}", ["decisions.born: expected 2000-02-01, found 2000-01-31"]),
        ("{decisions.grade: {grade: A}}", ['decisions.grade: expected {grade: "A"}, found {grade: "A", points: 1.50}']),
        ("{decisions.grade.rate: 1}", ["decisions.grade.rate: 'grade.rate' was not computed; computed: grade, card"]),
        ("{decisions.grade.points: true}", ["decisions.grade.points: expected true, found 1.50"]),
        ("{decisions.grade.points: many}", ["decisions.grade.points: expected many, found 1.50"]),
    ],
)
def test_a_failure_tells_what_was_expected_and_what_was_found(tmp_path, expect, expected):
    found = failures(tmp_path, expect)
    assert len(found) == len(expected)
    assert all(line.startswith(wanted) for line, wanted in zip(found, expected, strict=True)), found


@pytest.mark.parametrize(
    "key", ["outcomes", "offers.0.term_months", "offers.x", "offers.-1.term_months", "score", "decision.a"]
)
def test_an_unknown_expectation_is_told_with_those_that_are_known(tmp_path, key):
    (line,) = failures(tmp_path, f"{{{key}: 1}}")
    assert line == (
        f"{key}: unknown expectation; known: outcome, grade, reasons, verification, score.points, offers, offer.TERM, "
        "offers.N.TERM, line_change.TERM, counter_offer, decisions.NAME"
    )


def test_an_unknown_term_is_told_with_those_that_are_known(tmp_path):
    (line,) = failures(tmp_path, "{offer.limit: 1}")
    assert line.startswith("offer.limit: unknown term of an offer; known: credit_limit, annual_rate")


def test_an_offer_that_is_not_there_is_told(tmp_path):
    (line,) = failures(tmp_path, "{offer.term_months: 3}", "{applicant: {age: 17}}")
    assert line == "offer.term_months: there is no such offer; offers: 0"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("{applicant: {agee: 5}}", "given applicant.agee: found an unknown field"),
        ("{applicant: {age: old}}", "given applicant.age: found"),
        ("{applicant: {age: 400}}", "given applicant.age: found 400"),
        ("{exposure: {totl: 5}}", "given exposure.totl: found an unknown field; allowed: total, reserved, drawn"),
        ("{exposure: {total: 5 USD}}", "given exposure.total: found '5 USD'; allowed: an amount from 0 in CNY"),
        ("{funders: [{committed: 5}]}", "given funders[0].funder: found nothing; allowed: a text"),
        (
            "{attributes: {member_teir: 5}}",
            'given attributes["member_teir"]: found an attribute that the policy does not declare',
        ),
    ],
)
def test_faults_of_what_is_given_are_failures(tmp_path, given, expected):
    found = failures(tmp_path, "{outcome: APPROVE}", given)
    assert any(line.startswith(expected) for line in found), found


def test_a_model_that_the_policy_does_not_have_is_told(tmp_path):
    text = "tests:\n  - {name: one, models: {risk: {score: 5}}, expect: {outcome: APPROVE}}\n"
    (result,) = report(tmp_path, text).results
    assert result.failures == ("models: the policy has no model 'risk'; it has: none",)


def test_defaults_are_merged_into_every_test_and_null_takes_away(tmp_path):
    text = """
defaults:
  now: 2026-05-01T10:00:00+08:00
  given: {applicant: {age: 25, phone_months: 3}, attributes: {member_tier: 5}}
  models: {risk: {score: 500}, other: {probability: 0.1, missing: 2}}
  expect: {outcome: APPROVE, grade: A}
tests:
  - {name: as it is, expect: {offers: 2}}
  - name: changed
    now: 2026-06-01
    given: {applicant: {age: 40, phone_months: null}, attributes: null}
    models: {risk: {probability: 0.5}, other: null}
    expect: {grade: null}
"""
    rules = write_rules(tmp_path, POLICY, ["R", "YOUNG"], some=text)
    (first, second), findings = load_tests(rules / "tiny", "rules/tiny")
    assert findings == []
    assert first.given == {"applicant": {"age": D(25), "phone_months": D(3)}, "attributes": {"member_tier": D(5)}}
    assert first.models == {"risk": {"score": D(500)}, "other": {"probability": D("0.1"), "missing": D(2)}}
    assert first.now == datetime(2026, 5, 1, 2, 0, tzinfo=UTC)
    assert first.expect == {"outcome": "APPROVE", "grade": "A", "offers": D(2)}
    assert second.given == {"applicant": {"age": D(40)}}
    assert second.models == {"risk": {"probability": D("0.5")}}
    assert second.now == datetime(2026, 6, 1, tzinfo=UTC)
    assert second.expect == {"outcome": "APPROVE", "grade": None}


@pytest.mark.parametrize("name", ["some.yaml", "some.yml", "young/some.yaml"])
def test_tests_are_read_from_every_yaml_file_below_their_folder(tmp_path, name):
    rules = write_rules(tmp_path, POLICY, ["R", "YOUNG"])
    file = rules / "tiny" / "tests" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("tests: [{name: a, expect: {}}]\n", "utf-8")
    (test,), findings = load_tests(rules / "tiny", "rules/tiny")
    assert (findings, test.source.name) == ([], f"rules/tiny/tests/{name}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("test: []\n", ["missing-key 1:1", "unknown-key 1:1"]),
        ("tests: {}\n", ["not-a-list 1:8"]),
        ("tests:\n  - {name: a}\n", ["missing-key 2:5"]),
        ("tests:\n  - {nam: a, expect: {}}\n", ["missing-key 2:5", "unknown-key 2:6"]),
        ("tests:\n  - {name: a, expect: APPROVE}\n", ["not-a-mapping 2:23"]),
        ("tests:\n  - {name: a, expect: {}, given: 5}\n", ["not-a-mapping 2:34"]),
        ("tests:\n  - {name: a, expect: {}, now: later}\n", ["unknown-value 2:32"]),
        ("tests:\n  - {name: a, expect: {}, models: {m: 5}}\n", ["not-a-mapping 2:39"]),
        ("tests:\n  - {name: a, expect: {}, models: {m: {points: 5}}}\n", ["unknown-key 2:40", "missing-key 2:39"]),
        ("tests:\n  - {name: a, expect: {}, models: {m: {score: high}}}\n", ["not-a-number 2:47"]),
        ("tests:\n  - {name: a, expect: {}, models: {m: {missing: 1}}}\n", ["missing-key 2:39"]),
        ("defaults: {givn: {}}\ntests: []\n", ["unknown-key 1:12"]),
        ("defaults: 5\ntests: []\n", ["not-a-mapping 1:11"]),
        ("tests: [\n", ["yaml-syntax 1:9"]),
        ("tests:\n  - {name: a, name: b, expect: {}}\n", ["duplicate-key 2:15"]),
    ],
)
def test_what_is_wrong_with_a_test_file_is_told_at_its_place(tmp_path, text, expected):
    rules = write_rules(tmp_path, POLICY, ["R", "YOUNG"], some=text)
    _, findings = load_tests(rules / "tiny", "rules/tiny")
    assert sorted(f"{finding.code} {finding.position}" for finding in findings) == sorted(expected)
    assert {finding.source.name for finding in findings} == {"rules/tiny/tests/some.yaml"}


def test_a_test_file_that_is_not_utf8_is_told(tmp_path):
    rules = write_rules(tmp_path, POLICY, ["R", "YOUNG"], some="tests: []\n")
    (rules / "tiny" / "tests" / "some.yaml").write_bytes(b"tests: \xff")
    _, (finding,) = load_tests(rules / "tiny", "rules/tiny")
    assert str(finding) == (
        "rules/tiny/tests/some.yaml:1:1: error[not-utf-8]: the file is not UTF-8: invalid start byte at byte 7"
    )


def test_a_policy_passes_if_it_has_tests_and_all_pass(tmp_path):
    passing = f"{SOMEBODY}tests:\n  - {{name: one, given: {{applicant: {{age: 25}}}}, expect: {{outcome: APPROVE}}}}\n"
    failing = passing.replace("APPROVE", "REFER")
    assert report(tmp_path / "a", passing).has_passed
    assert not report(tmp_path / "b", failing).has_passed
    assert [result.test.name for result in report(tmp_path / "b", failing).failed] == ["one"]
    assert not report(tmp_path / "c", "tests: []\n").has_passed
    assert not report(tmp_path / "d", passing + "more: 1\n").has_passed


def test_coverage_counts_rules_that_fired_rows_that_matched_and_bins_that_were_taken(tmp_path):
    text = f"""{SOMEBODY}tests:
  - {{name: young, given: {{applicant: {{age: 17}}, attributes: {{member_tier: 9}}}}, expect: {{outcome: DECLINE}}}}
  - {{name: old, given: {{applicant: {{age: 70}}}}, expect: {{outcome: APPROVE}}}}
"""
    coverage = report(tmp_path, text).coverage
    assert [(spot.what, spot.place.rpartition("policy.yaml:")[2]) for spot in coverage.uncovered] == [
        ("rule checks/C2", "28:14"),
        ("grade row 2", "12:9"),
        ("card tier bin 2", "23:23"),
    ]
    assert coverage.percent == pytest.approx(100 * 6 / 9)


BRANCHES = """decisions:
  size: {expression: "if applicant.age > 40 then (if applicant.age > 60 then 1 else 2) else 3"}
  always: {expression: "if 1 = 1 then 5 else 6"}
  band:
    table:
      hit policy: unique
      rows: |
        | size || band |
        | 1    || "x"  |
      default: {band: '"none"'}
  checks:
    rules:
      - {id: C1, when: applicant.sanctioned, then: decline, reason: R, if unknown: verify, ask for: PAYSLIP}
      - {id: C2, when: applicant.age < 18, then: decline, reason: R, if unknown: pass}
outcome:
  rules: [checks]
  grade: band
  offer: {credit_limit: 1000 * size + always, annual_rate: 0.12, term_months: 3}
"""


def test_coverage_counts_both_ways_of_conditions_and_what_follows_from_null(tmp_path):
    text = f"{SOMEBODY}tests:\n  - {{name: one, given: {{applicant: {{age: 50}}}}, expect: {{outcome: VERIFY}}}}\n"
    rules = write_rules(tmp_path, BRANCHES, ["R"], some=text)
    policy = load_desk(rules, tmp_path / "no models").policy_for("TINY")
    coverage = run_policy_tests(policy, rules).coverage
    assert sorted(spot.what for spot in coverage.uncovered) == [
        "band row 1",
        "else of size",
        "rule checks/C1",
        "rule checks/C1 not fired",
        "rule checks/C2",
        "then of always",
        "then of size",
    ]
    assert len(coverage.spots) == 12


def test_values_left_as_the_defaults_have_them_are_copied_and_others_replaced():
    base = {"applicant": {"subject_id": "a", "age": 30, "monthly_income": 5}, "bureau": {"loans": [{"balance": 1}]}}
    whole = application_from(base, currency="CNY")
    for over in ({"applicant": {"age": None}}, {"bureau": {"loans": [{"balance": 2}, {}]}}, {"applicant": None}, {}):
        given = merged_fields(base, over)
        made = application_from(given, currency="CNY", base=FilledBase(base, whole))
        assert made == application_from(given, currency="CNY")


def test_fields_are_merged_within_mappings():
    base = {"a": {"b": 1, "c": 2}, "d": 3}
    assert merged_fields(base, {"a": {"b": None, "e": {"f": None, "g": 1}}, "d": {"x": 1}}) == {
        "a": {"c": 2, "e": {"g": 1}},
        "d": {"x": 1},
    }
    assert base == {"a": {"b": 1, "c": 2}, "d": 3}


@pytest.mark.parametrize(
    ("stated", "points"), [("{score: 700}", 700), ("{probability: 0.01}", None), ("{score: 999}", 999)]
)
def test_a_stub_of_a_model_says_what_the_test_states(tmp_path, stated, points):
    policy = shipped().policy_for("PERSONAL_CREDIT_LINE")
    (name,) = policy.models
    folder = tmp_path / "personal_credit" / "tests"
    folder.mkdir(parents=True)
    wanted = points or policy.models[name].manifest.points.points(0.01)
    text = f"tests:\n  - {{name: one, models: {{{name}: {stated}}}, expect: {{score.points: {wanted}}}}}\n"
    (folder / "one.yaml").write_text(text.replace("models:", "given: {applicant: {subject_id: a}}, models:"), "utf-8")
    (result,) = run_policy_tests(policy, tmp_path).results
    assert result.failures == ()
