"""`underwriter ledger`."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from underwriter.ledger import Entry, EntryKind, open_ledger
from underwriter.ledger.checkpoints import CheckpointStore, make_signing_key
from underwriter.ledger.keys import create_master_key_file
from underwriter.storage import open_database
from underwriter.v1.decision_pb2 import Decision, Outcome

from .commands import Call, Ended, environment, run

LOG = "decisions"
SIZE = 260


def entry_id_of(index: int) -> str:
    return str(UUID(int=index + 1))


def decision_of(index: int) -> Decision:
    return Decision(name=f"decisions/{entry_id_of(index)}", outcome=Outcome.OUTCOME_DECLINE, request_id=f"r{index}")


def entry(index: int) -> Entry:
    return Entry(
        kind=EntryKind.DECISION,
        entry_id=entry_id_of(index),
        request_id=f"r{index}",
        subject_id=f"s{index % 20}",
        subject=b"",
        product="PAY_LATER",
        outcome=1,
        policy_version="f" * 64,
        time_us=1_700_000_000_000_000,
        request=b"",
        answer=decision_of(index).SerializeToString(),
        evidence=b"",
        facts=b"",
        expected_version=None,
    )


@pytest.fixture
def path(sqlite_url: str) -> Path:
    """A database file with 260 decisions, its keys beside it, and a checkpoint."""
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    keys = Path(f"{path}.keys")
    keys.mkdir()
    signing_key = make_signing_key(keys / f"{LOG}.signing.key", "lender.example/decisions")
    master_keys = create_master_key_file(keys / "master.key")
    with open_ledger(sqlite_url, master_keys) as ledger:

        async def commit() -> None:
            await asyncio.gather(*(ledger.commit(entry(index)) for index in range(SIZE)))

        asyncio.run(commit())
        CheckpointStore(ledger.database, LOG, signing_key).covering_all(1)
    return path


@pytest.fixture
def ledger(call: Call, path: Path) -> Callable[..., Ended]:
    """Call a command of the group; on the database, where it takes one."""

    def run_command(name: str, *arguments: object) -> Ended:
        database = () if name == "check" else ("--database", f"sqlite:///{path}")
        return call("ledger", name, *arguments, *database)

    return run_command


@pytest.fixture
def key(path: Path) -> str:
    """The verifier key."""
    from underwriter.ledger.checkpoints import read_signing_key

    return str(read_signing_key(Path(f"{path}.keys") / f"{LOG}.signing.key").verifier_key())


def alter(path: Path, statement: str) -> None:
    database = open_database(f"sqlite:///{path}")
    with database.writing() as connection:
        connection.exec_driver_sql(statement)
    database.close()


def test_a_sound_log_ends_with_0(ledger: Callable[..., Ended]) -> None:
    ended = ledger("verify")
    assert (ended.code, ended.errors) == (0, "")
    head, signed, last = ended.out.splitlines()
    assert head.startswith("decisions: 260 entries, root ")
    assert signed == "  compared with 1 checkpoints signed by lender.example/decisions"
    assert last == "nothing was altered"


def test_an_altered_log_ends_with_1_and_the_first_bad_entry(ledger: Callable[..., Ended], path: Path) -> None:
    alter(path, "UPDATE entries SET outcome = 2 WHERE entry_id = '" + entry_id_of(7) + "'")
    ended = ledger("verify")
    assert ended.code == 1
    assert "ALTERED: 1 content" in ended.out
    assert f"(entry {entry_id_of(7)}): content: " in ended.out
    as_json = ledger("verify", "--format", "json")
    assert (as_json.code, as_json.json["sound"], as_json.json["first"]["entry_id"]) == (1, False, entry_id_of(7))
    assert as_json.json["kinds"] == {"content": 1}


def test_without_a_key_it_says_that_signatures_were_not_checked(ledger: Callable[..., Ended], path: Path) -> None:
    (Path(f"{path}.keys") / f"{LOG}.signing.key").unlink()
    ended = ledger("verify")
    assert ended.code == 0
    assert "whose signatures were NOT checked" in ended.out


def test_a_cut_log_is_found_by_a_checkpoint_that_was_kept(
    ledger: Callable[..., Ended], path: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "checkpoint.txt"
    kept.write_text(ledger("checkpoint").out, "utf-8")
    assert ledger("verify", "--checkpoint", kept).code == 0
    alter(path, "DELETE FROM entries WHERE log_index >= 257")
    alter(path, "DELETE FROM checkpoints")
    ended = ledger("verify", "--checkpoint", kept)
    assert ended.code == 1
    assert "decisions[257]: cut: " in ended.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--database", "sqlite:///nosuch.db"), "nosuch.db"),
        (("--verifier-key", "x"), "a verifier key has the form"),
        (("--checkpoint", "nosuch"), "nosuch can't be read"),
        (("--keys", "nosuch"), "can't be read"),
    ],
)
def test_what_cannot_be_read_ends_with_2(ledger: Callable[..., Ended], arguments: tuple[str, ...], said: str) -> None:
    ended = ledger("verify", *arguments) if arguments[0] != "--database" else None
    if ended is None:
        outside = run("ledger", "verify", *arguments)
        assert (outside.returncode, said in outside.stderr, outside.stdout) == (2, True, "")
        assert environment()
    else:
        assert (ended.code, ended.out) == (2, "")
        assert said in ended.errors


@pytest.fixture
def proof(ledger: Callable[..., Ended], tmp_path: Path) -> Path:
    """A proof of a decision, disclosed."""
    out = tmp_path / "decision.tlog-proof"
    ended = ledger("prove", f"decisions/{entry_id_of(3)}", "--disclose", "--out", out)
    assert ended.code == 0, ended.errors
    return out


def test_a_proof_is_checked_without_the_database(
    ledger: Callable[..., Ended], proof: Path, path: Path, key: str
) -> None:
    path.unlink()
    ended = ledger("check", proof, "--verifier-key", key)
    assert (ended.code, ended.errors) == (0, "")
    assert ended.out.startswith("PROVED: ")
    assert entry_id_of(3) in ended.out
    assert "DECLINE" in ended.out
    assert "2023-11-14 22:13:20 UTC" in ended.out


def test_without_a_key_nothing_is_proved(ledger: Callable[..., Ended], proof: Path) -> None:
    ended = ledger("check", proof)
    assert ended.code == 2
    assert ended.out.startswith("NOTHING IS PROVED YET: ")
    assert not ledger("check", proof, "--format", "json").json["proved"]


def test_a_changed_proof_ends_with_1(ledger: Callable[..., Ended], proof: Path, key: str) -> None:
    proof.write_text(proof.read_text("utf-8").replace("index ", "index 1"), "utf-8")
    ended = ledger("check", proof, "--verifier-key", key)
    assert (ended.code, ended.out) == (1, "")
    assert "proves nothing:\n  the hashes do not lead" in ended.errors


def test_a_disclosed_decision_is_compared_with_one_that_is_held(
    ledger: Callable[..., Ended], proof: Path, key: str, tmp_path: Path
) -> None:
    held = tmp_path / "decision.json"
    fields = {"name": f"decisions/{entry_id_of(3)}", "outcome": "OUTCOME_DECLINE", "request_id": "r3"}
    held.write_text(json.dumps(fields | {"ledger": {"log": LOG}, "place": "file:1"}), "utf-8")
    same = ledger("check", proof, "--verifier-key", key, "--decision", held)
    assert (same.code, same.errors) == (0, f"{held} is the decision that was recorded\n")
    held.write_text(json.dumps(fields | {"outcome": "OUTCOME_APPROVE"}), "utf-8")
    other = ledger("check", proof, "--verifier-key", key, "--decision", held)
    assert (other.code, other.errors) == (
        1,
        f"{held} is NOT the decision that was recorded; it differs in: outcome\n",
    )
    held.write_text("{", "utf-8")
    assert ledger("check", proof, "--verifier-key", key, "--decision", held).code == 2


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (None, 2, "can't be read: No such file"),
        (b"", 1, "it is no proof: its first line is not c2sp.org/tlog-proof@v1"),
        (b"\xff\xfe", 1, "it is no text"),
        (b"PAR1", 1, "can't be read as Parquet"),
    ],
)
def test_what_is_no_proof_is_refused(
    ledger: Callable[..., Ended], tmp_path: Path, content: bytes | None, code: int, said: str
) -> None:
    file = tmp_path / "file"
    if content is not None:
        file.write_bytes(content)
    ended = ledger("check", file)
    assert (ended.code, ended.out) == (code, "")
    assert said in ended.errors


@pytest.mark.parametrize(
    ("name", "said"),
    [("nosuch", "names no record"), (entry_id_of(999), "there is no record")],
)
def test_what_is_not_there_cannot_be_proved(ledger: Callable[..., Ended], tmp_path: Path, name: str, said: str) -> None:
    ended = ledger("prove", name, "--out", tmp_path / "proof")
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.errors


def test_old_entries_go_to_a_file_that_verifies_alone_and_come_back(
    ledger: Callable[..., Ended], tmp_path: Path, key: str
) -> None:
    folder = tmp_path / "archives"
    folder.mkdir()
    assert "nothing to archive" in ledger("archive", "--before", "2023-01-01", "--to", folder).out
    ended = ledger("archive", "--before", "2024-01-01", "--to", folder)
    (file,) = folder.iterdir()
    assert (ended.code, ended.out) == (0, f"{file}: decisions[0..255]\n")
    assert "256 archived entries were not re-hashed" in ledger("verify").out
    assert "not re-hashed" not in ledger("verify", "--archives", folder).out
    assert ledger("check", file, "--verifier-key", key).out.startswith("PROVED: every entry in this file")
    assert ledger("check", file).code == 2
    assert ledger("restore", file).out == "decisions[0..255] is back in the database\n"
    assert "archives" not in ledger("verify").out


def test_without_a_checkpoint_there_is_none_to_print(ledger: Callable[..., Ended], path: Path) -> None:
    alter(path, "DELETE FROM checkpoints")
    ended = ledger("checkpoint")
    assert (ended.code, ended.out) == (2, "")
    assert "has no checkpoint yet" in ended.errors
