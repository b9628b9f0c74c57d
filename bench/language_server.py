"""Measures how soon the language server answers, on the shipped rules, beside a check of the whole folder.

Each answer is measured as an editor sees it, from the key to the answer read from the pipe, while the server goes on
with its checks: python bench/language_server.py [--rounds N]
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

PROJECT = Path(__file__).parents[1]
sys.path.insert(0, str(PROJECT))

from tests.editor.lsp_client import LspClient  # noqa: E402 - a client of the protocol, not of our library

from underwriter.workbench.check import check_folder  # noqa: E402

GRADE = "rules/common/risk_grade.yaml"
POLICIES = sorted(path.relative_to(PROJECT).as_posix() for path in PROJECT.glob("rules/*/policy.yaml"))


def main() -> None:
    """Print p50 and p95 of each kind of answer, in milliseconds and as a part of a whole check."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    client = LspClient(
        [sys.executable, "-c", "from underwriter.cli import main; main()", "language-server"], PROJECT, dict(os.environ)
    )
    try:
        client.initialise()
        client.progress()
        client.open(GRADE)
        client.findings(GRADE, lambda found: not found)
        measured = {
            "completion of a name": _times(rounds, lambda n: _ask(client, "completion", n)),
            "hover": _times(rounds, lambda n: _ask(client, "hover", n)),
            "definition": _times(rounds, lambda n: _ask(client, "definition", n)),
            "findings after a key, shared file": _times(rounds, lambda n: _type(client, GRADE, n)),
            **{
                f"the same, {Path(path).parent.name}": _times(rounds, partial(_type, client, path)) for path in POLICIES
            },
            "completion while checking": _times(rounds, lambda n: _complete_while_checking(client, n)),
        }
        client.end()
    finally:
        client.kill()
    started = time.perf_counter()
    check_folder(PROJECT / "rules", PROJECT / "models")
    _print(measured, 1000 * (time.perf_counter() - started))


def _times(rounds: int, act: Callable[[int], None]) -> list[float]:
    """Return how long each round took, in milliseconds, sorted."""
    times = []
    for number in range(rounds):
        started = time.perf_counter()
        act(number)
        times.append(1000 * (time.perf_counter() - started))
    return sorted(times)


def _ask(client: LspClient, method: str, _number: int) -> None:
    text = (PROJECT / GRADE).read_text("utf-8")
    line = next(number for number, line in enumerate(text.split("\n")) if "default_risk.missing" in line)
    column = text.split("\n")[line].index("default_risk.missing")
    answer = client.request(f"textDocument/{method}", client.at(GRADE, line, column + 1))
    if not answer.get("result"):
        raise SystemExit(f"the server did not answer: {answer}")


def _type(client: LspClient, path: str, number: int) -> None:
    """Make a mistake, or mend it, and wait for what the server says."""
    text = (PROJECT / path).read_text("utf-8")
    is_broken = number % 2 == 0
    if number == 0:
        client.open(path)
    client.change(path, text + "\nnonsense: 1\n" if is_broken else text, number + 2)
    client.findings(path, lambda found: bool(found) == is_broken)


def _complete_while_checking(client: LspClient, number: int) -> None:
    client.change(GRADE, (PROJECT / GRADE).read_text("utf-8") + "\n" * number, number + 100)
    time.sleep(0.03)  # by now the check of the file has begun
    _ask(client, "completion", number)


def _print(measured: dict[str, list[float]], whole: float) -> None:
    print(f"{'':36} {'p50 ms':>8} {'p95 ms':>8} {'p95 / whole check':>18}")
    for name, times in measured.items():
        middle, most = times[len(times) // 2], times[int(len(times) * 0.95)]
        print(f"{name:36} {middle:8.1f} {most:8.1f} {most / whole:18.4f}")
    print(f"{'a check of the whole folder':36} {whole:8.1f}")


if __name__ == "__main__":
    main()
