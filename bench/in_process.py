"""Times decisions inside one process: no network, no store.

    python bench/in_process.py [--rounds 800]

prints what each part of deciding takes on a typical application of every product, beside a yardstick of fixed work that
is timed in turns with them: its ratio to that can be compared between machines, and between hours of one machine.
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from applications import MODELS, NOW, RULES, Typical, names, shipped, typical, typical_for
from rich.console import Console
from rich.progress import track
from rich.table import Table

from underwriter.decisioning import Desk, decide, load_desk

ROUNDS = 800
CALLS_A_ROUND = 10
WARMING_CALLS = 200
TURNS = 20
CALLS_A_TURN = 50

YARDSTICK = "1,000 products of Decimals"
READ, EVALUATE, DECIDE = "read (check, bind)", "evaluate (rules and model)", "decide (evaluate, combine)"
SHOWN_PARTS = (READ, EVALUATE, DECIDE)

Call = Callable[[], object]
Figures = dict[str, dict[str, float]]


def in_process(desk: Desk, rounds: int) -> dict[str, Any]:
    """Measure the whole shelf; each part is called about `rounds` times."""
    cases = [typical(name, desk) for name in names()]
    firsts = [typical_for(product, desk) for product in desk.policies]
    return {
        "in_process": {case.name: decision_times(case, rounds) for case in _tracked(cases, "parts of deciding")},
        "shelf": {case.policy.product: shelf_times(case, desk) for case in _tracked(firsts, "alone and on the shelf")},
        "models": model_row_times(desk, rounds),
    }


def yardstick() -> None:
    """Do a fixed piece of work of the kind that rules are made of, none of it ours."""
    rate, amount = Decimal("1.0493"), Decimal("30000.50")
    for _ in range(1000):
        _product = rate * amount


def decision_times(case: Typical, rounds: int) -> Figures:
    """Return p50 and p99 in µs of the yardstick and of each part of deciding, with the ratio of its p50 to that."""
    policy, request, stored = case.policy, case.request, case.stored
    received = request.SerializeToString()
    bound = policy.read(request)
    inputs = policy.bind(request.application, NOW, stored)
    decision = decide(request, policy, NOW, "0", bound, stored).decision

    def whole() -> bytes:
        sent = type(request).FromString(received)
        answer: bytes = decide(sent, policy, NOW, "0", policy.read(sent), stored).decision.SerializeToString()
        return answer

    return _timed_in_turns(
        {
            "parse": lambda: type(request).FromString(received),
            READ: lambda: policy.read(request),
            EVALUATE: lambda: policy.policy.evaluate(inputs, policy.calls, []),
            DECIDE: lambda: decide(request, policy, NOW, "0", bound, stored),
            "serialise": decision.SerializeToString,
            "all of it, from bytes to bytes": whole,
        },
        rounds,
    )


def shelf_times(case: Typical, shelf: Desk) -> dict[str, float]:
    """Return the µs of processor time of a decision where its policy is the only one, and beside all others.

    Both are measured in turns, and the medians of the turns compared: more policies should add nothing.
    """
    with tempfile.TemporaryDirectory() as folder:
        alone = load_desk(_rules_of(case, Path(folder)), MODELS)
    calls = [_decision(case, desk) for desk in (alone, shelf)]
    alone_us, shelf_us = map(median, zip(*([_turn(call) for call in calls] for _ in range(TURNS)), strict=True))
    return {
        "policies": len(shelf.policies),
        "alone_us": round(alone_us, 2),
        "shelf_us": round(shelf_us, 2),
        "ratio": round(shelf_us / alone_us, 3),
    }


def _rules_of(case: Typical, folder: Path) -> Path:
    """Copy the rules without the policies of other products; return the copy."""
    own = Path(case.policy.policy.path).parent.name
    others = [path.name for path in RULES.iterdir() if (path / "policy.yaml").exists() and path.name != own]
    shutil.copytree(RULES, folder / "rules", ignore=shutil.ignore_patterns(*others))
    return folder / "rules"


def _decision(case: Typical, desk: Desk) -> Call:
    request, stored, product = case.request, case.stored, case.policy.product
    bound = desk.policy_for(product).read(request)
    return lambda: decide(request, desk.policy_for(product), NOW, "0", bound, stored)


def _turn(call: Call) -> float:
    start = time.thread_time_ns()
    for _ in range(CALLS_A_TURN):
        call()
    return (time.thread_time_ns() - start) / CALLS_A_TURN / 1000


def model_row_times(desk: Desk, rounds: int) -> Figures:
    """Return p50 and p99 in µs of one row through each model's graph, and through the whole of scoring."""
    models = {model.name: model for policy in desk.policies.values() for model in policy.models.values()}
    calls: dict[str, Call] = {}
    for name, model in models.items():
        values, known = (1.0,) * len(model.manifest.features), [Decimal(1)] * len(model.manifest.features)
        calls[f"{name} graph, one row"] = partial(model._graph.run_row, values)  # noqa: SLF001
        calls[f"{name} score, one row"] = partial(model.score, known)
    return _timed_in_turns(calls, rounds)


