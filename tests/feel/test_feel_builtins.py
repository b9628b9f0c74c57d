"""Every built-in is documented, and its example is true."""

import pytest

from underwriter.feel import STANDARD, Builtin, Environment

ENVIRONMENT = Environment()


@pytest.mark.parametrize("builtin", STANDARD, ids=lambda builtin: builtin.name)
def test_example_is_true(builtin: Builtin) -> None:
    evaluated = ENVIRONMENT.evaluate(builtin.example)
    assert not evaluated.diagnostics
    assert evaluated.warnings == ()
    assert evaluated.value is True
    assert f"{builtin.name}(" in builtin.example


@pytest.mark.parametrize("builtin", STANDARD, ids=lambda builtin: builtin.name)
def test_entry_is_complete(builtin: Builtin) -> None:
    assert builtin.doc.endswith(".")
    for signature in builtin.signatures:
        names = [parameter.name for parameter in signature.parameters]
        assert len(set(names)) == len(names)
        optional = [parameter.is_optional for parameter in signature.parameters]
        assert optional == sorted(optional)


def test_names_are_unique() -> None:
    assert len({builtin.name for builtin in STANDARD}) == len(STANDARD)


@pytest.mark.parametrize("builtin", STANDARD, ids=lambda builtin: builtin.name)
def test_values_of_any_kind_never_raise(builtin: Builtin) -> None:
    for count in range(4):
        for literal in (
            "null",
            "-1.5",
            "1e6000",
            '""',
            '"x"',
            "[]",
            "[null]",
            "{}",
            "[1..2]",
            '@"P1D"',
            '@"9999-12-31"',
        ):
            for name, value in (("constant", literal), ("input", "v")):
                text = f"{builtin.name}({', '.join([value] * count)})"
                values = {"v": ENVIRONMENT.evaluate(literal).value} if name == "input" else {}
                ENVIRONMENT.evaluate(text, values)
