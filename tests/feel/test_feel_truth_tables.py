"""The tables of three-valued logic (DMN 1.5, table 50): as value and as truth, of inputs and of constants."""

from decimal import Decimal

import pytest

from underwriter.feel import ANY, BOOLEAN, Environment, Frame, Scope, Source, Type, Variable
from underwriter.feel.diagnostics import has_errors

T, F, N = True, False, None
FEEL = {T: "true", F: "false", N: "null"}

CONJUNCTION = {(T, T): T, (T, F): F, (T, N): N, (F, T): F, (F, F): F, (F, N): F, (N, T): N, (N, F): F, (N, N): N}
DISJUNCTION = {(T, T): T, (T, F): T, (T, N): T, (F, T): T, (F, F): F, (F, N): N, (N, T): T, (N, F): N, (N, N): N}
TABLES = [("p and q", CONJUNCTION), ("p or q", DISJUNCTION)]
ROWS = [(text, p, q, table[p, q]) for text, table in TABLES for p, q in table]


def forms(text: str, p: bool | None, q: bool | None, type_: Type) -> tuple[object, bool, bool]:
    """Return the value, the truth, and the truth of the negation."""
    environment = Environment()
    generator = environment.generator()
    frame = Frame({("p",): Variable("p", type_), ("q",): Variable("q", type_)})
    scope = Scope({"p": type_, "q": type_})
    texts = []
    for written in (text, f"not({text})"):
        source = Source(written)
        parse = environment.parse(source, ())
        assert parse.tree is not None
        checked = environment.check(parse.tree, source, scope, BOOLEAN)
        assert not has_errors(checked.diagnostics)
        texts += [generator.expression(checked, frame), generator.truth(checked, frame)]
    namespace = generator.namespace()
    exec(f"def run(p, q, warnings): return [{', '.join(texts)}]", namespace)  # noqa: S102
    value, truth, _, negated_truth = namespace["run"](p, q, [])  # type: ignore[operator]
    return value, bool(truth), bool(negated_truth)


@pytest.mark.parametrize("type_", [BOOLEAN, ANY], ids=str)
@pytest.mark.parametrize(("text", "p", "q", "expected"), ROWS)
def test_inputs(text: str, p: bool | None, q: bool | None, expected: bool | None, type_: Type) -> None:
    assert forms(text, p, q, type_) == (expected, expected is True, expected is False)


@pytest.mark.parametrize(("text", "p", "q", "expected"), ROWS)
def test_constants(text: str, p: bool | None, q: bool | None, expected: bool | None) -> None:
    written = f"{FEEL[p]} {text.split()[1]} {FEEL[q]}"
    assert Environment().evaluate(written).value is expected


@pytest.mark.parametrize(("text", "p", "q", "expected"), ROWS)
def test_either_side_may_be_known_not_to_be_null(
    text: str, p: bool | None, q: bool | None, expected: bool | None
) -> None:
    written = text.replace("p", f"(x = {1 if p else 2})" if p is not None else "p")
    assert Environment().evaluate(written, {"p": p, "q": q, "x": Decimal(1)}).value is expected


@pytest.mark.parametrize("other", [Decimal(1), Decimal(0), "text", ""])
def test_what_is_no_boolean_counts_as_null(other: object) -> None:
    values = {"p": other}
    assert Environment().evaluate("p and true", values).value is None
    assert Environment().evaluate("p and false", values).value is False
    assert Environment().evaluate("p or true", values).value is True
    assert Environment().evaluate("p or false", values).value is None
    assert Environment().evaluate("not(p)", values).value is None


@pytest.mark.parametrize(
    ("conditions", "some", "every"),
    [
        ("[]", False, True),
        ("[true]", True, True),
        ("[false]", False, False),
        ("[null]", None, None),
        ("[true, false]", True, False),
        ("[true, null]", True, None),
        ("[false, null]", None, False),
        ("[true, false, null]", True, False),
    ],
)
def test_quantifiers_are_chains_of_or_and_and(conditions: str, some: bool | None, every: bool | None) -> None:
    evaluate = Environment().evaluate
    assert evaluate(f"some c in {conditions} satisfies c").value is some
    assert evaluate(f"every c in {conditions} satisfies c").value is every
    assert evaluate(f"any({conditions})").value is some
    assert evaluate(f"all({conditions})").value is every
