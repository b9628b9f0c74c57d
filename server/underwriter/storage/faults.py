"""Turns the faults of a database into DatabaseUnavailable."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from underwriter.storage.errors import DatabaseUnavailable


@contextmanager
def translated(
    driver_errors: tuple[type[Exception], ...], tell: Callable[[BaseException], str] = str
) -> Iterator[None]:
    """Raise DatabaseUnavailable for what SQLAlchemy and the driver raise in the block, and nothing else.

    SQLAlchemy's own text quotes the statement and the driver's only says what is wrong, so the latter is told. `tell`
    words it, for drivers that quote rows.
    """
    expected: tuple[type[Exception], ...] = (SQLAlchemyError, *driver_errors)
    try:
        yield
    except expected as error:
        cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
        raise DatabaseUnavailable(f"the database failed: {tell(cause)}") from error
