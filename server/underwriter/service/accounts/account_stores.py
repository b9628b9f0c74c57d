"""What a worker keeps accounts in."""

from typing import NamedTuple, Self

from underwriter.accounts.account_book import AccountBook
from underwriter.accounts.alert_book import AlertBook
from underwriter.accounts.event_book import EventBook
from underwriter.accounts.event_commit import EventCommit
from underwriter.accounts.seen_events import SeenEvents
from underwriter.accounts.warnings import WarningGrades
from underwriter.ledger.keys.vault import Vault
from underwriter.storage import Database


class AccountStores(NamedTuple):
    """The tables of accounts in one database, and the writer of this worker's events."""

    accounts: AccountBook
    events: EventBook
    commit: EventCommit
    seen: SeenEvents
    alerts: AlertBook
    warnings: WarningGrades
    vault: Vault
    database: Database

    @classmethod
    def opened(cls, database: Database, vault: Vault) -> Self:
        """Open them in a database, whose vault is given. Call it after the fork: it starts a thread."""
        events = EventBook(database, vault)
        return cls(
            AccountBook(database),
            events,
            EventCommit(events),
            SeenEvents(database, vault),
            AlertBook(database),
            WarningGrades(database),
            vault,
            database,
        )
