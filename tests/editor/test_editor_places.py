"""What stands at a place of a text that is being typed: the keys that lead there, and what may be written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.editor.grammar.files import FileKind
from underwriter.editor.grammar.values import Meaning
from underwriter.editor.places.formula import chain_at, chain_before, compared_before, formula_at
from underwriter.editor.places.place import place_at
from underwriter.feel.source import Position

from .marked import unmarked

KEY, VALUE = True, False
DECISION = "decisions:\n  a:\n    "
TABLE = DECISION + "table:\n      hit policy: unique\n      rows: |\n"
RULE = DECISION + "rules:\n      - id: R1\n        "
PART, POLICY, TESTS = FileKind.PART, FileKind.POLICY, FileKind.POLICY_TESTS

# The keys that lead to a place, with a star for an item of a list.
PLACES = [
    ("policy: x\n¦\nproduct: y", POLICY, "", KEY),
    ("policy: x\npr¦\nproduct: y", POLICY, "", KEY),
    ("policy: x\npr¦oduct: y", POLICY, "", KEY),
    ("¦", POLICY, "", KEY),
    ("policy: ¦", POLICY, "policy", VALUE),
    (DECISION + "¦", PART, "decisions a", KEY),
    (DECISION + "expression: applicant.¦", PART, "decisions a expression", VALUE),
    (DECISION + "expression: >-\n      b\n      - c¦", PART, "decisions a expression", VALUE),
    (DECISION + "rules:\n      - ¦\n", PART, "decisions a rules *", KEY),
    (DECISION + "rules:\n    - id: R1\n      ¦", PART, "decisions a rules *", KEY),
    (RULE + "¦\n\n      - id: R2\n", PART, "decisions a rules *", KEY),
    (RULE + "the¦\n        reason: X\n", PART, "decisions a rules *", KEY),
    (RULE + "then: ¦\n        reason: X\n", PART, "decisions a rules * then", VALUE),
    (TABLE + "        | b¦ || c |", PART, "decisions a table rows", VALUE),
    (TABLE + "        | b || c |\n      ¦", PART, "decisions a table", KEY),
    (DECISION + "table: # note\n      hit policy: unique\n      r¦", PART, "decisions a table", KEY),
    ("include:\n  - ../com¦\n", PART, "include *", VALUE),
    ("include: [../a, ¦]\n", PART, "include *", VALUE),
    ("parameters:\n  x: {value: 3, un¦}\n", PART, "parameters x", KEY),
    ("parameters:\n  x: {value: 3, unit: ¦}\n", PART, "parameters x unit", VALUE),
    ("parameters:\n  x: {value: 3,\n      un¦}\n", PART, "parameters x", KEY),
    ("outcome:\n  rules: [a, ¦", POLICY, "outcome rules *", VALUE),
    ("reasons:\n  A:\n    en: x\n    adv¦", FileKind.REASONS, "reasons A", KEY),
    ("tests:\n- name: x\n  given:\n    applicant: {a¦}", TESTS, "tests * given applicant", KEY),
    ("tests:\n  - name: x\n    expect: {outcome: ¦}", TESTS, "tests * expect outcome", VALUE),
    ("rules:\n  - id: X\n    then: {alert: A, severity: ¦", FileKind.MONITOR, "rules * then severity", VALUE),
]


@pytest.mark.parametrize(("marked", "kind", "steps", "is_key"), PLACES)
def test_a_place_is_known_by_the_keys_above_it(marked: str, kind: FileKind, steps: str, is_key: bool) -> None:
    text, position = unmarked(marked)
    place = place_at(text.split("\n"), position, kind.keys)
    assert place is not None
    assert (" ".join(step or "*" for step in place.steps), place.is_key) == (steps, is_key)


@pytest.mark.parametrize("marked", ["a: b # com¦ment", "# ¦", "decisions:\n  a:\n    nonsense:\n      b: ¦"])
def test_nothing_is_known_in_comments_and_outside_of_the_grammar(marked: str) -> None:
    text, position = unmarked(marked)
    assert place_at(text.split("\n"), position, FileKind.POLICY.keys) is None


def test_siblings_are_those_of_the_same_mapping_only() -> None:
    text, position = unmarked(RULE + "when: x\n        ¦\n      - id: R2\n        reason: Y\n")
    place = place_at(text.split("\n"), position, FileKind.PART.keys)
    assert place is not None
    assert place.siblings == {"id": "R1", "when": "x"}


def test_the_kind_of_an_event_tells_its_fields() -> None:
    text, position = unmarked("tests:\n  - name: x\n    events:\n      - {event: drawdown, ¦}")
    place = place_at(text.split("\n"), position, FileKind.MONITOR_TESTS.keys)
    assert place is not None
    assert "amount" in place.value.shape.keys  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("rows", "text", "tested"),
    [
        ("        | score.po¦ || grade |", "score.po", ""),
        ("        | score.points || grade |\n        | >= li¦ || 1 |", ">= li", "score.points"),
        ("        | score.points || grade |\n        | 1 || ba¦ |", "ba", ""),
        ("        | a | b.c || d |\n        | 1 | ¦ || 2 |", "", "b.c"),
    ],
)
def test_a_cell_is_a_formula_of_its_own(rows: str, text: str, tested: str) -> None:
    whole, position = unmarked(TABLE + rows)
    lines = whole.split("\n")
    place = place_at(lines, position, FileKind.PART.keys)
    formula = formula_at(lines, place) if place else None
    assert formula is not None
    assert (formula.text[: formula.offset].strip(), formula.tested) == (text, tested)


@pytest.mark.parametrize("rows", ["        | a || gra¦ |", "        | a || b || n |\n        | 1 || 2 || no¦ |"])
def test_names_of_outputs_and_notes_are_no_formulas(rows: str) -> None:
    text, position = unmarked(TABLE + rows)
    lines = text.split("\n")
    place = place_at(lines, position, FileKind.PART.keys)
    assert place is not None
    assert Meaning.GRID in place.meanings
    assert formula_at(lines, place) is None


FORMULA = "decisions:\n  a:\n    expression: "


def _formula(marked: str):
    text, position = unmarked(FORMULA + marked)
    lines = text.split("\n")
    place = place_at(lines, position, FileKind.PART.keys)
    assert place is not None
    formula = formula_at(lines, place)
    assert formula is not None
    return formula


@pytest.mark.parametrize(
    ("marked", "names"),
    [
        ("¦", ("",)),
        ("app¦", ("app",)),
        ("applicant.¦", ("applicant", "")),
        ("1 + applicant.mon¦", ("applicant", "mon")),
        ('sum(bureau.loans[kind = "X"].mon¦', ("bureau", "loans", "mon")),
        ("behaviour.statements[1].¦", ("behaviour", "statements", "")),
        (">-\n      if a\n      then b.¦", ("b", "")),
    ],
)
def test_the_names_before_the_cursor_are_told(marked: str, names: tuple[str, ...]) -> None:
    chain = chain_before(_formula(marked))
    assert chain is not None
    assert chain.names == names


@pytest.mark.parametrize("marked", ['x = "ab¦', "12¦", '"a.b¦"'])
def test_texts_and_numbers_are_no_names(marked: str) -> None:
    assert chain_before(_formula(marked)) is None


def test_what_a_text_is_compared_with_is_told() -> None:
    assert compared_before(_formula('applicant.occupation = "¦')) == ("applicant", "occupation")


@pytest.mark.parametrize(
    ("marked", "names"),
    [
        ("a + str¦ing length(b)", ("string length",)),
        ("string length(b.c¦)", ("b", "c")),
        ("string length(¦b.c)", ("b",)),
    ],
)
def test_the_names_at_the_cursor_are_told(marked: str, names: tuple[str, ...]) -> None:
    chain = chain_at(_formula(marked), {"string length"})
    assert chain is not None
    assert chain.names == names


@settings(max_examples=60)
@given(
    st.text(alphabet="ab:-|{}[],#'\"> \n\t.信𠀀", max_size=60),
    st.integers(0, 8),
    st.integers(0, 20),
    st.sampled_from(FileKind),
)
def test_no_text_however_broken_is_too_much(text: str, line: int, column: int, kind: FileKind) -> None:
    lines = (TABLE + text).split("\n")
    place = place_at(lines, Position(line, column), kind.keys)
    if place is not None and not place.is_key:
        formula = formula_at(lines, place)
        if formula is not None:
            chain_before(formula)
            chain_at(formula, ())
