"""Generated modules: what the texts read, how cells accept, how functions of the domain are called, what is noted."""

from decimal import Decimal, localcontext

import pytest

from underwriter.feel import (
    ANY,
    BOOLEAN,
    FEEL_CONTEXT,
    NUMBER,
    STRING,
    Builtin,
    ContextType,
    Environment,
    Fault,
    Frame,
    FunctionType,
    Generator,
    ListType,
    Parameter,
    Scope,
    Signature,
    Source,
    Type,
    Value,
    Variable,
)
from underwriter.feel.temporal import DaysDuration

ENVIRONMENT = Environment()
N = Decimal


def expression(generator: Generator, text: str, types: dict[str, Type], frame: Frame) -> str:
    source = Source(text)
    parse = ENVIRONMENT.parse(source, types)
    assert parse.tree is not None, parse.diagnostics
    return generator.expression(ENVIRONMENT.check(parse.tree, source, Scope(types)), frame)


def accepted(text: str, subject: Value, type_: Type) -> bool:
    source = Source(text)
    parse = ENVIRONMENT.parse_unary_tests(source, ())
    assert parse.tree is not None, parse.diagnostics
    generator = ENVIRONMENT.generator()
    checked = ENVIRONMENT.check_unary_tests(parse.tree, source, Scope({}), type_)
    test = generator.test(checked, Frame({}), Variable("s0", type_))
    namespace = generator.namespace()
    exec(f"def run(s0, warnings): return {test}", namespace)  # noqa: S102
    return bool(namespace["run"](subject, []))  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "subject", "expected"),
    [
        ("-", None, True),
        ("-", N(1), True),
        ("5", N(5), True),
        ("5", N("5.0"), True),
        ("5", None, False),
        ("null", None, True),
        ("null", N(1), False),
        ("< 5", N(4), True),
        ("< 5", None, False),
        ("not(< 5)", None, False),
        ("not(< 5)", N(5), True),
        ("not(5, 7)", N(7), False),
        ("not(5, 7)", N(8), True),
        ("[1..3]", N(3), True),
        ("]1..3[", N(3), False),
        ("(1..3]", N(1), False),
        ("1, 2, [5..9]", N(2), True),
        ("1, 2, [5..9]", N(7), True),
        ("1, 2, [5..9]", N(4), False),
        ("? * 2 > 10", N(6), True),
        ("? * 2 > 10", N(5), False),
        ("? * 2 > 10", None, False),
        ("2 > 1", N(5), True),
        ("!= 5", N(6), True),
        ("= 5", N(5), True),
        ("2 + 3", N(5), True),
        ('"A", "B"', "B", True),
        ('"A", "B"', "C", False),
        ('not("A")', "B", True),
        ('not("A")', "A", False),
        ("true", True, True),
        ("true", False, False),
        ("false", False, True),
        ("false", None, False),
        ("2 > 1", False, False),
        ("2 > 1", True, True),
        ("[1, 2]", N(2), True),
        ('contains(?, "oba")', "foobar", True),
    ],
)
@pytest.mark.parametrize("is_typed", [True, False], ids=["typed", "untyped"])
def test_cell_accepts(text: str, subject: Value, expected: bool, is_typed: bool) -> None:
    known = {bool: BOOLEAN, str: STRING}.get(type(subject), NUMBER)
    if text == "false" and subject is None:
        known = BOOLEAN
    assert accepted(text, subject, known if is_typed else ANY) is expected


def test_longest_known_path_is_read() -> None:
    loans = ListType(item=ContextType(fields={"balance": NUMBER}))
    types: dict[str, Type] = {"a": ContextType(fields={"b": ContextType(fields={"c": NUMBER}), "loans": loans})}
    frame = Frame(
        {("a",): Variable("a0", types["a"]), ("a", "b"): Variable("a1", ContextType(fields={"c": NUMBER}))}
        | {("a", "loans"): Variable("a2", loans)}
    )
    generator = ENVIRONMENT.generator()
    assert expression(generator, "a.b.c", types, frame) == "(a1.get('c') if a1 is not None else None)"
    assert "a0" not in expression(generator, "a.loans.balance", types, frame)
    assert expression(generator, "a", types, frame) == "a0"


@pytest.mark.parametrize("hostile", ["'] + boom() + ['", '" + boom() + "', "{boom()}", "\\", "\n boom()", "{0}"])
def test_text_of_the_author_is_never_pasted(hostile: str) -> None:
    quoted = '"' + hostile.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
    context = {hostile: hostile}
    assert ENVIRONMENT.evaluate(quoted).value == hostile
    assert ENVIRONMENT.evaluate(f"{{{quoted}: x}}", {"x": hostile}).value == context
    assert ENVIRONMENT.evaluate(f"get value(c, {quoted})", {"c": context}).value == hostile
    assert ENVIRONMENT.evaluate(f"upper case(x + {quoted})", {"x": ""}).value == hostile.upper()
    assert ENVIRONMENT.evaluate(f"x in ({quoted}, y)", {"x": hostile, "y": "a"}).value is True
    failed = ENVIRONMENT.evaluate(f"number({quoted})")
    assert [hostile in warning.message for warning in failed.warnings] == [True]


