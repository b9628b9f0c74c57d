"""Decides on the entries of a batch in order, each as if those before it were recorded. Touches no database."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import replace
from typing import NamedTuple

from underwriter.ledger.companion import Companion
from underwriter.ledger.entry import Entry, EntryKind, Payload, Recorded, Sealed
from underwriter.ledger.errors import EntryIdReused, LedgerError, RequestIdReused, SubjectChanged, SubjectUnknown
from underwriter.ledger.keys.sealing import seal
from underwriter.ledger.keys.vault import SubjectRow, Vault
from underwriter.ledger.leaf import leaf_hash
from underwriter.ledger.rows import StoredRecord, opened
from underwriter.ledger.subject_version import NEW_SUBJECT, version_after


class Draft(NamedTuple):
    """An entry with what was made of it before the transaction.

    `subject_ref` is empty where the entry names its subject by `subject`.
    """

    entry: Entry
    request_digest: bytes
    subject_ref: bytes


class Known(NamedTuple):
    """The records that have a request id or an entry id of the batch, by kind and request id, and their entry ids."""

    by_request: Mapping[tuple[int, str], StoredRecord]
    entry_ids: Set[str]


NOTHING_KNOWN = Known({}, frozenset())


class Batch:
    """A batch being decided on.

    `answers` has the answer to each entry that was added; `taken` the records to append, with the indexes from
    `first_index` on, `positions` where in the batch those of them with facts stand, and `companions` what comes with
    them. `subjects` has the rows of subjects that are new or have another version now, `erased` those whose rows must
    go.
    """

    def __init__(self, log: str, first_index: int, subjects: Iterable[SubjectRow], known: Known, vault: Vault) -> None:
        self.answers: list[Recorded | LedgerError] = []
        self.taken: list[Recorded] = []
        self.positions: list[int] = []
        self.companions: list[Companion] = []
        self.subjects: dict[bytes, SubjectRow] = {}
        self.erased: list[bytes] = []
        self._log = log
        self._first_index = first_index
        self._vault = vault
        self._by_request: dict[tuple[int, str], StoredRecord | Recorded] = dict(known.by_request)
        self._entry_ids = set(known.entry_ids)
        self._by_subject = {row.subject: row for row in subjects}
        self._by_ref = {row.subject_ref: row for row in self._by_subject.values()}

    @property
    def has_refusals(self) -> bool:
        """Whether an entry was refused."""
        return any(isinstance(answer, LedgerError) for answer in self.answers)

    @property
    def with_facts(self) -> list[Sealed]:
        """The records to append that have facts."""
        return [record.sealed for record in self.taken if record.sealed.facts]

    def add(self, draft: Draft, refusal: LedgerError | None = None) -> None:
        """Decide on the next entry. `refusal` is the answer if the entry would else be taken."""
        try:
            self.answers.append(self._answer(draft, refusal))
        except LedgerError as error:
            self.answers.append(error)

    def _answer(self, draft: Draft, refusal: LedgerError | None) -> Recorded:
        entry = draft.entry
        earlier = self._by_request.get((entry.kind, entry.request_id))
        if earlier is not None:
            return self._again(earlier, draft)
        if entry.entry_id in self._entry_ids:
            raise EntryIdReused(entry.entry_id)
        row = self._row_of(draft)
        if entry.expected_version not in (None, row.version if row else NEW_SUBJECT):
            raise SubjectChanged
        if refusal is not None:
            raise refusal
        record = self._recorded(draft, row)
        self._take(record, row)
        if entry.companion is not None:
            self.companions.append(entry.companion)
        return record

    def _again(self, earlier: StoredRecord | Recorded, draft: Draft) -> Recorded:
        """Answer a retry by the record that is there."""
        if earlier.sealed.request_digest != draft.request_digest:
            raise RequestIdReused(draft.entry.request_id)
        if earlier.sealed.subject in self.erased:
            return Recorded(earlier.sealed, None, earlier.log, earlier.index, earlier.leaf_hash, True, True)
        record = earlier if isinstance(earlier, Recorded) else opened(earlier, self._vault)
        return replace(record, is_replay=True)

    def _row_of(self, draft: Draft) -> SubjectRow | None:
        """Return the row of the entry's subject, a new one for a subject that nothing is recorded on.

        Raises SubjectUnknown if the subject can't be erased or has no key to seal with. Without a key a record may
        still be made that keeps nothing secret, such as the end of an offer: it goes by the bytes it is named by.
        Raises SubjectChanged if the entry presumes that the subject is new, and it is not.
        """
        entry = draft.entry
        row = self._by_ref.get(draft.subject_ref) if draft.subject_ref else self._by_subject.get(entry.subject)
        if row is not None:
            if entry.subject not in (b"", row.subject):
                raise SubjectChanged
            return row
        if entry.kind == EntryKind.ERASURE:
            raise SubjectUnknown
        if draft.subject_ref:
            return self._vault.new_subject(draft.subject_ref, entry.subject)
        if _has_secrets(entry):
            raise SubjectUnknown
        return None

    def _recorded(self, draft: Draft, row: SubjectRow | None) -> Recorded:
        """Seal and hash the entry for the next place in the log. Raises SealingError if the subject's key is lost."""
        entry = draft.entry
        payload = Payload(entry.request, entry.answer, entry.evidence)
        secret = b""
        if row is not None and _has_secrets(entry):
            key = self._vault.subject_key(row.subject, row.wrapped_key, row.master_key_id)
            secret = seal(key, entry.entry_id, payload)
        sealed = Sealed(
            int(entry.kind),
            entry.entry_id,
            entry.request_id,
            draft.request_digest,
            row.subject if row else entry.subject,
            entry.product,
            entry.outcome,
            entry.policy_version,
            entry.time_us,
            entry.facts,
            secret,
        )
        index = self._first_index + len(self.taken)
        if row is None or entry.kind == EntryKind.ERASURE:
            return Recorded(sealed, None, self._log, index, leaf_hash(sealed), is_erased=True)
        return Recorded(sealed, payload, self._log, index, leaf_hash(sealed))

    def _take(self, record: Recorded, row: SubjectRow | None) -> None:
        sealed = record.sealed
        self.taken.append(record)
        self._by_request[sealed.kind, sealed.request_id] = record
        self._entry_ids.add(sealed.entry_id)
        if sealed.facts:
            self.positions.append(len(self.answers))
        if row is None:
            return
        if sealed.kind == EntryKind.ERASURE:
            self._erase(row)
        elif sealed.facts:
            self._put(row._replace(version=version_after(row.version, sealed.entry_id)))
        elif row.subject not in self._by_subject:
            self._put(row)

    def _put(self, row: SubjectRow) -> None:
        self.subjects[row.subject] = self._by_subject[row.subject] = self._by_ref[row.subject_ref] = row

    def _erase(self, row: SubjectRow) -> None:
        self.erased.append(row.subject)
        self.subjects.pop(row.subject, None)
        del self._by_subject[row.subject], self._by_ref[row.subject_ref]


def _has_secrets(entry: Entry) -> bool:
    return bool(entry.request or entry.answer or entry.evidence)
