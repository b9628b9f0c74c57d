"""FacilityService on a real ledger: what calls change, record and refuse, and what retries and rivals get."""

import asyncio
import itertools
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from time import time_ns
from typing import Any
from uuid import UUID

import pytest
from google.protobuf.json_format import MessageToDict
from google.type.money_pb2 import Money
from sqlalchemy import update

from underwriter.accounts import (
    AmountAboveOwed,
    AmountAboveUndrawn,
    ChangedTooOften,
    FacilityBook,
    FacilityNotOpen,
    FacilityRefused,
    NothingOwed,
    NothingUndrawn,
    OfferExpired,
)
from underwriter.accounts.alert_book import AlertBook
from underwriter.decisioning.stored import a_year_before
from underwriter.ledger import Entry, EntryKind, MakeEntry, Recorded, RequestIdReused, SqlLedger, SubjectChanged
from underwriter.ledger.keys import MasterKeys, Vault
from underwriter.service.errors import NothingFound, RequestInvalid, RequestMalformed
from underwriter.service.facility_service import MOST_ATTEMPTS, FacilityService
from underwriter.service.resources import ResourceNameMalformed
from underwriter.storage import open_database
from underwriter.storage.schema import entries
from underwriter.v1.facility_service_pb2 import (
    ConfirmDrawdownRequest,
    Facility,
    GetExposureRequest,
    GetFacilityRequest,
    RecordRepaymentRequest,
    ReleaseReservationRequest,
)
from underwriter.v1.record_pb2 import (
    FACILITY_EVENT_KIND_DRAWN,
    FACILITY_EVENT_KIND_RESERVED,
    FacilityEvent,
    FacilityTerms,
    FunderAmount,
    RecordFacts,
)

APPROVED_US = 1_790_000_000_000_000
NEVER_US = 4_000_000_000_000_000
numbers = itertools.count(1)


class Counter:
    """The service at a lender's counter: approves, and makes each call with a request id of its own."""

    def __init__(self, url: str) -> None:
        database = open_database(url)
        self.book = FacilityBook(database)
        self.vault = Vault(database, MasterKeys.generate())
        self.ledger = SqlLedger(database, "decisions", self.vault, [self.book])
        self.alerts = AlertBook(self.ledger.database)
        self.service = FacilityService(self.ledger, self.book, self.vault, self.alerts)

    def approve(self, subject_id: str = "subject-1", time_us: int = APPROVED_US, **terms: Any) -> str:
        """Set limits aside, 10.00 of the lender's own unless `parts` says otherwise; return the facility's name."""
        facility_id = str(UUID(int=next(numbers)))
        parts = terms.pop("parts", {"own": 1000})
        event = FacilityEvent(
            facility_id=facility_id,
            kind=FACILITY_EVENT_KIND_RESERVED,
            parts=[FunderAmount(funder=funder, amount=amount) for funder, amount in parts.items()],
            terms=FacilityTerms(**({"product": "LINE", "currency": "CNY", "expire_time_us": NEVER_US} | terms)),
        )
        facts = RecordFacts(facility=event).SerializeToString()
        entry = Entry(
            kind=EntryKind.DECISION,
            entry_id=facility_id,
            request_id=facility_id,
            subject_id=subject_id,
            subject=b"",
            product="LINE",
            outcome=1,
            policy_version="",
            time_us=time_us,
            request=b"request",
            answer=b"answer",
            evidence=b"",
            facts=facts,
            expected_version=None,
        )
        asyncio.run(self.commit(entry))
        return f"facilities/{facility_id}"

    async def commit(self, entry: Entry) -> Recorded:
        return await self.ledger.commit(entry)

    def call(self, request: Any) -> Facility:
        return asyncio.run(self.answer(request))

    async def answer(self, request: Any) -> Facility:
        methods: dict[type, Callable[[bytes], Any]] = {
            ConfirmDrawdownRequest: self.service.confirm_drawdown,
            ReleaseReservationRequest: self.service.release_reservation,
            RecordRepaymentRequest: self.service.record_repayment,
        }
        return Facility.FromString(await methods[type(request)](request.SerializeToString()))

    def get(self, name: str) -> Facility:
        return asyncio.run(self.service.get_facility(GetFacilityRequest(name=name)))

    def record_count(self) -> int:
        return len(list(self.ledger.entries.stored_in_order("decisions")))


