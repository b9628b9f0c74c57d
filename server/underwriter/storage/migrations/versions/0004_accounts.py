"""Events of accounts, what follows from them, and alerts."""

import sqlalchemy as sa
from alembic import op

from underwriter.storage.errors import StorageError

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables of events, accounts, monitors' work and alerts."""
    _make_events()
    _make_accounts()
    _make_monitors()


def _make_events() -> None:
    op.create_table(
        "account_events",
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("event_digest", sa.LargeBinary, nullable=False),
        sa.Column("subject", sa.LargeBinary, nullable=False),
        sa.Column("device_ref", sa.LargeBinary, nullable=True),
        sa.Column("kind", sa.Integer, nullable=False),
        sa.Column("event_time_us", sa.BigInteger, nullable=False),
        sa.Column("record_time_us", sa.BigInteger, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="account_events_pk"),
        sa.UniqueConstraint("event_id", name="account_events_event_id_unique"),
    )
    op.create_index("account_events_by_subject", "account_events", ["subject", "event_time_us", "event_id"])
    op.create_index("account_events_by_device", "account_events", ["device_ref", "event_time_us", "event_id"])


def _make_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("subject", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.LargeBinary, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("graded_version", sa.BigInteger, nullable=False),
        sa.Column("warning_grade", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("subject", name="accounts_pk"),
    )
    op.create_index("accounts_by_warning_grade", "accounts", ["warning_grade"])
    op.create_table(
        "warning_moves",
        sa.Column("subject", sa.LargeBinary, nullable=False),
        sa.Column("move_time_us", sa.BigInteger, nullable=False),
        sa.Column("from_grade", sa.Text, nullable=False),
        sa.Column("to_grade", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("subject", "move_time_us", name="warning_moves_pk"),
    )
    op.create_index("warning_moves_by_time", "warning_moves", ["move_time_us"])


def _make_monitors() -> None:
    op.create_table(
        "monitor_work",
        sa.Column("key_kind", sa.Integer, nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("from_time_us", sa.BigInteger, nullable=False),
        sa.Column("due_time_us", sa.BigInteger, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.Column("lease_until_us", sa.BigInteger, nullable=False),
        sa.Column("leased_from_us", sa.BigInteger, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("key_kind", "key", name="monitor_work_pk"),
    )
    op.create_index("monitor_work_by_due_time", "monitor_work", ["due_time_us"])
    op.create_table(
        "alerts",
        sa.Column("alert_id", sa.Text, nullable=False),
        sa.Column("change_index", sa.BigInteger, nullable=False),
        sa.Column("subject", sa.LargeBinary, nullable=False),
        sa.Column("monitor", sa.Text, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("code", sa.Text, nullable=False),
        sa.Column("severity", sa.Integer, nullable=False),
        sa.Column("effect", sa.Integer, nullable=False),
        sa.Column("state", sa.Integer, nullable=False),
        sa.Column("key_kind", sa.Integer, nullable=False),
        sa.Column("key", sa.LargeBinary, nullable=False),
        sa.Column("trigger_id", sa.Text, nullable=False),
        sa.Column("event_ids", sa.Text, nullable=False),
        sa.Column("event_time_us", sa.BigInteger, nullable=False),
        sa.Column("raise_time_us", sa.BigInteger, nullable=False),
        sa.Column("expire_time_us", sa.BigInteger, nullable=True),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("acknowledge_time_us", sa.BigInteger, nullable=True),
        sa.PrimaryKeyConstraint("alert_id", name="alerts_pk"),
        sa.UniqueConstraint("change_index", name="alerts_change_index_unique"),
    )
    op.create_index("alerts_by_subject", "alerts", ["subject", "state"])
    op.create_index("alerts_by_trigger", "alerts", ["trigger_id"])
    op.create_table(
        "counters",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("last", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="counters_pk"),
    )


def downgrade() -> None:
    """Refuse: going back would delete records, and a record is for ever."""
    raise StorageError("the record's tables are never removed; restore a backup instead")
