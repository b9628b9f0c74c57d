"""Times on the command line."""

from datetime import UTC, datetime
from typing import Annotated

import typer


def read_time(text: str) -> datetime:
    """Return the time that a text names, or the first moment of a day; UTC if it names no zone. Raises BadParameter."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        allowed = "a day such as 2026-11-22, or a time such as 2026-11-22T09:00:00Z (UTC if it names no zone)"
        raise typer.BadParameter(f"found {text!r}; allowed: {allowed}") from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def microseconds(time: datetime | None) -> int | None:
    """Return a time that knows its zone in microseconds since 1970."""
    return None if time is None else int(time.timestamp() * 1_000_000)


Since = Annotated[
    datetime | None,
    typer.Option(parser=read_time, metavar="TIME", help="Only what was recorded at or after this time, UTC."),
]
Until = Annotated[
    datetime | None,
    typer.Option(parser=read_time, metavar="TIME", help="Only what was recorded before this time, UTC."),
]
