"""Tries monitors' rules by durable-rules: facts here, joins in a process of its own."""

from collections import deque
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from types import TracebackType

from underwriter.events.key_kind import KeyKind
from underwriter.ledger.keys.errors import SealingError
from underwriter.monitoring.definitions import Monitor
from underwriter.monitoring.engine_child import EngineChild, EngineFailed
from underwriter.monitoring.engine_lines import Captured, request_line
from underwriter.monitoring.facts import Trial, WindowTooLong, trial_of
from underwriter.monitoring.rulesets import Ruleset, rulesets_of
from underwriter.monitoring.window import Match, Window

DEADLINE_S = 1.0
"""How long one process may take for one window; with 256 events it takes about a five-hundredth of that."""
_ENGINE = "durable_rules_engine"


class EngineMissing(Exception):
    """durable-rules is not installed, so no monitor can be tried."""


class WindowFailed(Exception):
    """A window was not tried, or not to its end; nothing is known of its matches. It may be tried again."""


def is_available() -> bool:
    """Tell whether durable-rules is installed: it comes as source only, which takes a C compiler."""
    return find_spec(_ENGINE) is not None


class DurableMatcher:
    """A `Matcher` of these monitors. It owns a process, so it is to be closed; not for several threads at once.

    If the process crashes or hangs, another takes its place and the window is tried again; one that two processes have
    failed at gets a `WindowFailed`. `deadline_s` is how long one window may take one process. With `has_spare` another
    is kept ready, for those who serve.

    Raises:
        EngineMissing: durable-rules is not installed.
        EngineFailed: The process does not start.
        RuleTooLarge: A rule has more steps or absences than the engine takes safely.
    """

    def __init__(self, monitors: Sequence[Monitor], deadline_s: float = DEADLINE_S, *, has_spare: bool = False) -> None:
        if not is_available():
            raise EngineMissing("durable-rules is not installed")
        rulesets = rulesets_of(monitors)
        self._keys = {monitor.name.text: monitor.key for monitor in monitors}
        self._rulesets: dict[tuple[KeyKind, int], list[Ruleset]] = {}
        for ruleset in rulesets:
            self._rulesets.setdefault((ruleset.key, ruleset.trigger), []).append(ruleset)
        self._child = EngineChild([ruleset.definition for ruleset in rulesets], deadline_s, has_spare=has_spare)

    @property
    def process_ids(self) -> list[int]:
        """The ids of the engine's processes at the moment: of the one that is asked, and of the spare."""
        return self._child.process_ids

    def matches(self, monitors: Sequence[Monitor], windows: Sequence[Window]) -> list[list[Match] | Exception]:
        """Return the matches in each window, sorted by monitor and rule; `monitors` are some of the matcher's own.

        A window without a rule that can match is not sent to the engine. One that failed gets a `WindowFailed`.
        """
        found: list[list[Match] | Exception] = [[] for _ in range(len(windows))]
        asked: deque[tuple[int, list[Trial]]] = deque()
        names = frozenset(monitor.name.text for monitor in monitors)
        keys = {self._keys[name] for name in names}

        def requests() -> Iterator[bytes]:
            for place, window in enumerate(windows):
                try:
                    trials = self._trials(keys, names, window)
                except WindowTooLong as fault:
                    found[place] = WindowFailed(str(fault))
                    continue
                except SealingError:
                    found[place] = WindowFailed("an event can't be opened")
                    continue
                if trials:
                    asked.append((place, trials))
                    yield request_line((trial.ruleset.number, trial.facts) for trial in trials)

        for answer in self._child.answers(requests()):
            place, trials = asked.popleft()
            found[place] = _matches(answer, trials, windows[place])
        return found

    def close(self) -> None:
        """End the engine's processes."""
        self._child.close()

    def __enter__(self) -> "DurableMatcher":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _trials(self, keys: set[KeyKind], names: frozenset[str], window: Window) -> list[Trial]:
        kind = window.events[window.trigger].kind
        rulesets = [ruleset for key in keys for ruleset in self._rulesets.get((key, kind), ())]
        return [trial for ruleset in rulesets if (trial := trial_of(ruleset, names, window)) is not None]


def _matches(answer: list[Captured] | EngineFailed, trials: Sequence[Trial], window: Window) -> list[Match] | Exception:
    if isinstance(answer, EngineFailed):
        return WindowFailed(str(answer))
    attempts = {trial.ruleset.number: trial.attempts for trial in trials}
    return sorted(attempts[one.ruleset][one.rule].match(one.facts, window) for one in answer)
