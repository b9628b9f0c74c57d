"""Values in test files, and when a value counts as the expected one."""

from decimal import Decimal

import pytest

from underwriter.conformance.agreement import agrees
from underwriter.conformance.case_values import UnreadableValue, read_value, typed
from underwriter.dmn.xml.tree import read_tree
from underwriter.feel import (
    ANY,
    BOOLEAN,
    DATE,
    MONTHS_DURATION,
    NUMBER,
    STRING,
    ContextType,
    ListType,
    MonthsDuration,
    Type,
    Value,
)
from underwriter.feel.temporal import parse_date, parse_date_time, parse_duration, parse_time

DECLARED = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'


def value_of(content: str) -> Value:
    element, findings = read_tree(f"<expected {DECLARED}>{content}</expected>", "test.xml")
    assert findings == []
    assert element is not None
    return read_value(element)


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ("", None),
        ('<value xsi:nil="true"/>', None),
        ('<value xsi:type="xsd:string" xsi:nil="true"></value>', None),
        ('<list xsi:nil="true"/>', None),
        ('<value xsi:type="xsd:string"/>', ""),
        ('<value xsi:type="xsd:string"> a\n&lt; </value>', " a\n< "),
        ('<value xsi:type="xsd:string">true</value>', "true"),
        ('<value xsi:type="xsd:boolean"> true </value>', True),
        ('<value xsi:type="xsd:decimal">1.50</value>', Decimal("1.5")),
        ('<value xsi:type="xsd:double">1E2</value>', Decimal(100)),
        ('<value xsi:type="xsd:integer">-7</value>', Decimal(-7)),
        ('<value xsi:type="xsd:date">2026-01-31</value>', parse_date("2026-01-31")),
        ('<value xsi:type="xsd:time">09:30:00+01:00</value>', parse_time("09:30:00+01:00")),
        ('<value xsi:type="xsd:dateTime">2026-01-31T09:30:00</value>', parse_date_time("2026-01-31T09:30:00")),
        ('<value xsi:type="xsd:duration">P1Y2M</value>', MonthsDuration(14)),
        ('<value xsi:type="xsd:duration">-P1DT2H</value>', parse_duration("-P1DT2H")),
        ("<list/>", []),
        ('<list><item><value xsi:type="xsd:decimal">1</value></item><item/></list>', [Decimal(1), None]),
        (
            '<component name="a"><value xsi:type="xsd:decimal">1</value></component>\n'
            '<component name="b"><list/></component>',
            {"a": Decimal(1), "b": []},
        ),
        (
            '<list><item><component name="a"><list><item><list/></item></list></component></item></list>',
            [{"a": [[]]}],
        ),
    ],
)
def test_values_are_read_by_their_xml_types(content: str, value: Value) -> None:
    read = value_of(content)
    assert (type(read), read) == (type(value), value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('<value xsi:type="xsd:decimal">one</value>', "'one' is no decimal"),
        ('<value xsi:type="xsd:double">NaN</value>', "'NaN' is no double"),
        ('<value xsi:type="xsd:date">2026-02-30</value>', "'2026-02-30' is no date"),
        ('<value xsi:type="xsd:hexBinary">00</value>', "no FEEL value has the type 'hexBinary'"),
    ],
)
def test_a_text_that_is_not_of_its_type_is_refused(content: str, message: str) -> None:
    with pytest.raises(UnreadableValue, match=message):
        value_of(content)


@pytest.mark.parametrize(
    ("text", "wanted", "value"),
    [
        ("true", ANY, True),
        ("10", ANY, Decimal(10)),
        ("ten", ANY, "ten"),
        ("", ANY, None),
        ("10", STRING, "10"),
        ("10", NUMBER, Decimal(10)),
        ("ten", NUMBER, "ten"),
        ("true", BOOLEAN, True),
        ("2026-01-31", DATE, parse_date("2026-01-31")),
        ("P1Y", MONTHS_DURATION, MonthsDuration(12)),
    ],
)
def test_a_value_without_a_type_is_read_by_the_type_of_its_place(text: str, wanted: Type, value: Value) -> None:
    one = f"<value>{text}</value>"
    assert typed(value_of(one), wanted) == value
    assert typed(value_of(f"<list><item>{one}</item></list>"), ListType(item=wanted)) == [value]
    within = typed(value_of(f'<component name="a">{one}</component>'), ContextType(fields={"a": wanted}))
    assert within == {"a": value}


@pytest.mark.parametrize(
    ("value", "expected", "does_agree"),
    [
        (None, None, True),
        (None, Decimal(0), False),
        (Decimal(0), None, False),
        (Decimal("1.0"), Decimal(1), True),
        (Decimal("1.000000009"), Decimal(1), True),
        (Decimal("1.00000001"), Decimal(1), False),
        (Decimal(1), "1", False),
        (True, Decimal(1), False),
        ("a", "a", True),
        ("a", "A", False),
        ([Decimal(1), None], [Decimal("1.000000001"), None], True),
        ([Decimal(1), Decimal(2)], [Decimal(2), Decimal(1)], False),
        ([Decimal(1)], [Decimal(1), None], False),
        (Decimal(1), [Decimal(1)], False),
        ({"a": "x", "b": None}, {"b": None, "a": "x"}, True),
        ({"a": "x", "b": None}, {"a": "x"}, False),
        (parse_date("2026-01-31"), parse_date("2026-01-31"), True),
        (parse_date("2026-01-31"), "2026-01-31", False),
        (parse_date("2026-01-31"), parse_date_time("2026-01-31T00:00:00"), False),
        (parse_date_time("2026-01-31T09:00:00Z"), parse_date_time("2026-01-31T09:00:00"), False),
        (parse_duration("PT24H"), parse_duration("P1D"), True),
        (parse_duration("P1Y"), parse_duration("P12M"), True),
    ],
)
def test_values_agree_by_meaning(value: Value, expected: Value, does_agree: bool) -> None:
    assert agrees(value, expected) is does_agree
