"""AccountService over the wire: events in, accounts and alerts out, and what both do to decisions and drawdowns."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from uuid import uuid4

import grpc
import pytest
from google.protobuf.timestamp_pb2 import Timestamp

from underwriter.accounts.account_state import MOST_MARKS
from underwriter.client import AsyncUnderwriterClient, UnderwriterClient, UnderwriterError
from underwriter.client.channel import account_stub
from underwriter.client.errors import error_of_call
from underwriter.monitoring.window import MOST_EVENTS
from underwriter.v1.account_event_pb2 import (
    AccountEvent,
    DrawdownDetail,
    MissedRepaymentDetail,
    RepaymentDetail,
)
from underwriter.v1.account_pb2 import AlertEffect, AlertSeverity, AlertState
from underwriter.v1.account_service_pb2 import WatchAlertsRequest
from underwriter.v1.decision_pb2 import LineAction, Outcome

from .accounts_world import RULES, Tables, application, at, event, now_us, opened, someone, yuan
from .conftest import RunningServer, StartServer

Serving = Callable[[Path, dict[str, object]], AbstractContextManager[RunningServer]]
FACILITY = "facilities/0195b6f0-0000-7000-8000-000000000001"


@pytest.fixture(scope="module")
def accounts_settings(small_settings: dict[str, object]) -> dict[str, object]:
    return small_settings | {
        "rules": RULES,
        "workers": 2,
        "alert_keep_alive_seconds": 0.2,
        "monitoring_wait_seconds": 10,
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("accounts")


@pytest.fixture(scope="module")
def running(folder: Path, accounts_settings: dict[str, object], serving: Serving) -> Iterator[RunningServer]:
    with serving(folder, accounts_settings) as server:
        yield server


@pytest.fixture
def client(running: RunningServer) -> Iterator[UnderwriterClient]:
    with UnderwriterClient(running.address, timeout=60) as connected:
        yield connected


@pytest.fixture
def tables(running: RunningServer, folder: Path) -> Iterator[Tables]:
    assert running.address
    database = folder / "data" / "underwriter.db"
    with opened(f"sqlite:///{database}", database.with_name("underwriter.db.keys") / "master.key") as tables:
        yield tables


def refused(call: Callable[[], object]) -> UnderwriterError:
    with pytest.raises(UnderwriterError) as caught:
        call()
    return caught.value


class TestEvents:
    def test_an_event_counts_once_and_is_told_with_the_account(self, client: UnderwriterClient) -> None:
        subject = someone()
        sent = event(subject, drawdown=DrawdownDetail(amount=yuan(300), outstanding=yuan(300), credit_limit=yuan(1200)))
        assert [client.record_event(sent).already_recorded for _ in range(2)] == [False, True]
        account = client.get_account(subject)
        assert (account.name, list(account.events)) == (f"accounts/{subject}", [sent])
        assert (account.figures.drawdowns_24h, account.figures.drawn_24h) == (1, yuan(300))
        assert account.figures.utilisation.value == "0.25"
        assert not any((account.alerts, account.warning_grade, account.warning_moves))

    def test_an_id_with_other_content_is_refused(self, client: UnderwriterClient) -> None:
        subject = someone()
        client.record_event(event(subject, event_id=f"{subject}-1"))
        error = refused(lambda: client.record_event(event(subject, time_us=now_us() - 1, event_id=f"{subject}-1")))
        assert (error.code, error.reason) == (grpc.StatusCode.ALREADY_EXISTS, "EVENT_ID_REUSED")

    def test_every_fault_is_told_at_once(self, client: UnderwriterClient) -> None:
        wrong = AccountEvent(
            event_id="a b",
            event_time=at(now_us() + 3_600_000_000),
            repayment=RepaymentDetail(facility="f/1", days_late=-1),
        )
        wrong.repayment.amount.CopyFrom(yuan(1))
        wrong.repayment.amount.nanos = 1_000_000
        wrong.event_time.nanos = 1
        error = refused(lambda: client.record_event(wrong))
        assert error.reason == "REQUEST_INVALID"
        assert [violation.field for violation in error.violations] == [
            "event.event_id",
            "event.subject_id",
            "event.repayment.days_late",
            "event.event_time",
            "event.event_time",
            "event.repayment.amount",
            "event.repayment.facility",
        ]

    @pytest.mark.parametrize(
        ("fields", "path"),
        [
            ({}, "event.detail"),
            ({"device": {}}, "event.device_id"),
            ({"login": {}}, "event.login.succeeded"),
            ({"drawdown": {"amount": {"currency_code": "cny", "units": 1}}}, "event.drawdown.amount"),
            ({"manual_action": {"action": "CALLED", "actor": "a", "alert": "x"}}, "event.manual_action.alert"),
            ({"event_time": at(1)}, "event.event_time"),
        ],
        ids=["nothing happened", "no device", "no outcome", "currency", "alert", "too old"],
    )
    def test_an_event_that_says_too_little_is_refused(
        self, client: UnderwriterClient, fields: dict[str, Any], path: str
    ) -> None:
        sent = event(someone())
        if "event_time" in fields:
            sent.ClearField("event_time")
        else:
            sent.ClearField("login")
        sent.MergeFrom(AccountEvent(**fields))
        error = refused(lambda: client.record_event(sent))
        assert {
            violation.field.rpartition(".currency_code")[0] or violation.field for violation in error.violations
        } == {path}

    @pytest.mark.parametrize(
        ("fields", "path"),
        [
            ({"event_id": f"application:{'0a' * 24}"}, "event.event_id"),
            ({"event_id": f"answer:{'0a' * 24}"}, "event.event_id"),
            ({"event_time": Timestamp(seconds=1_790_000_000, nanos=-1)}, "event.event_time.nanos"),
        ],
        ids=["an application of the server", "an answer of the server", "a part of a second"],
    )
    def test_a_fault_is_told_once(self, client: UnderwriterClient, fields: dict[str, Any], path: str) -> None:
        sent = event(someone())
        sent.ClearField(next(iter(fields)))
        sent.MergeFrom(AccountEvent(**fields))
        error = refused(lambda: client.record_event(sent))
        assert [violation.field for violation in error.violations] == [path]

    @pytest.mark.parametrize(
        "time", [None, Timestamp(), Timestamp(seconds=4_102_444_800), Timestamp(seconds=-(10**12))]
    )
    def test_the_times_that_are_taken_are_told_whatever_is_wrong(
        self, client: UnderwriterClient, time: Timestamp | None
    ) -> None:
        sent = event(someone())
        sent.ClearField("event_time")
        if time is not None:
            sent.event_time.CopyFrom(time)
        (violation,) = refused(lambda: client.record_event(sent)).violations
        assert violation.field == "event.event_time"
        assert violation.description.endswith("a time from 2000 on, and not more than 10 minutes after now")

    def test_a_stream_is_answered_once_all_its_events_are_durable(self, client: UnderwriterClient) -> None:
        subject = someone()
        sent = [event(subject, event_id=f"{subject}-{number}") for number in range(600)]
        sent[7].ClearField("login")
        sent[9].event_id = sent[3].event_id
        sent[11].CopyFrom(sent[2])
        answer = client.record_events(sent)
        assert (answer.recorded_count, answer.repeated_count, answer.refused_count) == (597, 1, 2)
        assert [(one.position, one.event_id) for one in answer.refused] == [
            (7, f"{subject}-7"),
            (9, f"{subject}-3"),
        ]
        assert [one.error.code for one in answer.refused] == [3, 6]
        assert client.get_account(subject).figures.login_failures_24h == MOST_MARKS
        again = client.record_events(sent)
        assert (again.recorded_count, again.repeated_count, again.refused_count) == (0, 598, 2)

    def test_only_the_first_refusals_are_told(self, client: UnderwriterClient) -> None:
        answer = client.record_events(AccountEvent(event_id=str(number)) for number in range(300))
        assert (answer.refused_count, [one.position for one in answer.refused]) == (300, list(range(100)))

    def test_an_event_that_was_damaged_hides_no_other(self, client: UnderwriterClient, tables: Tables) -> None:
        subject = someone()
        sent = [event(subject, time_us=now_us() - number * 1_000_000) for number in range(3)]
        client.record_events(sent)
        tables.damage(sent[1].event_id)
        sent[1] = AccountEvent(event_id=sent[1].event_id, event_time=sent[1].event_time)
        account = client.get_account(subject)
        assert (list(account.events), account.figures.login_failures_24h) == (sent, 3)

    def test_an_account_without_events_is_not_found(self, client: UnderwriterClient) -> None:
        assert refused(lambda: client.get_account(someone())).reason == "ACCOUNT_NOT_FOUND"
        assert refused(lambda: client.get_account("no account")).reason == "NAME_MALFORMED"

    @pytest.mark.slow
    def test_what_was_answered_is_there_after_a_kill(
        self, start_server: StartServer, accounts_settings: dict[str, object]
    ) -> None:
        subject = someone()
        sent = [event(subject, event_id=f"{subject}-{number}") for number in range(2000)]
        server = start_server(**accounts_settings)
        with UnderwriterClient(server.address, timeout=60) as client, ThreadPoolExecutor(2) as threads:
            assert client.record_events(sent[:500]).recorded_count == 500
            rest = threads.submit(client.record_events, sent[500:])
            single = client.record_event(event(subject, event_id=f"{subject}-single"))
            server.kill_all()
            assert rest.exception() is not None or rest.result().recorded_count == 1500
        with UnderwriterClient(start_server(**accounts_settings).address, timeout=60) as client:
            again = client.record_events(sent)
            assert again.repeated_count >= 500
            assert (again.recorded_count + again.repeated_count, again.refused_count) == (2000, 0)
            newest = client.get_account(subject).events
            assert not single.already_recorded
            assert any(one.event_id.endswith("single") for one in newest)


class TestDecisions:
    def test_a_policy_that_reads_accounts_goes_by_what_is_known(
        self, client: UnderwriterClient, tables: Tables
    ) -> None:
        subject = someone()
        first = client.decide(application(subject), product="LINE")
        assert (first.outcome, first.grade) == (Outcome.OUTCOME_APPROVE, "NEW")
        tables.grade(subject, "WATCH")
        second = client.decide(application(subject), product="LINE")
        assert (second.outcome, second.grade) == (Outcome.OUTCOME_APPROVE, "WATCH")
        client.record_event(event(subject, missed_repayment=MissedRepaymentDetail(days_late=3)))
        third = client.decide(application(subject), product="LINE")
        assert (third.outcome, [reason.code for reason in third.reasons]) == (Outcome.OUTCOME_REFER, ["MISSED"])
        for decision in (first, second, third):
            assert client.replay_decision(decision.name).reproduced

    def test_an_alert_asks_for_a_proof_until_it_is_released(self, client: UnderwriterClient, tables: Tables) -> None:
        subject = someone()
        client.record_event(event(subject))
        alert = tables.alert(subject)
        asked = client.decide(application(subject), product="LINE")
        assert (asked.outcome, list(asked.verification.required)) == (Outcome.OUTCOME_VERIFY, ["STEP_UP"])
        released = client.acknowledge_alert(alert, "clerk-1", note="called back", release=True)
        assert (released.state, released.actor) == (AlertState.ALERT_STATE_RELEASED, "clerk-1")
        assert client.decide(application(subject), product="LINE").outcome == Outcome.OUTCOME_APPROVE
        assert client.replay_decision(asked.name).reproduced

    def test_an_alert_that_has_expired_does_nothing(self, client: UnderwriterClient, tables: Tables) -> None:
        subject = someone()
        client.record_event(event(subject))
        tables.alert(subject, expires_us=now_us())
        assert client.decide(application(subject), product="LINE").outcome == Outcome.OUTCOME_APPROVE

    def test_a_policy_that_does_not_read_accounts_decides_whatever_they_hold(
        self, client: UnderwriterClient, tables: Tables
    ) -> None:
        subject = someone()
        client.record_event(event(subject))
        tables.alert(subject, effect="SUSPEND")
        assert client.decide(application(subject), product="PLAIN").outcome == Outcome.OUTCOME_APPROVE


class TestMonitorsInDecide:
    def test_the_third_applicant_on_one_device_is_asked_for_a_proof(self, client: UnderwriterClient) -> None:
        device = f"device-{uuid4()}"
        decisions = [client.decide(application(someone(), device_id=device), product="LINE") for _ in range(4)]
        approve, verify = Outcome.OUTCOME_APPROVE, Outcome.OUTCOME_VERIFY
        assert [decision.outcome for decision in decisions] == [approve, approve, verify, verify]
        assert [reason.code for reason in decisions[2].reasons] == ["ACCOUNT_ALERT"]
        assert all(client.replay_decision(decision.name).reproduced for decision in decisions)

    def test_applicants_at_the_same_instant_are_a_ring_too(self, running: RunningServer) -> None:
        with UnderwriterClient(running.address, timeout=60, channels=6) as busy, ThreadPoolExecutor(3) as threads:
            for _ in range(12):
                device = f"device-{uuid4()}"
                calls = [
                    threads.submit(busy.decide, application(someone(), device_id=device), product="LINE")
                    for _ in range(3)
                ]
                outcomes = [call.result().outcome for call in calls]
                assert (outcomes.count(Outcome.OUTCOME_APPROVE), outcomes.count(Outcome.OUTCOME_VERIFY)) == (2, 1)

    def test_one_person_who_asks_three_times_is_no_ring(self, client: UnderwriterClient) -> None:
        subject, device = someone(), f"device-{uuid4()}"
        decisions = [client.decide(application(subject, device_id=device), product="LINE") for _ in range(3)]
        assert {decision.outcome for decision in decisions} == {Outcome.OUTCOME_APPROVE}
        assert client.get_account(subject).figures.applications_7d == 3

    def test_a_retry_is_one_application(self, client: UnderwriterClient) -> None:
        subject, request_id = someone(), str(uuid4())
        names = {client.decide(application(subject), product="LINE", request_id=request_id).name for _ in range(3)}
        account = client.get_account(subject)
        assert (len(names), len(account.events)) == (1, 1)
        assert account.events[0].application.product == "LINE"
        assert account.events[0].application.amount == yuan(10_000)

    def test_what_is_not_recorded_is_no_event(self, client: UnderwriterClient) -> None:
        subject = someone()
        client.decide(application(subject), product="LINE", validate_only=True)
        assert refused(lambda: client.get_account(subject)).reason == "ACCOUNT_NOT_FOUND"


class TestAlerts:
    def test_they_are_sent_as_they_change_and_from_a_cursor_on(self, client: UnderwriterClient, tables: Tables) -> None:
        subject = someone()
        client.record_event(event(subject))
        stream = client.watch_alerts(subject_id=subject, from_start=True)
        name = tables.alert(subject, effect="SUSPEND", severity="CRITICAL")
        raised = next(stream)
        client.acknowledge_alert(name, "clerk-1", note="looking")
        seen = next(stream)
        assert [one.alert.state for one in (raised, seen)] == [
            AlertState.ALERT_STATE_OPEN,
            AlertState.ALERT_STATE_ACKNOWLEDGED,
        ]
        assert {(one.alert.name, one.alert.account) for one in (raised, seen)} == {(name, f"accounts/{subject}")}
        client.acknowledge_alert(name, "clerk-2", release=True)
        later = next(client.watch_alerts(cursor=seen.cursor)).alert
        assert (later.name, later.state) == (name, AlertState.ALERT_STATE_RELEASED)
        assert (later.effect, later.severity) == (
            AlertEffect.ALERT_EFFECT_SUSPEND,
            AlertSeverity.ALERT_SEVERITY_CRITICAL,
        )

    def test_a_stream_without_news_shows_that_it_is_alive(self, running: RunningServer) -> None:
        with grpc.insecure_channel(running.address) as channel:
            stream = account_stub(channel).WatchAlerts(WatchAlertsRequest())
            signs = [next(stream) for _ in range(3)]
            stream.cancel()
        assert len({sign.cursor for sign in signs}) == 1
        assert not any(sign.HasField("alert") for sign in signs)

    def test_a_server_that_stops_says_so_and_waits_for_no_stream(
        self, start_server: StartServer, accounts_settings: dict[str, object]
    ) -> None:
        server = start_server(**accounts_settings | {"drain_seconds": 3600})
        with grpc.insecure_channel(server.address) as channel:
            stream = account_stub(channel).WatchAlerts(WatchAlertsRequest())
            next(stream)
            server.process.terminate()
            with pytest.raises(grpc.RpcError) as ended:
                for _ in stream:
                    pass
        assert error_of_call(ended.value).reason == "SERVER_STOPPING", (ended.value, server.text)
        assert server.ended() == 0

    def test_less_grave_alerts_can_be_left_out(self, client: UnderwriterClient, tables: Tables) -> None:
        subject = someone()
        raised = []
        for severity in ("LOW", "HIGH", "CRITICAL"):
            client.record_event(event(subject))
            raised.append(tables.alert(subject, severity=severity))
        least = AlertSeverity.ALERT_SEVERITY_HIGH
        stream = client.watch_alerts(subject_id=subject, from_start=True, least_severity=least)
        assert [next(stream).alert.name for _ in range(2)] == raised[1:]

    @pytest.mark.parametrize(
        ("options", "reason"),
        [
            ({"cursor": "rubbish"}, "CURSOR_INVALID"),
            ({"cursor": "AAAAAAAAAAAAAAAA"}, "CURSOR_INVALID"),
            ({"cursor": "AAAAAAAAAAAAAAAA", "from_start": True}, "REQUEST_INVALID"),
            ({"subject_id": "a b"}, "REQUEST_INVALID"),
        ],
    )
    def test_a_wrong_start_is_refused(self, client: UnderwriterClient, options: dict[str, Any], reason: str) -> None:
        assert refused(lambda: next(client.watch_alerts(**options))).reason == reason

    def test_an_answer_becomes_an_event_and_a_retry_changes_nothing_more(
        self, client: UnderwriterClient, tables: Tables
    ) -> None:
        subject, request_id = someone(), str(uuid4())
        client.record_event(event(subject))
        name = tables.alert(subject)
        for _ in range(2):
            client.acknowledge_alert(name, "clerk-1", note="seen", request_id=request_id)
        (action, _) = client.get_account(subject).events
        assert (action.manual_action.action, action.manual_action.actor) == ("ALERT_ACKNOWLEDGED", "clerk-1")
        assert (action.manual_action.alert, action.manual_action.note) == (name, "seen")
        error = refused(lambda: client.acknowledge_alert(name, "clerk-1", release=True, request_id=request_id))
        assert (error.code, error.reason) == (grpc.StatusCode.ALREADY_EXISTS, "REQUEST_ID_REUSED")
        assert client.get_account(subject).alerts[0].state == AlertState.ALERT_STATE_ACKNOWLEDGED

    def test_a_retry_is_known_however_much_happened_since(self, client: UnderwriterClient, tables: Tables) -> None:
        subject, request_id = someone(), str(uuid4())
        client.record_event(event(subject))
        name = tables.alert(subject)
        first = client.acknowledge_alert(name, "clerk-1", request_id=request_id)
        client.record_events(event(subject) for _ in range(MOST_EVENTS))
        assert client.acknowledge_alert(name, "clerk-1", request_id=request_id) == first

    def test_an_event_that_was_damaged_holds_up_no_alert(self, client: UnderwriterClient, tables: Tables) -> None:
        subjects = [someone() for _ in range(3)]
        start = next(client.watch_alerts(subject_id=self.watched(client, tables), from_start=True)).cursor
        for subject in subjects:
            client.record_event(event(subject, event_id=f"{subject}-1"))
        names = [tables.alert(subject) for subject in subjects]
        client.record_event(event(subjects[0], event_id=f"{subjects[0]}-2"))
        tables.damage(f"{subjects[0]}-2", f"{subjects[1]}-1")
        stream = client.watch_alerts(cursor=start)
        told = {names.index(alert.name): alert.account for alert in (next(stream).alert for _ in names)}
        assert told == {0: f"accounts/{subjects[0]}", 1: "", 2: f"accounts/{subjects[2]}"}
        assert client.acknowledge_alert(names[0], "clerk-1", release=True).state == AlertState.ALERT_STATE_RELEASED

    def watched(self, client: UnderwriterClient, tables: Tables) -> str:
        """Return a subject with the newest alert of all."""
        subject = someone()
        client.record_event(event(subject))
        tables.alert(subject)
        return subject

    def test_an_alert_that_is_not_there_is_told(self, client: UnderwriterClient) -> None:
        missing = f"alerts/{uuid4()}"
        assert refused(lambda: client.acknowledge_alert(missing, "clerk-1")).reason == "ALERT_NOT_FOUND"
        error = refused(lambda: client.acknowledge_alert("alerts/1", ""))
        assert [violation.field for violation in error.violations] == ["actor", "name"]


class TestLines:
    def opened_line(self, client: UnderwriterClient, subject: str) -> str:
        name = client.decide(application(subject), product="LINE").name
        facility = name.replace("decisions", "facilities")
        client.confirm_drawdown(facility, yuan(100))
        return facility

    def test_nothing_is_drawn_while_an_alert_suspends_the_account(
        self, client: UnderwriterClient, tables: Tables
    ) -> None:
        subject, request_id = someone(), str(uuid4())
        facility = self.opened_line(client, subject)
        drawn = client.confirm_drawdown(facility, yuan(50), request_id=request_id)
        alert = tables.alert(subject, effect="SUSPEND")
        error = refused(lambda: client.confirm_drawdown(facility, yuan(1)))
        assert (error.code, error.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "ACCOUNT_SUSPENDED")
        assert client.confirm_drawdown(facility, yuan(50), request_id=request_id) == drawn
        assert client.record_repayment(facility, yuan(10)).drawn == yuan(140)
        client.acknowledge_alert(alert, "clerk-1", release=True)
        assert client.confirm_drawdown(facility, yuan(1)).drawn == yuan(141)

    def test_a_review_fills_in_the_line_as_it_stands(self, client: UnderwriterClient, tables: Tables) -> None:
        subject, request_id = someone(), str(uuid4())
        facility = self.opened_line(client, subject)
        today = application(subject)
        today.ClearField("request")
        kept = client.review_line(facility, today, request_id=request_id)
        assert [reason.code for reason in kept.reasons] == ["KEPT"]
        assert (kept.product, kept.line_change.action) == ("LINE_REVIEW", LineAction.LINE_ACTION_KEEP)
        assert (kept.line_change.credit_limit, kept.line_change.annual_rate.value) == (yuan(10_000), "0.08")
        tables.alert(subject, effect="SUSPEND")
        frozen = client.review_line(facility, today)
        assert frozen.line_change.action == LineAction.LINE_ACTION_FREEZE
        again = client.review_line(facility, today, request_id=request_id)
        assert again == kept
        assert all(client.replay_decision(one.name).reproduced for one in (kept, frozen))

    def test_what_is_sent_of_the_line_counts(self, client: UnderwriterClient) -> None:
        subject, request_id = someone(), str(uuid4())
        facility = self.opened_line(client, subject)
        sent = application(subject, amount=5_000)
        sent.attributes["current_rate"].number.value = "0.05"
        change = client.review_line(facility, sent, request_id=request_id).line_change
        assert (change.credit_limit, change.annual_rate.value) == (yuan(5_000), "0.05")
        error = refused(lambda: client.review_line(facility, application(subject), request_id=request_id))
        assert error.reason == "REQUEST_ID_REUSED"

    def test_only_an_open_line_of_the_applicant_is_reviewed(self, client: UnderwriterClient) -> None:
        subject = someone()
        facility = self.opened_line(client, subject)
        error = refused(lambda: client.review_line(facility, application(someone())))
        assert [violation.field for violation in error.violations] == ["application.applicant.subject_id"]
        assert refused(lambda: client.review_line(FACILITY, application(subject))).reason == "FACILITY_NOT_FOUND"
        error = refused(lambda: client.review_line("facilities/1", application("a b")))
        assert [violation.field for violation in error.violations] == ["application.applicant.subject_id", "facility"]
        offered = client.decide(application(subject), product="LINE").name.replace("decisions", "facilities")
        assert refused(lambda: client.review_line(offered, application(subject))).reason == "FACILITY_NOT_OPEN"
        loan = client.decide(application(subject), product="PLAIN").name.replace("decisions", "facilities")
        client.confirm_drawdown(loan, yuan(1))
        assert refused(lambda: client.review_line(loan, application(subject))).reason == "NOT_A_LINE"


def test_accounts_are_counted_by_grade(client: UnderwriterClient, tables: Tables) -> None:
    grade = f"GRADE_{uuid4().hex[:6]}"
    subject = someone()
    facility = client.decide(application(subject), product="LINE").name.replace("decisions", "facilities")
    client.confirm_drawdown(facility, yuan(300))
    tables.grade(subject, "WATCH")
    tables.grade(subject, grade)
    summary = client.summarize_warnings()
    (total,) = [total for total in summary.totals if total.grade == grade]
    assert (total.account_count, list(total.drawn), list(total.undrawn)) == (1, [yuan(300)], [yuan(9_700)])
    assert [(move.from_grade, move.count) for move in summary.moves if move.to_grade == grade] == [("WATCH", 1)]
    assert client.get_account(subject).warning_moves[0].to_grade == grade


def test_no_line_of_the_log_names_a_subject_or_a_device(
    client: UnderwriterClient, tables: Tables, running: RunningServer
) -> None:
    subject, device = someone(), f"device-{uuid4()}"
    client.decide(application(subject, device_id=device), product="LINE")
    name = tables.alert(subject)
    client.acknowledge_alert(name, "clerk-1")
    refused(lambda: client.record_event(AccountEvent(event_id="e", subject_id=subject, device_id=device)))
    refused(lambda: client.get_account(f"{subject}-x"))
    running.wait_for("ACCOUNT_NOT_FOUND")
    assert subject not in running.text
    assert device not in running.text


def test_the_async_client_can_do_the_same(running: RunningServer, tables: Tables) -> None:
    subject = someone()

    async def story() -> None:
        async with AsyncUnderwriterClient(running.address, timeout=60) as client:
            assert (await client.record_events([event(subject)])).recorded_count == 1
            assert not (await client.record_event(event(subject))).already_recorded
            name = await asyncio.to_thread(tables.alert, subject)
            async for response in client.watch_alerts(subject_id=subject, from_start=True):
                assert response.alert.name == name
                break
            assert (await client.acknowledge_alert(name, "clerk-1")).actor == "clerk-1"
            assert (await client.get_account(subject)).alerts[0].name == name
            decision = await client.decide(application(subject), product="PLAIN")
            with pytest.raises(UnderwriterError) as caught:
                await client.review_line(decision.name.replace("decisions", "facilities"), application(subject))
            assert caught.value.reason == "FACILITY_NOT_OPEN"
            assert sum(total.account_count for total in (await client.summarize_warnings()).totals) > 0

    asyncio.run(story())
