"""Values between others, and sets of values as cells."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.analysis.domains.domain import Domain
from underwriter.analysis.domains.making import whole
from underwriter.analysis.regions.between import between, is_empty
from underwriter.analysis.regions.cell_text import cell_text, literal_text, set_text
from underwriter.analysis.regions.value_space import ValueSpace
from underwriter.dmn.tables.constant_tests import ConstantCell, ConstantTest
from underwriter.feel import FEEL_CONTEXT, Environment
from underwriter.feel.types import BOOLEAN, DATE, DAYS_DURATION, MONTHS_DURATION, NUMBER, STRING
from underwriter.feel.values import Range

D = Decimal
CASES = [
    (NUMBER, "5000", "15000", "10000"),
    (NUMBER, "5", "9", "6"),
    (NUMBER, "0.03", "0.08", "0.04"),
    (NUMBER, "-1", "1", "0"),
    (NUMBER, "-0.5", "-0.4", "-0.49"),
    (NUMBER, "700", None, "701"),
    (NUMBER, None, "0.5", "0"),
    (NUMBER, None, "-3", "-4"),
    (NUMBER, "0", "0.0000001", "0.00000001"),
    (STRING, '"a"', '"b"', '"aA"'),
    (STRING, None, '""', None),
    (STRING, '"a"', '"a\\u0000"', None),
    (DATE, '@"2026-01-31"', '@"2026-02-02"', '@"2026-02-01"'),
    (DATE, '@"2026-01-31"', '@"2026-02-01"', None),
    (DATE, None, '@"2026-01-01"', '@"2025-12-31"'),
    (DATE, '@"999999999-12-31"', None, None),
    (MONTHS_DURATION, '@"P11M"', '@"P3Y"', '@"P1Y"'),
    (MONTHS_DURATION, '@"P11M"', '@"P1Y"', None),
    (DAYS_DURATION, '@"PT20H"', '@"P3D"', '@"P1D"'),
    (DAYS_DURATION, '@"PT1S"', '@"PT2S"', '@"PT1.000000001S"'),
    (BOOLEAN, "false", "true", None),
]


def value(text):
    return None if text is None else Environment().evaluate(text).value


@pytest.mark.parametrize(("kind", "low", "high", "expected"), CASES)
def test_a_value_between_two_is_one_of_few_digits(kind, low, high, expected):
    found = between(kind, value(low), value(high), is_whole=False)
    assert found == value(expected)
    assert is_empty(kind, value(low), value(high), is_whole=False) == (expected is None)


NUMBERS = st.decimals(allow_nan=False, allow_infinity=False).map(FEEL_CONTEXT.plus).filter(lambda n: n.is_finite())


@settings(deadline=None)
@given(ends=st.tuples(NUMBERS, NUMBERS), is_whole=st.booleans())
def test_numbers_lie_between_their_ends(ends, is_whole):
    low, high = sorted(ends)
    found = between(NUMBER, low, high, is_whole=is_whole)
    if found is not None:
        assert low < found < high
        assert not is_whole or found == found.to_integral_value()
    elif is_whole and max(abs(low), abs(high)) < 10**30:
        assert not any(low < n < high for n in range(int(low) - 1, int(low) + 2))


WITHIN_TEN = Domain(NUMBER, can_be_null=False, within=Range(D(0), D(10), True, False))
SETS = [
    (whole(NUMBER), Range(None, D(5), False, False), "< 5"),
    (whole(NUMBER), Range(D(5), None, True, False), ">= 5"),
    (whole(NUMBER), Range(D(5), D(7), False, True), "(5..7]"),
    (whole(NUMBER), Range(D(5), D(5)), "5"),
    (WITHIN_TEN, Range(None, D(5), False, False), "[0..5)"),
    (WITHIN_TEN, Range(D(5), None, False, False), "(5..10)"),
    (Domain(NUMBER, values=frozenset({D(1), D(2), D(3)})), Range(D(2), None, True, False), "2, 3"),
    (whole(DATE), Range(None, value('@"2026-01-01"'), False, True), '<= @"2026-01-01"'),
]


def space_of(domain, range_):
    cell = ConstantCell((ConstantTest((range_,), of_null=None),))
    space = ValueSpace(domain.type, domain, [cell])
    return space, space.axis.accepted(cell)


@pytest.mark.parametrize(("domain", "range_", "text"), SETS)
def test_a_set_is_told_as_the_cell_that_accepts_it(domain, range_, text):
    space, accepted = space_of(domain, range_)
    assert set_text(space, accepted) == text


def test_all_that_is_wanted_is_a_dash_and_all_but_null_is_said_so():
    space, _ = space_of(whole(NUMBER), Range(D(1), None, True, False))
    values = space.possible & space.values
    assert cell_text(space, values, values) == "-"
    assert cell_text(space, values, space.possible) == "not(null)"
    assert cell_text(space, space.axis.null, space.possible) == "null"


def test_a_long_set_is_not_told():
    names = frozenset(f"PURPOSE_{number}" for number in range(20))
    space = ValueSpace(STRING, Domain(STRING, values=names), [])
    assert set_text(space, space.possible) is None


def test_whole_numbers_leave_no_stretch_between_neighbours():
    space, _ = space_of(Domain(NUMBER, can_be_null=False, within=Range(D(1), D(3)), is_whole=True), Range(D(2), D(2)))
    assert [found for _, found in space.examples(space.possible)] == [D(1), D(2), D(3)]


def test_a_domain_of_another_kind_tells_nothing():
    space = ValueSpace(NUMBER, Domain(STRING, values=frozenset({"a"})), [])
    assert [found for _, found in space.examples(space.possible)] == [D(0), None]


def test_a_boolean_is_true_or_false_where_nothing_else_is_known():
    space = ValueSpace(BOOLEAN, Domain(BOOLEAN, can_be_null=False), [])
    assert [found for _, found in space.examples(space.possible)] == [False, True]


def test_literals_are_written_as_feel_reads_them():
    for text in ('@"2026-01-31"', '@"P1Y"', '@"P1DT1H"', '"a"', "2.5", "true", "null"):
        assert literal_text(value(text)) == text
