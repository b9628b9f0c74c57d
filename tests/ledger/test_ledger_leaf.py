"""The canonical bytes of an entry: a value worked out by hand, and a reader written from the documented layout."""

import struct
from collections.abc import Callable
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.ledger import Entry, canonical_bytes, leaf_hash

EntryOf = Callable[..., Entry]
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
payloads = st.binary(max_size=40)
entries = st.builds(
    Entry,
    decision_id=texts,
    request_id=texts,
    request_digest=payloads,
    subject_id=texts,
    product=texts,
    outcome=st.integers(-(2**31), 2**31 - 1),
    policy_version=texts,
    decide_time_us=st.integers(-(2**63), 2**63 - 1),
    request=payloads,
    decision=payloads,
    evidence=payloads,
)


def test_the_layout_is_the_documented_one() -> None:
    entry = Entry("d", "rr", b"\xff", "客", "P", 4, "v1", 258, b"req", b"", b"e")
    by_hand = (
        "01" "00000004" "0000000000000102"
        "00000001" "00000002" "00000001" "00000003" "00000001" "00000002" "00000003" "00000000" "00000001"
        "64" "7272" "ff" "e5aea2" "50" "7631" "726571" "" "65"
    )  # fmt: skip
    assert canonical_bytes(entry).hex() == by_hand
    assert leaf_hash(entry) == sha256(bytes.fromhex("00" + by_hand)).digest()


def read(content: bytes) -> Entry:
    layout, outcome, time, *lengths = struct.unpack(">Biq9I", content[:49])
    assert layout == 1
    fields, start = [], 49
    for length in lengths:
        fields.append(content[start : start + length])
        start += length
    assert start == len(content)
    decision_id, request_id, digest, subject_id, product, version, request, decision, evidence = fields
    return Entry(
        decision_id.decode(), request_id.decode(), digest, subject_id.decode(), product.decode(), outcome,
        version.decode(), time, request, decision, evidence,
    )  # fmt: skip


@settings(deadline=None)
@given(entries)
def test_the_bytes_hold_the_whole_entry_and_nothing_else(entry: Entry) -> None:
    assert read(canonical_bytes(entry)) == entry


def test_bytes_moved_from_one_field_to_the_next_change_the_hash(entry_of: EntryOf) -> None:
    entry = entry_of("r1", request=b"ab", decision=b"c")
    assert leaf_hash(entry) != leaf_hash(entry._replace(request=b"a", decision=b"bc"))


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("outcome", 2**31, struct.error),
        ("decide_time_us", 2**63, struct.error),
        ("subject_id", "\ud800", UnicodeEncodeError),
    ],
)
def test_what_has_no_bytes_is_refused(entry_of: EntryOf, field: str, value: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        leaf_hash(entry_of("r1", **{field: value}))
