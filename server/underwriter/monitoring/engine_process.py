"""The process in which durable-rules runs, and nothing else: a crash or a hang of it is no more than that.

    python -m underwriter.monitoring.engine_process

Started by `engine_child.py`, with a socket as its standard input; `engine_lines.py` says what goes over it. Only the
extension module is used, without the package's host, which would run two threads beside. The process ends when the
socket is closed at the other end or one window takes it too long, but not by Ctrl-C, which is for the one that started
it. It imports as little as it can, so that a new one is there quickly.
"""

import json
import signal
import socket
from collections.abc import Sequence
from contextlib import suppress
from typing import BinaryIO, TypeAlias

import durable_rules_engine as durable

from underwriter.monitoring.engine_lines import (
    CANARY,
    READY,
    Captured,
    answer_line,
    fault_line,
    read_request,
    read_settings,
)

SID = "1"
"""The id of the only state that a ruleset ever has at a time."""
_STATE = 1
"""The place of that state among the ruleset's."""
_NO_FAULT = 0
_FIRST_FACTS = '[{"sid":1,"id":0,"one":1,"go":1}]'

Fired: TypeAlias = dict[str, dict[str, dict[str, int]]]
"""The facts of the rules that fired, by the rules' names and those of their captures."""


class EngineAstray(Exception):
    """The engine did not do what it does on the path that it is kept on. It must not be used any further."""


class RuleEngine:
    """Rulesets in durable-rules, each fired once, as it must be before a state of it may be deleted.

    Raises:
        EngineAstray: It did not fire.
        durable_rules_engine.error: A definition is not accepted.
    """

    def __init__(self, definitions: Sequence[str]) -> None:
        self._handles: list[int] = []
        self._most: list[int] = []
        for number, definition in enumerate(definitions):
            self._handles.append(durable.create_ruleset(f"ruleset{number}", definition))
            self._most.append(len(json.loads(definition)))
            self.captured(number, _FIRST_FACTS)

    def captured(self, ruleset: int, facts: str) -> list[Captured]:
        """Return what matches among these facts, of which the last is the trigger's, and forget them.

        Raises:
            EngineAstray: Not all facts were read, or more came of them than can.
            durable_rules_engine.error: The engine says what went wrong.
        """
        handle = self._handles[ruleset]
        fault, state = durable.assert_facts(handle, facts)
        if fault != _NO_FAULT or state != _STATE:
            raise EngineAstray(f"facts were not taken: fault {fault}, state {state}")
        fired = self._fired(handle, self._most[ruleset])
        if fired.pop(CANARY, None) is None:
            raise EngineAstray("facts were not read to their end")
        durable.delete_state(handle, SID)
        return [Captured(ruleset, int(rule), _ids(captures)) for rule, captures in fired.items()]

    def close(self) -> None:
        """Free the rulesets."""
        for handle in self._handles:
            durable.delete_ruleset(handle)

    def _fired(self, handle: int, most: int) -> Fired:
        """Take all rules that fire. There are `most` rules, and each fires once or not at all."""
        action = durable.start_action_for_state(handle, _STATE)
        messages = action[1] if action else None
        fired: Fired = {}
        for _ in range(most):
            if messages is None:
                return fired
            fired |= json.loads(messages)
            messages = durable.complete_and_start_action(handle, _STATE)
        if messages is not None:
            raise EngineAstray("a rule fired more than once")
        return fired


def _ids(captures: dict[str, dict[str, int]]) -> list[int]:
    return [captures[f"c{number}"]["id"] for number in range(len(captures))]


def serve(lines: BinaryIO, answers: BinaryIO) -> None:
    """Read settings and windows until there are no more, and answer each.

    Raises:
        EngineAstray, durable_rules_engine.error, ValueError: Something went wrong, and no more can be answered.
    """
    seconds, definitions = read_settings(lines.readline())
    engine = RuleEngine(definitions)
    _say(answers, READY)
    for line in lines:
        # Nothing handles the alarm, so the system ends the process even where the engine goes round for ever.
        signal.setitimer(signal.ITIMER_REAL, seconds)
        found = [one for ruleset, facts in read_request(line) for one in engine.captured(ruleset, facts)]
        signal.setitimer(signal.ITIMER_REAL, 0)
        _say(answers, answer_line(found))
    engine.close()


def main() -> None:
    """Serve the socket that is standard input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Whoever went away without reading all answers is no fault of this process.
    with (
        suppress(ConnectionError),
        socket.socket(fileno=0) as channel,
        channel.makefile("rb") as lines,
        channel.makefile("wb") as answers,
    ):
        try:
            serve(lines, answers)
        except (EngineAstray, durable.error, ValueError) as fault:
            _say(answers, fault_line(fault))


def _say(answers: BinaryIO, line: bytes) -> None:
    answers.write(line)
    answers.flush()


if __name__ == "__main__":
    main()
