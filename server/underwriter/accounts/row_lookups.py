"""Finds rows by many values of a column, by few statements, each compiled when first needed."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Column, Select, bindparam
from sqlalchemy.engine.interfaces import DBAPICursor

from underwriter.storage.database import Database

_PLACES = (1, 8, 64)
"""How many values a statement may ask for: few numbers, so that statements stay prepared."""


class RowLookups:
    """A statement's rows, of those that have one of some values in a column."""

    def __init__(self, database: Database, statement: Select[Any], column: Column[Any]) -> None:
        self._statement = cache(
            lambda places: database.compiled(
                statement.where(column.in_([bindparam(f"wanted_{number}") for number in range(places)]))
            )
        )

    def run(self, cursor: DBAPICursor, values: Sequence[Any], first: Sequence[Any] = ()) -> list[Any]:
        """Return the rows, in no order. `first` are the values that the statement asks for before."""
        rows: list[Any] = []
        for start in range(0, len(values), _PLACES[-1]):
            part = values[start : start + _PLACES[-1]]
            places = next(count for count in _PLACES if count >= len(part))
            cursor.execute(self._statement(places), (*first, *part, *[part[-1]] * (places - len(part))))
            rows += cursor.fetchall()
        return rows
