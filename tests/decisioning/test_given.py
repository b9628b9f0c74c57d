"""Applications from plain data."""

import datetime
from decimal import Decimal

import pytest
from google.protobuf.json_format import MessageToDict
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.decisioning.requests.binding import compile_binder
from underwriter.decisioning.requests.faults import FieldFault
from underwriter.decisioning.requests.given import GivenRefused, application_from
from underwriter.feel.temporal import parse_date, parse_date_time
from underwriter.feel.types import NUMBER, STRING, ListType
from underwriter.v1.application_pb2 import Application

from .random_messages import DECLARED, filled
from .reference import bound

SEEDS = st.integers(min_value=0, max_value=2**32)


def plain(message):
    """Return a message as an author writes it."""
    return {field.name: plain_field(field, value) for field, value in message.ListFields()}


def plain_field(field, value):
    if field.name == "attributes":
        return {name: plain_attribute(value[name]) for name in value}
    if field.is_repeated:
        return [plain_value(field, item) for item in value]
    return plain_value(field, value)


def plain_attribute(attribute):
    [(field, value)] = attribute.ListFields()
    plain_form = plain_value(field, value)
    return plain_form["values"] if isinstance(plain_form, dict) else plain_form


def plain_value(field, value):
    name = field.message_type.full_name if field.message_type else ""
    if name == "google.type.Money":
        sign = "-" if value.units < 0 or value.nanos < 0 else ""
        return f"{sign}{abs(value.units)}.{abs(value.nanos):09d} {value.currency_code}"
    if name == "google.type.Decimal":
        return Decimal(value.value)
    if name == "google.type.Date":
        return datetime.date(value.year, value.month, value.day)
    if name == "google.protobuf.Timestamp":
        return value.ToDatetime(tzinfo=datetime.UTC).isoformat()
    if name:
        return plain(value)
    if field.enum_type is not None:
        name = field.enum_type.values_by_number[value].name
        return name.removeprefix("PURPOSE_") if value else name
    return value


@settings(max_examples=100, deadline=None)
@given(seed=SEEDS)
def test_an_application_comes_back_from_its_plain_form(seed):
    application = filled(Application, seed)
    again = application_from(plain(application), attributes=DECLARED)
    assert again == application
    paths = [(field.name,) for field in Application.DESCRIPTOR.fields]
    values = compile_binder(paths, {}, DECLARED).bind(again)
    assert values == tuple(bound(application, path, DECLARED) for path in paths)


@settings(max_examples=50, deadline=None)
@given(seed=SEEDS, keep_names=st.booleans())
def test_an_application_comes_back_from_protobuf_json(seed, keep_names):
    application = filled(Application, seed)
    written = MessageToDict(application, preserving_proto_field_name=keep_names)
    assert application_from(written, attributes=DECLARED) == application


FORMS = [
    ({"applicant": {"monthly_income": "20000 CNY"}}, ("applicant", "monthly_income"), Decimal(20000)),
    ({"applicant": {"monthly_income": 20000}}, ("applicant", "monthly_income"), Decimal(20000)),
    ({"applicant": {"monthly_income": 0.1}}, ("applicant", "monthly_income"), Decimal("0.10")),
    ({"applicant": {"monthly_income": "-0.005 CNY"}}, ("applicant", "monthly_income"), Decimal("-0.005")),
    (
        {"applicant": {"monthly_income": {"currency_code": "CNY", "units": 7}}},
        ("applicant", "monthly_income"),
        Decimal(7),
    ),
    ({"applicant": {"monthly_income": None}}, ("applicant", "monthly_income"), None),
    ({"applicant": {"age": 35.0}}, ("applicant", "age"), Decimal(35)),
    ({"request": {"purpose": "EDUCATION"}}, ("request", "purpose"), "EDUCATION"),
    ({"request": {"purpose": "PURPOSE_EDUCATION"}}, ("request", "purpose"), "EDUCATION"),
    ({"bureau": {"report_date": "2026-03-02"}}, ("bureau", "report_date"), parse_date("2026-03-02")),
    ({"bureau": {"report_date": datetime.date(2026, 3, 2)}}, ("bureau", "report_date"), parse_date("2026-03-02")),
    (
        {"consent": {"consent_time": "2026-03-02T09:00:00+08:00"}},
        ("consent", "consent_time"),
        parse_date_time("2026-03-02T01:00:00Z"),
    ),
    (
        {"consent": {"consent_time": datetime.datetime(2026, 3, 2, 9)}},  # noqa: DTZ001 - as YAML gives it
        ("consent", "consent_time"),
        parse_date_time("2026-03-02T09:00:00Z"),
    ),
    ({"attributes": {"months": 24}}, ("attributes", "months"), Decimal(24)),
    ({"attributes": {"months": "24 CNY"}}, ("attributes", "months"), Decimal(24)),
    ({"attributes": {"months": None}}, ("attributes", "months"), None),
    ({"behaviour": {"statements": []}}, ("behaviour", "statements"), []),
]
ATTRIBUTES = {"months": NUMBER, "region": STRING, "brands": ListType(item=STRING)}


