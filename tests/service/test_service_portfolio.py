"""PortfolioService: totals as messages, and every fault of a request at once."""

import asyncio
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.money_pb2 import Money

from underwriter.accounts.warnings import WarningGrades
from underwriter.service.errors import RequestInvalid, status_of
from underwriter.service.portfolio_service import PortfolioService
from underwriter.storage import Database, DatabaseUnavailable, open_database
from underwriter.v1 import portfolio_service_pb2 as v1
from underwriter.v1.application_pb2 import PURPOSE_CONSUMPTION

from ..accounts.lending_histories import DAY_US, LOG, START_US, Approval, Change, History

BY_PRODUCT, BY_PURPOSE, BY_BAND, BY_GROUP, BY_FUNDER, BY_GRADE = (
    v1.LendingDimension.Value(f"LENDING_DIMENSION_{name}")
    for name in ("PRODUCT", "PURPOSE", "TERM_BAND", "USER_GROUP", "FUNDER", "GRADE")
)
LENT = [
    Approval(0, (("BANK", 700_000), ("OWN", 300_000)), product="LOAN", grade="A", expected_loss=500),
    Approval(1, (("OWN", 1_234),), product="LINE", grade="B", expected_loss=None, annual_rate=""),
    Approval(2, (("OWN", 1_000),), product="LINE", grade="A", currency="JPY", term_months=0),
    Change("draw", 0, Decimal("0.25")),
]


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    opened = open_database(sqlite_url)
    History(opened).play(LENT)
    yield opened
    opened.close()


@pytest.fixture
def service(database: Database) -> PortfolioService:
    return PortfolioService(database, LOG, WarningGrades(database))


def ask(service: PortfolioService, **fields: object) -> v1.SummarizeLendingResponse:
    return asyncio.run(service.summarize_lending(v1.SummarizeLendingRequest(**fields)))  # type: ignore[arg-type]


def at(microseconds: int, nanos: int = 0) -> Timestamp:
    moment = Timestamp()
    moment.FromMicroseconds(microseconds)
    moment.nanos += nanos
    return moment


def money(currency: str, units: int, nanos: int = 0) -> Money:
    return Money(currency_code=currency, units=units, nanos=nanos)


def test_totals_are_told_by_currency_with_the_size_of_the_log(service: PortfolioService) -> None:
    response = ask(service)
    cny, jpy = response.totals
    assert (cny.approved_count, cny.reserved_count, cny.open_count) == (2, 1, 1)
    assert cny.credit_limit == money("CNY", 10_012, 340_000_000)
    assert cny.reserved == money("CNY", 12, 340_000_000)
    assert (cny.drawn, cny.undrawn) == (money("CNY", 2_500), money("CNY", 7_500))
    assert cny.average_annual_rate.value == "0.072"
    assert not cny.HasField("expected_loss"), "one of them tells none"
    assert (jpy.credit_limit, jpy.expected_loss) == (money("JPY", 1_000), money("JPY", 100))
    assert response.log_size == len(LENT)
    assert response.summarize_time.seconds


def test_groups_carry_their_values(service: PortfolioService) -> None:
    by_all = [BY_FUNDER, BY_PRODUCT, BY_PURPOSE, BY_BAND, BY_GROUP, BY_GRADE]
    bank, yen, line, own = ask(service, group_by=by_all).totals
    assert (bank.funder, bank.product, bank.term_band, bank.grade) == ("BANK", "LOAN", "7-12", "A")
    assert (bank.purpose, bank.user_group) == (PURPOSE_CONSUMPTION, "salaried")
    assert bank.expected_loss == money("CNY", 3, 500_000_000)
    assert (line.funder, line.grade) == ("OWN", "B")
    assert not line.HasField("average_annual_rate")
    assert (yen.term_band, yen.credit_limit.currency_code) == ("none", "JPY")
    assert own.drawn == money("CNY", 750)


def test_only_what_was_asked_for_is_counted(service: PortfolioService) -> None:
    assert [total.approved_count for total in ask(service, product="LOAN").totals] == [1]
    assert not ask(service, product="NOTHING").totals
    first_only = ask(service, end_time=at(START_US + DAY_US))
    assert [total.credit_limit.units for total in first_only.totals] == [10_000]
    just_after = ask(service, start_time=at(START_US, nanos=1))
    assert [total.approved_count for total in just_after.totals] == [1, 1], "the first was approved a nanosecond before"


@pytest.mark.parametrize(
    ("fields", "paths"),
    [
        ({"group_by": [BY_GRADE, 0]}, ["group_by[1]"]),
        ({"group_by": [BY_GRADE, BY_FUNDER, BY_GRADE, BY_GRADE]}, ["group_by[2]", "group_by[3]"]),
        ({"group_by": [99, 99]}, ["group_by[0]", "group_by[1]"]),
        ({"start_time": at(5), "end_time": at(5)}, ["end_time"]),
        ({"start_time": at(5, nanos=1), "end_time": at(5)}, ["end_time"]),
        (
            {"group_by": [0, BY_GRADE, BY_GRADE], "product": "x" * 65, "start_time": at(2), "end_time": at(1)},
            ["product", "group_by[0]", "group_by[2]", "end_time"],
        ),
    ],
)
def test_every_fault_is_told_at_once(service: PortfolioService, fields: dict[str, object], paths: list[str]) -> None:
    with pytest.raises(RequestInvalid) as refused:
        ask(service, **fields)
    assert [fault.path for fault in refused.value.faults] == paths
    status = status_of(refused.value)
    assert status is not None
    assert status.code == grpc.StatusCode.INVALID_ARGUMENT.value[0]


def test_a_database_that_is_gone_is_unavailable(service: PortfolioService, database: Database) -> None:
    database.close()
    Path(database.place).unlink()
    with pytest.raises(DatabaseUnavailable):
        ask(service)
