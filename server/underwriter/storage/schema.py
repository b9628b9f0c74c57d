"""The tables, as the statements see them. The migrations make them; a test holds that both agree.

Times are microseconds since 1970-01-01T00:00:00Z. Amounts are whole minor units of their currency (cents). A `subject`
is the UUID v7, as 16 bytes, that stands for a person or firm; only `subjects` leads from the lender's identifier to it.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)
from sqlalchemy import UniqueConstraint as Unique

metadata = MetaData()

entries = Table(
    "entries",
    metadata,
    Column("log", Text, nullable=False),
    Column("log_index", BigInteger, nullable=False),
    Column("leaf_hash", LargeBinary, nullable=False),
    Column("kind", Integer, nullable=False),
    Column("entry_id", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    # An HMAC of the request's bytes, which tells a retry from a second use of the id.
    Column("request_digest", LargeBinary, nullable=False),
    Column("subject", LargeBinary, nullable=False),
    Column("product", Text, nullable=False),
    Column("outcome", Integer, nullable=False),
    Column("policy_version", Text, nullable=False),
    Column("time_us", BigInteger, nullable=False),
    Column("facts", LargeBinary, nullable=False),
    # Request, answer and evidence, sealed; null once it was moved to an archive.
    Column("payload", LargeBinary, nullable=True),
    PrimaryKeyConstraint("log", "log_index", name="entries_pk"),
    Unique("entry_id", name="entries_entry_id_unique"),
    Unique("kind", "request_id", name="entries_request_id_unique"),
    Index("entries_by_subject", "subject", "time_us"),
    Index("entries_by_product", "product", "time_us"),
    Index("entries_by_outcome", "outcome", "time_us"),
    Index("entries_by_time", "time_us"),
)

subjects = Table(
    "subjects",
    metadata,
    Column("subject", LargeBinary, nullable=False),
    # An HMAC of the lender's identifier.
    Column("subject_ref", LargeBinary, nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("master_key_id", Text, nullable=False),
    # Names the history of the subject's facilities: another after each entry that changed one.
    Column("version", BigInteger, nullable=False),
    PrimaryKeyConstraint("subject", name="subjects_pk"),
    Unique("subject_ref", name="subjects_ref_unique"),
    Index("subjects_by_master_key", "master_key_id"),
)

# Keys that belong to no subject, wrapped by the master key: the key of the HMACs.
secrets = Table(
    "secrets",
    metadata,
    Column("name", Text, nullable=False),
    Column("wrapped_key", LargeBinary, nullable=False),
    Column("master_key_id", Text, nullable=False),
    PrimaryKeyConstraint("name", name="secrets_pk"),
)

tree_heads = Table(
    "tree_heads",
    metadata,
    Column("log", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    # The roots of the perfect subtrees that make up the tree, largest first, 32 bytes each.
    Column("peaks", LargeBinary, nullable=False),
    PrimaryKeyConstraint("log", name="tree_heads_pk"),
)

# The roots of perfect subtrees of 256, 65,536, ... leaves (levels 8, 16, ...), so that proofs read few leaves.
tree_nodes = Table(
    "tree_nodes",
    metadata,
    Column("log", Text, nullable=False),
    Column("level", Integer, nullable=False),
    Column("node_index", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    PrimaryKeyConstraint("log", "level", "node_index", name="tree_nodes_pk"),
)

checkpoints = Table(
    "checkpoints",
    metadata,
    Column("log", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("root_hash", LargeBinary, nullable=False),
    Column("note", Text, nullable=False),
    Column("sign_time_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("log", "size", name="checkpoints_pk"),
)

# Which ranges of which log were moved to which file.
archives = Table(
    "archives",
    metadata,
    Column("log", Text, nullable=False),
    Column("first_index", BigInteger, nullable=False),
    Column("end_index", BigInteger, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("file_sha256", LargeBinary, nullable=False),
    Column("archive_time_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("log", "first_index", name="archives_pk"),
)

# Policies and models, by the hash of their content.
artifacts = Table(
    "artifacts",
    metadata,
    Column("version", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("store_time_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("version", name="artifacts_pk"),
)

facilities = Table(
    "facilities",
    metadata,
    Column("facility_id", Text, nullable=False),
    Column("subject", LargeBinary, nullable=False),
    Column("state", Integer, nullable=False),
    Column("product", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("revolving", Boolean, nullable=False),
    Column("purpose", Integer, nullable=False),
    Column("term_months", Integer, nullable=False),
    Column("user_group", Text, nullable=False),
    Column("grade", Text, nullable=False),
    Column("annual_rate", Text, nullable=False),
    Column("expected_loss", BigInteger, nullable=True),
    Column("approve_time_us", BigInteger, nullable=False),
    Column("expire_time_us", BigInteger, nullable=False),
    PrimaryKeyConstraint("facility_id", name="facilities_pk"),
    Index("facilities_by_subject", "subject", "state"),
    Index("facilities_by_expiry", "state", "expire_time_us"),
)

# Each funder's part of a facility; one that a single lender gives has one part.
facility_parts = Table(
    "facility_parts",
    metadata,
    Column("facility_id", Text, nullable=False),
    Column("funder", Text, nullable=False),
    Column("credit_limit", BigInteger, nullable=False),
    Column("drawn", BigInteger, nullable=False),
    Column("undrawn", BigInteger, nullable=False),
    PrimaryKeyConstraint("facility_id", "funder", name="facility_parts_pk"),
    ForeignKeyConstraint(["facility_id"], ["facilities.facility_id"], name="facility_parts_facility"),
    Index("facility_parts_by_funder", "funder"),
)

# What a facility counts towards besides its funders' totals: which share of it, as a decimal fraction.
counted_shares = Table(
    "counted_shares",
    metadata,
    Column("facility_id", Text, nullable=False),
    Column("kind", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("share", Text, nullable=False),
    PrimaryKeyConstraint("facility_id", "kind", "name", name="counted_shares_pk"),
    ForeignKeyConstraint(["facility_id"], ["facilities.facility_id"], name="counted_shares_facility"),
)

# What each total comes to: owed, set aside and still to be drawn. Its kind is funder, guarantor or concentration.
commitments = Table(
    "commitments",
    metadata,
    Column("kind", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("committed", BigInteger, nullable=False),
    PrimaryKeyConstraint("kind", "name", "currency", name="commitments_pk"),
)

# What happened to accounts: the truth that figures, alerts and grades follow from.
account_events = Table(
    "account_events",
    metadata,
    # The order in which they came, gapless from 1.
    Column("sequence", BigInteger, nullable=False),
    Column("event_id", Text, nullable=False),
    # An HMAC of the event's bytes, which tells a retry from a second use of the id.
    Column("event_digest", LargeBinary, nullable=False),
    Column("subject", LargeBinary, nullable=False),
    # An HMAC of the device's identifier; null if there is no device.
    Column("device_ref", LargeBinary, nullable=True),
    Column("kind", Integer, nullable=False),
    Column("event_time_us", BigInteger, nullable=False),
    Column("record_time_us", BigInteger, nullable=False),
    # The AccountEvent, sealed by the subject's key.
    Column("payload", LargeBinary, nullable=False),
    PrimaryKeyConstraint("sequence", name="account_events_pk"),
    Unique("event_id", name="account_events_event_id_unique"),
    Index("account_events_by_subject", "subject", "event_time_us", "event_id"),
    Index("account_events_by_device", "device_ref", "event_time_us", "event_id"),
)

# What is known of each account that had an event.
accounts = Table(
    "accounts",
    metadata,
    Column("subject", LargeBinary, nullable=False),
    # An AccountState.
    Column("state", LargeBinary, nullable=False),
    # Grows with each change of the account's events and alerts.
    Column("version", BigInteger, nullable=False),
    # The version that the grade of early warning was worked out from; -1 before the first.
    Column("graded_version", BigInteger, nullable=False),
    Column("warning_grade", Text, nullable=False),
    PrimaryKeyConstraint("subject", name="accounts_pk"),
    Index("accounts_by_warning_grade", "warning_grade"),
)

warning_moves = Table(
    "warning_moves",
    metadata,
    Column("subject", LargeBinary, nullable=False),
    Column("move_time_us", BigInteger, nullable=False),
    Column("from_grade", Text, nullable=False),
    Column("to_grade", Text, nullable=False),
    PrimaryKeyConstraint("subject", "move_time_us", name="warning_moves_pk"),
    Index("warning_moves_by_time", "move_time_us"),
)

# Which keys have events that no monitor has looked at yet, or a time to come at which one must look.
# `key_kind` is 1 for a subject and 2 for a device_ref. Times that are 2^63 - 1 are never.
monitor_work = Table(
    "monitor_work",
    metadata,
    Column("key_kind", Integer, nullable=False),
    Column("key", LargeBinary, nullable=False),
    # The earliest event to look at, of those that no process has taken on: never if there is none.
    Column("from_time_us", BigInteger, nullable=False),
    # When to look: when the event came, or a deadline; the end of the lease while a process has all there is.
    Column("due_time_us", BigInteger, nullable=False),
    # Grows each time that a process takes the key on, so that one whose lease has ended does not end another's.
    Column("version", BigInteger, nullable=False),
    # Until when a process has the key; 0 if none has.
    Column("lease_until_us", BigInteger, nullable=False),
    # The earliest event that this process looks at: never if none has the key. It is looked at again if it crashes.
    Column("leased_from_us", BigInteger, nullable=False),
    # How often it failed in a row.
    Column("failures", Integer, nullable=False),
    PrimaryKeyConstraint("key_kind", "key", name="monitor_work_pk"),
    Index("monitor_work_by_due_time", "due_time_us"),
)

alerts = Table(
    "alerts",
    metadata,
    # A UUID that follows from monitor, rule, events and subject.
    Column("alert_id", Text, nullable=False),
    # Another with each change of the alert, growing over all alerts: what streams go on from.
    Column("change_index", BigInteger, nullable=False),
    Column("subject", LargeBinary, nullable=False),
    Column("monitor", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("effect", Integer, nullable=False),
    Column("state", Integer, nullable=False),
    # The key that the monitor looked at, and the id of the event that the rule was tried for.
    Column("key_kind", Integer, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("trigger_id", Text, nullable=False),
    # The ids of all its events in the order of their times, separated by spaces.
    Column("event_ids", Text, nullable=False),
    Column("event_time_us", BigInteger, nullable=False),
    Column("raise_time_us", BigInteger, nullable=False),
    Column("expire_time_us", BigInteger, nullable=True),
    Column("actor", Text, nullable=False),
    Column("acknowledge_time_us", BigInteger, nullable=True),
    PrimaryKeyConstraint("alert_id", name="alerts_pk"),
    Unique("change_index", name="alerts_change_index_unique"),
    Index("alerts_by_subject", "subject", "state"),
    Index("alerts_by_trigger", "trigger_id"),
)

# What was ordered of the rules in force, by whom and why, over all servers of this database.
policy_changes = Table(
    "policy_changes",
    metadata,
    # The order in which they were made, gapless from 1.
    Column("sequence", BigInteger, nullable=False),
    # The policy's resource name.
    Column("policy", Text, nullable=False),
    Column("change_time_us", BigInteger, nullable=False),
    # The PolicyChange.
    Column("content", LargeBinary, nullable=False),
    PrimaryKeyConstraint("sequence", name="policy_changes_pk"),
    Index("policy_changes_by_policy", "policy", "sequence"),
)

# The last number given in each gapless count: of events, of changes of alerts, and of changes of policies. What is
# deleted frees no number.
counters = Table(
    "counters",
    metadata,
    Column("name", Text, nullable=False),
    Column("last", BigInteger, nullable=False),
    PrimaryKeyConstraint("name", name="counters_pk"),
)
