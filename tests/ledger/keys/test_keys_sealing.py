"""A payload opens with its own key and id only, and its form never changes."""

import hmac
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import GCM
from hypothesis import given
from hypothesis import strategies as st

from underwriter.ledger.entry import Payload
from underwriter.ledger.keys.errors import PayloadDamaged
from underwriter.ledger.keys.sealing import (
    open_content,
    open_payload,
    open_with_record_key,
    record_key,
    seal,
    seal_content,
)

KEY = bytes(range(32))
ENTRY = "0199a0f2-7b7e-7c3d-8e4f-0123456789ab"
PAYLOAD = Payload(b"request", b"the answer", b"")
# Made once by the first version. What it sealed must be readable for as long as records are kept.
SEALED = bytes.fromhex(
    "000102030405060708090a0b8c6788c60ab4c32dc600aabb132cc696e5d17e1c8daa0b28b3d32120f953573c33106676e72a9642ad730c509f"
)

payloads = st.builds(Payload, st.binary(), st.binary(), st.binary())
keys = st.binary(min_size=32, max_size=32)


def opened_by_hand(key: bytes, entry_id: str, sealed: bytes) -> bytes:
    """Decrypt as the documentation says, by other means than ours."""
    own_key = hmac.new(key, entry_id.encode(), sha256).digest()
    nonce, ciphertext, tag = sealed[:12], sealed[12:-16], sealed[-16:]
    decryptor = Cipher(AES256(own_key), GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(entry_id.encode())
    return decryptor.update(ciphertext) + decryptor.finalize()


@given(keys, st.uuids().map(str), payloads)
def test_what_is_sealed_opens_to_the_same(key: bytes, entry_id: str, payload: Payload) -> None:
    sealed = seal(key, entry_id, payload)
    assert open_payload(key, entry_id, sealed) == payload
    assert open_with_record_key(record_key(key, entry_id), entry_id, sealed) == payload


@given(keys, st.uuids().map(str), payloads)
def test_the_form_is_the_documented_one(key: bytes, entry_id: str, payload: Payload) -> None:
    plaintext = opened_by_hand(key, entry_id, seal(key, entry_id, payload))
    assert plaintext == b"".join(len(part).to_bytes(4, "big") + part for part in payload)


def test_what_the_first_version_sealed_still_opens() -> None:
    assert open_payload(KEY, ENTRY, SEALED) == PAYLOAD


def test_sealing_twice_gives_other_bytes_by_another_nonce() -> None:
    nonces = {seal(KEY, ENTRY, PAYLOAD)[:12] for _ in range(100)}
    assert len(nonces) == 100


def test_nothing_of_the_payload_shows_in_what_is_sealed() -> None:
    payload = Payload(b"PLANTED" * 20, b"PLANTED" * 20, b"PLANTED" * 20)
    assert b"PLANTED" not in seal(KEY, ENTRY, payload)


@given(st.data())
def test_every_altered_byte_is_found(data: st.DataObject) -> None:
    sealed = bytearray(seal(KEY, ENTRY, PAYLOAD))
    sealed[data.draw(st.integers(0, len(sealed) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(PayloadDamaged, match=ENTRY):
        open_payload(KEY, ENTRY, bytes(sealed))


@pytest.mark.parametrize("length", [0, 1, 11, 12, 27, 28, 40])
def test_a_payload_cut_short_is_found(length: int) -> None:
    with pytest.raises(PayloadDamaged):
        open_payload(KEY, ENTRY, SEALED[:length])


@pytest.mark.parametrize(
    ("key", "entry_id"), [(KEY[::-1], ENTRY), (KEY, ENTRY.replace("0", "1"))], ids=["another key", "another record"]
)
def test_neither_another_key_nor_another_record_opens_it(key: bytes, entry_id: str) -> None:
    with pytest.raises(PayloadDamaged):
        open_payload(key, entry_id, SEALED)


def test_the_key_of_one_record_opens_no_other() -> None:
    other = ENTRY.replace("0", "1")
    with pytest.raises(PayloadDamaged):
        open_with_record_key(record_key(KEY, ENTRY), other, seal(KEY, other, PAYLOAD))


@given(keys, st.text(max_size=70), st.binary())
def test_one_content_is_sealed_as_payloads_are(key: bytes, record_id: str, content: bytes) -> None:
    sealed = seal_content(key, record_id, content)
    assert open_content(key, record_id, sealed) == content == opened_by_hand(key, record_id, sealed)
    for other_key, other_id, damaged in ((key, f"x{record_id}", sealed), (key, record_id, sealed[:-1])):
        with pytest.raises(PayloadDamaged):
            open_content(other_key, other_id, damaged)


@pytest.mark.parametrize(
    "plaintext",
    [
        b"",
        bytes(11),
        bytes(13),
        b"\0\0\0\1",
        b"\0\0\0\1a\0\0\0\0",
        b"\0\0\0\0\0\0\0\0\0\0\0\2a",
        b"\xff\xff\xff\xffaa",
    ],
)
def test_lengths_that_do_not_fit_are_damage_though_the_key_fits(plaintext: bytes) -> None:
    encryptor = Cipher(AES256(record_key(KEY, ENTRY)), GCM(bytes(12))).encryptor()
    encryptor.authenticate_additional_data(ENTRY.encode())
    sealed = bytes(12) + encryptor.update(plaintext) + encryptor.finalize() + encryptor.tag
    with pytest.raises(PayloadDamaged):
        open_payload(KEY, ENTRY, sealed)
