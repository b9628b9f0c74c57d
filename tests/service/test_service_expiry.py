"""The worker's task that ends offers: it stops when told, and faults end neither it nor the log's readability."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from structlog.testing import capture_logs

from underwriter.accounts.expiry import MOST_AT_ONCE, Sweep
from underwriter.service import expiry_task
from underwriter.service.expiry_task import ExpiryTask
from underwriter.storage import DatabaseUnavailable

Outcome = Sweep | Exception
Rounds = Callable[[Sequence[Outcome]], list[dict[str, Any]]]


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> Rounds:
    """Run a task whose sweeps end like this, then stop it; return what it logged."""

    def run(outcomes: Sequence[Outcome]) -> list[dict[str, Any]]:
        stop, left = asyncio.Event(), list(outcomes)

        async def sweep(*_: object) -> Sweep:
            outcome = left.pop(0)
            if not left:
                stop.set()
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        monkeypatch.setattr(expiry_task, "sweep", sweep)
        task = ExpiryTask(None, None, 0.001, lambda: 0)  # type: ignore[arg-type]
        with capture_logs() as logged:
            asyncio.run(asyncio.wait_for(task.run(stop), 60))
        assert not left
        return [dict(line) for line in logged]

    return run


def test_what_ended_is_logged_and_quiet_rounds_are_not(rounds: Rounds) -> None:
    (line,) = rounds([Sweep(0, 0), Sweep(3, 2), Sweep(1, 0)])
    assert (line["event"], line["expired"], line["log_level"]) == ("offers ended", 2, "info")


def test_a_lasting_fault_is_logged_once_and_its_end_too(rounds: Rounds) -> None:
    gone = DatabaseUnavailable("gone")
    lines = rounds([gone, gone, gone, Sweep(0, 0), Sweep(0, 0), gone, gone])
    assert [line["event"] for line in lines] == [
        "offers can't be ended now",
        "offers are ended again",
        "offers can't be ended now",
    ]
    assert lines[0]["cause"] == "gone"


def test_a_defect_does_not_end_the_task_and_its_text_is_not_logged(rounds: Rounds) -> None:
    lines = rounds([RuntimeError("planted personal data"), Sweep(1, 1)])
    assert [line["event"] for line in lines] == [
        "offers can't be ended now",
        "offers are ended again",
        "offers ended",
    ]
    assert lines[0]["error"] == "RuntimeError"
    assert "planted" not in str(lines)


def test_a_full_round_asks_for_a_look_at_the_clock(rounds: Rounds) -> None:
    (line,) = rounds([Sweep(MOST_AT_ONCE, 400)])
    assert (line["log_level"], line["expired"]) == ("warning", 400)


def test_a_task_that_is_stopped_before_its_first_round_does_nothing() -> None:
    async def stopped() -> None:
        stop = asyncio.Event()
        stop.set()
        await asyncio.wait_for(ExpiryTask(None, None, 3600).run(stop), 60)  # type: ignore[arg-type]

    asyncio.run(stopped())


def test_no_offer_ends_while_the_clock_is_doubted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock leaps by hours after the first round, and the task is stopped after the fourth."""
    readings, stop, swept_at = [0], asyncio.Event(), []

    def clock() -> int:
        readings.append(9_000_000_000)
        if len(readings) == 5:
            stop.set()
        return readings[-2]

    async def sweep(_ledger: object, _book: object, now_us: int) -> Sweep:
        swept_at.append(now_us)
        return Sweep(0, 0)

    monkeypatch.setattr(expiry_task, "sweep", sweep)
    task = ExpiryTask(None, None, 0.001, clock)  # type: ignore[arg-type]
    with capture_logs() as logged:
        asyncio.run(asyncio.wait_for(task.run(stop), 60))
    assert swept_at == [0]
    assert ["the clock leapt ahead" in line["event"] for line in logged] == [True]
