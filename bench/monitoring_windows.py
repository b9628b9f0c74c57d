"""Windows to measure monitors on: what happens to an account that is used a lot, and is under attack at times."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from google.protobuf.timestamp_pb2 import Timestamp
from google.type.money_pb2 import Money

from underwriter.events.key_kind import KeyKind
from underwriter.feel.source import Source
from underwriter.monitoring.definitions import Monitor
from underwriter.monitoring.event_values import window_event
from underwriter.monitoring.monitor_set import read_monitors
from underwriter.monitoring.window import Window, WindowEvent
from underwriter.v1 import account_event_pb2 as pb

START = int(datetime(2026, 1, 5, tzinfo=UTC).timestamp())
MOST_SECONDS_BETWEEN = 1800
DEVICES = ("phone", "tablet")
LENDERS = ("A", "B", "C", "D", "E")
CREDENTIALS = (pb.CREDENTIAL_KIND_PASSWORD, pb.CREDENTIAL_KIND_PHONE)
CURRENCY = "CNY"
ACCOUNT = b"\x01" * 16

Happening = Callable[[Random], pb.AccountEvent]


def monitors(rules: Path, least_rules: int) -> list[Monitor]:
    """Return the shipped monitors of accounts, some of them again under other names until there are enough rules."""
    shipped = read_monitors(rules).of_key(KeyKind.ACCOUNT)
    found: list[Monitor] = []
    while sum(len(monitor.rules) for monitor in found) < least_rules:
        monitor = shipped[len(found) % len(shipped)]
        found.append(replace(monitor, name=Source(f"{monitor.name.text}-{len(found)}")))
    return found


def windows(count: int, events: int, seed: int = 6) -> list[Window]:
    """Return windows of so many events, of which the last is the trigger."""
    random = Random(seed)  # noqa: S311 - no secret
    return [_window(random, events) for _ in range(count)]


def _window(random: Random, count: int) -> Window:
    seconds, events = START, []
    for number in range(count):
        seconds += random.randint(1, MOST_SECONDS_BETWEEN)
        events.append(_event(random, f"event-{number}", seconds))
    return Window(events, count - 1, known_until_us=(seconds + 400 * 86_400) * 10**6)


def account_event(random: Random) -> pb.AccountEvent:
    """Return something that happens, to nobody and at no time yet."""
    (happening,) = random.choices(HAPPENINGS, WEIGHTS)
    return happening(random)


def _event(random: Random, event_id: str, seconds: int) -> WindowEvent:
    event = account_event(random)
    moment = Timestamp(seconds=seconds)
    event.MergeFrom(pb.AccountEvent(event_id=event_id, event_time=moment, device_id=random.choice(DEVICES)))
    return window_event(event, ACCOUNT, CURRENCY)


def _login(random: Random) -> pb.AccountEvent:
    return pb.AccountEvent(login=pb.LoginDetail(succeeded=random.random() < 0.4, usual_location=random.random() < 0.7))


def _device(random: Random) -> pb.AccountEvent:
    return pb.AccountEvent(device=pb.DeviceDetail(tampered=random.random() < 0.1))


def _credential(random: Random) -> pb.AccountEvent:
    return pb.AccountEvent(credential=pb.CredentialDetail(credential=random.choice(CREDENTIALS)))


def _verification(random: Random) -> pb.AccountEvent:
    return pb.AccountEvent(verification=pb.VerificationDetail(passed=random.random() < 0.5))


def _drawdown(random: Random) -> pb.AccountEvent:
    amount, outstanding, limit = (_yuan(random.choice(some)) for some in ((500, 12_000), (4_000, 19_000), (20_000,)))
    return pb.AccountEvent(drawdown=pb.DrawdownDetail(amount=amount, outstanding=outstanding, credit_limit=limit))


def _repayment(random: Random) -> pb.AccountEvent:
    return pb.AccountEvent(repayment=pb.RepaymentDetail(amount=_yuan(800), days_late=random.choice((0, 0, 3))))


def _missed(random: Random) -> pb.AccountEvent:
    return pb.AccountEvent(missed_repayment=pb.MissedRepaymentDetail(instalment_number=random.choice((1, 4))))


def _inquiry(random: Random) -> pb.AccountEvent:
    return pb.AccountEvent(inquiry=pb.InquiryDetail(lender=random.choice(LENDERS)))


def _turnover(random: Random) -> pb.AccountEvent:
    before, after = _yuan(100_000), _yuan(random.choice((70_000, 110_000)))
    return pb.AccountEvent(turnover_report=pb.TurnoverReportDetail(turnover=after, previous_turnover=before))


def _yuan(units: int) -> Money:
    return Money(currency_code=CURRENCY, units=units)


HAPPENINGS: Sequence[Happening] = (
    _login,
    _device,
    _credential,
    _verification,
    _drawdown,
    _repayment,
    _missed,
    _inquiry,
    _turnover,
)
WEIGHTS = (6, 2, 2, 1, 6, 2, 1, 2, 1)
"""How often each of them happens."""
