"""Measures the server: Decide against an empty handler in one run, decisions in process, start-up and memory.

    make bench                        or  python bench/run.py --seconds 10 --rounds 3

Every load is repeated in turns (empty, Decide, empty, ...), so that a slow moment of the machine hits both; the table
shows the medians and their ratio. Results go to bench/results.json.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from applications import PERSONAL, shipped, typical_for
from bench_server import DECIDE_METHOD, EMPTY_METHOD
from in_process import ROUNDS, in_process, tables
from load import Load, client_name, closed_load
from rich.console import Console
from rich.progress import track
from rich.table import Table

from underwriter.decisioning import Desk

HERE = Path(__file__).parent
IN_FLIGHT = (1, 16, 64)
READY_LIMIT_SECONDS = 30


def main() -> None:
    """Run all measurements, print their tables and write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2, help="length of one load")
    parser.add_argument("--rounds", type=int, default=3, help="how often each load is repeated")
    parser.add_argument("--product", default=PERSONAL, help="product that Decide is called for")
    parser.add_argument("--out", type=Path, default=HERE / "results.json", help="where the results are written")
    arguments = parser.parse_args()
    desk = shipped()
    results = {
        "client": client_name(),
        "cores": os.cpu_count(),
        "product": arguments.product,
        "closed_load": closed_loads(desk, arguments.product, arguments.seconds, arguments.rounds),
        **in_process(desk, ROUNDS),
        "server": start_up(),
    }
    show(results)
    arguments.out.write_text(json.dumps(results, indent=2) + "\n")


def closed_loads(desk: Desk, product: str, seconds: float, rounds: int) -> dict[str, dict[str, dict[str, float]]]:
    """Return for each number in flight the medians of the empty handler and of Decide, and their ratios."""
    # The server goes by the clock, so the application must be approved today.
    message = typical_for(product, desk, datetime.now(UTC)).request.SerializeToString()
    methods = {"empty": (EMPTY_METHOD, b""), "decide": (DECIDE_METHOD, message)}
    found: dict[tuple[int, str], list[Load]] = {}
    with tempfile.TemporaryDirectory(dir=HERE) as folder, running_bench_server(Path(folder)) as port:
        turns = [(n, name) for n in IN_FLIGHT for _ in range(rounds) for name in methods]
        for in_flight, name in track(turns, description="closed load", console=Console(stderr=True), transient=True):
            method, body = methods[name]
            found.setdefault((in_flight, name), []).append(closed_load(port, method, body, in_flight, seconds))
    return {str(n): _compared(found[n, "empty"], found[n, "decide"]) for n in IN_FLIGHT}


def _compared(empty: list[Load], decide: list[Load]) -> dict[str, dict[str, float]]:
    sides = {
        name: {
            "rate": round(median(load.rate for load in loads), 1),
            "p50_ms": round(median(load.p50_ms for load in loads), 3),
            "p99_ms": round(median(load.p99_ms for load in loads), 3),
        }
        for name, loads in (("empty", empty), ("decide", decide))
    }
    ratio = {key: round(sides["decide"][key] / sides["empty"][key], 3) for key in ("rate", "p50_ms", "p99_ms")}
    return {**sides, "ratio": ratio}


class running_bench_server:  # noqa: N801 - used as a function, in a with statement
    """Runs bench_server.py in a process of its own; gives its port."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, str(HERE / "bench_server.py"), "--port", str(self.port), "--folder", str(folder)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> int:
        if self._process.stdout is None or self._process.stdout.readline().strip() != "ready":
            raise SystemExit("the server did not start")
        return int(self.port)

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()


def start_up() -> dict[str, float]:
    """Start the whole server as a user would; return seconds until ready, and memory in MiB of all its processes."""
    with tempfile.TemporaryDirectory() as folder:
        command = [str(Path(sys.executable).parent / "underwriter"), "serve", "--port", "0"]
        command += ["--database", f"sqlite:///{folder}/bench.db"]
        began = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = process.stdout.readline() if process.stdout else ""
        seconds = time.perf_counter() - began
        children = [int(pid) for pid in _children(process.pid)]
        memory = {pid: _resident_mib(pid) for pid in (process.pid, *children)}
        process.send_signal(signal.SIGTERM)
        process.wait(READY_LIMIT_SECONDS)
    if "ready" not in line:
        raise SystemExit(f"the server did not get ready: {line}")
    return {
        "ready_seconds": round(seconds, 2),
        "workers": len(children),
        "supervisor_mib": memory.pop(process.pid),
        "worker_mib": max(memory.values()),
    }


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def _resident_mib(pid: int) -> float:
    fields = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return round(int(fields["VmRSS"].split()[0]) / 1024, 1)


def show(results: dict[str, Any]) -> None:
    """Print the results as tables."""
    console = Console()
    load = Table("in flight", "what", "calls/s", "p50 ms", "p99 ms", title=f"closed load by {results['client']}")
    for in_flight, sides in results["closed_load"].items():
        for name, row in sides.items():
            load.add_row(in_flight, name, *(str(row[key]) for key in ("rate", "p50_ms", "p99_ms")))
        load.add_section()
    console.print(load, *tables(results))
    console.print("start-up and memory:", results["server"])


if __name__ == "__main__":
    main()
