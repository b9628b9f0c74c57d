"""Every kind of bad input: where, what was found, what is allowed."""

import math

import pytest
from google.protobuf.struct_pb2 import Struct
from google.protobuf.timestamp_pb2 import Timestamp
from google.protobuf.wrappers_pb2 import BytesValue
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal
from google.type.money_pb2 import Money

from underwriter.decisioning.requests.validation import FieldFault, request_faults
from underwriter.feel.types import NUMBER, STRING
from underwriter.v1.application_pb2 import (
    Applicant,
    Application,
    AttributeValue,
    BureauLoan,
    BureauReport,
    LoanRequest,
    Receivable,
    Statement,
    TextList,
)
from underwriter.v1.decision_service_pb2 import DecideRequest, EvaluateModelRequest, ListDecisionsRequest
from underwriter.v1.policy_service_pb2 import SourceFile, ValidatePolicyRequest

DAYS = "a day from 1900-01-01 to 2200-12-31"
TIMES = "a time from 1900-01-01T00:00:00Z to 2200-12-31T23:59:59Z"
DECIMALS = "a decimal number of at most 34 digits, such as 0.0725"
MONTHS = 'attributes["housing_fund_months"]'
A_NUMBER = "a number (`number`) or an amount of money (`money`)"
OCCUPATIONS = (
    "OCCUPATION_EMPLOYED, OCCUPATION_SELF_EMPLOYED, OCCUPATION_FARMER, OCCUPATION_STUDENT, "
    "OCCUPATION_RETIRED, OCCUPATION_UNEMPLOYED, OCCUPATION_OTHER"
)
DECLARED = {"housing_fund_months": NUMBER, "tax_region": STRING}


def cny(units, nanos=0, currency="CNY"):
    return Money(currency_code=currency, units=units, nanos=nanos)


def applicant(**fields):
    return Application(applicant=Applicant(**{"subject_id": "s-1", **fields}))


def application(**fields):
    return Application(**{"applicant": Applicant(subject_id="s-1"), **fields})


def attribute(**fields):
    return application(attributes={"housing_fund_months": AttributeValue(**fields)})


