"""Puts the services of one worker together, with what they share, and the tasks that run beside them."""

import asyncio
import time
from dataclasses import dataclass

from grpc_health.v1 import health

from underwriter.accounts import Commitments, Exposures, FacilityBook
from underwriter.accounts.erasure import SubjectErasure
from underwriter.accounts.work_queue import WorkQueue
from underwriter.ledger import PolicyChanges, SqlLedger, ledger_in
from underwriter.ledger.checkpoints import CheckpointStore, LogProver
from underwriter.ledger.export import SubjectExport
from underwriter.service.accounts.account_export import AccountExport
from underwriter.service.accounts.account_reading import AccountReading
from underwriter.service.accounts.account_service import AccountService
from underwriter.service.accounts.account_stores import AccountStores
from underwriter.service.accounts.line_reviews import LineReviews
from underwriter.service.calls import CallGate
from underwriter.service.checkpoint_signing import CheckpointSigning
from underwriter.service.deciding import DecisionMaker
from underwriter.service.decision_service import DecisionService
from underwriter.service.decision_stream import Stop
from underwriter.service.expiry_task import ExpiryTask
from underwriter.service.facility_service import FacilityService
from underwriter.service.ledger_service import LedgerService
from underwriter.service.monitoring.application_monitoring import ApplicationMonitor
from underwriter.service.monitoring.monitoring_health import MonitoringHealth
from underwriter.service.monitoring.watched_applications import application_monitor
from underwriter.service.orders.activation import Activation
from underwriter.service.orders.following import OrderFollowing
from underwriter.service.orders.order_desk import OrderDesk
from underwriter.service.policies_in_force import PoliciesInForce
from underwriter.service.policy_service import PolicyService
from underwriter.service.portfolio_service import PortfolioService
from underwriter.service.processes.supervisor_line import SupervisorLine
from underwriter.service.record_keys import RecordKeys
from underwriter.service.reload.folder_trials import FolderTrials
from underwriter.service.reload.following import RulesFollowing
from underwriter.service.reload.loaded_rules import LoadedRules
from underwriter.service.server import Services
from underwriter.service.settings import Settings
from underwriter.storage import open_database


@dataclass(frozen=True, slots=True)
class Record:
    """The ledger, the facilities that are kept up to date with it, and its signed checkpoints."""

    ledger: SqlLedger
    book: FacilityBook
    checkpoints: CheckpointStore


def open_record(settings: Settings, keys: RecordKeys) -> Record:
    """Open the record in the settings' database. Call it after the fork.

    Raises StorageError if the database can't be used, and LedgerError if the keys are not those of the database.
    """
    database = open_database(settings.database)
    book = FacilityBook(database)
    ledger = ledger_in(database, keys.master_keys, log=settings.ledger_log, projections=(book,))
    checkpoints = CheckpointStore(database, ledger.log, keys.signing_key)
    # A key of another log must be told before anything is served.
    checkpoints.latest()
    return Record(ledger, book, checkpoints)


@dataclass(frozen=True, slots=True)
class Assembly:
    """What one worker serves, and what it does by itself."""

    policies: PoliciesInForce
    orders: OrderFollowing
    services: Services
    signing: CheckpointSigning
    expiry: ExpiryTask
    erasure: SubjectErasure
    stores: AccountStores
    accounts: AccountReading
    monitor: ApplicationMonitor
    following: RulesFollowing
    monitoring: MonitoringHealth

    async def run_tasks(self, stop: asyncio.Event, servicer: health.aio.HealthServicer) -> None:
        """Follow orders, sign checkpoints, end offers, scrub what was erased, tell of monitoring, until `stop` is set.

        Then sign a last time.
        """
        await asyncio.gather(
            self.following.orders_changed(),
            self.orders.run(stop),
            self.signing.run(stop),
            self.expiry.run(stop),
            self.erasure.run_scrubbing(stop),
            self.monitoring.run(servicer, stop),
        )

    def close(self) -> None:
        """Record the events in flight, and end what reads accounts and watches applications. Blocks meanwhile."""
        self.stores.commit.close()
        self.accounts.close()
        self.monitor.close()


def assemble(
    settings: Settings, rules: LoadedRules, record: Record, gate: CallGate, stop: Stop, line: SupervisorLine
) -> Assembly:
    """Put the services and tasks of one worker together."""
    ledger, book = record.ledger, record.book
    policies = PoliciesInForce(rules.desk, ledger.artifacts, rules.generation, time.time_ns() // 1000)
    changes = PolicyChanges(ledger.database)
    exposures = Exposures(
        lambda subject_id, connection=None: book.exposure(ledger.vault.subject_ref(subject_id), connection)
    )
    stores = AccountStores.opened(ledger.database, ledger.vault)
    monitor = application_monitor(rules.desk, rules.monitors, stores, settings.monitoring_wait_seconds)
    accounts = AccountReading(stores.accounts, ledger.vault, monitor)
    maker = DecisionMaker(ledger, exposures, Commitments(book.commitments), accounts)
    erasure = SubjectErasure(ledger, book, ledger.vault, ledger.database)
    decisions = DecisionService(policies, ledger, maker, gate, stop, settings.stream_in_flight)
    following = RulesFollowing(policies, rules.monitors, monitor, settings.models, line)
    orders = OrderFollowing(policies, changes, following.orders_changed, str(settings.rules))
    trials = FolderTrials(line, settings.rules, settings.models)
    activation = Activation(policies, orders, line, trials, settings.rules)
    services = Services(
        decisions,
        PolicyService(policies, line, trials, settings.rules),
        OrderDesk(policies, orders, changes, activation, settings.rules),
        FacilityService(ledger, book, ledger.vault, stores.alerts),
        LedgerService(
            ledger.log,
            record.checkpoints,
            LogProver(ledger.database, ledger.log, record.checkpoints),
            erasure,
            SubjectExport(
                ledger.entries,
                AccountExport(stores.events, stores.alerts, stores.warnings, ledger.vault),
                ledger.vault,
            ),
        ),
        PortfolioService(ledger.database, ledger.log, stores.warnings),
        AccountService(stores, gate, stop, settings),
        LineReviews(policies, decisions, ledger, book, ledger.vault, settings.line_review_product),
    )
    return Assembly(
        policies,
        orders,
        services,
        CheckpointSigning(record.checkpoints, settings.checkpoint_seconds),
        ExpiryTask(ledger, book, settings.expiry_seconds),
        erasure,
        stores,
        accounts,
        monitor,
        following,
        MonitoringHealth(WorkQueue(ledger.database), settings.monitoring_lag_seconds),
    )
