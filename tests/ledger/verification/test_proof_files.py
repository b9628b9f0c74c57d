"""Proof files: what they prove, and that no other file proves anything."""

import json
from base64 import b64decode, b64encode
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underwriter.ledger.checkpoints import Checkpoint, CheckpointStore, LogProver, SigningKey
from underwriter.ledger.entry import Sealed
from underwriter.ledger.keys import MasterKeys, Vault
from underwriter.ledger.leaf import canonical_bytes, leaf_hash
from underwriter.ledger.merkle import Frontier, inclusion_path
from underwriter.ledger.verification import (
    NotDisclosable,
    ProofFile,
    ProofInvalid,
    Prover,
    RecordNotFound,
    check_proof,
)
from underwriter.ledger.verification.leaf_bytes import read_leaf

from .altered_logs import LOG, AlteredLog, entry_id_of

GOLDEN = Path(__file__).parent / "golden"
KEY = SigningKey("lender.example/decisions", bytes(range(32)))


def sealed_record(payload: bytes = b"sealed") -> Sealed:
    return Sealed(
        1, entry_id_of(2), "r2", b"d" * 32, b"s" * 16, "PAY_LATER", 1, "f" * 64, 1_790_000_000_000_000, b"", payload
    )


def proof_of(sealed: Sealed) -> ProofFile:
    """The proof of a record at index 2 of 5."""
    leaves = [sha256(bytes([n])).digest() for n in range(5)]
    leaves[2] = leaf_hash(sealed)

    def subtree(start: int, end: int) -> bytes:
        return Frontier.empty().appended(leaves[start:end])[0].root()

    note = str(KEY.signed(str(Checkpoint(KEY.name, 5, subtree(0, 5)))))
    return ProofFile(2, tuple(inclusion_path(2, 5, subtree)), note, canonical_bytes(sealed))


PROOF = proof_of(sealed_record())


def test_the_file_is_the_golden_one() -> None:
    assert str(PROOF) == (GOLDEN / "record.tlog-proof").read_text("utf-8")


def test_a_proof_is_read_as_it_was_written() -> None:
    for proof in (PROOF, replace(PROOF, record_key=bytes(32)), replace(PROOF, index=0, path=())):
        assert ProofFile.parse(str(proof)) == proof


def test_a_proof_shows_which_record_stands_where() -> None:
    proved = check_proof(PROOF, KEY.verifier_key())
    assert (proved.sealed, proved.index, proved.checkpoint.size) == (sealed_record(), 2, 5)
    assert (proved.is_signed, proved.payload) == (True, None)


def test_without_a_key_nothing_is_said_to_be_signed() -> None:
    assert not check_proof(PROOF, None).is_signed


def test_an_outsider_needs_only_sha_256_to_verify_it() -> None:
    """The recipe of docs/record.md, without a line of our code."""
    lines = str(PROOF).split("\n")
    leaf = b64decode(json.loads(b64decode(lines[1].removeprefix("extra ")))["leaf"])
    index, size = int(lines[2].removeprefix("index ")), int(lines[8])
    node, last = sha256(b"\x00" + leaf).digest(), size - 1
    for line in lines[3 : lines.index("")]:
        sibling = b64decode(line)
        if index % 2 or index == last:
            node = sha256(b"\x01" + sibling + node).digest()
            while index and not index % 2:
                index, last = index // 2, last // 2
        else:
            node = sha256(b"\x01" + node + sibling).digest()
        index, last = index // 2, last // 2
    assert b64encode(node).decode() == lines[9]


