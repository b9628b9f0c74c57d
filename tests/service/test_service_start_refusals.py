"""What keeps a server from starting on its record: one clear text each, and exit code 2."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from underwriter.client import UnderwriterClient
from underwriter.ledger.checkpoints import default_origin, make_signing_key
from underwriter.ledger.keys import create_master_key_file
from underwriter.storage import revisions

from ..storage.postgres_server import PostgresServer
from .kept_record import LOG, KeptRecord
from .lending_load import LENDING_RULES, Correspondence, Line, application

StartServer = Callable[..., Any]


@pytest.fixture
def record(database_url: str, tmp_path: Path) -> KeptRecord:
    return KeptRecord(database_url, tmp_path)


@pytest.fixture
def used_record(record: KeptRecord, start_server: StartServer) -> KeptRecord:
    """A record with a decision and a checkpoint."""
    server = start_server(rules=LENDING_RULES, **record.settings)
    with Line(server.address) as line:
        assert Correspondence().exchange(line, "first", application("first", "borrower-1", 1000))
    assert server.stop() == 0
    return record


def refusal(server: Any) -> str:
    """Return the one text that a server which can't start has for its operator."""
    assert server.ended(60) == 2, server.text
    assert "Traceback" not in server.text
    (told,) = [line for line in server.log if line.startswith("underwriter: ")]
    return str(told)


def test_other_keys_than_those_of_the_record(
    used_record: KeptRecord, start_server: StartServer, tmp_path: Path
) -> None:
    other_master, other_signing = tmp_path / "other.key", tmp_path / "other.signing.key"
    create_master_key_file(other_master)
    make_signing_key(other_signing, default_origin(LOG))
    told = refusal(start_server(workers=2, **used_record.settings | {"master_key_file": other_master}))
    assert "master key" in told
    told = refusal(start_server(workers=2, **used_record.settings | {"signing_key_file": other_signing}))
    assert "checkpoints" in told


@pytest.mark.parametrize("name", ["master_key_file", "signing_key_file"])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"planted words\n"])
def test_files_that_hold_no_key(
    sqlite_url: str, tmp_path: Path, start_server: StartServer, name: str, content: bytes
) -> None:
    garbled = tmp_path / "garbled.key"
    garbled.write_bytes(content)
    told = refusal(start_server(**KeptRecord(sqlite_url, tmp_path).settings | {name: garbled}))
    assert str(garbled) in told
    assert "planted" not in told


@pytest.mark.parametrize("missing", ["master_key_file", "signing_key_file"])
def test_postgresql_without_keys(postgres_url: str, tmp_path: Path, start_server: StartServer, missing: str) -> None:
    settings = KeptRecord(postgres_url, tmp_path).settings
    del settings[missing]
    told = refusal(start_server(**settings))
    assert "master_key_file" in told
    assert "signing_key_file" in told
    assert "underwriter keys create" in told


def test_a_database_that_is_down(
    postgres_url: str, postgres_server: PostgresServer, tmp_path: Path, start_server: StartServer
) -> None:
    url = make_url(postgres_url).set(password="secret").render_as_string(hide_password=False)  # noqa: S106
    settings = KeptRecord(postgres_url, tmp_path).settings | {"database": url}
    postgres_server.stop()
    told = refusal(start_server(**settings))
    postgres_server.start()
    assert "127.0.0.1" in told
    assert "secret" not in told


def test_a_database_that_was_not_upgraded_is_upgraded_by_the_server(
    postgres_server: PostgresServer, tmp_path: Path, start_server: StartServer
) -> None:
    url = postgres_server.url("not_there_yet")
    server = start_server(workers=2, **KeptRecord(url, tmp_path).settings)
    with UnderwriterClient(server.address, timeout=60) as client:
        assert list(client.list_policies())
    found, newest = revisions(url)
    assert found == newest
    assert server.stop() == 0
    with postgres_server.connect() as connection:
        connection.execute("DROP DATABASE not_there_yet WITH (FORCE)")


def test_a_monitor_in_error(sqlite_url: str, tmp_path: Path, start_server: StartServer) -> None:
    """A server that watched by half of its monitors would look as if it watched by all."""
    rules = shutil.copytree(LENDING_RULES, tmp_path / "rules")
    (rules / "monitoring").mkdir()
    (rules / "monitoring" / "ring.yaml").write_text("monitor: ring\nkey: accont\n", "utf-8")
    server = start_server(rules=rules, database=sqlite_url)
    assert "monitoring/ring.yaml:1:1: error" in refusal(server)
    assert "monitoring/ring.yaml:2:6: error" in server.text
