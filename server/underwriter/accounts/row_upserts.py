"""Inserts rows, or changes those that are there, by few statements that were compiled once."""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Table
from sqlalchemy.engine.interfaces import DBAPICursor

from underwriter.storage.database import Database

ROWS_OF_A_STATEMENT = (64, 16, 4, 1)


class RowUpserts:
    """Upserts of one table by its primary key. Rows are tuples in the order of the table's columns.

    `changes` gives the new values of a row that is there already, by column, from the columns of the row that was to be
    inserted.
    """

    def __init__(self, database: Database, table: Table, changes: Callable[[Any], Mapping[str, Any]]) -> None:
        self._statements = {
            count: database.compiled(_upsert(database, table, changes, count)) for count in ROWS_OF_A_STATEMENT
        }

    def run(self, cursor: DBAPICursor, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write rows that have different keys."""
        start = 0
        for count, statement in self._statements.items():
            while len(rows) - start >= count:
                cursor.execute(statement, tuple(chain.from_iterable(rows[start : start + count])))
                start += count


def _upsert(database: Database, table: Table, changes: Callable[[Any], Mapping[str, Any]], count: int) -> Any:
    insert = database.insert(table).values([dict.fromkeys(table.c.keys())] * count)
    return insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=changes(insert.excluded))
