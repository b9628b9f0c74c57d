"""The canonical bytes of a record: a value worked out by hand, and a reader written from the documented layout."""

import struct
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.ledger import EntryKind, Sealed, canonical_bytes, leaf_hash

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
contents = st.binary(max_size=40)
small_numbers = st.integers(-(2**31), 2**31 - 1)
records = st.builds(
    Sealed,
    kind=small_numbers,
    entry_id=texts,
    request_id=texts,
    request_digest=contents,
    subject=contents,
    product=texts,
    outcome=small_numbers,
    policy_version=texts,
    time_us=st.integers(-(2**63), 2**63 - 1),
    facts=contents,
    payload=contents,
)
RECORD = Sealed(EntryKind.RELEASE, "e", "rr", b"\xff", b"s", "客", 4, "v1", 258, b"", b"pay")


def test_the_layout_is_the_documented_one() -> None:
    by_hand = (
        "02" "00000003" "00000004" "0000000000000102"
        "00000001" "00000002" "00000001" "00000001" "00000003" "00000002" "00000000" "00000003"
        "65" "7272" "ff" "73" "e5aea2" "7631" "" "706179"
    )  # fmt: skip
    assert canonical_bytes(RECORD).hex() == by_hand
    assert leaf_hash(RECORD) == sha256(bytes.fromhex("00" + by_hand)).digest()


def read(content: bytes) -> Sealed:
    layout, kind, outcome, time_us, *lengths = struct.unpack(">Biiq8I", content[:49])
    assert layout == 2
    fields, start = [], 49
    for length in lengths:
        fields.append(content[start : start + length])
        start += length
    assert start == len(content)
    entry_id, request_id, digest, subject, product, version, facts, payload = fields
    return Sealed(
        kind, entry_id.decode(), request_id.decode(), digest, subject, product.decode(), outcome, version.decode(),
        time_us, facts, payload,
    )  # fmt: skip


@settings(deadline=None)
@given(records)
def test_the_bytes_hold_the_whole_record_and_nothing_else(record: Sealed) -> None:
    assert read(canonical_bytes(record)) == record


def test_bytes_moved_from_one_field_to_the_next_change_the_hash() -> None:
    assert leaf_hash(RECORD._replace(facts=b"ab", payload=b"c")) != leaf_hash(
        RECORD._replace(facts=b"a", payload=b"bc")
    )


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("outcome", 2**31, struct.error),
        ("kind", -(2**31) - 1, struct.error),
        ("time_us", 2**63, struct.error),
        ("product", "\ud800", UnicodeEncodeError),
    ],
)
def test_what_has_no_bytes_is_refused(field: str, value: object, error: type[Exception]) -> None:
    with pytest.raises(error):
        leaf_hash(RECORD._replace(**{field: value}))  # type: ignore[arg-type]


def test_a_record_whose_payload_is_elsewhere_is_not_hashed() -> None:
    with pytest.raises(ValueError, match="the payload of record e is in an archive"):
        leaf_hash(RECORD._replace(payload=None))
