"""Times the trying of monitors' rules on windows: the facts, the engine here, and the engine in its own process.

    python bench/monitoring.py [--windows 1000] [--events 10] [--rules 20] [--rounds 20]

No database and no server. Beside the times stand their ratios to a yardstick of fixed work (see `in_process.py`), which
can be compared between machines. All is measured in turns, so that a slow moment of the machine hits all of it.
"""

import argparse
import resource
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median, quantiles

from in_process import YARDSTICK, yardstick
from monitoring_windows import monitors, windows
from rich.console import Console
from rich.table import Table

from underwriter.monitoring.definitions import Monitor
from underwriter.monitoring.engine import DurableMatcher
from underwriter.monitoring.engine_process import RuleEngine
from underwriter.monitoring.facts import Trial, trial_of
from underwriter.monitoring.rulesets import rulesets_of
from underwriter.monitoring.window import Window

RULES = Path(__file__).resolve().parents[1] / "rules"
FACTS, ENGINE = "its facts", "the engine, in this process"
ALONE, TOGETHER = "all of it, one at a time", "all of it, together with others"
EVERY = "any window, together with others"

Call = Callable[[], object]


class Bench:
    """Monitors and windows; `tried` are the windows on which a rule is tried, each with its trial."""

    def __init__(self, rules: Sequence[Monitor], some: Sequence[Window]) -> None:
        self.rules, self.windows = rules, some
        self._names = {monitor.name.text for monitor in rules}
        self._rulesets = {ruleset.trigger: ruleset for ruleset in rulesets_of(rules)}
        trials = [(window, self._trial(window)) for window in some]
        self.tried = [(window, trial) for window, trial in trials if trial]

    def times(self, rounds: int) -> dict[str, list[float]]:
        """Return the µs a window of each part."""
        engine = RuleEngine([ruleset.definition for ruleset in self._rulesets.values()])
        times: dict[str, list[float]] = {name: [] for name in (YARDSTICK, FACTS, ENGINE, ALONE, TOGETHER, EVERY)}
        tried = [window for window, _ in self.tried]
        with DurableMatcher(self.rules) as matcher:
            for _ in range(rounds):
                times[YARDSTICK] += [_us(yardstick) for _ in range(10)]
                for window, trial in self.tried:
                    times[FACTS].append(_us(partial(self._trial, window)))
                    times[ENGINE].append(_us(partial(engine.captured, trial.ruleset.number, trial.facts)))
                    times[ALONE].append(_us(partial(matcher.matches, self.rules, [window])))
                times[TOGETHER].append(_us(partial(matcher.matches, self.rules, tried)) / len(tried))
                times[EVERY].append(_us(partial(matcher.matches, self.rules, self.windows)) / len(self.windows))
        return times

    def processor_times(self, rounds: int) -> tuple[float, float]:
        """Return the µs of processor time of a window on which a rule is tried: here, and in the engine's process."""
        tried = [window for window, _ in self.tried]
        start, others = time.process_time(), _processor_time_of_children()
        with DurableMatcher(self.rules) as matcher:
            for _ in range(rounds):
                matcher.matches(self.rules, tried)
        spent = time.process_time() - start, _processor_time_of_children() - others
        here, there = (seconds / rounds / len(tried) * 1e6 for seconds in spent)
        return here, there

    def matches(self) -> int:
        """Return how many matches there are."""
        with DurableMatcher(self.rules) as matcher:
            return sum(len(found) for found in matcher.matches(self.rules, self.windows) if isinstance(found, list))

    def _trial(self, window: Window) -> Trial | None:
        ruleset = self._rulesets.get(window.events[window.trigger].kind)
        return trial_of(ruleset, self._names, window) if ruleset else None


def _processor_time_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _us(call: Call) -> float:
    start = time.perf_counter_ns()
    call()
    return (time.perf_counter_ns() - start) / 1000


def table_of(times: dict[str, list[float]], title: str) -> Table:
    """Return the figures as a table."""
    table = Table("part", "p50 µs", "p99 µs", "× yardstick", title=title)
    base = median(times[YARDSTICK])
    for name, found in times.items():
        cuts = quantiles(found, n=100)
        table.add_row(name, f"{cuts[49]:.1f}", f"{cuts[98]:.1f}", f"{cuts[49] / base:.3f}")
    table.caption = f"{1e6 / median(times[TOGETHER]):,.0f} windows a second if a rule is tried on each"
    return table


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--windows", type=int, default=1000, help="how many windows there are")
    parser.add_argument("--events", type=int, default=10, help="how many events each of them has")
    parser.add_argument("--rules", type=int, default=20, help="how many rules are tried, at least")
    parser.add_argument("--rounds", type=int, default=20, help="how often each is tried")
    asked = parser.parse_args()
    bench = Bench(monitors(RULES, asked.rules), windows(asked.windows, asked.events))
    count = sum(len(monitor.rules) for monitor in bench.rules)
    title = f"a window of {asked.events} events, with {count} rules"
    Console().print(table_of(bench.times(asked.rounds), title))
    here, there = bench.processor_times(asked.rounds)
    Console().print(f"processor time: {here:.0f} µs a window here and {there:.0f} µs in the engine's process")
    Console().print(f"of {asked.windows} windows, a rule is tried on {len(bench.tried)}; {bench.matches()} matches")


if __name__ == "__main__":
    main()
