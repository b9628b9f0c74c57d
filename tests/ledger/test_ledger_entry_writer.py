"""Batches with duplicates, stale versions, refusals and erasures: the writer against a model of one entry at a time."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from underwriter.ledger import (
    Entry,
    EntryIdReused,
    EntryKind,
    EntryReader,
    Payload,
    Recorded,
    RequestIdReused,
    SubjectChanged,
    SubjectUnknown,
    leaf_hash,
    version_after,
)
from underwriter.ledger.entry_writer import EntryWriter
from underwriter.ledger.keys import Vault
from underwriter.ledger.merkle import Frontier
from underwriter.storage import Database, DatabaseUnavailable
from underwriter.storage.schema import subjects, tree_heads

from .capped_totals import CAP, CapPassed, CappedTotals, account_and_amount, create, facts_of, totals_of

EntryOf = Callable[..., Entry]
ROUND = itertools.count()


@dataclass
class Model:
    """The rules, one entry at a time: what each entry is answered, and what is stored after it."""

    records: dict[tuple[EntryKind, str], Entry] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    earlier_versions: dict[str, int] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)

    def answer(self, entry: Entry) -> Entry | type[Exception]:
        """The entry that is recorded for the request, or what the call is refused with."""
        known = self.records.get((entry.kind, entry.request_id))
        if known is not None:
            return known if known.request == entry.request else RequestIdReused
        if any(entry.entry_id == other.entry_id for other in self.records.values()):
            return EntryIdReused
        if entry.kind == EntryKind.ERASURE and entry.subject_id not in self.versions:
            return SubjectUnknown
        if entry.expected_version not in (None, self.versions.get(entry.subject_id, 0)):
            return SubjectChanged
        if entry.facts and not self.add(*account_and_amount(entry.facts)):
            return CapPassed
        self.record(entry)
        return entry

    def add(self, account: str, amount: int) -> bool:
        total = self.totals.get(account, 0) + amount
        if total > CAP:
            return False
        self.totals[account] = total
        return True

    def record(self, entry: Entry) -> None:
        self.records[entry.kind, entry.request_id] = entry
        version = self.versions.setdefault(entry.subject_id, 0)
        if entry.facts:
            self.earlier_versions[entry.subject_id] = version
            self.versions[entry.subject_id] = version_after(version, entry.entry_id)
        if entry.kind == EntryKind.ERASURE:
            del self.versions[entry.subject_id]


wishes = st.fixed_dictionaries(
    {
        "kind": st.sampled_from([EntryKind.DECISION] * 6 + [EntryKind.ERASURE]),
        "request_id": st.sampled_from("abcdefgh"),
        "entry_id": st.sampled_from("abcdefghijklmnopqrst"),
        "request": st.sampled_from([b"x", b"x", b"x", b"y"]),
        "subject_id": st.sampled_from(["s1", "s2"]),
        "expected": st.sampled_from(["nothing", "the version", "the version", "an earlier version", "a new subject"]),
        "amount": st.none() | st.integers(-2, CAP),
    }
)
batches = st.lists(st.lists(wishes, min_size=1, max_size=10), min_size=1, max_size=4)


def entry_of_wish(entry_of: EntryOf, prefix: str, wish: dict[str, object], model: Model) -> Entry:
    amount, subject_id = wish["amount"], f"{prefix}{wish['subject_id']}"
    expected = {
        "nothing": None,
        "the version": model.versions.get(subject_id, 0),
        "an earlier version": model.earlier_versions.get(subject_id, 0),
        "a new subject": 0,
    }
    return entry_of(
        f"{prefix}{wish['request_id']}",
        kind=wish["kind"],
        entry_id=f"{prefix}{wish['entry_id']}",
        subject_id=subject_id,
        request=wish["request"],
        facts=b"" if amount is None else facts_of(f"{prefix}account", amount),  # type: ignore[arg-type]
        expected_version=expected[str(wish["expected"])],
    )


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(batches=batches)
def test_every_entry_is_answered_as_if_it_came_alone(
    batches: list[list[dict[str, object]]], database: Database, vault: Vault, entry_of: EntryOf
) -> None:
    create(database)
    prefix = f"{next(ROUND)}-"
    writer, model = EntryWriter(database, prefix, vault, [CappedTotals(database)]), Model()
    for batch in batches:
        entries, expected, known = [], [], []
        for wish in batch:
            entry = entry_of_wish(entry_of, prefix, wish, model)
            entries.append(entry)
            known.append((entry.kind, entry.request_id) in model.records)
            expected.append(model.answer(entry))
        answers = writer.write(entries)
        assert [type(answer) for answer in answers] == [
            answer if isinstance(answer, type) else Recorded for answer in expected
        ]
        for answer, entry, is_replay in zip(answers, expected, known, strict=True):
            if isinstance(answer, Recorded) and isinstance(entry, Entry):
                check_record(answer, entry, is_replay, list(model.records.values()).index(entry))
    check_tables(database, vault, prefix, model)


def check_record(record: Recorded, entry: Entry, is_replay: bool, index: int) -> None:
    """The record is the entry's, readable unless its subject was erased."""
    assert (record.sealed.entry_id, record.sealed.facts) == (entry.entry_id, entry.facts)
    assert (record.index, record.is_replay) == (index, is_replay)
    if record.is_erased:
        assert record.payload is None
        assert is_replay or entry.kind == EntryKind.ERASURE
    else:
        assert record.payload == Payload(entry.request, entry.answer, entry.evidence)


