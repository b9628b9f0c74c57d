"""Times decisions inside one process: no network, no ledger."""

import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles

from applications import decide_request

from underwriter.decisioning import Desk, load_desk
from underwriter.decisioning.decide import decide

RULES, MODELS = Path("rules"), Path("models")
ROUNDS = 5000
TURNS = 40
CALLS_A_TURN = 200
NOW = datetime(2026, 3, 2, 9, 0, 0, 123_456, tzinfo=UTC)


def decision_times(product: str) -> dict[str, dict[str, float]]:
    """Return p50 and p99 in µs of each part of deciding on a product's typical application."""
    policy = load_desk(RULES, MODELS).policy_for(product)
    request = decide_request(product)
    received = request.SerializeToString()
    bound = policy.read(request)
    inputs = policy.bind(request.application, NOW)
    decided = decide(request, policy, NOW, "0", bound)

    def whole() -> bytes:
        sent = type(request).FromString(received)
        answer: bytes = decide(sent, policy, NOW, "0", policy.read(sent)).decision.SerializeToString()
        return answer

    parts = {
        "parse": lambda: type(request).FromString(received),
        "read (check, bind)": lambda: policy.read(request),
        "evaluate (rules and model)": lambda: policy.policy.evaluate(inputs, policy.calls, []),
        "decide (evaluate, combine)": lambda: decide(request, policy, NOW, "0", bound),
        "serialise": decided.decision.SerializeToString,
        "all of it, from bytes to bytes": whole,
    }
    return {name: _timed(part) for name, part in parts.items()}


def shelf_times(product: str) -> dict[str, float]:
    """Return what a decision on a product takes, in µs, where its policy is the only one and beside all others.

    Both are measured in turns, and the medians of the turns compared: more policies should add nothing.
    """
    with tempfile.TemporaryDirectory() as folder:
        alone = load_desk(_rules_of(product, Path(folder)), MODELS)
    shelf = load_desk(RULES, MODELS)
    turns = [[_turn(_decision(desk, product)) for desk in (alone, shelf)] for _ in range(TURNS)]
    alone_us, shelf_us = map(median, zip(*turns, strict=True))
    return {
        "policies": len(shelf.policies),
        "alone_us": round(alone_us, 2),
        "shelf_us": round(shelf_us, 2),
        "ratio": round(shelf_us / alone_us, 3),
    }


def _rules_of(product: str, folder: Path) -> Path:
    """Copy the rules without the policies of other products; return the copy."""
    own = load_desk(RULES, MODELS).policy_for(product).policy.path
    others = [path.name for path in RULES.iterdir() if (path / "policy.yaml").exists() and path.name not in own]
    shutil.copytree(RULES, folder / "rules", ignore=shutil.ignore_patterns(*others))
    return folder / "rules"


def _decision(desk: Desk, product: str) -> Callable[[], object]:
    request = decide_request(product)
    bound = desk.policy_for(product).read(request)
    return lambda: decide(request, desk.policy_for(product), NOW, "0", bound)


def _turn(call: Callable[[], object]) -> float:
    start = time.perf_counter_ns()
    for _ in range(CALLS_A_TURN):
        call()
    return (time.perf_counter_ns() - start) / CALLS_A_TURN / 1000


def model_row_times() -> dict[str, dict[str, float]]:
    """Return p50 and p99 in µs of one row through each model's graph, and through the whole of scoring."""
    times = {}
    for policy in load_desk(RULES, MODELS).policies.values():
        for model in policy.models.values():
            values = tuple(0.0 for _ in model.manifest.features)
            nothing = [None] * len(values)
            times[f"{model.name} graph, one row"] = _timed(lambda m=model, v=values: m._graph.run_row(v))  # noqa: SLF001
            times[f"{model.name} score, one row"] = _timed(lambda m=model, n=nothing: m.score(n))
    return times


def _timed(call: Callable[[], object]) -> dict[str, float]:
    for _ in range(200):
        call()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter_ns()
        call()
        times.append((time.perf_counter_ns() - start) / 1000)
    cuts = quantiles(times, n=100)
    return {"p50_us": round(cuts[49], 2), "p99_us": round(cuts[98], 2)}
