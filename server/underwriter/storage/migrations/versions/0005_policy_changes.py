"""What was ordered of the rules in force: versions to hold, parameters, rollouts."""

import sqlalchemy as sa
from alembic import op

from underwriter.storage.errors import StorageError

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table of changes."""
    op.create_table(
        "policy_changes",
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("change_time_us", sa.BigInteger, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="policy_changes_pk"),
    )
    op.create_index("policy_changes_by_policy", "policy_changes", ["policy", "sequence"])


def downgrade() -> None:
    """Refuse: going back would delete records, and a record is for ever."""
    raise StorageError("the record's tables are never removed; restore a backup instead")
