"""What a comparison says of each kind of change, and that what means the same is no change."""

from collections.abc import Callable
from pathlib import Path

import pytest

from underwriter.workbench.comparison import Side, compare_folders
from underwriter.workbench.comparison.wording import line

from ..decisioning.desks import write_rules

POLICY = """
attributes: {channel: string}
parameters:
  min_age: {value: 18, unit: years}
  cut: {value: 0.5}
  index:
    history: {2026-01-01: 0.05, 2026-07-01: 0.1}
decisions:
  eligibility:
    rules:
      - id: E01
        when: applicant.age < min_age
        then: decline
        reason: R
      - id: E02
        when: applicant.monthly_income < 1000
        then: refer
        reason: S
        if unknown: pass
  grade:
    table:
      hit policy: first
      rows: |
        | applicant.age | applicant.monthly_income || grade |
        | < 25          | < 5000                   || "C"   |
        | < 25          | >= 5000                  || "B"   |
        | -             | >= 9000                  || "A"   |
        | -             | -                        || "B"   |
  points:
    scorecard:
      attributes:
        - name: tenure
          value: applicant.employment_months
          reason: R
          missing: -5
          bins:
            - {when: "< 12", points: 0}
            - {when: ">= 12", points: 10}
  sums:
    context:
      income: applicant.monthly_income * cut
      limit: floor(income) + index * 0
outcome:
  rules: [eligibility]
  grade: grade
  offer:
    credit_limit: max(1000, sums.limit + points.points)
    term_months: 12
    annual_rate: 0.072
    repayment_method: '"ANNUITY"'
    valid_days: 7
  caps: {effective_annual_rate: 0.24, credit_limit: 20000}
"""


def lines(folder: Path, new: str, reasons: tuple[str, ...] = ("R", "S"), before: str = POLICY) -> list[str]:
    """Return what is said of a policy in the place of another."""
    old = write_rules(folder / "old", before, ("R", "S"))
    models = folder / "models"
    models.mkdir()
    side = Side(write_rules(folder / "new", new, reasons), models)
    comparison = compare_folders(Side(old, models), side, most_trials=0)
    changes = [change for policy in comparison.policies for change in policy.changes]
    said = [*map(line, changes), *map(line, comparison.common)]
    assert comparison.is_same == (not said)
    return said


def edits(*pairs: str) -> Callable[[str], str]:
    """Return a function that puts each second text in the place of the one before."""

    def edit(text: str) -> str:
        for old, new in zip(pairs[::2], pairs[1::2], strict=True):
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        return text

    return edit


MOVED_ROWS = edits(
    '        | < 25          | < 5000                   || "C"   |\n', "",
    '        | -             | >= 9000                  || "A"   |\n',
    '        | -             | >= 9000                  || "A"   |\n'
    '        | < 25          | < 5000                   || "C"   |\n',
)  # fmt: skip

