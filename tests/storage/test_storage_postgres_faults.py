"""PostgreSQL servers that end, hang, are full or busy: the calls fail, nothing is half-written, the next ones work."""

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from os import kill
from random import Random

import pytest
from sqlalchemy import Connection, make_url

from underwriter.storage import DatabaseUnavailable
from underwriter.storage.postgres import PostgresDatabase

from .postgres_server import PostgresServer
from .stored import insert, versions, write

WRITERS_LOCK = 0x756E6465727772


@pytest.fixture
def database(postgres_url: str) -> Iterator[PostgresDatabase]:
    """One that waits for as long as a busy machine takes."""
    opened = PostgresDatabase(make_url(postgres_url), busy_timeout_s=60, answer_timeout_s=60)
    yield opened
    opened.close()


@pytest.fixture
def impatient(postgres_url: str) -> Iterator[PostgresDatabase]:
    """The same database, by one that does not wait for long."""
    opened = PostgresDatabase(make_url(postgres_url), busy_timeout_s=1.0, answer_timeout_s=2.0)
    yield opened
    opened.close()


@pytest.fixture
def stoppable_server(postgres_server: PostgresServer, postgres_url: str) -> Iterator[PostgresServer]:
    """The server that has the database, to stop and to start in other ways; it is as before afterwards."""
    assert str(postgres_server.port) in postgres_url
    yield postgres_server
    postgres_server.stop()
    postgres_server.start()


@contextmanager
def files_not_above(size: int) -> Iterator[None]:
    """Whatever is started in the block can't make a file grow beyond the size."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def read_number(database: PostgresDatabase, text: str) -> object:
    """PostgreSQL's refusal of what is no number quotes it."""
    with database.reading() as connection:
        return connection.exec_driver_sql("SELECT CAST(CAST($1 AS text) AS integer)", (text,)).scalar()


@contextmanager
def failed_transaction(database: PostgresDatabase, match: str) -> Iterator[Connection]:
    """A transaction of which nothing is written, for the reason given."""
    with pytest.raises(DatabaseUnavailable, match=match), database.writing() as connection:
        yield connection


def process_of(connection: Connection) -> int:
    """The id of the server's process for a connection."""
    return int(connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one())


@pytest.mark.parametrize("end", ["stop", "crash"])
def test_a_restart_between_two_writes_is_not_noticed(
    database: PostgresDatabase, stoppable_server: PostgresServer, end: str
) -> None:
    write(database, "v1")
    assert versions(database) == ["v1"]
    getattr(stoppable_server, end)()
    stoppable_server.start()
    write(database, "v2")
    assert versions(database) == ["v1", "v2"]


@pytest.mark.parametrize("end", ["stop", "crash"])
def test_a_server_that_ends_in_mid_transaction_fails_it_and_passes(
    database: PostgresDatabase, stoppable_server: PostgresServer, end: str
) -> None:
    write(database, "v1")
    with failed_transaction(database, "the database failed: ") as connection:
        insert(connection, "v2")
        getattr(stoppable_server, end)()
    with pytest.raises(DatabaseUnavailable, match="the database failed: "):
        write(database, "v3")
    with pytest.raises(DatabaseUnavailable, match="the database failed: "):
        versions(database)
    stoppable_server.start()
    assert versions(database) == ["v1"]
    write(database, "v2")


def test_a_connection_that_is_ended_in_mid_transaction_fails_it_and_passes(
    database: PostgresDatabase, postgres_server: PostgresServer
) -> None:
    with failed_transaction(database, "the database failed: ") as connection:
        insert(connection, "v1")
        with postgres_server.connect() as administrator:
            administrator.execute("SELECT pg_terminate_backend(%s, 60000)", [process_of(connection)])
        insert(connection, "v2")
    write(database, "v3")
    assert versions(database) == ["v3"]


def test_a_commit_that_hangs_fails_and_passes(database: PostgresDatabase, impatient: PostgresDatabase) -> None:
    with failed_transaction(impatient, "left a statement unanswered for 3 s") as connection:
        insert(connection, "v1")
        process = process_of(connection)
        kill(process, signal.SIGSTOP)
    with pytest.raises(DatabaseUnavailable, match="lock timeout"):
        write(impatient, "v2")
    kill(process, signal.SIGCONT)
    write(database, "v2")
    # The server had the commit before we gave up on it.
    assert versions(database) == ["v1", "v2"]


def test_a_statement_that_takes_too_long_is_ended(database: PostgresDatabase, impatient: PostgresDatabase) -> None:
    with failed_transaction(impatient, r"statement timeout \(57014\)") as connection:
        insert(connection, "v1")
        connection.exec_driver_sql("SELECT pg_sleep(60)")
    write(database, "v2")
    assert versions(database) == ["v2"]


