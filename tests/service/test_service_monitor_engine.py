"""A worker's engine and its spare: whichever process is struck, the monitors in force are tried, and none is left."""

import os
import signal
from collections.abc import Sequence

import pytest

from underwriter.monitoring.definitions import Monitor
from underwriter.monitoring.engine import DurableMatcher
from underwriter.monitoring.monitor_set import MonitorSet
from underwriter.service.monitoring.monitor_engine import EngineClosed, MonitorEngine

from ..monitoring.engine_cases import DRAWDOWN, LOGIN, monitor, rule, step, window

HELD_TO_BE_HUNG_S = 1.0
LONG = 20
BEFORE = MonitorSet((monitor(rule("BEFORE", step(LOGIN))),), "1")
AFTER = MonitorSet((monitor(rule("AFTER", step(LOGIN))),), "2")


class Matchers(list[DurableMatcher]):
    """The matchers that engines have made."""

    def make(self, monitors: Sequence[Monitor], _deadline_s: float) -> DurableMatcher:
        self.append(DurableMatcher(monitors, HELD_TO_BE_HUNG_S, has_spare=True))
        return self[-1]


def rules_found(engine: MonitorEngine) -> list[str]:
    ((_, view),) = engine.views(("some",))
    return [match.rule for match in engine.matches(view, [window(LOGIN, DRAWDOWN)])]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP], ids=["killed", "hung"])
def test_a_spare_tries_the_monitors_in_force(number: signal.Signals) -> None:
    matchers = Matchers()
    before = MonitorEngine(BEFORE, matchers.make, LONG)
    before.start()
    after = before.of(AFTER)
    after.start()
    processes = [process for matcher in matchers for process in matcher.process_ids]
    for matcher in matchers:
        os.kill(matcher.process_ids[0], number)
    # A decision that began before the monitors changed still goes by those from before.
    assert (rules_found(before), rules_found(after)) == (["BEFORE"], ["AFTER"])
    processes += [process for matcher in matchers for process in matcher.process_ids]
    for engine in (before, after):
        engine.close()
        with pytest.raises(EngineClosed):
            rules_found(engine)
    for process in processes:
        with pytest.raises(ProcessLookupError):
            os.kill(process, 0)
