"""Writes a batch of entries in one transaction: records, subjects, the tree's head, and what follows from the facts."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, zip_longest
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import SQLAlchemyError

from underwriter.ledger.batch import NOTHING_KNOWN, Batch, Draft, Known
from underwriter.ledger.companion import Companion, companions_refused, record_companions
from underwriter.ledger.entry import Entry, MakeEntry, Recorded
from underwriter.ledger.errors import LedgerError, ProjectionRefused
from underwriter.ledger.keys.vault import SubjectRow, Vault
from underwriter.ledger.merkle.frontier import Frontier
from underwriter.ledger.projection import Projection
from underwriter.ledger.rows import row_of, select_records, stored_record
from underwriter.storage.database import Database
from underwriter.storage.errors import DatabaseUnavailable
from underwriter.storage.schema import entries as table
from underwriter.storage.schema import subjects, tree_heads, tree_nodes

# Each statement gives up the interpreter's lock and must get it back from a busy event loop: few statements, many rows.
ROWS_OF_A_STATEMENT = 64

_Item = TypeVar("_Item")


class _SomeMayBeRecorded(Exception):
    """The batch is not all new, or an entry was refused that may be a retry, which is answered first."""


class _State(NamedTuple):
    """What the database holds before the batch."""

    frontier: Frontier
    subjects: Sequence[SubjectRow]


class EntryWriter:
    """Appends to one log of a database.

    Its statements are compiled once for each number of rows and run by the driver's cursor on plain tuples: for a small
    batch, SQLAlchemy's own preparation of each statement takes several times as long as the statement.
    """

    def __init__(self, database: Database, log: str, vault: Vault, projections: Sequence[Projection] = ()) -> None:
        self._database = database
        self._log = log
        self._vault = vault
        self._projections = projections
        self._statements = _Statements(database)

    def write_all(self, batch: Sequence[Entry | MakeEntry]) -> Sequence[Recorded | Exception]:
        """Record the entries, then those still to be made, and answer for each, in order.

        Each of the latter is made once those before it are written and no other writer is at work; what it raises is
        its answer. For the rest see `write`.
        """
        entries = [item for item in batch if isinstance(item, Entry)]
        to_make = [item for item in batch if not isinstance(item, Entry)]
        answers = iter(self.write(entries) if entries else ())
        made = iter(self._write_in_turn(to_make) if to_make else ())
        return [next(answers) if isinstance(item, Entry) else next(made) for item in batch]

    def write(self, entries: Sequence[Entry]) -> Sequence[Recorded | LedgerError]:
        """Record the entries and answer for each, in order, once all of them are durable.

        Each is answered as if those before it were recorded already. Known requests come first: the same kind, id and
        content get the record that is there, other content RequestIdReused. EntryIdReused answers an entry id that is
        taken, SubjectChanged an `expected_version` that is not the subject's, or a subject that is presumed to be new
        and is not, SubjectUnknown the erasure of a subject that nothing is recorded on, and any record with a payload
        on one that was erased; SealingError a subject whose key is lost, ProjectionRefused what a projection can't
        take, and CompanionRefused an entry whose companion can't be recorded. Raises DatabaseUnavailable if the
        database fails: then nothing of the batch is recorded.
        """
        drafts = [self._draft(entry) for entry in entries]
        try:
            with self._database.writing() as connection:
                batch = self._append(connection, drafts, None)
        except _SomeMayBeRecorded:
            with self._database.writing() as connection:
                batch = self._append(connection, drafts, _known(connection, entries))
        for subject in batch.erased:
            self._vault.forget(subject)
        return batch.answers

    def _write_in_turn(self, to_make: Sequence[MakeEntry]) -> Sequence[Recorded | Exception]:
        """Answer for each, once all are durable. What others asked for is recorded already, so nothing is raised."""
        try:
            with self._database.writing() as connection:
                return [self._made(connection, make) for make in to_make]
        except DatabaseUnavailable as error:
            return [error] * len(to_make)

    def _made(self, connection: Connection, make: MakeEntry) -> Recorded | Exception:
        try:
            entry = make(connection)
        except (DatabaseUnavailable, SQLAlchemyError):
            raise
        except Exception as error:  # noqa: BLE001 - nothing was written: it is the answer to the one who asked
            return error
        return self._append(connection, [self._draft(entry)], _known(connection, [entry])).answers[0]

    def _draft(self, entry: Entry) -> Draft:
        subject_ref = self._vault.subject_ref(entry.subject_id) if entry.subject_id else b""
        return Draft(entry, self._vault.request_digest(entry.request), subject_ref)

    def _append(self, connection: Connection, drafts: Sequence[Draft], known: Known | None) -> Batch:
        """Decide on the batch and write what is taken.

        `known` is None if nothing is presumed to be known. Raises _SomeMayBeRecorded if that won't do; the transaction
        is void then.
        """
        cursor = connection.connection.cursor()
        state = self._state(cursor, drafts)
        batch = self._decided(connection, drafts, state, known or NOTHING_KNOWN)
        if known is None and batch.has_refusals:
            raise _SomeMayBeRecorded
        if not batch.taken:
            return batch
        self._write_subjects(cursor, batch)
        if self._insert_entries(cursor, batch.taken) != len(batch.taken):
            if known is None:
                raise _SomeMayBeRecorded
            raise DatabaseUnavailable("the log goes on beyond the head of its tree; verify the ledger")
        self._extend_tree(cursor, state.frontier, batch)
        self._apply(connection, batch)
        return batch

    def _state(self, cursor: DBAPICursor, drafts: Sequence[Draft]) -> _State:
        """Read the tree's head and the rows of the batch's subjects, nearly always by one statement."""
        refs = list({draft.subject_ref for draft in drafts if draft.subject_ref}) or [b""]
        found: list[SubjectRow] = []
        for part in _parts(refs):
            rows = self._rows_with_head(cursor, part)
            found.extend(SubjectRow(*subject) for _, _, *subject in rows if subject[0] is not None)
        size, peaks, *_ = rows[0]
        named = list({draft.entry.subject for draft in drafts if not draft.subject_ref})
        for part in _parts(named):
            cursor.execute(self._statements.subjects(_step_of(len(part))), _padded(part))
            found.extend(map(SubjectRow._make, cursor.fetchall()))
        return _State(Frontier.from_bytes(size, peaks), found)

    def _rows_with_head(self, cursor: DBAPICursor, refs: Sequence[bytes]) -> Sequence[Any]:
        statement, values = self._statements.head_and_subjects(_step_of(len(refs))), (*_padded(refs), self._log)
        cursor.execute(statement, values)
        rows = cursor.fetchall()
        if not rows:
            cursor.execute(self._statements.insert_head, (self._log, 0, b""))
            cursor.execute(statement, values)
            rows = cursor.fetchall()
        return rows

    def _decided(self, connection: Connection, drafts: Sequence[Draft], state: _State, known: Known) -> Batch:
        """Return the batch with all answers. What a projection refuses may change the answers that follow."""

        def decided(refused: Mapping[int, LedgerError]) -> Batch:
            batch = Batch(self._log, state.frontier.size, state.subjects, known, self._vault)
            for position, draft in enumerate(drafts):
                batch.add(draft, refused.get(position))
            return batch

        refused: dict[int, LedgerError] = {**companions_refused(connection, _companions(drafts))}
        batch = decided(refused)
        while refusals := self._refusals(connection, batch):
            refused |= _upheld(refusals, batch.positions, decided(refused | refusals).positions)
            batch = decided(refused)
        return batch

    def _refusals(self, connection: Connection, batch: Batch) -> dict[int, ProjectionRefused]:
        """Return what the first projection that refuses anything refuses, by position in the batch."""
        if batch.positions:
            for projection in self._projections:
                answers = zip(batch.positions, projection.refusals(connection, batch.with_facts), strict=True)
                refused = {position: refusal for position, refusal in answers if refusal is not None}
                if refused:
                    return refused
        return {}

    def _write_subjects(self, cursor: DBAPICursor, batch: Batch) -> None:
        # Who was erased may begin anew in the same batch.
        for subject in batch.erased:
            cursor.execute(self._statements.delete_subject, (subject,))
        for part in _parts(list(batch.subjects.values())):
            cursor.execute(self._statements.upsert_subjects(len(part)), tuple(chain.from_iterable(part)))

    def _insert_entries(self, cursor: DBAPICursor, records: Sequence[Recorded]) -> int:
        """Insert the records, many by one statement; return how many went in."""
        inserted = 0
        for part in _parts(records):
            cursor.execute(self._statements.insert_entries(len(part)), tuple(chain.from_iterable(map(row_of, part))))
            inserted += cursor.rowcount
        return inserted

    def _extend_tree(self, cursor: DBAPICursor, frontier: Frontier, batch: Batch) -> None:
        grown, completed = frontier.appended([record.leaf_hash for record in batch.taken])
        for node in completed:
            cursor.execute(self._statements.insert_node, (self._log, node.level, node.index, node.hash))
        cursor.execute(self._statements.update_head, (grown.size, grown.to_bytes(), self._log))

    def _apply(self, connection: Connection, batch: Batch) -> None:
        if batch.positions:
            for projection in self._projections:
                projection.apply(connection, batch.with_facts)
        record_companions(connection, batch.companions)


class _Statements:
    """The writer's statements as texts for the driver's cursor; those of many rows are compiled when first needed."""

    def __init__(self, database: Database) -> None:
        insert, compiled = database.insert, database.compiled
        self.insert_entries = cache(
            lambda rows: compiled(insert(table).values(_rows(table.c.keys(), rows)).on_conflict_do_nothing())
        )
        self.upsert_subjects = cache(lambda rows: compiled(_upsert_subjects(database, rows)))
        self.head_and_subjects = cache(lambda rows: compiled(_select_head_and_subjects(rows)))
        self.subjects = cache(
            lambda rows: compiled(select(*subjects.c).where(subjects.c.subject.in_(_parameters(rows))))
        )
        self.insert_head = compiled(insert(tree_heads))
        self.insert_node = compiled(insert(tree_nodes))
        self.update_head = compiled(
            update(tree_heads)
            .values(size=bindparam("new_size"), peaks=bindparam("new_peaks"))
            .where(tree_heads.c.log == bindparam("of_log"))
        )
        self.delete_subject = compiled(delete(subjects).where(subjects.c.subject == bindparam("erased")))


def _rows(columns: Sequence[str], rows: int) -> list[dict[str, None]]:
    return [dict.fromkeys(columns)] * rows


def _parameters(rows: int) -> list[Any]:
    return [bindparam(f"wanted_{number}") for number in range(rows)]


def _upsert_subjects(database: Database, rows: int) -> Any:
    insert = database.insert(subjects).values(_rows(subjects.c.keys(), rows))
    return insert.on_conflict_do_update(
        index_elements=[subjects.c.subject], set_={subjects.c.version: insert.excluded.version}
    )


def _select_head_and_subjects(rows: int) -> Any:
    """The head comes with each subject that is found, and alone if there is none."""
    wanted = tree_heads.outerjoin(subjects, subjects.c.subject_ref.in_(_parameters(rows)))
    statement = select(tree_heads.c.size, tree_heads.c.peaks, *subjects.c).select_from(wanted)
    return statement.where(tree_heads.c.log == bindparam("of_log"))


def _parts(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    return (items[start : start + ROWS_OF_A_STATEMENT] for start in range(0, len(items), ROWS_OF_A_STATEMENT))


def _step_of(count: int) -> int:
    """Return the number of parameters to look up so many values by: one of few, so that statements stay prepared."""
    return next(step for step in (1, 4, 16, ROWS_OF_A_STATEMENT) if step >= count)


def _padded(values: Sequence[bytes]) -> tuple[bytes, ...]:
    """Return the values, the last as often again as fills the step."""
    return (*values, *[values[-1]] * (_step_of(len(values)) - len(values)))


def _companions(drafts: Sequence[Draft]) -> dict[int, Companion]:
    """Return what comes with the entries of a batch, by position."""
    companions = ((position, draft.entry.companion) for position, draft in enumerate(drafts))
    return {position: companion for position, companion in companions if companion is not None}


def _known(connection: Connection, entries: Sequence[Entry]) -> Known:
    """Read the records that have a request id or an entry id of these entries."""
    of_requests = table.c.kind.in_({int(entry.kind) for entry in entries}) & table.c.request_id.in_(
        {entry.request_id for entry in entries}
    )
    records = [stored_record(tuple(row)) for row in connection.execute(select_records().where(of_requests))]
    taken_ids = select(table.c.entry_id).where(table.c.entry_id.in_([entry.entry_id for entry in entries]))
    by_request = {(record.sealed.kind, record.sealed.request_id): record for record in records}
    return Known(by_request, set(connection.execute(taken_ids).scalars()))


def _upheld(
    refusals: Mapping[int, ProjectionRefused], asked: Sequence[int], remaining: Sequence[int]
) -> dict[int, ProjectionRefused]:
    """Return the refusals that stand, at least the first.

    `asked` are the positions that the projection was asked about, `remaining` those that are taken when all refusals
    stand. Where they differ by more than the refused, such as by an entry that expected the version after a refused
    one, the projection was asked about what does not come to pass: refusals from there on are void.
    """
    presumed = [position for position in asked if position not in refusals]
    parting = next((pair for pair in zip_longest(presumed, remaining) if pair[0] != pair[1]), None)
    if parting is None:
        return dict(refusals)
    first = min(position for position in parting if position is not None)
    return {position: refusal for position, refusal in refusals.items() if position < first}
