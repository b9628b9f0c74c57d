"""Inserts rows, or changes those that are there, by few statements, each compiled when first needed."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any

from sqlalchemy import Table
from sqlalchemy.engine.interfaces import DBAPICursor

from underwriter.storage.database import Database

ROWS_OF_A_STATEMENT = 64


class RowUpserts:
    """Upserts of one table by its primary key. Rows are tuples in the order of the table's columns.

    `changes` gives the new values of a row that is there already, by column, from the columns of the row that was to be
    inserted.
    """

    def __init__(self, database: Database, table: Table, changes: Callable[[Any], Mapping[str, Any]]) -> None:
        self._statement = cache(lambda rows: database.compiled(_upsert(database, table, changes, rows)))

    def run(self, cursor: DBAPICursor, rows: Sequence[tuple[Any, ...]]) -> None:
        """Write rows that have different keys."""
        for start in range(0, len(rows), ROWS_OF_A_STATEMENT):
            part = rows[start : start + ROWS_OF_A_STATEMENT]
            cursor.execute(self._statement(len(part)), tuple(chain.from_iterable(part)))


def _upsert(database: Database, table: Table, changes: Callable[[Any], Mapping[str, Any]], count: int) -> Any:
    insert = database.insert(table).values([dict.fromkeys(table.c.keys())] * count)
    return insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=changes(insert.excluded))
