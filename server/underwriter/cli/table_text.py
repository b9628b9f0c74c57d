"""Tables of figures as lines of text."""

from collections.abc import Iterator

from underwriter.cli.layout import columns, paragraph
from underwriter.impact import Table


def table_lines(table: Table, width: int) -> Iterator[str]:
    """Yield a table's title, with how to read it, and its rows in columns; an empty line ends it."""
    yield from paragraph(f"{table.title}: {table.note}" if table.note else table.title, width)
    rows = [(f"  {first}", *rest) for first, *rest in (table.heads, *table.rows)]
    yield from columns(rows, right=range(table.words, len(table.heads)))
    yield ""
