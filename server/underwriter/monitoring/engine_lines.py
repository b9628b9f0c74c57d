"""What is said between a process and its rule engine's: lines of ASCII over a socket, an answer to each in turn.

The first line is the settings, a list in JSON: the seconds that a window may take, and the definitions of all
rulesets. It is answered `READY`. Every other line holds a window's facts, for one ruleset or several: the ruleset's
number and its facts in JSON, all with tabs between. It is answered by a list in JSON of what matched. An answer that is
neither says what went wrong; the engine's process has ended then.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

CANARY = "canary"
"""The rule of every ruleset that fires on every trigger; the others are named by their numbers."""
READY = b"ready\n"


class EngineFault(Exception):
    """What the engine's process said before it ended."""


class Captured(NamedTuple):
    """A match: its ruleset's number, its rule's, and the ids of the facts that it consists of, in the rule's order."""

    ruleset: int
    rule: int
    facts: Sequence[int]


def settings_line(seconds: float, definitions: Sequence[str]) -> bytes:
    """Write the first line."""
    return _line(json.dumps([seconds, definitions]))


def read_settings(line: bytes) -> tuple[float, list[str]]:
    """Read the first line.

    Raises:
        ValueError: It is not one.
    """
    seconds, definitions = json.loads(line)
    return seconds, definitions


def request_line(facts: Iterable[tuple[int, str]]) -> bytes:
    """Write a window's facts, each with its ruleset's number."""
    return _line("\t".join([f"{ruleset}\t{text}" for ruleset, text in facts]))


def read_request(line: bytes) -> Iterator[tuple[int, str]]:
    """Yield what `request_line` wrote.

    Raises:
        ValueError: It did not write this.
    """
    parts = line.decode("ascii").rstrip("\n").split("\t")
    for ruleset, facts in zip(parts[::2], parts[1::2], strict=True):
        yield int(ruleset), facts


def answer_line(found: Sequence[Captured]) -> bytes:
    """Write what matched in a window."""
    return _line(json.dumps(found)) if found else _NOTHING


def read_answer(line: bytes) -> list[Captured]:
    """Read what `answer_line` wrote.

    Raises:
        EngineFault: The line says what went wrong.
    """
    if line == _NOTHING:
        return []
    if not line.startswith(b"["):
        raise EngineFault(line.decode("ascii").strip())
    return [Captured(*one) for one in json.loads(line)]


def fault_line(fault: object) -> bytes:
    """Write what went wrong."""
    return _line(" ".join(str(fault).split()))


def _line(text: str) -> bytes:
    return f"{text}\n".encode("ascii", "backslashreplace")


_NOTHING = b"[]\n"
