"""What is wrong between rows: ids that stand twice, subjects whose keys are gone or can't be unwrapped."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Connection, func, select

from underwriter.ledger.entry import EntryKind
from underwriter.ledger.keys import SealingError, WrappedKey, Wrapping
from underwriter.ledger.keys.vault import secret_purpose, subject_purpose
from underwriter.ledger.verification import wording
from underwriter.ledger.verification.entry_range import printable, reading_any_text
from underwriter.ledger.verification.findings import Finding
from underwriter.storage import Database
from underwriter.storage.schema import checkpoints, entries, secrets, subjects, tree_nodes

_KEYS_AT_A_TIME = 10_000


def duplicate_findings(database: Database, log: str) -> Iterator[Finding]:
    """Yield which entry ids and request ids stand more than once. Raises DatabaseUnavailable."""
    yield from _repeated(database, log, "entry id", entries.c.entry_id)
    yield from _repeated(database, log, "request id", entries.c.kind, entries.c.request_id)


def _repeated(database: Database, log: str, what: str, *columns: Column[Any]) -> Iterator[Finding]:
    """Only the columns of an index are read of all rows, which is what makes it fast."""
    repeated = select(func.count(), *columns).group_by(*columns).having(func.count() > 1)
    with database.reading() as connection, reading_any_text(connection):
        for count, *values in connection.execute(repeated).all():
            same = [column == value for column, value in zip(columns, values, strict=True)]
            # The last of them is what is wrong; the first has its right to the id.
            index, entry_id = _first(connection, entries.c.log_index.desc(), *same)
            yield wording.id_twice(log, index, entry_id, what, count)


def lost_subject_findings(database: Database, log: str) -> Iterator[Finding]:
    """Yield which subjects are not there, without an ERASURE record. Raises DatabaseUnavailable."""
    known = select(subjects.c.subject)
    gone = select(entries.c.subject).distinct().where(entries.c.subject != b"", entries.c.subject.not_in(known))
    with database.reading() as connection, reading_any_text(connection):
        for (subject,) in connection.execute(gone).all():
            of_subject = entries.c.subject == subject
            kinds = connection.execute(select(entries.c.kind).where(of_subject)).scalars().all()
            if EntryKind.ERASURE not in kinds:
                index, entry_id = _first(connection, entries.c.log_index, of_subject)
                yield wording.subject_gone(log, index, entry_id, len(kinds))


def stray_findings(database: Database, log: str) -> Iterator[Finding]:
    """Yield which logs without entries have checkpoints or stored hashes: these belong elsewhere."""
    of_checkpoints = select(checkpoints.c.log).distinct().where(checkpoints.c.size > 0)
    of_nodes = select(tree_nodes.c.log).distinct()
    with database.reading() as connection, reading_any_text(connection):
        for what, names in (("checkpoints", of_checkpoints), ("stored hashes of a tree", of_nodes)):
            for name in connection.execute(names).scalars().all():
                any_entry = select(entries.c.log_index).where(entries.c.log == printable(name)).limit(1)
                if connection.execute(any_entry).first() is None:
                    yield wording.stray_rows(log, what, printable(name))


def _first(connection: Connection, order: Any, *conditions: Any) -> tuple[int, str]:
    """Return index and id of the first entry in an order."""
    statement = select(entries.c.log_index, entries.c.entry_id).where(*conditions).order_by(order).limit(1)
    index, entry_id = connection.execute(statement).one()
    return index, printable(entry_id)


def subject_key_findings(database: Database, log: str, master_keys: Wrapping) -> Iterator[Finding]:
    """Yield which stored keys can't be unwrapped by the master keys. Raises DatabaseUnavailable."""
    yield from _secret_findings(database, log, master_keys)
    last = b""
    while True:
        page = (
            select(subjects.c.subject, subjects.c.master_key_id, subjects.c.wrapped_key)
            .where(subjects.c.subject > last)
            .order_by(subjects.c.subject)
            .limit(_KEYS_AT_A_TIME)
        )
        with database.reading() as connection, reading_any_text(connection):
            rows = connection.execute(page).all()
        for subject, master_key_id, wrapped_key in rows:
            try:
                master_keys.unwrap(WrappedKey(master_key_id, wrapped_key), subject_purpose(subject))
            except SealingError as error:
                yield _key_finding(database, log, subject, str(error))
        if len(rows) < _KEYS_AT_A_TIME:
            return
        last = rows[-1].subject


def _secret_findings(database: Database, log: str, master_keys: Wrapping) -> Iterator[Finding]:
    with database.reading() as connection, reading_any_text(connection):
        rows = connection.execute(select(secrets.c.name, secrets.c.master_key_id, secrets.c.wrapped_key)).all()
    for name, master_key_id, wrapped_key in rows:
        try:
            master_keys.unwrap(WrappedKey(master_key_id, wrapped_key), secret_purpose(printable(name)))
        except SealingError as error:
            yield wording.subject_key_damaged(log, None, "", f"the key by which subjects are found: {error}")


def _key_finding(database: Database, log: str, subject: bytes, why: str) -> Finding:
    of_subject = (
        select(entries.c.log_index, entries.c.entry_id)
        .where(entries.c.log == log, entries.c.subject == subject)
        .order_by(entries.c.log_index)
        .limit(1)
    )
    with database.reading() as connection, reading_any_text(connection):
        row = connection.execute(of_subject).one_or_none()
    index, entry_id = row if row is not None else (None, "")
    return wording.subject_key_damaged(log, index, printable(entry_id), why)