@pytest.mark.parametrize(("given_", "path", "value"), FORMS)
def test_plain_forms_of_values(given_, path, value):
    application = application_from(given_, currency="CNY", attributes=ATTRIBUTES)
    assert compile_binder([path], {}, ATTRIBUTES).bind(application) == (value,)


INTEGERS = "a whole number from -2147483648 to 2147483647"
METHODS = "ANNUITY, EQUAL_PRINCIPAL, INTEREST_ONLY, SINGLE_REPAYMENT, FLAT_FEE"
MONEY = "an amount with its currency, such as 20000 CNY"
REFUSED = [
    ({"applicant": {"age": "old"}}, "applicant.age", "a text", INTEGERS),
    ({"applicant": {"age": 35.5}}, "applicant.age", "35.5", INTEGERS),
    ({"applicant": {"age": float("nan")}}, "applicant.age", "nan", INTEGERS),
    ({"applicant": {"age": float("inf")}}, "applicant.age", "inf", INTEGERS),
    ({"applicant": {"age": True}}, "applicant.age", "true", INTEGERS),
    ({"applicant": {"age": 2**31}}, "applicant.age", "2147483648", INTEGERS),
    ({"applicant": {"sanctioned": "no"}}, "applicant.sanctioned", "a text", "true or false"),
    ({"applicant": {"subject_id": 7}}, "applicant.subject_id", "7", "a text"),
    ({"applicant": 7}, "applicant", "7", "a mapping of field names to values"),
    ({"applicant": {"monthly_income": 5}}, "applicant.monthly_income", "5", MONEY),
    ({"applicant": {"monthly_income": "5 yuan"}}, "applicant.monthly_income", "'5 yuan'", MONEY),
    (
        {"applicant": {"monthly_income": "0.0000000001 CNY"}},
        "applicant.monthly_income",
        "'0.0000000001 CNY'",
        "an amount such as 20000 CNY, with at most 9 decimal places",
    ),
    (
        {"request": {"repayment_method": "ANUITY"}},
        "request.repayment_method",
        "'ANUITY'",
        f"{METHODS} (did you mean 'ANNUITY'?)",
    ),
    ({"request": {"repayment_method": 1}}, "request.repayment_method", "1", METHODS),
    ({"behaviour": {"returns_share": "0.5"}}, "behaviour.returns_share", "a text", "a number"),
    ({"bureau": {"report_date": "2026-02-30"}}, "bureau.report_date", "'2026-02-30'", "a day such as 2026-03-31"),
    ({"bureau": {"loans": {}}}, "bureau.loans", "a mapping", "a list"),
    ({"bureau": {"loans": [{}, {"balance": []}]}}, "bureau.loans[1].balance", "a list", MONEY),
    (
        {"consent": {"consent_time": "2026-03-02T09:00:00"}},
        "consent.consent_time",
        "'2026-03-02T09:00:00'",
        "a time such as 2026-03-31T09:00:00Z",
    ),
    ({"attributes": {"region": 5}}, 'attributes["region"]', "5", "a text (`text`)"),
    ({"attributes": {"brands": "x"}}, 'attributes["brands"]', "a text", "several texts (`texts`)"),
    (
        {"attributes": {"regoin": "x"}},
        'attributes["regoin"]',
        "an attribute that the policy does not declare",
        "brands, months, region (did you mean 'region'?)",
    ),
    ({"attributes": []}, "attributes", "a list", "a mapping of attribute names to values"),
    ([], "", "a list", "a mapping of field names to values"),
]


@pytest.mark.parametrize(("given_", "path", "found", "allowed"), REFUSED)
def test_what_is_no_application_is_named(given_, path, found, allowed):
    with pytest.raises(GivenRefused) as refused:
        application_from(given_, attributes=ATTRIBUTES)
    assert refused.value.faults == (FieldFault(path, found, allowed),)


def test_all_faults_are_told_at_once():
    with pytest.raises(GivenRefused) as refused:
        application_from({"aplicant": {}, "applicant": {"age": "x", "monthly_incme": 5}})
    assert [fault.path for fault in refused.value.faults] == ["aplicant", "applicant.age", "applicant.monthly_incme"]
    assert "did you mean 'applicant'?" in str(refused.value)