@pytest.fixture
def counter(database_url: str) -> Iterator[Counter]:
    opened = Counter(database_url)
    yield opened
    opened.ledger.close()


def cents(amount: int, currency: str = "CNY") -> Money:
    return Money(currency_code=currency, units=amount // 100, nanos=amount % 100 * 10**7)


def draw(name: str, amount: int, request_id: str | None = None) -> ConfirmDrawdownRequest:
    return ConfirmDrawdownRequest(request_id=request_id or f"r{next(numbers)}", facility=name, amount=cents(amount))


def repay(name: str, amount: int) -> RecordRepaymentRequest:
    return RecordRepaymentRequest(request_id=f"r{next(numbers)}", facility=name, principal=cents(amount))


def release(name: str) -> ReleaseReservationRequest:
    return ReleaseReservationRequest(request_id=f"r{next(numbers)}", facility=name)


def test_the_answer_is_the_facility_after_the_call(counter: Counter) -> None:
    terms = {"grade": "B", "annual_rate": "0.0725", "purpose": 1, "term_months": 12, "expire_time_us": NEVER_US}
    name = counter.approve(parts={"own": 300, "bank": 700}, **terms)
    answer = counter.call(draw(name, 501))
    assert MessageToDict(answer) == {
        "name": name,
        "decision": name.replace("facilities", "decisions"),
        "state": "FACILITY_STATE_OPEN",
        "product": "LINE",
        "creditLimit": {"currencyCode": "CNY", "units": "10"},
        "drawn": {"currencyCode": "CNY", "units": "5", "nanos": 10_000_000},
        "undrawn": {"currencyCode": "CNY", "units": "4", "nanos": 990_000_000},
        "funders": [
            {
                "funder": "bank",
                "creditLimit": {"currencyCode": "CNY", "units": "7"},
                "drawn": {"currencyCode": "CNY", "units": "3", "nanos": 510_000_000},
                "undrawn": {"currencyCode": "CNY", "units": "3", "nanos": 490_000_000},
            },
            {
                "funder": "own",
                "creditLimit": {"currencyCode": "CNY", "units": "3"},
                "drawn": {"currencyCode": "CNY", "units": "1", "nanos": 500_000_000},
                "undrawn": {"currencyCode": "CNY", "units": "1", "nanos": 500_000_000},
            },
        ],
        "expireTime": "2096-10-02T07:06:40Z",
        "grade": "B",
        "annualRate": {"value": "0.0725"},
        "purpose": MessageToDict(Facility(purpose=1))["purpose"],  # type: ignore[arg-type]
        "termMonths": 12,
    }
    assert counter.get(name) == answer


def test_a_life_over_the_service(counter: Counter) -> None:
    name = counter.approve(revolving=True)
    calls = [draw(name, 400), repay(name, 100), draw(name, 200), release(name), repay(name, 500)]
    states = [(told.state, told.drawn.units, told.undrawn.units) for told in map(counter.call, calls)]
    assert states == [(2, 4, 6), (2, 3, 7), (2, 5, 5), (2, 5, 0), (3, 0, 0)]


def test_a_call_is_recorded_with_its_request_answer_and_event(counter: Counter) -> None:
    request = draw(counter.approve(), 250)
    answer = counter.call(request)
    recorded = counter.ledger.entries.find_by_request_id(EntryKind.DRAWDOWN, request.request_id)
    assert recorded is not None
    assert recorded.payload is not None
    assert ConfirmDrawdownRequest.FromString(recorded.payload.request) == request
    assert Facility.FromString(recorded.payload.answer) == answer
    event = RecordFacts.FromString(recorded.sealed.facts).facility
    assert (event.kind, [part.amount for part in event.parts]) == (FACILITY_EVENT_KIND_DRAWN, [250])
    assert recorded.sealed.product == "LINE"


REFUSALS: list[tuple[Sequence[Callable[[str], Any]], Callable[[str], Any], type[Exception], dict[str, Any]]] = [
    ([], lambda name: draw(name, 1001), AmountAboveUndrawn, {}),
    ([], lambda name: draw(name, 1), OfferExpired, {"expire_time_us": APPROVED_US}),
    ([], lambda name: repay(name, 1), NothingOwed, {}),
    ([lambda name: draw(name, 10)], lambda name: repay(name, 11), AmountAboveOwed, {}),
    ([lambda name: draw(name, 1000)], release, NothingUndrawn, {}),
    ([release], release, FacilityNotOpen, {}),
]


@pytest.mark.parametrize(("before", "refused", "error", "terms"), REFUSALS)
def test_a_refused_call_records_nothing(
    counter: Counter,
    before: Sequence[Callable[[str], Any]],
    refused: Callable[[str], Any],
    error: type[Exception],
    terms: dict[str, Any],
) -> None:
    name = counter.approve(**terms)
    for call in before:
        counter.call(call(name))
    count, facility = counter.record_count(), counter.get(name)
    with pytest.raises(error, match=name.removeprefix("facilities/")):
        counter.call(refused(name))
    assert (counter.record_count(), counter.get(name)) == (count, facility)


@pytest.mark.parametrize("amount", [1000, 300])
def test_a_retry_gets_the_first_answer_whatever_happened_since(counter: Counter, amount: int) -> None:
    name = counter.approve()
    request = draw(name, amount)
    first = counter.call(request)
    counter.call(repay(name, 100))
    count = counter.record_count()
    assert counter.call(request) == first
    assert counter.record_count() == count


def test_a_retry_after_the_end_gets_the_first_answer(counter: Counter) -> None:
    request = release(counter.approve())
    assert counter.call(request) == counter.call(request)
    assert counter.record_count() == 2


@pytest.mark.parametrize("amount", [1000, 1])
def test_a_request_id_with_other_content_is_refused(counter: Counter, amount: int) -> None:
    name = counter.approve()
    counter.call(draw(name, 500, "same"))
    with pytest.raises(RequestIdReused):
        counter.call(draw(name, amount, "same"))
    assert counter.get(name).drawn == cents(500)


def test_ids_of_different_kinds_of_calls_do_not_meet(counter: Counter) -> None:
    name = counter.approve()
    counter.call(draw(name, 500, "same"))
    repayment = RecordRepaymentRequest(request_id="same", facility=name, principal=cents(500))
    assert counter.call(repayment).drawn == cents(0)


def test_a_retry_whose_record_was_archived_gets_the_facility_as_it_stands(counter: Counter) -> None:
    name = counter.approve()
    request = draw(name, 1000)
    counter.call(request)
    counter.call(repay(name, 100))
    with counter.ledger.database.writing() as connection:
        connection.execute(update(entries).values(payload=None))
    assert counter.call(request) == counter.get(name)


def faults_of(counter: Counter, request: Any) -> list[str]:
    with pytest.raises(RequestInvalid) as caught:
        counter.call(request)
    return [f"{fault.path}: {fault.allowed}" for fault in caught.value.faults]


def test_every_fault_of_a_request_is_told_at_once(counter: Counter) -> None:
    bad = ConfirmDrawdownRequest(request_id="no blanks", facility="facilities/1", amount=Money(currency_code="cny"))
    paths = [fault.partition(":")[0] for fault in faults_of(counter, bad)]
    assert paths == ["request_id", "amount.currency_code", "amount", "facility"]
    assert [fault.partition(":")[0] for fault in faults_of(counter, ReleaseReservationRequest())] == [
        "request_id",
        "facility",
    ]


def test_money_is_in_the_facilitys_currency_and_no_finer_than_its_minor_unit(counter: Counter) -> None:
    yuan, yen = counter.approve(), counter.approve(currency="JPY")
    wrong = RecordRepaymentRequest(request_id="r", facility=yen, principal=cents(1))
    assert faults_of(counter, wrong)[0] == "principal.currency_code: JPY"
    fine = ConfirmDrawdownRequest(request_id="r", facility=yuan, amount=Money(currency_code="CNY", nanos=5_000_000))
    assert faults_of(counter, fine) == ["amount: an amount in CNY has at most 2 decimal places"]
    half = ConfirmDrawdownRequest(request_id="r", facility=yen, amount=cents(150, "JPY"))
    assert faults_of(counter, half) == ["amount: an amount in JPY has at most 0 decimal places"]
    assert (
        counter.call(ConfirmDrawdownRequest(request_id="r", facility=yen, amount=cents(1000_00, "JPY"))).drawn.units
        == 1000
    )


def test_what_does_not_exist_is_not_found(counter: Counter) -> None:
    name = f"facilities/{UUID(int=987_654)}"
    with pytest.raises(NothingFound):
        counter.call(draw(name, 1))
    with pytest.raises(NothingFound):
        counter.get(name)
    with pytest.raises(ResourceNameMalformed):
        counter.get("facilities/x")
    with pytest.raises(RequestMalformed):
        asyncio.run(counter.service.confirm_drawdown(b"\xff"))


class Rival(SqlLedger):
    """A ledger in which others draw a cent of the same facility right before each of the first commits."""

    def __init__(self, counter: Counter, name: str, times: int) -> None:
        self._counter, self._name, self._times = counter, name, times
        self.entries = counter.ledger.entries

    async def commit(self, entry: Entry) -> Recorded:
        if self._times:
            self._times -= 1
            await self._counter.answer(draw(self._name, 1))
        return await self._counter.ledger.commit(entry)

    async def commit_in_turn(self, make: MakeEntry) -> Recorded:
        return await self._counter.ledger.commit_in_turn(make)


@pytest.mark.parametrize("times", [1, 2])
def test_a_call_is_done_again_when_others_were_quicker(counter: Counter, times: int) -> None:
    name = counter.approve()
    service = FacilityService(Rival(counter, name, times), counter.book, counter.vault, counter.alerts)
    answer = Facility.FromString(asyncio.run(service.confirm_drawdown(draw(name, 500).SerializeToString())))
    assert answer.drawn == cents(500 + times)


def test_at_last_nobody_can_be_quicker(counter: Counter) -> None:
    name = counter.approve()
    service = FacilityService(Rival(counter, name, MOST_ATTEMPTS), counter.book, counter.vault, counter.alerts)
    answer = Facility.FromString(asyncio.run(service.confirm_drawdown(draw(name, 500).SerializeToString())))
    assert answer.drawn == cents(500 + MOST_ATTEMPTS - 1)
    assert counter.get(name) == answer


def test_a_call_ends_when_it_is_refused_even_then(counter: Counter) -> None:
    class Refusing(Rival):
        async def commit_in_turn(self, make: MakeEntry) -> Recorded:  # noqa: ARG002 - the name is the protocol's
            raise SubjectChanged

    name = counter.approve()
    service = FacilityService(Refusing(counter, name, MOST_ATTEMPTS), counter.book, counter.vault, counter.alerts)
    with pytest.raises(ChangedTooOften, match="3 times in a row; nothing was recorded"):
        asyncio.run(service.confirm_drawdown(draw(name, 500).SerializeToString()))


@pytest.mark.parametrize("before", [draw, lambda name, _: release(name)])
def test_what_can_not_be_done_at_last_is_refused_in_its_own_words(counter: Counter, before: Any) -> None:
    class AtLast(Rival):
        async def commit_in_turn(self, make: MakeEntry) -> Recorded:
            await self._counter.answer(before(self._name, 900))
            return await super().commit_in_turn(make)

    name = counter.approve()
    service = FacilityService(AtLast(counter, name, MOST_ATTEMPTS), counter.book, counter.vault, counter.alerts)
    with pytest.raises(FacilityRefused):
        asyncio.run(service.confirm_drawdown(draw(name, 500).SerializeToString()))


def test_what_others_were_quicker_with_may_leave_nothing_to_draw(counter: Counter) -> None:
    name = counter.approve()
    service = FacilityService(Rival(counter, name, 1), counter.book, counter.vault, counter.alerts)
    with pytest.raises(AmountAboveUndrawn):
        asyncio.run(service.confirm_drawdown(draw(name, 1000).SerializeToString()))


def test_many_calls_at_once_never_draw_more_than_there_is(counter: Counter) -> None:
    name = counter.approve()

    async def all_at_once() -> list[Facility | BaseException]:
        return await asyncio.gather(*[counter.answer(draw(name, 70)) for _ in range(40)], return_exceptions=True)

    answers = asyncio.run(all_at_once())
    drawn = [answer for answer in answers if isinstance(answer, Facility)]
    assert {type(answer) for answer in answers} <= {Facility, AmountAboveUndrawn, ChangedTooOften}
    assert sorted(answer.drawn.units * 100 + answer.drawn.nanos // 10**7 for answer in drawn) == [
        70 * (place + 1) for place in range(len(drawn))
    ]
    assert counter.get(name).drawn == cents(70 * len(drawn))


def exposure(counter: Counter, subject_id: str, currency: str = "") -> dict[str, Any]:
    request = GetExposureRequest(subject_id=subject_id, currency=currency)
    return MessageToDict(asyncio.run(counter.service.get_exposure(request)))


def money(units: int, currency: str = "CNY") -> dict[str, str]:
    return {"currencyCode": currency} | ({"units": str(units)} if units else {})


def test_an_exposure_is_told_by_lender_and_product(counter: Counter) -> None:
    long_ago = a_year_before(datetime.now(UTC)) - 1
    today = time_ns() // 1000
    counter.call(draw(counter.approve("s", parts={"own": 1000, "bank": 3000}, time_us=today), 400))
    counter.approve("s", product="LOAN", parts={"old": 500}, time_us=long_ago)
    counter.approve("s", currency="JPY", parts={"yen": 800}, time_us=today)
    counter.approve("someone else")
    assert exposure(counter, "s") == {
        "subjectId": "s",
        "total": money(45),
        "reserved": money(5),
        "drawn": money(4),
        "undrawn": money(36),
        "positions": [
            {
                "lender": lender,
                "product": product,
                "total": money(sum(amounts)),
                "reserved": money(amounts[0]),
                "drawn": money(amounts[1]),
                "undrawn": money(amounts[2]),
            }
            for lender, product, amounts in [
                ("bank", "LINE", (0, 3, 27)),
                ("old", "LOAN", (5, 0, 0)),
                ("own", "LINE", (0, 1, 9)),
            ]
        ],
        "lenders12m": 3,
        "otherCurrencies": ["JPY"],
    }
    assert exposure(counter, "s", "JPY")["total"] == money(800, "JPY")
    assert exposure(counter, "s", "JPY")["otherCurrencies"] == ["CNY"]


def test_nothing_is_owed_by_a_subject_that_nobody_knows(counter: Counter) -> None:
    zero = money(0, "USD")
    told = {"subjectId": "x", "total": zero, "reserved": zero, "drawn": zero, "undrawn": zero}
    assert exposure(counter, "x", "USD") == told
    with pytest.raises(RequestInvalid):
        exposure(counter, "no blanks")


@pytest.mark.parametrize(
    ("now", "before"),
    [
        (datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2025, 3, 1, 12, tzinfo=UTC)),
        (datetime(2028, 2, 29, 23, 59, tzinfo=UTC), datetime(2027, 2, 28, 23, 59, tzinfo=UTC)),
    ],
)
def test_a_year_before(now: datetime, before: datetime) -> None:
    assert a_year_before(now) == before.timestamp() * 1_000_000
