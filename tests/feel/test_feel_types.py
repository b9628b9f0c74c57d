"""Types: which conform, what they have in common, which values are theirs, and what values become where one is due."""

from decimal import Decimal

import pytest

from underwriter.feel import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    NULL,
    NUMBER,
    STRING,
    ChoiceType,
    ConstrainedType,
    ContextType,
    Environment,
    Function,
    FunctionType,
    ListType,
    Place,
    Range,
    RangeType,
    Source,
    Type,
    Value,
    conforms,
    join,
)
from underwriter.feel.coercion import coerced
from underwriter.feel.faults import Warnings
from underwriter.feel.temporal import parse_date, parse_date_time
from underwriter.feel.types import is_acceptable, surely_conforms
from underwriter.feel.values import is_instance, type_of

N = Decimal
NUMBERS = ListType(item=NUMBER)
PERSON = ContextType(fields={"name": STRING, "age": NUMBER})
NAMED = ContextType(fields={"name": STRING})
GRADE = ChoiceType(values=("A", "B"))
EVEN = ConstrainedType(name="tEven", base=NUMBER, accepts=lambda value: isinstance(value, Decimal) and value % 2 == 0)
UNARY = FunctionType(parameters=(("x", NUMBER),), result=NUMBER)
UNARY_OF_ANY = FunctionType(parameters=(("other", ANY),), result=NUMBER)
BINARY = FunctionType(parameters=(("x", NUMBER), ("y", NUMBER)), result=NUMBER)
OF_TEXT = FunctionType(parameters=(("x", STRING),), result=NUMBER)
HERE = Place(Source(""), Source("").whole)


@pytest.mark.parametrize(
    ("given", "wanted", "is_conforming", "is_sure"),
    [
        (NUMBER, NUMBER, True, True),
        (NUMBER, STRING, False, False),
        (NULL, STRING, True, True),
        (ANY, STRING, True, False),
        (STRING, ANY, True, True),
        (GRADE, STRING, True, True),
        (STRING, GRADE, True, False),
        (EVEN, NUMBER, True, True),
        (NUMBER, EVEN, True, False),
        (EVEN, EVEN, True, True),
        (NUMBERS, ListType(), True, True),
        (ListType(), NUMBERS, True, False),
        (ListType(item=EVEN), NUMBERS, True, True),
        (ListType(item=STRING), NUMBERS, False, False),
        (PERSON, NAMED, True, True),
        (NAMED, PERSON, False, False),
        (ContextType(is_open=True), PERSON, True, False),
        (RangeType(item=NUMBER), RangeType(item=DATE), False, False),
        (RangeType(item=NUMBER), RangeType(), True, True),
        (UNARY, UNARY_OF_ANY, True, True),
        (UNARY_OF_ANY, UNARY, True, True),
        (BINARY, UNARY, False, False),
        (OF_TEXT, UNARY, False, False),
        (UNARY, FunctionType(), True, True),
        (FunctionType(), UNARY, True, False),
        (NUMBER, UNARY, False, False),
    ],
    ids=str,
)
def test_types_conform(given: Type, wanted: Type, is_conforming: bool, is_sure: bool) -> None:
    assert conforms(given, wanted) is is_conforming
    assert surely_conforms(given, wanted) is is_sure


@pytest.mark.parametrize(
    ("left", "right", "both"),
    [
        (NUMBER, NULL, NUMBER),
        (NUMBER, STRING, ANY),
        (GRADE, STRING, STRING),
        (EVEN, NUMBER, NUMBER),
        (NUMBERS, ListType(item=STRING), ListType()),
        (PERSON, NAMED, ContextType(fields={"name": STRING}, is_open=True)),
        (RangeType(item=NUMBER), RangeType(item=NUMBER), RangeType(item=NUMBER)),
        (UNARY, BINARY, ANY),
    ],
    ids=str,
)
def test_types_have_a_common_one(left: Type, right: Type, both: Type) -> None:
    assert join(left, right) == join(right, left) == both
    assert conforms(left, both)
    assert conforms(right, both)


def test_functions_that_work_differently_hard_are_not_of_one_type() -> None:
    leaf = FunctionType(parameters=(("x", NUMBER),), result=NUMBER, calls=1)
    recursive = FunctionType(parameters=(("x", NUMBER),), result=NUMBER, calls=None)
    for common in (join(leaf, recursive), join(recursive, leaf)):
        assert isinstance(common, FunctionType)
        assert (common.parameters, common.result, common.calls) == (leaf.parameters, NUMBER, None)


@pytest.mark.parametrize(
    ("value", "type_", "expected"),
    [
        (N(4), EVEN, True),
        (N(3), EVEN, False),
        ("4", EVEN, False),
        ([N(4), N(3)], ListType(item=EVEN), False),
        ("A", GRADE, True),
        ("C", GRADE, False),
        ({"name": "a", "age": N(1), "more": N(2)}, PERSON, True),
        ({"name": "a"}, PERSON, False),
        ({"name": None, "age": None}, PERSON, True),
        ([N(1), None], NUMBERS, True),
        (Range(N(1), None), RangeType(item=NUMBER), True),
        (Range(N(1), N(2)), RangeType(item=DATE), False),
        (Function(("x",), lambda x: x), UNARY, True),
        (Function(("x", "y"), max), UNARY, False),
        (Function(("x",), lambda x: x, OF_TEXT), UNARY, False),
        (N(1), UNARY, False),
    ],
)
def test_values_are_instances(value: Value, type_: Type, expected: bool) -> None:
    assert is_instance(value, type_) is expected


