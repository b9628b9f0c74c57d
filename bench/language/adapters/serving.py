"""Runs an engine for the bench: takes commands as JSON lines on standard input and answers each with a line.

    {"do": "load", "workload": {...}}   -> {"seconds": 0.1}                  it has read the work and done it once
    {"do": "answer"}                    -> {"answers": [{...}, ...]}         what it says to each case
    {"do": "time", "count": 1000}       -> {"count": 1000, "seconds": 0.2}   so many evaluations, case after case

A command that fails is answered by {"refused": "the reason"}. The same protocol is spoken by serve_feelin.mjs.
Only the standard library is used here: this file runs in the environment of each engine.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import cycle, islice
from typing import Any


class EngineError(Exception):
    """The engine does not take the work; the text is what it says."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """Work that an engine is ready to do.

    `inputs` are the cases as the engine wants them. `run` evaluates one and is what the bench times; `named` turns its
    result into plain values by the name of the decision.
    """

    inputs: list[Any]
    run: Callable[[Any], Any]
    named: Callable[[Any], Mapping[str, Any]]


def serve(load: Callable[[Mapping[str, Any]], Loaded]) -> None:
    """Answer commands until standard input ends."""
    # What an engine prints must not get between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    session = _Session(load)
    for line in sys.stdin:
        print(json.dumps(session.answer(json.loads(line)), default=_plain), file=answers, flush=True)


class _Session:
    def __init__(self, load: Callable[[Mapping[str, Any]], Loaded]) -> None:
        self._load = load
        self._loaded: Loaded
        self._cases: Iterator[Any]

    def answer(self, command: Mapping[str, Any]) -> Mapping[str, Any]:
        commands = {"load": self._read, "answer": self._answers, "time": self._time}
        try:
            return commands[command["do"]](command)
        except EngineError as failure:
            return {"refused": str(failure)}
        except Exception as failure:  # noqa: BLE001 - whatever an engine raises is its answer to the bench
            return {"refused": f"{type(failure).__name__}: {failure}"}

    def _read(self, command: Mapping[str, Any]) -> Mapping[str, Any]:
        began = time.perf_counter()
        self._loaded = self._load(command["workload"])
        self._cases = cycle(self._loaded.inputs)
        self._loaded.run(self._loaded.inputs[0])
        return {"seconds": time.perf_counter() - began}

    def _answers(self, _: Mapping[str, Any]) -> Mapping[str, Any]:
        loaded = self._loaded
        return {"answers": [loaded.named(loaded.run(inputs)) for inputs in loaded.inputs]}

    def _time(self, command: Mapping[str, Any]) -> Mapping[str, Any]:
        run, count = self._loaded.run, command["count"]
        began = time.perf_counter_ns()
        for inputs in islice(self._cases, count):
            run(inputs)
        return {"count": count, "seconds": (time.perf_counter_ns() - began) / 1e9}


def case_inputs(workload: Mapping[str, Any]) -> list[Any]:
    """Return the inputs of each case as JSON has them."""
    return [case["inputs"] for case in workload["cases"]]


def in_decimals(value: Any) -> Any:
    """Return a plain value with every number as a Decimal of the digits that were written."""
    match value:
        case bool():
            return value
        case int() | float():
            return Decimal(str(value))
        case list():
            return [in_decimals(item) for item in value]
        case dict():
            return {name: in_decimals(item) for name, item in value.items()}
    return value


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return dict(value)
    return list(value) if isinstance(value, tuple) else str(value)
