"""Tables of the sealed record: one log of all kinds of entries, its tree, subjects' keys, facilities and funders.

The layout of 0001 was never released. It kept payloads unsealed, so that its entries have no place in the new log.
"""

import sqlalchemy as sa
from alembic import op

from underwriter.storage.errors import StorageError

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Drop the tables of 0001 and make the new ones. Raises StorageError if there are entries to lose."""
    if op.get_bind().execute(sa.text("SELECT 1 FROM entries LIMIT 1")).first() is not None:
        raise StorageError(
            "the database holds decisions in the layout of a version that was never released, which can't be taken"
            " over; keep this database as it is and start with a new one"
        )
    op.drop_table("entries")
    op.drop_table("policies")
    _create_entries()
    _create_subjects()
    _create_secrets()
    _create_tree_heads()
    _create_tree_nodes()
    _create_checkpoints()
    _create_archives()
    _create_artifacts()
    _create_facilities()
    _create_facility_parts()
    _create_funders()


def downgrade() -> None:
    """Refuse: going back would delete records, and a record is for ever."""
    raise StorageError("the record's tables are never removed; restore a backup instead")


def _create_entries() -> None:
    op.create_table(
        "entries",
        sa.Column("log", sa.Text, nullable=False),
        sa.Column("log_index", sa.BigInteger, nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary, nullable=False),
        sa.Column("kind", sa.Integer, nullable=False),
        sa.Column("entry_id", sa.Text, nullable=False),
        sa.Column("request_id", sa.Text, nullable=False),
        sa.Column("request_digest", sa.LargeBinary, nullable=False),
        sa.Column("subject", sa.LargeBinary, nullable=False),
        sa.Column("product", sa.Text, nullable=False),
        sa.Column("outcome", sa.Integer, nullable=False),
        sa.Column("policy_version", sa.Text, nullable=False),
        sa.Column("time_us", sa.BigInteger, nullable=False),
        sa.Column("facts", sa.LargeBinary, nullable=False),
        sa.Column("payload", sa.LargeBinary, nullable=True),
        sa.PrimaryKeyConstraint("log", "log_index", name="entries_pk"),
        sa.UniqueConstraint("entry_id", name="entries_entry_id_unique"),
        sa.UniqueConstraint("kind", "request_id", name="entries_request_id_unique"),
    )
    op.create_index("entries_by_subject", "entries", ["subject", "time_us"])
    op.create_index("entries_by_product", "entries", ["product", "time_us"])
    op.create_index("entries_by_outcome", "entries", ["outcome", "time_us"])
    op.create_index("entries_by_time", "entries", ["time_us"])


def _create_subjects() -> None:
    op.create_table(
        "subjects",
        sa.Column("subject", sa.LargeBinary, nullable=False),
        sa.Column("subject_ref", sa.LargeBinary, nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary, nullable=False),
        sa.Column("master_key_id", sa.Text, nullable=False),
        sa.Column("version", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("subject", name="subjects_pk"),
        sa.UniqueConstraint("subject_ref", name="subjects_ref_unique"),
    )
    op.create_index("subjects_by_master_key", "subjects", ["master_key_id"])


def _create_secrets() -> None:
    op.create_table(
        "secrets",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary, nullable=False),
        sa.Column("master_key_id", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("name", name="secrets_pk"),
    )


def _create_tree_heads() -> None:
    op.create_table(
        "tree_heads",
        sa.Column("log", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("peaks", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("log", name="tree_heads_pk"),
    )


def _create_tree_nodes() -> None:
    op.create_table(
        "tree_nodes",
        sa.Column("log", sa.Text, nullable=False),
        sa.Column("level", sa.Integer, nullable=False),
        sa.Column("node_index", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("log", "level", "node_index", name="tree_nodes_pk"),
    )


def _create_checkpoints() -> None:
    op.create_table(
        "checkpoints",
        sa.Column("log", sa.Text, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("root_hash", sa.LargeBinary, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("sign_time_us", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("log", "size", name="checkpoints_pk"),
    )


def _create_archives() -> None:
    op.create_table(
        "archives",
        sa.Column("log", sa.Text, nullable=False),
        sa.Column("first_index", sa.BigInteger, nullable=False),
        sa.Column("end_index", sa.BigInteger, nullable=False),
        sa.Column("file_name", sa.Text, nullable=False),
        sa.Column("file_sha256", sa.LargeBinary, nullable=False),
        sa.Column("archive_time_us", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("log", "first_index", name="archives_pk"),
    )


def _create_artifacts() -> None:
    op.create_table(
        "artifacts",
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("store_time_us", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("version", name="artifacts_pk"),
    )


def _create_facilities() -> None:
    op.create_table(
        "facilities",
        sa.Column("facility_id", sa.Text, nullable=False),
        sa.Column("subject", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.Integer, nullable=False),
        sa.Column("product", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("revolving", sa.Boolean, nullable=False),
        sa.Column("purpose", sa.Integer, nullable=False),
        sa.Column("term_months", sa.Integer, nullable=False),
        sa.Column("user_group", sa.Text, nullable=False),
        sa.Column("grade", sa.Text, nullable=False),
        sa.Column("annual_rate", sa.Text, nullable=False),
        sa.Column("expected_loss", sa.BigInteger, nullable=True),
        sa.Column("approve_time_us", sa.BigInteger, nullable=False),
        sa.Column("expire_time_us", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("facility_id", name="facilities_pk"),
    )
    op.create_index("facilities_by_subject", "facilities", ["subject", "state"])
    op.create_index("facilities_by_expiry", "facilities", ["state", "expire_time_us"])


def _create_facility_parts() -> None:
    op.create_table(
        "facility_parts",
        sa.Column("facility_id", sa.Text, nullable=False),
        sa.Column("funder", sa.Text, nullable=False),
        sa.Column("credit_limit", sa.BigInteger, nullable=False),
        sa.Column("drawn", sa.BigInteger, nullable=False),
        sa.Column("undrawn", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("facility_id", "funder", name="facility_parts_pk"),
        sa.ForeignKeyConstraint(["facility_id"], ["facilities.facility_id"], name="facility_parts_facility"),
    )
    op.create_index("facility_parts_by_funder", "facility_parts", ["funder"])


def _create_funders() -> None:
    op.create_table(
        "funders",
        sa.Column("funder", sa.Text, nullable=False),
        sa.Column("currency", sa.Text, nullable=False),
        sa.Column("committed", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("funder", "currency", name="funders_pk"),
    )