DAY = parse_date("2026-01-31")
MIDNIGHT = parse_date_time("2026-01-31T00:00:00Z")


@pytest.mark.parametrize(
    ("value", "wanted", "expected"),
    [
        (N(1), NUMBER, N(1)),
        (None, NUMBERS, None),
        (N(1), NUMBERS, [N(1)]),
        ([N(1)], NUMBER, N(1)),
        ([], NUMBER, None),
        ([N(1), N(2)], NUMBER, None),
        ([[N(1)]], NUMBER, N(1)),
        ("a", NUMBERS, None),
        ([N(1)], ANY, [N(1)]),
        (DAY, DATE_TIME, MIDNIGHT),
        ([DAY], DATE_TIME, MIDNIGHT),
        (DAY, ListType(item=DATE_TIME), [MIDNIGHT]),
        (MIDNIGHT, DATE, None),
        (N(4), EVEN, N(4)),
        (N(3), EVEN, None),
        ([N(4)], EVEN, N(4)),
        (N(3), ListType(item=EVEN), None),
        ("C", GRADE, None),
        (True, NUMBER, None),
    ],
)
def test_values_are_converted_where_a_type_is_asked_for(value: Value, wanted: Type, expected: Value) -> None:
    warnings: Warnings = []
    assert coerced(value, wanted, warnings, HERE) == expected
    is_failure = value is not None and expected is None
    assert [warning.kind for warning in warnings] == (["type-mismatch"] if is_failure else [])
    if not is_failure:
        assert is_acceptable(type_of(value), wanted)


TYPES: dict[str, Type] = {
    "tEven": EVEN,
    "loan type": NAMED,
    "lending.tPerson": PERSON,
    "lending.home loan": GRADE,
    "function of one": UNARY,
}
ENVIRONMENT = Environment().with_types(TYPES)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4 instance of tEven", True),
        ("3 instance of tEven", False),
        ("[4, 6] instance of list<tEven>", True),
        ("{name: 1} instance of loan type", False),
        ('{name: "x"} instance of loan type', True),
        ('[{name: "x"}] instance of list<loan type>', True),
        ('{name: "x", age: 3} instance of lending.tPerson', True),
        ('"A" instance of lending.home loan', True),
        ('{a: [{b: "B"}]} instance of context<a: list<context<b: lending.home loan>>>', True),
        ("(function(n: number) n) instance of function of one", True),
        ("(function(n: string) n) instance of function of one", False),
        ("(function() 1) instance of function<> -> Any", True),
        ("(function(a) a) instance of function<> -> Any", False),
        ("abs instance of function<number> -> number", True),
        ("[1..3] instance of range<number>", True),
        ('["a".."c"] instance of range<number>', False),
        ("(< 3) instance of range<number>", True),
        ("null instance of Null", True),
        ("null instance of Any", False),
        ("null instance of tEven", False),
        ("1 instance of Any", True),
        ('@"P1D" instance of days and time duration', True),
        ('@"P1D" instance of years and months duration', False),
        ('@"2026-01-31" instance of date and time', False),
        ("[[1], [2]] instance of list<list<number>>", True),
        ("{a: null} instance of context<a: string>", True),
        ("{f: function(n: tEven) n + 1, r: f(4)}.r", N(5)),
        ("{f: function(n: tEven) n + 1, r: f(3)}.r", None),
        ("{f: function(p: loan type) p.name, r: f({name: 1})}.r", None),
    ],
)
def test_types_of_the_environment_are_known_by_name(text: str, expected: Value) -> None:
    assert ENVIRONMENT.evaluate(text).value == expected


@pytest.mark.parametrize(
    "written", ["tOdd", "list<tOdd>", "context<a: tOdd>", "function<tOdd> -> Any", "lending.tLoan"]
)
def test_an_unknown_type_gives_null_and_is_found(written: str) -> None:
    for text in (f"1 instance of {written}", f"(function(a: {written}) a)(1)"):
        evaluated = ENVIRONMENT.evaluate(text)
        assert evaluated.value is None
        assert [warning.kind for warning in evaluated.warnings] == ["unknown-type"]
        assert [diagnostic.code for diagnostic in evaluated.diagnostics] == ["unknown-type"]
        (diagnostic,) = evaluated.diagnostics
        assert text[diagnostic.span.start : diagnostic.span.end] in ("tOdd", "lending.tLoan")


def test_constraints_do_not_show_in_the_types_of_expressions() -> None:
    evaluated = ENVIRONMENT.evaluate("(function(n: tEven, all: list<tEven>) n + all[1] + sum(all))(2, [4])")
    assert (evaluated.value, evaluated.diagnostics, evaluated.warnings) == (N(10), (), ())


def test_booleans_are_no_numbers() -> None:
    assert not is_instance(True, NUMBER)
    assert is_instance(True, BOOLEAN)