def test_other_writers_are_not_waited_for_without_end(
    database: PostgresDatabase, impatient: PostgresDatabase, postgres_url: str, postgres_server: PostgresServer
) -> None:
    with postgres_server.connect(str(make_url(postgres_url).database)) as stranger:
        stranger.execute("SELECT pg_advisory_lock(%s)", [WRITERS_LOCK])
        with pytest.raises(DatabaseUnavailable, match=r"lock timeout \(55P03\)"):
            write(impatient, "v1")
    write(database, "v2")
    assert versions(database) == ["v2"]


def test_threads_that_write_are_not_waited_for_without_end(impatient: PostgresDatabase) -> None:
    with impatient.writing(), pytest.raises(DatabaseUnavailable, match="other threads"):
        write(impatient, "v1")
    write(impatient, "v2")


def test_a_read_only_database_fails_and_passes(
    database: PostgresDatabase, postgres_url: str, postgres_server: PostgresServer
) -> None:
    name = make_url(postgres_url).database
    with postgres_server.connect() as administrator:
        administrator.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on".encode())
        with pytest.raises(DatabaseUnavailable, match="read-only transaction"):
            write(database, "v1")
        administrator.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only".encode())
    write(database, "v2")
    assert versions(database) == ["v2"]


def test_a_full_disk_fails_and_passes(database: PostgresDatabase, stoppable_server: PostgresServer) -> None:
    stoppable_server.stop()
    with files_not_above(20_000_000):  # more than a segment of the server's log, which it could not go on without
        stoppable_server.start()
    noise = Random(4).randbytes(30_000_000)  # noqa: S311 it does not compress
    with failed_transaction(database, "could not extend file") as connection:
        insert(connection, "v1")
        insert(connection, "v2", noise)
    write(database, "v3")
    assert versions(database) == ["v3"]


def test_rows_are_not_quoted(database: PostgresDatabase) -> None:
    write(database, "a secret")
    with pytest.raises(DatabaseUnavailable, match=r"artifacts_pk.*\(23505\)") as error:
        write(database, "a secret")
    assert "secret" not in str(error.value)
    with pytest.raises(DatabaseUnavailable, match=r"InvalidTextRepresentation \(22P02\)") as error:
        read_number(database, "a secret")
    assert "secret" not in str(error.value)


def test_durability_does_not_depend_on_defaults(
    database: PostgresDatabase, postgres_url: str, postgres_server: PostgresServer
) -> None:
    name = make_url(postgres_url).database
    with postgres_server.connect() as administrator:
        administrator.execute(f"ALTER DATABASE {name} SET synchronous_commit = off".encode())
    lent = {"reading": database.reading, "writing": database.writing}
    for name, lend in lent.items():
        with lend() as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on", name


def test_a_server_that_does_not_sync_is_refused(database: PostgresDatabase, stoppable_server: PostgresServer) -> None:
    stoppable_server.stop()
    stoppable_server.start(fsync="off")
    with pytest.raises(DatabaseUnavailable, match="set fsync = on"):
        write(database, "v1")
    stoppable_server.stop()
    stoppable_server.start()
    write(database, "v2")
    assert versions(database) == ["v2"]


def test_a_user_who_may_not_create_databases_is_told_so(postgres_server: PostgresServer) -> None:
    with postgres_server.connect() as administrator:
        administrator.execute("CREATE ROLE clerk LOGIN")
    url = make_url(postgres_server.url("nowhere")).set(username="clerk", password="secret")  # noqa: S106
    with pytest.raises(DatabaseUnavailable, match="no database nowhere, and user clerk may not create it"):
        PostgresDatabase(url, busy_timeout_s=5).create()


@pytest.mark.parametrize("change", [{"port": 1}, {"host": "nowhere.invalid"}, {"username": "nobody_known"}])
def test_a_server_that_can_not_be_reached_is_told_without_the_password(
    postgres_url: str, change: dict[str, object]
) -> None:
    url = make_url(postgres_url).set(password="secret").set(**change)  # type: ignore[arg-type]  # noqa: S106
    database = PostgresDatabase(url, busy_timeout_s=1)
    for use in (database.create, database.scrub, lambda: versions(database), lambda: write(database, "v1")):
        with pytest.raises(DatabaseUnavailable, match=r"connection|resolve") as error:
            use()
        assert "secret" not in str(error.value)
        assert "\n" not in str(error.value)
    database.close()