def check_tables(database: Database, vault: Vault, prefix: str, model: Model) -> None:
    """The tables hold what the model holds, the records in its order, under a head that covers them."""
    reader = EntryReader(database, vault)
    stored = list(reader.stored_in_order(prefix))
    assert [row.sealed.entry_id for row in stored] == [entry.entry_id for entry in model.records.values()]
    assert [row.index for row in stored] == list(range(len(stored)))
    leaves = [leaf_hash(row.sealed) for row in stored]
    assert [row.leaf_hash for row in stored] == leaves
    assert reader.head(prefix) == (len(leaves), Frontier.empty().appended(leaves)[0].root())
    by_ref = {vault.subject_ref(name): version for name, version in model.versions.items()}
    names = [vault.subject_ref(prefix + name) for name in ("s1", "s2")]
    with database.reading() as connection:
        rows = connection.execute(
            select(subjects.c.subject_ref, subjects.c.version).where(subjects.c.subject_ref.in_(names))
        )
        assert {row.subject_ref: row.version for row in rows} == by_ref
        assert totals_of(connection).get(f"{prefix}account") == model.totals.get(f"{prefix}account")


@pytest.fixture
def projection(database: Database) -> CappedTotals:
    create(database)
    return CappedTotals(database)


@pytest.fixture
def writer(database: Database, vault: Vault, projection: CappedTotals) -> EntryWriter:
    return EntryWriter(database, "decisions", vault, [projection])


def test_a_projection_gets_what_has_facts_and_was_taken_in_order(
    writer: EntryWriter, projection: CappedTotals, entry_of: EntryOf
) -> None:
    adding = {"facts": facts_of("a", 4)}
    answers = writer.write(
        [entry_of("r0"), *(entry_of(f"r{number}", **adding) for number in (1, 2, 3)), entry_of("r4")]
    )
    assert [type(answer) for answer in answers] == [Recorded, Recorded, Recorded, CapPassed, Recorded]
    (applied,) = projection.applied
    assert applied == [answers[1].sealed, answers[2].sealed]
    assert writer.write([entry_of("r5")])[0].index == 4
    assert len(projection.applied) == 1


def test_a_retry_of_what_is_recorded_is_not_applied_again(
    writer: EntryWriter, database: Database, entry_of: EntryOf
) -> None:
    entry = entry_of("r1", facts=facts_of("a", 4))
    writer.write([entry, entry])
    writer.write([entry, entry_of("r2", facts=facts_of("a", 1))])
    with database.reading() as connection:
        assert totals_of(connection) == {"a": 5}


def test_an_entry_made_from_what_a_refused_one_would_have_done_is_refused_too(
    writer: EntryWriter, database: Database, entry_of: EntryOf
) -> None:
    first = entry_of("r0", facts=facts_of("a", 1), expected_version=0)
    version = version_after(0, first.entry_id)
    too_much = entry_of("too much", facts=facts_of("a", CAP), expected_version=version)
    after_it = version_after(version, too_much.entry_id)
    # It would fit into what the cap leaves, and leave no room for the last.
    built_on_it = entry_of("built on it", facts=facts_of("a", 8), expected_version=after_it)
    fits = entry_of("fits", facts=facts_of("a", 9), expected_version=version)
    answers = writer.write([first, too_much, built_on_it, fits])
    assert [type(answer) for answer in answers] == [Recorded, CapPassed, SubjectChanged, Recorded]
    with database.reading() as connection:
        assert totals_of(connection) == {"a": 10}


def test_a_fault_of_a_projection_rolls_all_of_the_batch_back(
    database: Database, vault: Vault, entry_of: EntryOf
) -> None:
    writer = EntryWriter(database, "decisions", vault, [CappedTotals(database)])  # its table is not there
    with pytest.raises(DatabaseUnavailable):
        writer.write([entry_of("r1"), entry_of("r2", facts=facts_of("a", 1))])
    assert writer.write([entry_of("r1")])[0].index == 0
    assert len(list(EntryReader(database, vault).stored_in_order("decisions"))) == 1


def test_a_batch_of_nothing_but_duplicates_adds_nothing(writer: EntryWriter, entry_of: EntryOf) -> None:
    (first,) = writer.write([entry_of("only")])
    again = writer.write([entry_of("only"), entry_of("only")])
    assert [(answer.index, answer.is_replay) for answer in again] == [(first.index, True)] * 2
    assert writer.write([entry_of("next")])[0].index == 1


def test_a_batch_larger_than_a_statement_is_written_whole(
    writer: EntryWriter, database: Database, vault: Vault, entry_of: EntryOf
) -> None:
    entries = [entry_of(f"r{number}", subject_id=f"s{number}") for number in range(200)]
    by_bytes = [
        entry_of(f"again{number}", subject_id="", subject=answer.sealed.subject)
        for number, answer in enumerate(writer.write(entries))
    ]
    assert [answer.index for answer in writer.write(by_bytes)] == list(range(200, 400))
    assert len(list(EntryReader(database, vault).stored_in_order("decisions"))) == 400


def test_nothing_is_appended_over_a_record_beyond_the_head(
    writer: EntryWriter, database: Database, entry_of: EntryOf
) -> None:
    writer.write([entry_of("r1"), entry_of("r2")])
    with database.writing() as connection:
        connection.execute(tree_heads.update().values(size=0, peaks=b""))
    with pytest.raises(DatabaseUnavailable, match="verify the ledger"):
        writer.write([entry_of("r3")])
