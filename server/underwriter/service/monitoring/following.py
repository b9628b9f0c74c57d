"""Puts together what one monitor process works with."""

from dataclasses import dataclass
from types import TracebackType
from typing import Self

from underwriter.accounts.alert_book import AlertBook
from underwriter.accounts.event_book import EventBook
from underwriter.accounts.warnings import WarningGrades
from underwriter.accounts.work_queue import WorkQueue
from underwriter.decisioning import load_product
from underwriter.ledger.keys.vault import Vault
from underwriter.monitoring.engine import DurableMatcher
from underwriter.monitoring.following import Follower, Grade, Stores
from underwriter.monitoring.monitor_set import monitors_of
from underwriter.policy import RuleFiles
from underwriter.service.orders.ordered_grading import OrderedGrading
from underwriter.service.record_keys import open_keys
from underwriter.service.settings import Settings
from underwriter.storage import Database, check_upgraded, open_database


@dataclass(frozen=True, slots=True)
class Following:
    """A follower with the matcher and the database that it uses, which are closed with it."""

    follower: Follower
    matcher: DurableMatcher
    database: Database

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.matcher.close()
        self.database.close()


def open_following(settings: Settings, files: RuleFiles) -> Following:
    """Load the monitors of rule files, open the database, and start the engine's processes.

    Raises RulesRefused, EngineMissing if durable-rules is not installed, EngineFailed, RuleTooLarge, StorageError,
    LedgerError, KeysRefused, OSError.
    """
    monitors = monitors_of(files)
    matcher = DurableMatcher(monitors.monitors, has_spare=True)
    database = open_database(settings.database)
    try:
        check_upgraded(database)
        vault = Vault(database, open_keys(settings).master_keys)
        vault.prepare()
        events = EventBook(database, vault)
        stores = Stores(database, events, AlertBook(database), WorkQueue(database), WarningGrades(database))
        lease_us = round(settings.monitoring_lease_seconds * 1_000_000)
        follower = Follower(monitors, matcher, stores, _grade(settings, files, database), lease_us)
        return Following(follower, matcher, database)
    except BaseException:
        matcher.close()
        database.close()
        raise


def _grade(settings: Settings, files: RuleFiles, database: Database) -> Grade:
    """Return what grades accounts; nothing does if there is no policy of early warning."""
    policy = load_product(files, settings.models, settings.early_warning_product)
    return OrderedGrading(policy, database) if policy is not None else lambda *_: ()