CHANGES = {
    "parameter": (edits("value: 18", "value: 20"), ["parameter min_age: value: 18 years -> 20 years (+11.1 %)"]),
    "dated parameter": (
        edits("2026-07-01: 0.1", "2026-07-01: 0.08, 2026-10-01: 0.2"),
        ["parameter index: from 2026-07-01: 0.1 -> 0.08 (-20.0 %); from 2026-10-01: nothing -> 0.2"],
    ),
    "parameter added": (
        edits("  cut: ", "  top: {value: [A, B]}\n  cut: "),
        ['parameter top is new: value: ["A", "B"]'],
    ),
    "condition": (
        edits("applicant.age < min_age", "applicant.age <= min_age"),
        ["rule E01 of eligibility: when: applicant.age < min_age -> applicant.age <= min_age"],
    ),
    "outcome, reason and unknown": (
        edits("then: refer\n        reason: S\n        if unknown: pass", "then: verify\n        reason: R"),
        ["rule E02 of eligibility: then: refer -> verify; reason: S -> R; if unknown: pass -> refer"],
    ),
    "rule renamed": (
        edits("id: E02", "id: E03"),
        [
            "rule E03 of eligibility is new: when: applicant.monthly_income < 1000; then: refer; reason: S; "
            "if unknown: pass",
            "rule E02 of eligibility is gone: when: applicant.monthly_income < 1000; then: refer; reason: S; "
            "if unknown: pass",
        ],
    ),
    "answer of a row": (
        edits('>= 9000                  || "A"', '>= 9000                  || "B"'),
        ['row 3 of grade (applicant.monthly_income >= 9000): grade: "A" -> "B"'],
    ),
    "test of a row": (
        edits(">= 9000", ">= 8000"),
        ["row 3 of grade: applicant.monthly_income: >= 9000 -> >= 8000"],
    ),
    "row added": (
        edits('        | -             | -  ', '        | > 80          | -                        || "C"   |\n'
              "        | -             | -  "),
        ['row 4 of grade is new: applicant.age: > 80; grade: "C"'],
    ),
    "row removed": (
        edits('        | -             | >= 9000                  || "A"   |\n', ""),
        ['row 3 of grade is gone: applicant.monthly_income: >= 9000; grade: "A"'],
    ),
    "row moved": (
        MOVED_ROWS,
        ['row 3 of grade (applicant.age < 25, applicant.monthly_income < 5000) stands elsewhere: number: 1 -> 3'],
    ),
    "hit policy": (edits("first", "any"), ["decision grade: hit policy: first -> any"]),
    "points": (edits("points: 10", "points: 12"), ["bin 2 of tenure of points (if >= 12): points: 10 -> 12 (+20.0 %)"]),
    "points if missing": (
        edits("missing: -5", "missing: -4"),
        ["attribute tenure of points: points if missing: -5 -> -4 (+20.0 %)"],
    ),
    "step": (
        edits("income * cut", "income * cut * 2"),
        ["decision sums: income: applicant.monthly_income * cut -> applicant.monthly_income * cut * 2"],
    ),
    "term": (edits("0.072", "0.075"), ["offer: annual rate: 0.072 -> 0.075 (+4.2 %)"]),
    "term taken away": (edits("    valid_days: 7\n", ""), ["offer: valid days: 7 -> nothing"]),
    "cap": (edits("0.24", "0.2"), ["caps: effective annual rate: 0.24 -> 0.2 (-16.7 %)"]),
    "attribute's type": (edits("channel: string", "channel: number"), ["attribute channel: type: string -> number"]),
    "form": (
        edits("    context:\n      income: applicant.monthly_income * cut\n      limit: floor(income) + index * 0",
              "    expression: '{limit: applicant.monthly_income * cut + index * 0}'"),
        [
            "decision sums: value: nothing -> {limit: applicant.monthly_income * cut + index * 0}; "
            "income: applicant.monthly_income * cut -> nothing; limit: floor(income) + index * 0 -> nothing"
        ],
    ),
}  # fmt: skip

SAME = {
    "comments": edits("applicant.age < min_age", "applicant.age < min_age // the young\n        # as the law says"),
    "brackets and blanks": edits("applicant.age < min_age", "((applicant.age)   <  (min_age))"),
    "numbers": edits("index * 0", "index * 0.0", "annual_rate: 0.072", "annual_rate: 0.0720"),
    "titles and units": edits("unit: years", "unit: a, title: Youngest applicant"),
    "columns of a table": edits('| < 25          | < 5000                   || "C"   |', '|<25|<5000||"C"|'),
}


@pytest.mark.parametrize(("edit", "said"), CHANGES.values(), ids=CHANGES)
def test_each_change_is_said_in_words(edit: Callable[[str], str], said: list[str], tmp_path: Path) -> None:
    assert lines(tmp_path, edit(POLICY)) == said


@pytest.mark.parametrize("edit", SAME.values(), ids=SAME)
def test_what_means_the_same_is_no_change(edit: Callable[[str], str], tmp_path: Path) -> None:
    assert lines(tmp_path, edit(POLICY)) == []


def test_the_order_of_the_tests_in_a_cell_says_nothing(tmp_path: Path) -> None:
    before, after = (
        edits("| < 25          | < 5000 ", f"| {tests} | < 5000 ")(POLICY) for tests in ("< 20, 24", "24, < 20")
    )
    assert lines(tmp_path, after, before=before) == []


def test_the_order_of_rules_is_told_as_it_ranks_their_reasons(tmp_path: Path) -> None:
    first, second = POLICY.index("      - id: E01"), POLICY.index("      - id: E02")
    end = POLICY.index("  grade:\n")
    new = POLICY[:first] + POLICY[second:end] + POLICY[first:second] + POLICY[end:]
    assert lines(tmp_path, new) == ["decision eligibility stands elsewhere: order: E01, E02 -> E02, E01"]


def test_reasons_that_came_are_told_once_for_the_folder(tmp_path: Path) -> None:
    assert lines(tmp_path, POLICY, ("R", "S", "T")) == ["reason T is new: en: T text.; zh: T文。; adverse: yes"]


def test_policies_that_came_or_went_are_told(tmp_path: Path) -> None:
    models = tmp_path / "models"
    models.mkdir()
    old = write_rules(tmp_path / "old", POLICY, ("R", "S"))
    head = "policy: other\ntitle: {en: Other, zh: 另}\nproduct: TINY\n"
    new = write_rules(tmp_path / "new", head + POLICY, ("R", "S"))
    comparison = compare_folders(Side(old, models), Side(new, models))
    assert (comparison.added, comparison.removed, comparison.is_same) == (["other"], ["tiny"], False)
