"""What is recorded together with an entry by others than the log, such as the event that an application is."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection

from underwriter.ledger.errors import CompanionRefused


class CompanionBook(Protocol):
    """Tables beside the log that take what comes with entries, inside the log's own transactions.

    Both methods get what comes with a batch's entries, in the order of the log; no other writer is at work. They raise
    what the database raises, never anything of their own.
    """

    def refusals(self, connection: Connection, contents: Sequence[Any]) -> Sequence[CompanionRefused | None]:
        """Tell for each whether it can't be recorded as things stand after those before it."""

    def record(self, connection: Connection, contents: Sequence[Any]) -> None:
        """Record what was not refused and whose entries were taken. The subjects of the entries are there by now."""


class Companion(NamedTuple):
    """What is recorded with an entry if the entry is taken, and by whom. Only the book knows what the content is."""

    book: CompanionBook
    content: Any


def companions_refused(connection: Connection, companions: Mapping[int, Companion]) -> dict[int, CompanionRefused]:
    """Return what can't be recorded, of companions by their entries' positions in a batch."""
    refused: dict[int, CompanionRefused] = {}
    for book in _books(companions.values()):
        positions = [position for position, companion in companions.items() if companion.book is book]
        answers = book.refusals(connection, [companions[position].content for position in positions])
        refused |= {position: answer for position, answer in zip(positions, answers, strict=True) if answer is not None}
    return refused


def record_companions(connection: Connection, companions: Sequence[Companion]) -> None:
    """Record what comes with the entries that were taken."""
    for book in _books(companions):
        book.record(connection, [companion.content for companion in companions if companion.book is book])


def _books(companions: Iterable[Companion]) -> Iterable[CompanionBook]:
    return {id(companion.book): companion.book for companion in companions}.values()
