"""What the checker finds: types, references, and every mistake with its place and its help."""

import os
from pathlib import Path

import pytest

from underwriter.feel import (
    ANY,
    BOOLEAN,
    DATE,
    DAYS_DURATION,
    MONTHS_DURATION,
    NUMBER,
    STRING,
    Checked,
    ChoiceType,
    ContextType,
    Environment,
    FunctionType,
    ListType,
    Scope,
    Source,
    Type,
)
from underwriter.feel.nodes import Expression

ENVIRONMENT = Environment()
GOLDEN = Path(__file__).parent / "golden"
LOAN = ContextType(fields={"lender": STRING, "balance": NUMBER})
APPLICANT = ContextType(
    fields={
        "age": NUMBER,
        "income": NUMBER,
        "born": DATE,
        "grade": ChoiceType(values=("A", "B", "C")),
        "name": STRING,
        "is_student": BOOLEAN,
        "loans": ListType(item=LOAN),
    }
)
TYPES: dict[str, Type] = {
    "applicant": APPLICANT,
    "min_age": NUMBER,
    "today": DATE,
    "anything": ANY,
    "open": ContextType(fields={"a": NUMBER}, is_open=True),
    "rate": FunctionType(parameters=(("amount", NUMBER), ("term", NUMBER)), result=NUMBER),
}


def check(text: str, expected: Type | None = None) -> Checked[Expression]:
    source = Source(text, "rules.yaml")
    parse = ENVIRONMENT.parse(source, TYPES)
    assert parse.tree is not None, parse.diagnostics
    return ENVIRONMENT.check(parse.tree, source, Scope(TYPES), expected)


def test_mistakes_are_told_at_their_place() -> None:
    lines = (GOLDEN / "mistakes.check").read_text(encoding="utf-8").splitlines()
    found = "\n".join(diagnostic.render() for line in lines for diagnostic in check(line).diagnostics) + "\n"
    golden = GOLDEN / "mistakes.found"
    if os.environ.get("UNDERWRITER_REGENERATE_GOLDEN") == "1":
        golden.write_text(found, encoding="utf-8")
    assert found == golden.read_text(encoding="utf-8")
    assert all(check(line).diagnostics for line in lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + min_age", NUMBER),
        ("applicant.name + anything", STRING),
        ("anything + anything", ANY),
        ("anything * 2", ANY),
        ("today - applicant.born", DAYS_DURATION),
        ("years and months duration(applicant.born, today)", MONTHS_DURATION),
        ("applicant.loans.balance", ListType(item=NUMBER)),
        ("applicant.loans[1].lender", STRING),
        ("applicant.loans[balance > 1]", ListType(item=LOAN)),
        ("applicant.loans[anything]", ANY),
        ("for l in applicant.loans return l.balance * 2", ListType(item=NUMBER)),
        ("for i in 1..3, l in applicant.loans return i", ListType(item=NUMBER)),
        ('if applicant.is_student then "x" else applicant.grade', STRING),
        ("if applicant.is_student then 1 else null", NUMBER),
        ('if applicant.is_student then 1 else "x"', ANY),
        ("{a: 1, b: {c: a}}.b.c", NUMBER),
        ("min(applicant.age, 3)", NUMBER),
        ("min(applicant.loans.lender)", STRING),
        ("rate(1, 2)", NUMBER),
        ("applicant.born.year", NUMBER),
        ("[1..min_age].start", NUMBER),
        ("applicant.age in (1, 2)", BOOLEAN),
        ("open.b", ANY),
        ("sort(applicant.loans, function(a, b) a.balance < b.balance)", ListType(item=LOAN)),
    ],
)
def test_types(text: str, expected: Type) -> None:
    checked = check(text)
    assert checked.diagnostics == ()
    assert checked.type == expected


@pytest.mark.parametrize(
    ("text", "references"),
    [
        ("1", []),
        ("applicant.age < min_age", ["applicant.age", "min_age"]),
        ("sum(applicant.loans.balance)", ["applicant.loans.balance"]),
        ("applicant.loans[2].balance", ["applicant.loans.2.balance"]),
        ("applicant.loans[-1].lender", ["applicant.loans"]),
        ("applicant.loans[1e6000].lender", ["applicant.loans"]),
        ("applicant.loans[balance > 1].lender", ["applicant.loans"]),
        ("applicant", ["applicant"]),
        ("applicant.born.year", ["applicant.born"]),
        ("open.a + open.b", ["open", "open.a"]),
        ("for applicant in [1] return applicant", []),
        ("for l in applicant.loans return l.balance + min_age", ["applicant.loans", "min_age"]),
        ("applicant.loans[balance > min_age]", ["applicant.loans", "min_age"]),
        ("anything[min_age > 1]", ["anything", "min_age"]),
        ("{min_age: 1, b: min_age}", []),
        ("function(min_age) min_age + applicant.age", ["applicant.age"]),
        ("rate(min_age, 1)", ["min_age", "rate"]),
    ],
)
def test_references_are_the_longest_known_paths(text: str, references: list[str]) -> None:
    checked = check(text)
    assert sorted(".".join(reference) for reference in checked.references) == references


@pytest.mark.parametrize(
    ("text", "expected", "code"),
    [
        ("applicant.age", BOOLEAN, "type-mismatch"),
        ("applicant.name", NUMBER, "type-mismatch"),
        ("anything", BOOLEAN, None),
        ("null", NUMBER, None),
        ("applicant.age > 1", BOOLEAN, None),
    ],
)
def test_place_asks_for_a_type(text: str, expected: Type, code: str | None) -> None:
    assert [diagnostic.code for diagnostic in check(text, expected).diagnostics] == ([code] if code else [])


@pytest.mark.parametrize(
    ("text", "subject", "codes"),
    [
        ("-", NUMBER, []),
        ("< 5, [7..9], 11", NUMBER, []),
        ('"A", "B"', APPLICANT.fields["grade"], []),
        ('"A", "D"', APPLICANT.fields["grade"], ["unknown-value"]),
        ('not("A", "D")', APPLICANT.fields["grade"], ["unknown-value"]),
        ('"A"', NUMBER, ["type-mismatch"]),
        ("true", NUMBER, ["type-mismatch"]),
        ("true", BOOLEAN, []),
        ("? * 2 > min_age", NUMBER, []),
        ("min_age > 3", NUMBER, []),
        ('< "a"', NUMBER, ["type-mismatch"]),
        ("[1..5]", STRING, ["type-mismatch"]),
        ("applicant.loans.balance", NUMBER, []),
        ("min_agee", NUMBER, ["unknown-name"]),
        ("null", NUMBER, []),
    ],
)
def test_cells(text: str, subject: Type, codes: list[str]) -> None:
    source = Source(text)
    parse = ENVIRONMENT.parse_unary_tests(source, TYPES)
    assert parse.tree is not None, parse.diagnostics
    checked = ENVIRONMENT.check_unary_tests(parse.tree, source, Scope(TYPES), subject)
    assert [diagnostic.code for diagnostic in checked.diagnostics] == codes
