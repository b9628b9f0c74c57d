"""Batches with duplicates: the writer against a model of what each entry must be answered."""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.ledger import DecisionIdReused, Entry, Recorded, RequestIdReused, upgrade
from underwriter.ledger.entry_writer import EntryWriter
from underwriter.ledger.sqlite import SqliteDatabase

EntryOf = Callable[..., Entry]
ROUND = itertools.count()


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteDatabase]:
    folder: Path = tmp_path_factory.mktemp("ledger")
    url = f"sqlite:///{folder}/ledger.db"
    upgrade(url)
    opened = SqliteDatabase(url, busy_timeout_s=1)
    yield opened
    opened.close()


few_ids = st.sampled_from("abcde")
batches = st.lists(
    st.lists(st.tuples(few_ids, few_ids, st.sampled_from([b"x", b"y"])), min_size=1, max_size=8), max_size=5
)


@settings(max_examples=60, deadline=None)
@given(batches=batches)
def test_every_entry_is_answered_as_if_it_came_alone(
    batches: list[list[tuple[str, str, bytes]]], database: SqliteDatabase, entry_of: EntryOf
) -> None:
    prefix = f"{next(ROUND)}-"
    writer = EntryWriter(database, log=prefix)
    by_request: dict[str, Recorded] = {}
    decision_ids: set[str] = set()
    for batch in batches:
        entries = [
            entry_of(prefix + request, decision_id=prefix + decision, request_digest=digest)
            for request, decision, digest in batch
        ]
        for entry, answer in zip(entries, writer.write(entries), strict=True):
            known = by_request.get(entry.request_id)
            if known is not None and known.entry.request_digest == entry.request_digest:
                assert (answer.entry, answer.index, answer.is_replay) == (known.entry, known.index, True)
            elif known is not None:
                assert isinstance(answer, RequestIdReused)
            elif entry.decision_id in decision_ids:
                assert isinstance(answer, DecisionIdReused)
            else:
                assert (answer.entry, answer.index, answer.is_replay) == (entry, len(by_request), False)
                by_request[entry.request_id] = answer
                decision_ids.add(entry.decision_id)


def test_a_batch_of_nothing_but_duplicates_adds_nothing(database: SqliteDatabase, entry_of: EntryOf) -> None:
    writer = EntryWriter(database, log="duplicates")
    (first,) = writer.write([entry_of("only")])
    again = writer.write([entry_of("only"), entry_of("only")])
    assert [(answer.index, answer.is_replay) for answer in again] == [(first.index, True)] * 2
    assert writer.write([entry_of("next")])[0].index == 1
