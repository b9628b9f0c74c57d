"""Closed ranges move to files and back; whatever happens in between, nothing is lost."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func, select

from underwriter.ledger import open_ledger
from underwriter.ledger.archive import Archived, ArchiveInvalid, Archivist, RangeChanged, check_archive
from underwriter.ledger.archive.archive_file import ArchiveFile
from underwriter.ledger.checkpoints import SigningKey
from underwriter.ledger.keys import MasterKeys
from underwriter.ledger.verification import FindingKind
from underwriter.storage.schema import archives, entries

from ..verification.altered_logs import LOG, SIZE, AlteredLog, entry_id_of

IN_A_PROCESS = Path(__file__).with_name("archive_in_a_process.py")
TIME_US = 1_790_000_000_000_000
NAME = "decisions-000000000000-000000000256.parquet"


def nothing(_done: int, _total: int) -> None:
    pass


@pytest.fixture
def archivist(log: AlteredLog) -> Archivist:
    return Archivist(log.database, LOG, log.verifier_key)


@pytest.fixture
def moved(archivist: Archivist, tmp_path: Path) -> Archived:
    """The log's first block, in a file."""
    return archivist.archive(0, 256, tmp_path, 7, nothing)


def payloads(log: AlteredLog) -> dict[int, bytes | None]:
    with log.database.reading() as connection:
        return dict(map(tuple, connection.execute(select(entries.c.log_index, entries.c.payload))))


def archived_ranges(log: AlteredLog) -> int:
    with log.database.reading() as connection:
        return int(connection.execute(select(func.count()).select_from(archives)).scalar_one())


@pytest.mark.parametrize(
    ("before_us", "ranges"),
    [(TIME_US + 1, [(0, 256)]), (TIME_US, [])],
    ids=["all old enough", "none old enough"],
)
def test_only_whole_blocks_that_are_old_and_signed_may_be_moved(
    archivist: Archivist, before_us: int, ranges: list[tuple[int, int]]
) -> None:
    assert archivist.closed_ranges(before_us) == ranges


def test_a_block_with_one_young_entry_stays(log: AlteredLog, archivist: Archivist) -> None:
    log.set(255, time_us=TIME_US + 5)
    assert archivist.closed_ranges(TIME_US + 1) == []


def test_a_block_that_no_checkpoint_covers_stays(log: AlteredLog, archivist: Archivist) -> None:
    log.do("DELETE FROM checkpoints WHERE size >= 256")
    assert archivist.closed_ranges(TIME_US + 1) == []


def test_what_was_moved_and_put_back_is_what_it_was(log: AlteredLog, archivist: Archivist, tmp_path: Path) -> None:
    before = payloads(log)
    moved = archivist.archive(0, 256, tmp_path, 7, nothing)
    assert (moved.path.name, moved.first_index, moved.end_index) == (NAME, 0, 256)
    assert payloads(log) == {index: None if index < 256 else payload for index, payload in before.items()}
    assert archivist.closed_ranges(TIME_US + 1) == []
    assert log.verify()[0] == []
    archivist.restore(moved.path, nothing)
    assert payloads(log) == before
    assert archived_ranges(log) == 0
    assert log.verify()[1].unread_payloads == 0


def test_the_file_holds_all_columns_and_verifies_alone(log: AlteredLog, moved: Archived) -> None:
    checked = check_archive(moved.path, log.verifier_key, nothing)
    assert (checked.head.log, checked.checkpoint.size, checked.is_signed) == (LOG, 290, True)
    with ArchiveFile(moved.path) as file:
        rows = [row for group in file.groups() for row in group]
    stored = log.row(123)
    assert dict(zip(entries.c.keys(), rows[123], strict=True)) == stored | {"payload": rows[123][-1]}
    assert rows[123][-1]
    assert len(rows) == 256


def test_the_archive_is_verified_with_the_log(log: AlteredLog, moved: Archived) -> None:
    findings, result = log.verify(archives=moved.path.parent)
    assert (findings, result.unread_payloads) == ([], 0)
    log.set(123, outcome=2)
    findings, _ = log.verify(archives=moved.path.parent)
    assert [(finding.kind, finding.place) for finding in findings] == [(FindingKind.CONTENT, "decisions[123]")]