def _timed_in_turns(calls: Mapping[str, Call], rounds: int) -> Figures:
    """Time the yardstick and the calls by turns, so that a slow moment of the machine hits all of them."""
    calls = {YARDSTICK: yardstick, **calls}
    times: dict[str, list[float]] = {name: [] for name in calls}
    for call in calls.values():
        for _ in range(WARMING_CALLS):
            call()
    for _ in range(rounds // CALLS_A_ROUND):
        for name, call in calls.items():
            times[name] += _some(call)
    base = median(times[YARDSTICK])
    return {name: _figures(found, base) for name, found in times.items()}


def _some(call: Call) -> list[float]:
    found = []
    for _ in range(CALLS_A_ROUND):
        start = time.perf_counter_ns()
        call()
        found.append((time.perf_counter_ns() - start) / 1000)
    return found


def _figures(times: list[float], base: float) -> dict[str, float]:
    cuts = quantiles(times, n=100)
    return {"p50_us": round(cuts[49], 2), "p99_us": round(cuts[98], 2), "ratio": round(cuts[49] / base, 3)}


def tables(results: Mapping[str, Any]) -> list[Table]:
    """Return what `in_process` measured as tables: the parts of deciding, the shelf, the models."""
    parts = Table("application", *(part.split()[0] for part in SHOWN_PARTS), title="in process: p50 µs, × yardstick")
    for name, found in results["in_process"].items():
        parts.add_row(name, *(f"{found[part]['p50_us']:.1f} ×{found[part]['ratio']:.2f}" for part in SHOWN_PARTS))
    bases = [found[YARDSTICK]["p50_us"] for found in results["in_process"].values()]
    parts.caption = f"yardstick: {YARDSTICK}, {min(bases)} to {max(bases)} µs"
    columns = ("product", "policies", "alone µs", "shelf µs", "ratio")
    shelf = Table(*columns, title="one policy alone, and beside all others: processor time")
    for product, row in results["shelf"].items():
        shelf.add_row(product, *(str(row[key]) for key in ("policies", "alone_us", "shelf_us", "ratio")))
    models = Table("model", "p50 µs", "p99 µs", "× yardstick", title="one row through each model")
    for name, row in results["models"].items():
        models.add_row(name, *(str(row[key]) for key in ("p50_us", "p99_us", "ratio")))
    return [parts, shelf, models]


def _tracked(cases: list[Typical], doing: str) -> Any:
    return track(cases, description=doing, console=Console(stderr=True), transient=True)


def main() -> None:
    """Measure in process alone, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="how often each part is called")
    Console().print(*tables(in_process(shipped(), parser.parse_args().rounds)))


if __name__ == "__main__":
    main()
