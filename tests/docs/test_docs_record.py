"""The README's commands on the record, run in its order on the database of a real server that has just decided."""

import json
import re
import shlex
import struct
import subprocess
from base64 import b64decode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from underwriter.v1.decision_pb2 import Decision
from underwriter.v1.decision_service_pb2 import DecideRequest

from ..cli.commands import EXAMPLES, run
from ..service.conftest import PROJECT, RunningServer, starter

README = (PROJECT / "README.md").read_text("utf-8")
DOCUMENTED_ID = "01a20017-f257-73a9-ac64-51d037909468"
SHOWN = re.compile(r"^\$ \.venv/bin/underwriter (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


def examples() -> list[tuple[str, str]]:
    """Return each command of the section on the record, with what the page shows of its answer."""
    section = README.split("## The record\n")[1].split("\n## ")[0]
    (block,) = re.findall(r"```console\n(.*?)```", section, re.DOTALL)
    return SHOWN.findall(block)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("record")


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[RunningServer]:
    """A server that runs on while its record is looked at, as it does for a reader."""
    settings: dict[str, object] = {"port": 0, "workers": 1, "rules": PROJECT / "rules", "models": PROJECT / "models"}
    for start in starter(folder, settings):
        yield start()


@pytest.fixture(scope="module")
def decision_id(server: RunningServer, folder: Path) -> str:
    """The UUID of the server's first decision."""
    decided = run("decide", EXAMPLES / "personal_credit.json", *asking(server), folder=folder)
    return str(json.loads(decided.stdout)["name"].removeprefix("decisions/"))


def asking(server: RunningServer) -> tuple[str, ...]:
    return ("--server", server.address, "--format", "json")


@pytest.fixture(scope="module")
def ended(folder: Path, decision_id: str) -> list[subprocess.CompletedProcess[str]]:
    return [run(*shlex.split(_now(line, decision_id)), folder=folder) for line, _ in examples()]


def _now(text: str, decision_id: str) -> str:
    return text.replace(DOCUMENTED_ID, decision_id)


@pytest.mark.parametrize(("number", "shown"), list(enumerate(shown for _, shown in examples())))
def test_each_command_answers_as_the_page_shows(
    number: int, shown: str, ended: list[subprocess.CompletedProcess[str]], decision_id: str
) -> None:
    command = ended[number]
    assert command.returncode == 0, command.stderr
    position = 0
    for part in filter(str.strip, re.split(r"\n|\.\.\.", _now(shown, decision_id))):
        position = command.stdout.find(part, position)
        assert position >= 0, f"{part!r} is not in its place in\n{command.stdout}"


def test_the_proof_is_checked_without_the_database(
    ended: list[subprocess.CompletedProcess[str]], folder: Path, tmp_path: Path
) -> None:
    proved = next(command for command in ended if "to whoever has the verifier key" in command.stdout)
    proof = tmp_path / "decision.tlog-proof"
    proof.write_bytes((folder / proof.name).read_bytes())
    checked = run("ledger", "check", proof.name, "--verifier-key", proved.stdout.splitlines()[-1], folder=tmp_path)
    assert checked.returncode == 0, checked.stderr
    assert checked.stdout.startswith("PROVED")


@pytest.mark.usefixtures("ended")
def test_a_proof_is_verified_as_docs_record_tells(server: RunningServer, folder: Path, tmp_path: Path) -> None:
    """By the steps of the page alone, without our code but for the messages."""
    decided = run("decide", EXAMPLES / "applications.jsonl", *asking(server), folder=folder)
    decision = json.loads(decided.stdout.splitlines()[-1])
    decision_id = decision["name"].removeprefix("decisions/")
    file = tmp_path / "disclosed.tlog-proof"
    proved = run("ledger", "prove", decision_id, "--out", file, "--disclose", folder=folder)
    assert proved.returncode == 0, proved.stderr
    proof, _, note = file.read_text("utf-8").partition("\n\n")
    _, extra, index, *path = proof.splitlines()
    disclosed = {name: b64decode(text) for name, text in json.loads(b64decode(extra.split()[1])).items()}
    signed, _, signatures = note.partition("\n\n")
    origin, size, root = signed.splitlines()

    assert len(path) > 0
    assert root_of(disclosed["leaf"], int(index.split()[1]), int(size), list(map(b64decode, path))) == b64decode(root)
    name, _, key = proved.stdout.splitlines()[-1].split("+", 2)
    signature = b64decode(signatures.removeprefix(f"— {origin} "))
    assert name == origin
    Ed25519PublicKey.from_public_bytes(b64decode(key)[1:]).verify(signature[4:], f"{signed}\n".encode())

    entry_id, *_, payload = fields_of(disclosed["leaf"])
    opened = AESGCM(disclosed["record_key"]).decrypt(payload[:12], payload[12:], entry_id)
    request, answer, _ = parts_of(opened)
    assert entry_id.decode() == decision_id
    assert DecideRequest.FromString(request).product == decision["product"]
    assert Decision.FromString(answer).name == decision["name"]


def root_of(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """RFC 9162, section 2.1.3.2."""
    number, last, found = index, size - 1, sha256(b"\x00" + leaf).digest()
    for hash_ in path:
        if number & 1 or number == last:
            found = sha256(b"\x01" + hash_ + found).digest()
            while number and not number & 1:
                number, last = number >> 1, last >> 1
        else:
            found = sha256(b"\x01" + found + hash_).digest()
        number, last = number >> 1, last >> 1
    return found


def fields_of(leaf: bytes) -> list[bytes]:
    """Return the eight fields of a leaf, by the table of the page."""
    layout, kind, _, _, *lengths = struct.unpack(">Biiq8I", leaf[:49])
    assert (layout, kind) == (2, 1)
    ends = [49 + sum(lengths[: place + 1]) for place in range(8)]
    assert ends[-1] == len(leaf)
    return [leaf[end - length : end] for end, length in zip(ends, lengths, strict=True)]


def parts_of(opened: bytes) -> list[bytes]:
    """Return request, answer and evidence, each behind its length."""
    parts = []
    while opened:
        end = 4 + int.from_bytes(opened[:4], "big")
        parts.append(opened[4:end])
        opened = opened[end:]
    return parts


def test_the_three_commands_are_shown() -> None:
    assert [line.split("01a")[0].split(" --")[0].strip() for line, _ in examples()] == [
        "ledger verify",
        "ledger prove",
        "replay",
    ]
