"""Entries of the decision log and the sources of policies."""

import sqlalchemy as sa
from alembic import op

from underwriter.storage.errors import StorageError

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make both tables and their indexes."""
    op.create_table(
        "entries",
        sa.Column("log", sa.Text, nullable=False),
        sa.Column("log_index", sa.BigInteger, nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary, nullable=False),
        sa.Column("decision_id", sa.Text, nullable=False),
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Column("request_digest", sa.LargeBinary, nullable=False),
        sa.Column("subject_id", sa.Text, nullable=False),
        sa.Column("product", sa.Text, nullable=False),
        sa.Column("outcome", sa.Integer, nullable=False),
        sa.Column("policy_version", sa.Text, nullable=False),
        sa.Column("decide_time_us", sa.BigInteger, nullable=False),
        sa.Column("request", sa.LargeBinary, nullable=False),
        sa.Column("decision", sa.LargeBinary, nullable=False),
        sa.Column("evidence", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("log", "log_index", name="entries_pk"),
        sa.UniqueConstraint("decision_id", name="entries_decision_id_unique"),
        sa.UniqueConstraint("request_id", name="entries_request_id_unique"),
    )
    op.create_index("entries_by_subject", "entries", ["subject_id", "decide_time_us"])
    op.create_index("entries_by_product", "entries", ["product", "decide_time_us"])
    op.create_index("entries_by_outcome", "entries", ["outcome", "decide_time_us"])
    op.create_index("entries_by_time", "entries", ["decide_time_us"])
    op.create_table(
        "policies",
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("source", sa.LargeBinary, nullable=False),
        sa.Column("load_time_us", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("version", name="policies_pk"),
    )


def downgrade() -> None:
    """Refuses: going back would delete records, and a record is for ever."""
    raise StorageError("the ledger's tables are never removed; restore a backup instead")
