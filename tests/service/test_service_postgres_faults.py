"""PostgreSQL fails while a server lends: it is told, nothing is lost, and it passes by itself."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from ..storage.postgres_server import PostgresServer
from .cutting_proxy import Cut, CuttingProxy
from .kept_record import KeptRecord
from .lending_load import LENDING_RULES, Line, Load, assert_unchanged
from .lending_trial import Trial

StartServer = Callable[..., Any]


@pytest.fixture
def trial(postgres_url: str, tmp_path: Path, start_server: StartServer) -> Trial:
    return Trial(KeptRecord(postgres_url, tmp_path), start_server)


@pytest.fixture
def proxy(postgres_server: PostgresServer) -> Iterator[CuttingProxy]:
    between = CuttingProxy(postgres_server.port)
    yield between
    between.close()


def sessions(server: PostgresServer, url: str) -> list[int]:
    """Return the processes of all sessions on the database."""
    name = make_url(url).database
    with server.connect() as connection:
        found = connection.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", [name])
        return [int(str(pid)) for (pid,) in found]


def end_sessions(server: PostgresServer, url: str) -> None:
    with server.connect() as connection:
        for process in sessions(server, url):
            connection.execute("SELECT pg_terminate_backend(%s, 60000)", [process])


@contextmanager
def hanging_sessions(server: PostgresServer, url: str) -> Iterator[None]:
    """All sessions stop in the middle of what they do, and go on later."""
    processes = sessions(server, url)
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    yield
    for process in processes:
        os.kill(process, signal.SIGCONT)


@contextmanager
def slow_commits(server: PostgresServer) -> Iterator[None]:
    """Each commit waits for a tenth of a second before its sync."""
    with server.connect() as connection:
        for change in ("SET commit_delay = 100000", "SET commit_siblings = 0"):
            connection.execute(f"ALTER SYSTEM {change}".encode())
        connection.execute("SELECT pg_reload_conf()")
        yield
        connection.execute("ALTER SYSTEM RESET ALL")
        connection.execute("SELECT pg_reload_conf()")


@contextmanager
def stopped(server: PostgresServer) -> Iterator[None]:
    server.stop()
    yield
    server.start()


@contextmanager
def crashed(server: PostgresServer) -> Iterator[None]:
    server.crash()
    yield
    server.start()


def test_a_database_that_is_away(trial: Trial, postgres_server: PostgresServer) -> None:
    for fault in (stopped, crashed):
        with trial.under_load() as load, fault(postgres_server):
            load.wait_for_failures(20)
            trial.assert_refuses()
    trial.assert_promises_kept()


def test_sessions_that_end_or_hang_and_commits_that_are_slow(trial: Trial, postgres_server: PostgresServer) -> None:
    with trial.under_load() as load:
        for _ in range(3):
            end_sessions(postgres_server, trial.record.url)
            load.wait_for_more(10)
    with trial.under_load(seconds=1) as load, hanging_sessions(postgres_server, trial.record.url):
        load.wait_for_failures(6)
    failures = len(trial.kept.failures)
    with trial.under_load() as load, slow_commits(postgres_server):
        load.wait_for_more(20)
    assert {failure.code.name for failure in trial.kept.failures[failures:]} <= {"ABORTED"}
    trial.assert_promises_kept()


def test_a_connection_that_is_cut_at_the_commit(
    proxy: CuttingProxy, postgres_url: str, tmp_path: Path, start_server: StartServer
) -> None:
    through_proxy = make_url(postgres_url).set(port=proxy.port).render_as_string()
    trial = Trial(KeptRecord(postgres_url, tmp_path), start_server, database=through_proxy)
    for cut in Cut:
        cuts = proxy.cuts
        with trial.under_load() as load:
            proxy.cut = cut
            load.wait_for(lambda cuts=cuts: proxy.cuts >= cuts + 5)
            load.wait_for(lambda: ("UNAVAILABLE", "LEDGER_UNAVAILABLE") in trial.kept.reasons())
            proxy.cut = None
    trial.assert_promises_kept()
    assert trial.server.stop() == 0


def test_a_stop_under_load_answers_what_was_begun(trial: Trial, start_server: StartServer) -> None:
    load = Load(trial.address, trial.kept, "drained")
    with load.running():
        load.wait_for_more(50)
        trial.server.process.terminate()
        assert trial.server.ended() == 0
    assert '"all_calls_finished": true' in trial.server.text
    # gRPC cancels calls that it has received and not yet handed over: they were not begun.
    assert {failure.code.name for failure in trial.kept.failures} <= {"UNAVAILABLE", "ABORTED", "CANCELLED"}
    assert trial.record.places().keys() == trial.kept.received.keys()
    again = start_server(rules=LENDING_RULES, **trial.record.settings)
    with Line(again.address) as line:
        assert_unchanged(line, trial.kept, trial.kept.received)
    trial.record.assert_sound(trial.kept.notes)
