"""Timelines as authors write them."""

import pytest

from underwriter.events.event_kind import event_kind
from underwriter.feel.diagnostics import Diagnostic
from underwriter.monitoring.event_kinds import KINDS, KINDS_BY_NAME
from underwriter.monitoring.timelines import DEFAULT_START_US, Timeline, read_timeline, time_of
from underwriter.policy.documents import read_document
from underwriter.policy.reading import Reading

MINUTE_US = 60_000_000


def read(text: str, currency: str = "CNY") -> tuple[Timeline, list[Diagnostic]]:
    document, findings = read_document("timeline.yaml", text)
    assert not findings
    reading = Reading()
    return read_timeline(reading, document, currency), reading.diagnostics


def timeline(text: str) -> Timeline:
    found, findings = read(text)
    assert not findings
    return found


@pytest.mark.parametrize("name", KINDS_BY_NAME)
def test_an_event_of_each_kind_needs_no_more_than_its_name(name: str) -> None:
    (event,) = timeline(f"[{{event: {name}}}]").events
    assert KINDS[event_kind(event)].name == name


def test_fields_stand_beside_the_kind() -> None:
    (event,) = timeline(
        "[{event: drawdown, account: anna, device_id: phone, amount: 20000, credit_limit: 5 USD}]"
    ).events
    assert (event.subject_id, event.device_id) == ("anna", "phone")
    assert (event.drawdown.amount.units, event.drawdown.amount.currency_code) == (20000, "CNY")
    assert (event.drawdown.credit_limit.units, event.drawdown.credit_limit.currency_code) == (5, "USD")


def test_times_are_absolute_or_after_the_event_before() -> None:
    found = timeline(
        "[{event: login_failed}, {event: login_failed, at: +1 minute}, {event: login_failed, at: +2 minutes},"
        " {event: login_failed, at: 2026-05-01T10:00:00.5+08:00}]"
    )
    after = [time_of(event) - DEFAULT_START_US for event in found.events]
    assert after == [0, MINUTE_US, 3 * MINUTE_US, 500_000]
    assert found.end_us == DEFAULT_START_US + 3 * MINUTE_US


def test_events_are_called_by_their_kind_or_as_the_author_says() -> None:
    found = timeline(
        "[{event: login_failed}, {event: login_failed, at: +1 minute}, {as: third, event: login_failed, at: +1 day}]"
    )
    assert list(found.names.values()) == ["login_failed", "login_failed 2", "third"]
    assert found.time_us("login_failed 2") == DEFAULT_START_US + MINUTE_US
    assert found.time_us("tea") is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[{event: login}]", "1:10: error[unknown-value]: event can't be 'login'"),
        ("[{at: +1 hour}]", "1:2: error[missing-key]: the event has no 'event'"),
        ("[{event: drawdown, lender: a}]", "1:20: error[unknown-key]: the event drawdown has no key 'lender'"),
        ("[{event: drawdown, amount: many}]", "1:28: error[unknown-value]: amount can't be 'many'"),
        ("[{event: login_failed, usual_location: yes}]", "1:40: error[unknown-value]: usual_location can't be a text"),
        ("[{event: drawdown, at: tomorrow}]", "1:24: error[not-a-time]: 'tomorrow' is not a time with its offset"),
        ("[{event: drawdown, at: 2026-05-01T10:00:00}]", "1:24: error[not-a-time]"),
        ("[{event: drawdown, at: +ten minutes}]", "1:25: error[not-a-duration]: at must be a duration"),
        ("[{event: drawdown}, {event: repayment}]", "1:21: error[missing-key]: only the first event may do without"),
        (
            "[{as: a, event: drawdown}, {as: a, event: repayment, at: +1 day}]",
            "1:33: error[duplicate-name]: another event is called 'a'",
        ),
        ("[tea]", "1:2: error[not-a-mapping]"),
        ("tea", "1:1: error[not-a-list]"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(text: str, told: str) -> None:
    _, findings = read(text)
    assert len(findings) == 1
    assert str(findings[0]).startswith(f"timeline.yaml:{told}")
