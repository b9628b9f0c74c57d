"""Inserts rows, or changes those that are there, by few statements, each made when first needed."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import Table
from sqlalchemy.engine.interfaces import DBAPICursor

from underwriter.storage.database import Database

ROWS_OF_A_STATEMENT = 64

_VALUES = re.compile(r"(?P<before>.* VALUES )(?P<values>\([^()]*\))(?P<after>.*)", re.DOTALL)


class RowInserts:
    """Inserts of one table. Rows are tuples in the order of the table's columns."""

    def __init__(self, database: Database, table: Table) -> None:
        self._statement = _of_any_count(lambda: database.compiled(_insert(database, table)))

    def run(self, cursor: DBAPICursor, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write rows whose keys are new."""
        _run(self._statement, cursor, rows)


class RowUpserts:
    """Upserts of one table by its primary key. Rows are tuples in the order of the table's columns.

    `changes` gives the new values of a row that is there already, by column, from the columns of the row that was to be
    inserted. It has no values of its own, only columns.
    """

    def __init__(self, database: Database, table: Table, changes: Callable[[Any], Mapping[str, Any]]) -> None:
        self._statement = _of_any_count(lambda: database.compiled(_upsert(database, table, changes)))

    def run(self, cursor: DBAPICursor, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write rows that have different keys."""
        _run(self._statement, cursor, rows)


def _insert(database: Database, table: Table) -> Any:
    return database.insert(table).values(dict.fromkeys(table.c.keys()))


def _upsert(database: Database, table: Table, changes: Callable[[Any], Mapping[str, Any]]) -> Any:
    insert = _insert(database, table)
    return insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=changes(insert.excluded))


def _run(statement: Callable[[int], str], cursor: DBAPICursor, rows: Sequence[tuple[Any, ...]]) -> None:
    for start in range(0, len(rows), ROWS_OF_A_STATEMENT):
        part = rows[start : start + ROWS_OF_A_STATEMENT]
        cursor.execute(statement(len(part)), tuple(chain.from_iterable(part)))


def _of_any_count(compile_one_row: Callable[[], str]) -> Callable[[int], str]:
    """Return what makes a statement of so many rows out of one of one row, which is compiled when first needed.

    SQLAlchemy takes tens of milliseconds to compile one of many rows: too long for all writers to wait.
    """

    @cache
    def parted() -> tuple[str, str, str]:
        one_row = compile_one_row()
        found = _VALUES.fullmatch(one_row)
        if found is None:
            raise ValueError(f"not an INSERT of one row: {one_row}")
        return found["before"], found["values"], found["after"]

    @cache
    def of_count(rows: int) -> str:
        before, values, after = parted()
        places = values.count(",") + 1
        return before + ", ".join(_numbered_on(values, row * places) for row in range(rows)) + after

    return of_count


def _numbered_on(values: str, by: int) -> str:
    """Return the places of a row's values, those that have numbers with higher ones."""
    return re.sub(r"\$(\d+)", lambda place: f"${int(place[1]) + by}", values)