NUMBERS = [
    (applicant(age=-1), "applicant.age", "-1", "0 to 130"),
    (applicant(age=400), "applicant.age", "400", "0 to 130"),
    (application(request=LoanRequest(term_months=0)), "request.term_months", "0", "1 to 360"),
    (application(behaviour={"returns_share": math.nan}), "behaviour.returns_share", "NaN", "0 to 1"),
    (application(behaviour={"returns_share": math.inf}), "behaviour.returns_share", "Infinity", "0 to 1"),
    (application(behaviour={"returns_share": -math.inf}), "behaviour.returns_share", "-Infinity", "0 to 1"),
    (application(behaviour={"returns_share": 1.01}), "behaviour.returns_share", "1.01", "0 to 1"),
    (ListDecisionsRequest(page_size=-5), "page_size", "-5", "0 to 1000"),
]
TEXTS = [
    (
        application(applicant={"age": 3}),
        "applicant.subject_id",
        "nothing",
        "a text of at most 64 characters of the form [A-Za-z0-9._:-]+",
    ),
    (applicant(subject_id="x" * 65), "applicant.subject_id", "a text of 65 characters", "at most 64 characters"),
    (
        applicant(subject_id="ab cd"),
        "applicant.subject_id",
        "a character that does not fit at position 3",
        "text of the form [A-Za-z0-9._:-]+",
    ),
    (
        applicant(subject_id="张"),
        "applicant.subject_id",
        "a text of 1 character of another form",
        "text of the form [A-Za-z0-9._:-]+",
    ),
    (
        applicant(residence_country="C"),
        "applicant.residence_country",
        "a text of 1 character of another form",
        "text of the form [A-Z]{2}",
    ),
    (
        application(bureau=BureauReport(loans=[BureauLoan(lender="A\nB")])),
        "bureau.loans[0].lender",
        "a control character at position 2",
        "text without control characters",
    ),
    (
        ValidatePolicyRequest(files=[SourceFile(path="a.yaml", content="a\x07")]),
        "files[0].content",
        "a control character at position 2",
        "text without control characters",
    ),
]
CHOICES = [
    (applicant(occupation=99), "applicant.occupation", "99", OCCUPATIONS),
    (applicant(occupation=-1), "applicant.occupation", "-1", OCCUPATIONS),
]
MONEY = [
    (applicant(monthly_income=cny(-1)), "applicant.monthly_income", "-1", "0 to 1000000000"),
    (applicant(monthly_income=cny(0, -10_000_000)), "applicant.monthly_income", "-0.01", "0 to 1000000000"),
    (applicant(monthly_income=cny(10**9, 1)), "applicant.monthly_income", "1000000000.000000001", "0 to 1000000000"),
    (application(request=LoanRequest(amount=cny(0))), "request.amount", "0", "0.01 to 1000000000000"),
    (applicant(monthly_income=cny(5, currency="USD")), "applicant.monthly_income.currency_code", "USD", "CNY"),
    (applicant(monthly_income=cny(5, currency="")), "applicant.monthly_income.currency_code", "no currency", "CNY"),
    (applicant(monthly_income=Money()), "applicant.monthly_income.currency_code", "no currency", "CNY"),
    (
        applicant(monthly_income=cny(5, currency="Renminbi")),
        "applicant.monthly_income.currency_code",
        "a text of 8 characters",
        "CNY",
    ),
    (
        applicant(monthly_income=cny(5, 10**9)),
        "applicant.monthly_income.nanos",
        "1000000000",
        "-999999999 to 999999999",
    ),
    (
        applicant(monthly_income=cny(5, -1)),
        "applicant.monthly_income.nanos",
        "-1",
        "0, or a number with the sign of units",
    ),
    (
        application(bureau=BureauReport(loans=[BureauLoan(), BureauLoan(balance=cny(-3))])),
        "bureau.loans[1].balance",
        "-3",
        "0 to 1000000000000",
    ),
]
TIME = [
    (
        application(bureau=BureauReport(report_date=Date(year=2026, month=2, day=30))),
        "bureau.report_date",
        "2026-02-30",
        DAYS,
    ),
    (application(bureau=BureauReport(report_date=Date(year=2026, month=2))), "bureau.report_date", "2026-02-00", DAYS),
    (application(bureau=BureauReport(report_date=Date(month=2, day=3))), "bureau.report_date", "0000-02-03", DAYS),
    (application(bureau=BureauReport(report_date=Date())), "bureau.report_date", "0000-00-00", DAYS),
    (
        application(bureau=BureauReport(report_date=Date(year=2100, month=2, day=29))),
        "bureau.report_date",
        "2100-02-29",
        DAYS,
    ),
    (
        application(bureau=BureauReport(report_date=Date(year=2201, month=1, day=1))),
        "bureau.report_date",
        "2201-01-01",
        DAYS,
    ),
    (ListDecisionsRequest(start_time=Timestamp(seconds=-2_208_988_801)), "start_time", "1899-12-31T23:59:59Z", TIMES),
    (ListDecisionsRequest(start_time=Timestamp(seconds=7_289_654_400)), "start_time", "2201-01-01T00:00:00Z", TIMES),
    (ListDecisionsRequest(start_time=Timestamp(seconds=2**62)), "start_time", f"second {2**62} of 1970", TIMES),
    (ListDecisionsRequest(end_time=Timestamp(nanos=-1)), "end_time.nanos", "-1", "0 to 999999999"),
]
SIZES = [
    (Application(), "applicant", "nothing", "a message of type Applicant"),
    (DecideRequest(product="P"), "application", "nothing", "a message of type Application"),
    (
        application(bureau=BureauReport(loans=[BureauLoan(days_past_due=-1)] * 201)),
        "bureau.loans",
        "201 items",
        "at most 200 items",
    ),
    (
        application(attributes={str(number): AttributeValue() for number in range(101)}),
        "attributes",
        "101 items",
        "at most 100 items",
    ),
    (ValidatePolicyRequest(), "files", "nothing", "at least 1 item"),
]
ATTRIBUTES = [
    (attribute(number=Decimal()), f"{MONTHS}.number", "an empty text", DECIMALS),
    (attribute(number=Decimal(value="NaN")), f"{MONTHS}.number", "NaN", DECIMALS),
    (attribute(number=Decimal(value="-Infinity")), f"{MONTHS}.number", "-Infinity", DECIMALS),
    (attribute(number=Decimal(value="12 months")), f"{MONTHS}.number", "a text of 9 characters", DECIMALS),
    (attribute(number=Decimal(value="1e34")), f"{MONTHS}.number", "1e34", DECIMALS),
    (attribute(number=Decimal(value="1" * 60)), f"{MONTHS}.number", "1" * 39 + "…", DECIMALS),
    (attribute(money=cny(1, currency="EUR")), f"{MONTHS}.money.currency_code", "EUR", "CNY"),
    (attribute(text="twelve"), MONTHS, "a text", A_NUMBER),
    (attribute(texts=TextList()), MONTHS, "several texts", A_NUMBER),
    (attribute(), MONTHS, "no value", A_NUMBER),
    (
        application(attributes={"tax_region": AttributeValue(text="x" * 1025)}),
        'attributes["tax_region"].text',
        "a text of 1025 characters",
        "at most 1024 characters",
    ),
    (
        application(attributes={"tax_regoin": AttributeValue(flag=True)}),
        'attributes["tax_regoin"]',
        "an attribute that the policy does not declare",
        "housing_fund_months, tax_region (did you mean 'tax_region'?)",
    ),
    (
        application(attributes={"n" * 300: AttributeValue(flag=True)}),
        f'attributes["{"n" * 39}…"]',
        "an attribute that the policy does not declare",
        "housing_fund_months, tax_region",
    ),
]


