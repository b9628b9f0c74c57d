"""What a policy's inputs are bound to."""

from decimal import Decimal, localcontext

import pytest
from google.protobuf.descriptor import Descriptor
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.date_pb2 import Date
from google.type.decimal_pb2 import Decimal as DecimalMessage
from google.type.money_pb2 import Money
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.decisioning.requests.binding import compile_binder
from underwriter.decisioning.requests.validation import request_faults
from underwriter.feel.temporal import parse_date, parse_date_time
from underwriter.feel.types import NUMBER, STRING, ContextType, ListType
from underwriter.feel.values import is_instance
from underwriter.policy.inputs import application_type
from underwriter.v1.application_pb2 import Applicant, Application, AttributeValue, TextList
from underwriter.v1.decision_service_pb2 import DecideRequest

from .mutations import mutations
from .random_messages import CURRENCY, DECLARED, filled, wild
from .reference import SCALARS_OF, bound


def all_paths(message: Descriptor = Application.DESCRIPTOR, prefix: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Return the path of every field, of every message and list on the way, and of every declared attribute."""
    paths = []
    for field in message.fields:
        path = (*prefix, field.name)
        paths.append(path)
        if field.name == "attributes":
            paths += [(*path, name) for name in DECLARED]
        elif field.message_type is not None and field.message_type.full_name not in SCALARS_OF:
            paths += all_paths(field.message_type, path)
    return paths


ALL_PATHS = all_paths()
ALL = compile_binder(ALL_PATHS, {}, DECLARED)
SEEDS = st.integers(min_value=0, max_value=2**32)


def test_the_paths_are_those_of_the_whole_schema():
    assert len(ALL_PATHS) > 130
    assert ("business", "financial_statements", "period_end") in ALL_PATHS


@settings(max_examples=150, deadline=None)
@given(seed=SEEDS, share=st.sampled_from([0.0, 0.3, 0.8, 1.0]))
def test_all_paths_bind_as_reflection_reads_them(seed, share):
    application = filled(Application, seed, share)
    for path, value in zip(ALL_PATHS, ALL.bind(application), strict=True):
        assert value == bound(application, path, DECLARED), path


@settings(max_examples=50, deadline=None)
@given(seed=SEEDS)
def test_values_are_of_the_types_that_the_checker_knows(seed):
    values = compile_binder([(name,) for name in application_type().fields], {}, {}).bind(filled(Application, seed))
    for (name, type_), value in zip(application_type().fields.items(), values, strict=True):
        assert is_instance(value, type_), name


@settings(max_examples=50, deadline=None)
@given(seed=SEEDS, paths=st.lists(st.sampled_from(ALL_PATHS), max_size=20))
def test_a_path_binds_alike_whatever_else_is_read(seed, paths):
    application = filled(Application, seed)
    everything = dict(zip(ALL_PATHS, ALL.bind(application), strict=True))
    assert compile_binder(paths, {}, DECLARED).bind(application) == tuple(everything[path] for path in paths)


@settings(max_examples=150, deadline=None)
@given(seed=SEEDS, share=st.sampled_from([0.0, 0.3, 0.8, 1.0]))
def test_a_request_that_is_read_at_once_has_no_faults_and_binds_alike(seed, share):
    for request in (filled(DecideRequest, seed, share), wild(DecideRequest, seed)):
        values = ALL.read(request, CURRENCY)
        assert values is None or request_faults(request, CURRENCY, DECLARED) == []
        assert values is None or values == ALL.bind(request.application)


@settings(max_examples=200, deadline=None)
@given(seed=SEEDS)
def test_a_request_with_one_fault_is_not_read_at_once(seed):
    request = filled(DecideRequest, seed, 0.5)
    ways = mutations(request)
    _, mutate = ways[seed % len(ways)]
    mutate()
    assert ALL.read(request, CURRENCY) is None


EVERYDAY = [
    Application(applicant={"subject_id": "s", "age": 0, "sanctioned": False, "occupation": 0}),
    Application(applicant={"subject_id": "s", "monthly_income": Money(currency_code="CNY", units=0, nanos=10_000_000)}),
    Application(applicant={"subject_id": "s"}, bureau={"report_date": Date(year=2026, month=3, day=31)}),
    Application(applicant={"subject_id": "s"}, behaviour={"statements": [{"days_late": 0}, {"status": 3}]}),
    Application(applicant={"subject_id": "s"}, attributes={"tax_region": AttributeValue(text="x")}),
]


@pytest.mark.parametrize("application", EVERYDAY)
def test_an_everyday_request_is_read_at_once(application):
    values = ALL.read(DecideRequest(product="P", application=application), CURRENCY)
    assert values == ALL.bind(application)


LISTED = Application(applicant={"subject_id": "s"}, behaviour={"statements": [{"days_late": 1}, {"days_late": 2}]})
POSITIONS = [(("behaviour", "statements", "2"), {"days_late": Decimal(2)}), (("behaviour", "statements", "3"), None)]


@pytest.mark.parametrize(("path", "value"), POSITIONS)
def test_an_item_is_read_by_its_position(path, value):
    binder = compile_binder([path], {("behaviour", "statements"): frozenset({"days_late"})}, {})
    assert binder.bind(LISTED) == (value,)
    assert binder.read(DecideRequest(product="P", application=LISTED), CURRENCY) == (value,)


def bind_one(path, application, members=None, attributes=None):
    [value] = compile_binder([path], members or {}, attributes or {}).bind(application)
    return value


SCALARS = [
    (("applicant", "age"), Application(applicant=Applicant(age=35)), Decimal(35)),
    (("applicant", "age"), Application(applicant=Applicant(age=0)), Decimal(0)),
    (("applicant", "age"), Application(applicant=Applicant()), None),
    (("applicant", "age"), Application(), None),
    (("applicant", "subject_id"), Application(applicant=Applicant(subject_id="s-1")), "s-1"),
    (("applicant", "subject_id"), Application(applicant=Applicant()), None),
    (("applicant", "sanctioned"), Application(applicant=Applicant(sanctioned=False)), False),
    (("applicant", "sanctioned"), Application(applicant=Applicant()), None),
    (("applicant", "occupation"), Application(applicant=Applicant(occupation=2)), "SELF_EMPLOYED"),
    (("applicant", "occupation"), Application(applicant=Applicant(occupation=0)), None),
    (("behaviour", "statements", "status"), Application(behaviour={"statements": [{"status": 4}, {}]}), ["LATE", None]),
    (("behaviour", "returns_share"), Application(behaviour={"returns_share": 0.1}), Decimal("0.1")),
    (
        ("bureau", "report_date"),
        Application(bureau={"report_date": Date(year=2026, month=3, day=2)}),
        parse_date("2026-03-02"),
    ),
    (
        ("consent", "consent_time"),
        Application(consent={"consent_time": Timestamp(seconds=-1, nanos=5000)}),
        parse_date_time("1969-12-31T23:59:59.000005Z"),
    ),
    (("behaviour", "statements"), Application(behaviour={}), []),
    (("behaviour", "statements"), Application(), None),
    (("behaviour", "statements", "paid"), Application(), None),
]


@pytest.mark.parametrize(("path", "application", "value"), SCALARS)
def test_a_field_binds_to_its_feel_value(path, application, value):
    found = bind_one(path, application)
    assert found == value
    assert type(found) is type(value)


AMOUNTS = [
    (20000, 0, "20000"),
    (0, 0, "0"),
    (1234, 560_000_000, "1234.56"),
    (0, 10_000_000, "0.01"),
    (-3, -500_000_000, "-3.50"),
    (0, -10_000_000, "-0.01"),
    (7, 125_000_000, "7.125"),
    (9_223_372_036_854_775_807, 999_999_999, "9223372036854775807.999999999"),
]


@pytest.mark.parametrize(("units", "nanos", "amount"), AMOUNTS)
def test_money_binds_as_its_exact_amount_whatever_the_decimal_context(units, nanos, amount):
    application = Application(applicant=Applicant(monthly_income=Money(currency_code="CNY", units=units, nanos=nanos)))
    with localcontext(prec=3):
        assert str(bind_one(("applicant", "monthly_income"), application)) == amount


def test_members_narrow_the_contexts_of_a_list():
    application = Application(bureau={"loans": [{"lender": "A", "days_past_due": 3}, {"kind": 3}]})
    members = {("bureau", "loans"): frozenset({"kind", "days_past_due"})}
    assert bind_one(("bureau", "loans"), application, members) == [
        {"kind": None, "days_past_due": Decimal(3)},
        {"kind": "CARD", "days_past_due": None},
    ]


def test_members_narrow_a_list_within_a_context():
    application = Application(bureau={"found": True, "loans": [{"lender": "A", "days_past_due": 3}]})
    members = {("bureau",): frozenset({"loans"}), ("bureau", "loans"): frozenset({"lender"})}
    assert bind_one(("bureau",), application, members) == {"loans": [{"lender": "A"}]}


ATTRIBUTES = [
    (NUMBER, AttributeValue(number=DecimalMessage(value="1.50")), Decimal("1.50")),
    (NUMBER, AttributeValue(money=Money(currency_code="CNY", units=3)), Decimal(3)),
    (STRING, AttributeValue(text="x"), "x"),
    (ListType(item=STRING), AttributeValue(texts=TextList(values=["a", "b"])), ["a", "b"]),
]


@pytest.mark.parametrize(("type_", "sent", "value"), ATTRIBUTES)
def test_an_attribute_binds_by_its_declared_type(type_, sent, value):
    assert bind_one(("attributes", "x"), Application(attributes={"x": sent}), attributes={"x": type_}) == value


def test_an_attribute_not_sent_is_null_and_stays_unsent():
    application = Application()
    assert bind_one(("attributes", "x"), application, attributes={"x": NUMBER}) is None
    assert application == Application()


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (("applicant", "aeg"), r"applicant\.aeg leads nowhere"),
        (("applicant", "age", "years"), r"applicant\.age has no members"),
        (("attributes", "y"), r"attributes\.y is not a declared attribute"),
        (("attributes", "x", "number"), r"attributes\.x\.number is not a declared attribute"),
    ],
)
def test_a_path_that_leads_nowhere_is_refused(path, told):
    with pytest.raises(ValueError, match=told):
        compile_binder([path], {}, {"x": NUMBER})


def test_the_application_type_leaves_attributes_to_the_policy():
    fields = application_type().fields
    assert "attributes" not in fields
    assert isinstance(fields["behaviour"], ContextType)
    assert str(fields["receivables"]).startswith("list<context<anchor_id: string")
