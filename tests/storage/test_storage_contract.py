"""What every database promises, whichever it is."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event

import pytest
from sqlalchemy import bindparam, insert, literal, select

from underwriter.storage import Database, DatabaseUnavailable, open_database
from underwriter.storage.schema import artifacts, facilities, subjects, tree_heads

from .stored import count_one, counted, versions, write
from .stored import insert as insert_artifact


class TestWriting:
    def test_what_was_written_is_there_for_others(self, database: Database, database_url: str) -> None:
        write(database, "v1", content=b"\x00\xff" * 40_000)
        other = open_database(database_url)
        with other.reading() as connection:
            assert connection.execute(select(artifacts)).all() == [("v1", "POLICY", b"\x00\xff" * 40_000, 1)]
        other.close()

    def test_nobody_sees_it_before_the_commit(self, database: Database) -> None:
        with database.writing() as connection:
            insert_artifact(connection, "v1")
            assert versions(database) == []
        assert versions(database) == ["v1"]

    @pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
    def test_any_exception_rolls_all_of_it_back(self, database: Database, error: type[BaseException]) -> None:
        with suppress(error), database.writing() as connection:
            insert_artifact(connection, "v1")
            raise error
        write(database, "v2")
        assert versions(database) == ["v2"]

    def test_a_refused_row_rolls_all_of_it_back_and_is_not_quoted(self, database: Database) -> None:
        write(database, "a secret")
        with pytest.raises(DatabaseUnavailable) as fault:
            write(database, "v1", "a secret")
        assert "secret" not in str(fault.value)
        assert "artifacts" in str(fault.value)
        assert versions(database) == ["a secret"]
        write(database, "v2")

    def test_threads_take_turns(self, database: Database) -> None:
        with ThreadPoolExecutor(8) as threads:
            numbers = list(threads.map(lambda _: count_one(database), range(100)))
        assert sorted(numbers) == list(range(1, 101))
        assert counted(database) == 100

    def test_a_writer_waits_for_the_one_before_it(self, database: Database) -> None:
        begun = Event()
        with ThreadPoolExecutor(1) as threads:
            with database.writing() as connection:
                insert_artifact(connection, "first")
                second = threads.submit(lambda: (begun.set(), count_one(database)))
                begun.wait()
                assert counted(database) == 0
            assert second.result()[1] == 1
        assert versions(database) == ["first"]

    def test_it_may_be_used_again_after_it_was_closed(self, database: Database) -> None:
        write(database, "v1")
        database.close()
        write(database, "v2")
        assert versions(database) == ["v1", "v2"]


class TestReading:
    def test_each_statement_sees_what_is_committed_by_then(self, database: Database) -> None:
        with database.reading() as connection:
            assert connection.execute(select(artifacts.c.version)).all() == []
            write(database, "v1")
            assert connection.execute(select(artifacts.c.version)).all() == [("v1",)]

    def test_more_read_at_a_time_than_connections_are_kept(self, database: Database) -> None:
        write(database, "v1")
        with ThreadPoolExecutor(30) as threads:
            assert list(threads.map(lambda _: versions(database), range(200))) == [["v1"]] * 200


class TestCompiledStatements:
    def test_they_run_on_the_drivers_cursor_with_tuples_in_the_order_written(self, database: Database) -> None:
        columns = tree_heads.c
        text = database.compiled(insert(tree_heads).values([dict.fromkeys(columns.keys())] * 3))
        rows = [("log", 2**62, b"\x00"), ("log %s ?", 0, b""), ("日志", 1, b"\xff" * 100)]
        with database.writing() as connection:
            connection.connection.cursor().execute(text, tuple(value for row in rows for value in row))
        size = bindparam("size")
        found = database.compiled(select(*columns).where((columns.size == size) | (columns.size == literal(1) + size)))
        with database.reading() as connection:
            cursor = connection.connection.cursor()
            cursor.execute(found, (7, 1, 0))
            assert cursor.fetchall() == [rows[2]]

    def test_an_insert_can_leave_out_or_replace_what_is_there(self, database: Database) -> None:
        insert_row = database.insert(artifacts).values(dict.fromkeys(artifacts.c.keys()))
        leave_out = database.compiled(insert_row.on_conflict_do_nothing())
        put = insert_row.on_conflict_do_update(
            index_elements=["version"], set_={"store_time_us": insert_row.excluded.store_time_us}
        )
        with database.writing() as connection:
            cursor = connection.connection.cursor()
            inserted = []
            for statement, content, time_us in (
                (leave_out, b"1", 1),
                (leave_out, b"2", 2),
                (database.compiled(put), b"3", 3),
            ):
                cursor.execute(statement, ("v1", "POLICY", content, time_us))
                inserted.append(cursor.rowcount)
            assert inserted == [1, 0, 1]
            assert connection.execute(select(artifacts)).one() == ("v1", "POLICY", b"1", 3)

    def test_values_come_back_as_they_were(self, database: Database) -> None:
        row = {column.name: "" for column in facilities.columns} | {
            "subject": b"s" * 16,
            "state": 1,
            "revolving": True,
            "purpose": 0,
            "term_months": 360,
            "expected_loss": None,
            "approve_time_us": 2**53 + 1,
            "expire_time_us": -(2**62),
            "user_group": "農戶",
        }
        with database.writing() as connection:
            connection.execute(facilities.insert().values(row))
        with database.reading() as connection:
            assert dict(connection.execute(select(facilities)).mappings().one()) == row


class TestKeeping:
    def test_scrubbing_makes_deleted_rows_unreachable(self, database: Database) -> None:
        key = b"a wrapped key that must go" * 4
        row = {"subject": b"s", "subject_ref": b"r", "wrapped_key": key, "master_key_id": "m", "version": 0}
        with database.writing() as connection:
            connection.execute(subjects.insert().values(row))
        with database.writing() as connection:
            connection.execute(subjects.delete())
        database.scrub()
        with database.reading() as connection:
            assert connection.execute(select(subjects)).all() == []

    def test_creating_what_is_there_changes_nothing(self, database: Database) -> None:
        write(database, "v1")
        database.create()
        assert versions(database) == ["v1"]

    def test_its_place_tells_where_it_is(self, database: Database, database_url: str) -> None:
        assert database.place in database_url