@pytest.mark.parametrize(
    ("request_", "path", "found", "allowed"), [*NUMBERS, *TEXTS, *CHOICES, *MONEY, *TIME, *SIZES, *ATTRIBUTES]
)
def test_a_bad_value_is_named_with_what_is_allowed(request_, path, found, allowed):
    assert request_faults(request_, "CNY", DECLARED) == [FieldFault(path, found, allowed)]


FINE = [
    application(),
    applicant(age=0, occupation=0, monthly_income=cny(0)),
    applicant(monthly_income=cny(10**9)),
    application(request=LoanRequest(amount=cny(0, 10_000_000))),
    application(bureau=BureauReport(report_date=Date(year=2024, month=2, day=29))),
    application(behaviour={"statements": [Statement(billed=cny(-5, -500_000_000))]}),
    application(behaviour={"returns_share": -0.0}),
    application(receivables=[Receivable(anchor_id="供应商\u3000一")]),
    attribute(number=Decimal(value="-1.5E-3")),
    attribute(money=cny(-3)),
    ListDecisionsRequest(),
    ValidatePolicyRequest(files=[SourceFile(path="a.yaml", content="a: 1\r\n\tb\n")]),
]


@pytest.mark.parametrize("request_", FINE)
def test_values_on_their_bounds_are_fine(request_):
    assert request_faults(request_, "CNY", DECLARED) == []


def model_inputs(**values):
    request = EvaluateModelRequest(model="common/lending.dmn")
    request.inputs.update(values)
    return request


def test_open_values_are_looked_at_wherever_they_stand():
    request = model_inputs(rows=[1, {"share": math.nan}], name="x" * 100_001, age=math.inf, note=None)
    request.inputs.fields["nothing"].Clear()
    assert [str(fault) for fault in request_faults(request)] == [
        'inputs["age"]: found inf; allowed: a finite number',
        'inputs["name"]: found a text of 100001 characters; allowed: at most 100000 characters',
        'inputs["nothing"]: found nothing; allowed: a value; null is one',
        'inputs["rows"][1]["share"]: found nan; allowed: a finite number',
    ]


def test_open_values_are_counted_with_all_that_they_hold():
    assert request_faults(model_inputs(rows=[0] * 99_999)) == []
    [fault] = request_faults(model_inputs(rows=[0] * 100_000))
    assert (fault.path, fault.found) == ("inputs", "more than 100000 values")


def test_all_faults_are_told_at_once_in_the_order_of_the_fields():
    request = DecideRequest(
        request_id="no spaces",
        application=Application(
            applicant=Applicant(age=131, monthly_income=cny(-1, currency="USD")),
            behaviour={"statements": [Statement(), Statement(days_late=-1, status=9)]},
        ),
        explain=7,
    )
    assert [fault.path for fault in request_faults(request, "CNY")] == [
        "request_id",
        "product",
        "application.applicant.subject_id",
        "application.applicant.age",
        "application.applicant.monthly_income.currency_code",
        "application.applicant.monthly_income",
        "application.behaviour.statements[1].days_late",
        "application.behaviour.statements[1].status",
        "explain",
    ]


@pytest.mark.parametrize(("code", "is_fine"), [("USD", True), ("usd", False), ("", False), ("EURO", False)])
def test_without_a_product_any_currency_code_will_do(code, is_fine):
    found = request_faults(applicant(monthly_income=cny(5, currency=code)))
    assert [fault.allowed for fault in found] == ([] if is_fine else ["three capital letters, such as CNY"])


def test_attributes_are_refused_where_a_policy_declares_none():
    [fault] = request_faults(application(attributes={"x": AttributeValue(flag=True)}), "CNY")
    assert fault.allowed == "no attributes: the policy declares none"


def test_fields_that_the_api_does_not_know_are_ignored():
    unknown = b"\xf8\x3f\x01"
    assert request_faults(Application.FromString(application().SerializeToString() + unknown), "CNY") == []


def test_a_fault_reads_as_one_line():
    assert str(FieldFault("applicant.age", "-1", "0 to 130")) == "applicant.age: found -1; allowed: 0 to 130"


def test_free_text_is_never_shown():
    request = application(
        bureau=BureauReport(loans=[BureauLoan(lender="Zhang San\x00"), BureauLoan(lender="Li Si" * 50)])
    )
    told = "\n".join(str(fault) for fault in request_faults(request, "CNY"))
    assert told
    assert "Zhang" not in told
    assert "Li" not in told


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        (Struct(), "google.protobuf.Value holds itself"),
        (BytesValue(), "google.protobuf.BytesValue.value: fields of this kind"),
    ],
)
def test_messages_that_cannot_be_checked_are_refused_when_the_validator_is_made(request_, told):
    with pytest.raises(TypeError, match=told):
        request_faults(request_)