@pytest.mark.parametrize("damage", ["gone", "altered"])
def test_a_file_that_is_gone_or_another_is_found(log: AlteredLog, moved: Archived, damage: str) -> None:
    if damage == "gone":
        moved.path.unlink()
    else:
        content = moved.path.read_bytes()
        moved.path.write_bytes(content[:999] + bytes([content[999] ^ 1]) + content[1000:])
    findings, result = log.verify(archives=moved.path.parent)
    assert [(finding.kind, finding.place) for finding in findings] == [(FindingKind.ARCHIVE, "decisions[0..255]")]
    assert result.unread_payloads == 256


def test_an_archive_of_another_log_is_not_put_back(log: AlteredLog, archivist: Archivist, moved: Archived) -> None:
    log.set(9, leaf_hash=b"\x01" * 32)
    with pytest.raises(RangeChanged):
        archivist.restore(moved.path, nothing)
    assert payloads(log)[9] is None


def test_entries_that_were_altered_are_not_moved(log: AlteredLog, archivist: Archivist, tmp_path: Path) -> None:
    log.set(123, outcome=2)
    with pytest.raises(ArchiveInvalid, match=rf"decisions\[123\], entry {entry_id_of(123)}"):
        archivist.archive(0, 256, tmp_path, 7, nothing)
    assert None not in payloads(log).values()
    assert archived_ranges(log) == 0


def test_an_archived_record_can_be_erased_and_still_be_proved(
    log: AlteredLog, moved: Archived, archivist: Archivist, master_keys: MasterKeys
) -> None:
    """The file holds sealed payloads: without the subject's key they are noise, with or without the database."""
    with open_ledger(log.url, master_keys) as ledger:
        assert ledger.entries.find(entry_id_of(3)).payload is None  # type: ignore[union-attr]
    archivist.restore(moved.path, nothing)
    with open_ledger(log.url, master_keys) as ledger:
        assert ledger.entries.find(entry_id_of(3)).payload is not None  # type: ignore[union-attr]
    with ArchiveFile(moved.path) as file:
        stored = b"".join(row[-1] for group in file.groups() for row in group)
    assert b"request " not in stored
    log.do("DELETE FROM subjects WHERE subject = (SELECT subject FROM entries WHERE log_index = 3)")
    archivist.archive(0, 256, moved.path.parent, 8, nothing)
    archivist.restore(moved.path, nothing)
    with open_ledger(log.url, master_keys) as ledger:
        erased = ledger.entries.find(entry_id_of(3))
    assert erased is not None
    assert (erased.payload, erased.is_erased) == (None, True)
    check_archive(moved.path, log.verifier_key, nothing)


@pytest.mark.parametrize("step", ["write", "sync", "rename", "verify", "update", "commit"])
def test_a_process_killed_before_any_step_loses_nothing(
    log: AlteredLog, archivist: Archivist, tmp_path: Path, step: str
) -> None:
    before = payloads(log)
    ended = _in_a_process(log, tmp_path, step)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert payloads(log) == before
    assert log.verify()[0] == []
    archivist.archive(0, 256, tmp_path, 7, nothing)
    assert [path.name for path in tmp_path.glob("*.parquet*")] == [NAME]
    archivist.restore(tmp_path / NAME, nothing)
    assert payloads(log) == before


def test_a_full_disk_loses_nothing_and_leaves_nothing(log: AlteredLog, tmp_path: Path) -> None:
    before = payloads(log)
    ended = _in_a_process(log, tmp_path, "full")
    assert "ArchiveNotWritten" in ended.stderr
    assert payloads(log) == before
    assert list(tmp_path.glob("*.parquet*")) == []


def _in_a_process(log: AlteredLog, folder: Path, step: str) -> subprocess.CompletedProcess[str]:
    arguments = [sys.executable, str(IN_A_PROCESS), log.url, str(folder), str(log.verifier_key), step]
    return subprocess.run(arguments, capture_output=True, text=True, timeout=300, check=False)


def test_a_stranger_s_key_moves_nothing(log: AlteredLog, tmp_path: Path, signing_key: SigningKey) -> None:
    stranger = SigningKey(signing_key.name, bytes(32)).verifier_key()
    with pytest.raises(ArchiveInvalid, match="the newest checkpoint is refused"):
        Archivist(log.database, LOG, stranger).archive(0, 256, tmp_path, 7, nothing)
    assert len(payloads(log)) == SIZE