def test_comparison_of_known_numbers_is_inline() -> None:
    generator = ENVIRONMENT.generator()
    types: dict[str, Type] = {"a": NUMBER, "b": NUMBER}
    frame = Frame({("a",): Variable("a", NUMBER), ("b",): Variable("b", NUMBER, nullable=False)})
    source = Source("a < 18 and b >= 3")
    tree = ENVIRONMENT.parse(source, types).tree
    assert tree is not None
    checked = ENVIRONMENT.check(tree, source, Scope(types), BOOLEAN)
    assert generator.truth(checked, frame) == "((a is not None and (a < k0)) and (b >= k1))"


def test_function_variables_are_called_by_place() -> None:
    types: dict[str, Type] = {"rate": FunctionType(parameters=(("amount", NUMBER), ("term", NUMBER)), result=NUMBER)}
    frame = Frame({("rate",): Variable("f_rate", types["rate"], nullable=False)})
    generator = ENVIRONMENT.generator()
    texts = [expression(generator, text, types, frame) for text in ("rate(1, 2)", "rate(term: 2, amount: 1)")]
    namespace = generator.namespace() | {"f_rate": lambda amount, term: amount - term}
    assert [eval(text, namespace, {"warnings": []}) for text in texts] == [N(-1), N(-1)]  # noqa: S307


def doubled(number: Decimal) -> Decimal:
    if number > 100:
        raise Fault("out-of-range", "{} is too much", number)
    return number * 2


def test_functions_of_the_domain_extend_the_language() -> None:
    signature = Signature((Parameter("n", NUMBER),), NUMBER, doubled)
    environment = ENVIRONMENT.extended([Builtin("twice as much", "Twice.", "twice as much(1) = 2", (signature,))])
    assert environment.evaluate("twice as much(4) + 1").value == N(9)
    assert environment.evaluate("twice as much(n: null)").value is None
    failed = environment.evaluate("1 + twice as much(101)")
    assert failed.value is None
    assert [str(warning) for warning in failed.warnings] == ["<expression>:1:5: warning[out-of-range]: 101 is too much"]
    assert "unknown-function" in {found.code for found in ENVIRONMENT.evaluate("twice(1)").diagnostics}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1 / 0", "division-by-zero"),
        ("1 + modulo(1, 0)", "division-by-zero"),
        ("1e6000 * 1e6000", "overflow"),
        ("10 ** 7000", "overflow"),
        ("(-8) ** 0.5", "out-of-range"),
        ('1 + "a"', "type-mismatch"),
        ('1 < "a"', "type-mismatch"),
        ('date("x")', "bad-conversion"),
        ("sqrt(-1)", "out-of-range"),
        ("for i in 1..1000000 return i", "too-many"),
        ("for i in 1..1000, j in 1..1000 return i", "too-many"),
        ("count(for i in 1..400, j in 1..400 return i)", "too-many"),
        ("for i in 1..1000 return count(partial)", "too-many"),
        ("for i in 1..60000 return i", None),
        ('string join(for i in 1..60000 return "ab")', "too-long"),
        ("concatenate(for i in 1..60000 return i, for i in 1..60000 return i)", "too-long"),
        ('"a" + null', None),
        ("null < 1", None),
        ("[1][5]", None),
        ("unknown", "unknown-name"),
    ],
)
def test_null_has_a_reason(text: str, kind: str | None) -> None:
    evaluated = ENVIRONMENT.evaluate(text)
    assert [warning.kind for warning in evaluated.warnings] == ([kind] if kind else [])
    assert kind is None or evaluated.value is None


def test_no_signal_of_decimal_escapes() -> None:
    huge = N("9.9e6144")
    for text in ("a + a", "a * a", "a - -a", "a / 1e-6000", "1e-6000 / a", "-a - a", "sum([a, a])", "product([a, a])"):
        with localcontext(FEEL_CONTEXT):
            value = ENVIRONMENT.evaluate(text, {"a": huge}).value
        assert value is None or (isinstance(value, Decimal) and value.is_finite())


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ('@"P1D" * days', DaysDuration(7 * 86_400 * 10**9)),
        ("days - 2", N(5)),
        ("days * days - 2", N(47)),
        ("days / 0", None),
        ("days * 9e6144 * 9e6144", None),
        ("days - given", None),
    ],
)
def test_what_constants_come_to_is_computed_once(text: str, known: Value) -> None:
    """A parameter of a policy is such a constant; what fails is left to tell so when it runs."""
    generator = ENVIRONMENT.generator()
    frame = Frame(
        {
            ("days",): Variable(generator.constant(N(7)), NUMBER, nullable=False),
            ("given",): Variable("given", NUMBER),
        }
    )
    python = expression(generator, text, {"days": NUMBER, "given": NUMBER}, frame)
    assert generator.namespace().get(python) == known
