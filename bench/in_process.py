"""Times decisions inside one process: no network, no ledger."""

import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

from applications import decide_request

from underwriter.decisioning import load_desk
from underwriter.decisioning.decide import decide

ROUNDS = 5000
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def decision_times(product: str) -> dict[str, dict[str, float]]:
    """Return p50 and p99 in µs of each part of deciding on a product's typical application."""
    policy = load_desk(Path("rules"), Path("models")).policy_for(product)
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


def model_row_times() -> dict[str, dict[str, float]]:
    """Return p50 and p99 in µs of one row through each model's graph, and through the whole of scoring."""
    times = {}
    for policy in load_desk(Path("rules"), Path("models")).policies.values():
        for model in policy.models.values():
            values = tuple(0.0 for _ in model.manifest.features)
            nothing = [None] * len(values)
            times[f"{model.name} graph, one row"] = _timed(lambda m=model, v=values: m._graph.run_row(v))  # noqa: SLF001
            times[f"{model.name} score, one row"] = _timed(lambda m=model, n=nothing: m.score(n))
    return times


def _timed(call: object) -> dict[str, float]:
    for _ in range(200):
        call()  # type: ignore[operator]
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter_ns()
        call()  # type: ignore[operator]
        times.append((time.perf_counter_ns() - start) / 1000)
    cuts = quantiles(times, n=100)
    return {"p50_us": round(cuts[49], 2), "p99_us": round(cuts[98], 2)}
