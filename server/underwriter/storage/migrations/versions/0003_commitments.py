"""Totals of guarantors and of concentrations beside those of funders, and what each facility counts towards."""

import sqlalchemy as sa
from alembic import op

from underwriter.storage.errors import StorageError

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make both tables, and take over what the funders have committed."""
    op.create_table(
        "counted_shares",
        sa.Column("facility_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("share", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("facility_id", "kind", "name", name="counted_shares_pk"),
        sa.ForeignKeyConstraint(["facility_id"], ["facilities.facility_id"], name="counted_shares_facility"),
    )
    op.create_table(
        "commitments",
        sa.Column("kind", sa.Integer, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("committed", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("kind", "name", "currency", name="commitments_pk"),
    )
    op.execute(
        "INSERT INTO commitments (kind, name, currency, committed)"
        # 1 is the kind of funders.
        " SELECT 1, funder, currency, committed FROM funders"
    )
    op.drop_table("funders")


def downgrade() -> None:
    """Refuse: going back would delete records, and a record is for ever."""
    raise StorageError("the record's tables are never removed; restore a backup instead")