FAULTS = {
    "empty": ("", "it is no proof: its first line is not c2sp.org/tlog-proof@v1"),
    "only a first line": ("c2sp.org/tlog-proof@v1\n", "there is no empty line with a checkpoint behind it"),
    "no extra": (
        "c2sp.org/tlog-proof@v1\nindex 2\n\nx",
        "line 2 is not `extra` and the record's leaf: this is a proof of something else",
    ),
    "extra is no JSON": (
        "c2sp.org/tlog-proof@v1\nextra AAAA\nindex 2\n\nx",
        "line 2: the extra data is not base64 of a JSON object with a leaf",
    ),
    "no index": (str(PROOF).replace("index 2", "index two"), "line 3 is not `index` and a number"),
    "leading zero": (str(PROOF).replace("index 2", "index 02"), "line 3 is not `index` and a number"),
    "short hash": (
        "\n".join([*str(PROOF).split("\n")[:3], "AAAA", *str(PROOF).split("\n")[4:]]),
        "line 4: the hash is not base64 of 32 bytes",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_every_fault_of_a_file_is_said(name: str) -> None:
    text, said = FAULTS[name]
    with pytest.raises(ProofInvalid) as raised:
        ProofFile.parse(text)
    assert said in raised.value.faults


REFUSED = {
    "another index": (replace(PROOF, index=3), "the hashes do not lead from this record at index 3"),
    "a hash less": (replace(PROOF, path=PROOF.path[:-1]), "the hashes do not lead"),
    "another leaf": (replace(PROOF, leaf=canonical_bytes(sealed_record(b"other"))), "the hashes do not lead"),
    "a leaf of nothing": (replace(PROOF, leaf=b""), "the leaf is too short to be a record"),
    "a leaf of another layout": (replace(PROOF, leaf=b"\x01" + PROOF.leaf[1:]), "the leaf has layout 1"),
    "a leaf with more behind it": (replace(PROOF, leaf=PROOF.leaf + b"x"), "the leaf's lengths don't fit its fields"),
    "a key of another record": (replace(PROOF, record_key=bytes(32)), "the record key does not open the record"),
    "another size": (replace(PROOF, checkpoint=PROOF.checkpoint.replace("\n5\n", "\n6\n")), "the note was changed"),
    "no checkpoint": (replace(PROOF, checkpoint="nothing\n"), "the checkpoint is refused"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_proof_of_something_else_is_refused_with_the_reason(name: str) -> None:
    proof, said = REFUSED[name]
    with pytest.raises(ProofInvalid) as raised:
        check_proof(ProofFile.parse(str(proof)), KEY.verifier_key())
    assert any(said in fault for fault in raised.value.faults), raised.value.faults


@given(st.integers(0, len(str(PROOF)) - 1), st.characters(codec="utf-8"))
def test_no_changed_character_passes(place: int, character: str) -> None:
    text = str(PROOF)
    changed = text[:place] + character + text[place + 1 :]
    if changed == text:
        return
    with pytest.raises(ProofInvalid):
        check_proof(ProofFile.parse(changed), KEY.verifier_key())


@given(st.binary())
def test_any_bytes_are_read_as_a_leaf_or_refused(leaf: bytes) -> None:
    with pytest.raises(ValueError, match="leaf"):
        read_leaf(leaf)


def test_a_leaf_is_read_as_it_was_written() -> None:
    assert read_leaf(canonical_bytes(sealed_record())) == sealed_record()


@pytest.fixture
def prover(log: AlteredLog, signing_key: SigningKey, master_keys: MasterKeys) -> Prover:
    store = CheckpointStore(log.database, LOG, signing_key)
    return Prover(log.database, LOG, LogProver(log.database, LOG, store), Vault(log.database, master_keys))


@pytest.mark.parametrize("index", [0, 123, 255, 256, 299])
def test_every_record_of_a_log_can_be_proved(prover: Prover, log: AlteredLog, index: int) -> None:
    proof = ProofFile.parse(str(prover.prove(entry_id_of(index), 1)))
    proved = check_proof(proof, log.verifier_key)
    assert (proved.index, proved.sealed.entry_id, proved.payload) == (index, entry_id_of(index), None)


def test_a_disclosed_record_can_be_read_and_no_other(prover: Prover, log: AlteredLog) -> None:
    proof = prover.prove(entry_id_of(3), 1, is_disclosed=True)
    payload = check_proof(proof, log.verifier_key).payload
    assert payload is not None
    assert payload.request.startswith(b"request ")
    of_same_subject = prover.prove(entry_id_of(33), 1)
    with pytest.raises(ProofInvalid, match="the record key does not open the record"):
        check_proof(replace(of_same_subject, record_key=proof.record_key), log.verifier_key)


def test_what_cannot_be_proved_is_said(prover: Prover, log: AlteredLog) -> None:
    with pytest.raises(RecordNotFound, match="there is no record"):
        prover.prove(entry_id_of(1000), 1)
    log.do("DELETE FROM subjects WHERE subject = (SELECT subject FROM entries WHERE log_index = 3)")
    assert prover.prove(entry_id_of(3), 1).record_key is None
    with pytest.raises(NotDisclosable, match="was erased"):
        prover.prove(entry_id_of(3), 1, is_disclosed=True)
    log.set(4, payload=None)
    with pytest.raises(NotDisclosable, match="is in an archive"):
        prover.prove(entry_id_of(4), 1)
    with pytest.raises(NotDisclosable, match="only with the master keys"):
        replace(prover, vault=None).prove(entry_id_of(5), 1, is_disclosed=True)
