"""The tables, as the statements see them. The migrations make them; a test holds that both agree."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, PrimaryKeyConstraint, Table, Text
from sqlalchemy import UniqueConstraint as Unique

metadata = MetaData()

entries = Table(
    "entries",
    metadata,
    Column("log", Text, nullable=False),
    Column("log_index", BigInteger, nullable=False),
    Column("leaf_hash", LargeBinary, nullable=False),
    Column("decision_id", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("request_digest", LargeBinary, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("product", Text, nullable=False),
    Column("outcome", Integer, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("decide_time_us", BigInteger, nullable=False),
    Column("request", LargeBinary, nullable=False),
    Column("decision", LargeBinary, nullable=False),
    Column("evidence", LargeBinary, nullable=False),
    PrimaryKeyConstraint("log", "log_index", name="entries_pk"),
    Unique("decision_id", name="entries_decision_id_unique"),
    Unique("request_id", name="entries_request_id_unique"),
    Index("entries_by_subject", "subject_id", "decide_time_us"),
    Index("entries_by_product", "product", "decide_time_us"),
    Index("entries_by_outcome", "outcome", "decide_time_us"),
    Index("entries_by_time", "decide_time_us"),
)

policies = Table(
    "policies",
    metadata,
    Column("version", Text, nullable=False),
    Column("source", LargeBinary, nullable=False),
    Column("load_time_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("version", name="policies_pk"),
)
