"""What a server tells Prometheus, as it would read it."""

import os
import signal
import socket
import urllib.request
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from ..ports import lasting_port
from .changing_rules import ChangingRules, Reloads, rules_status, wait_until
from .conftest import StartServer


def figures(port: int) -> dict[tuple[str, ...], float]:
    """Return the samples by name and labels, empty as long as nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=60) as answer:
            text = answer.read().decode()
    except OSError:
        return {}
    families = text_string_to_metric_families(text)
    samples = [sample for family in families for sample in family.samples]
    return {(sample.name, *sample.labels.values()): sample.value for sample in samples}


def test_rules_and_reloads_are_told_to_prometheus(start_server: StartServer, tmp_path: Path) -> None:
    rules, port = ChangingRules(tmp_path / "rules"), lasting_port()
    server = start_server(rules=rules.folder, workers=2, metrics_port=port)
    reloads = Reloads(server.address)
    assert wait_until(lambda: figures(port))["underwriter_rules_generation", "2"] == 1
    rules.write(1)
    os.kill(server.process.pid, signal.SIGHUP)
    assert reloads.next().succeeded
    rules.break_syntax()
    os.kill(server.process.pid, signal.SIGHUP)
    assert not reloads.next().succeeded
    told = figures(port)
    for number, worker in enumerate(rules_status(server.address).workers, 1):
        assert told["underwriter_rules_generation", str(number)] == worker.generation == 2
        since = told["underwriter_rules_load_timestamp_seconds", str(number)]
        assert since == worker.load_time.ToMicroseconds() / 1_000_000
    assert told["underwriter_reloads_total", "SIGHUP", "succeeded"] == 1
    assert told["underwriter_reloads_total", "SIGHUP", "refused"] == 1
    assert server.stop() == 0, server.text


def test_a_port_of_figures_in_use_is_told_plainly(start_server: StartServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        server = start_server(metrics_port=stranger.getsockname()[1])
        assert server.ended() == 2
    assert "is in use by another process" in server.text
