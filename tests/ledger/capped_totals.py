"""A small projection of the tests: totals by account, which may not pass a cap. The facts are `account:amount`."""

from collections.abc import Sequence

from sqlalchemy import BigInteger, Column, Connection, MetaData, Table, Text, select

from underwriter.ledger import ProjectionRefused, Sealed
from underwriter.storage import Database

CAP = 10

totals = Table(
    "capped_totals",
    MetaData(),
    Column("account", Text, primary_key=True),
    Column("total", BigInteger, nullable=False),
)


class CapPassed(ProjectionRefused):
    """An amount would take the account beyond the cap."""


def facts_of(account: str, amount: int) -> bytes:
    return f"{account}:{amount}".encode()


def account_and_amount(facts: bytes) -> tuple[str, int]:
    account, _, amount = facts.decode().rpartition(":")
    return account, int(amount)


class CappedTotals:
    """Keeps the table of a database. `applied` and `asked` are what it was given, in order."""

    def __init__(self, database: Database) -> None:
        self._insert = database.insert(totals)
        self.asked: list[list[Sealed]] = []
        self.applied: list[list[Sealed]] = []

    def refusals(self, connection: Connection, entries: Sequence[Sealed]) -> list[ProjectionRefused | None]:
        self.asked.append(list(entries))
        now = totals_of(connection)
        answers: list[ProjectionRefused | None] = []
        for entry in entries:
            account, amount = account_and_amount(entry.facts)
            if now.get(account, 0) + amount > CAP:
                answers.append(CapPassed("the cap is reached"))
            else:
                now[account] = now.get(account, 0) + amount
                answers.append(None)
        return answers

    def apply(self, connection: Connection, entries: Sequence[Sealed]) -> None:
        self.applied.append(list(entries))
        for entry in entries:
            account, amount = account_and_amount(entry.facts)
            added = {"total": totals.c.total + amount}
            connection.execute(
                self._insert.values(account=account, total=amount).on_conflict_do_update(
                    index_elements=["account"], set_=added
                )
            )


def totals_of(connection: Connection) -> dict[str, int]:
    return {row.account: row.total for row in connection.execute(select(totals))}


def create(database: Database) -> None:
    with database.writing() as connection:
        totals.create(connection, checkfirst=True)
