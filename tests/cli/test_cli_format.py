"""`underwriter format` and `underwriter schema`: files written, or told of, and nothing half-done."""

from pathlib import Path

import pytest

from .commands import Call

TABLE = "decisions:\n  a:\n    table:\n      hit policy: unique\n      rows: |\n        |b||c|\n        | 100 || 2 |\n"
NEAT = TABLE.replace("|b||c|", "| b   || c |")


@pytest.fixture
def part(small_rules: Path) -> Path:
    path = small_rules / "common" / "part.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(TABLE)
    return path


def test_files_are_formatted_and_named(call: Call, part: Path) -> None:
    part.chmod(0o640)
    ended = call("format")
    assert ended.code == 0
    assert f"formatted {part}" in ended.out
    assert part.read_text() == NEAT
    assert part.stat().st_mode & 0o777 == 0o640
    assert call("format", part).out == "1 files are formatted\n"


def test_a_check_changes_nothing(call: Call, part: Path) -> None:
    ended = call("format", "--check", part)
    assert (ended.code, ended.out) == (1, f"would format {part}\n")
    assert part.read_text() == TABLE


def test_ends_of_lines_stay_what_they_are(call: Call, part: Path) -> None:
    part.write_bytes(TABLE.replace("\n", "\r\n").encode())
    assert call("format", part).code == 0
    assert part.read_bytes() == NEAT.replace("\n", "\r\n").encode()


def test_a_broken_file_is_told_and_the_others_are_formatted(call: Call, part: Path) -> None:
    broken = part.with_name("broken.yaml")
    broken.write_text("a: [")
    ended = call("format", part, broken)
    assert ended.code == 1
    assert "error[yaml-syntax]" in ended.errors
    assert (part.read_text(), broken.read_text()) == (NEAT, "a: [")


@pytest.mark.parametrize("name", ["nosuch.yaml", "../outside.yaml", "grid.csv", "latin.yaml"])
def test_a_file_that_can_not_be_formatted_keeps_all_as_they_are(name: str, call: Call, part: Path) -> None:
    other = part.parents[1] / name
    if name == "latin.yaml":
        other.write_bytes(b"a: \xe9\n")
    elif name != "nosuch.yaml":
        other.write_text("a: b  \n")
    ended = call("format", part, other)
    assert ended.code == 2
    assert "nothing was formatted" in ended.errors
    assert part.read_text() == TABLE


def test_schemas_are_written_once(call: Call, small_rules: Path) -> None:
    assert call("schema", "--check").code == 1
    written = call("schema")
    assert written.code == 0
    assert f"wrote {small_rules / 'schemas' / 'policy.json'}" in written.out
    assert "is up to date" in call("schema").out
    assert call("schema", "--check").code == 0


@pytest.mark.parametrize("content", [b"{}", b"\xff\xfe"])
def test_a_schema_that_somebody_changed_is_told(call: Call, small_rules: Path, content: bytes) -> None:
    call("schema")
    (small_rules / "schemas" / "part.json").write_bytes(content)
    ended = call("schema", "--check")
    assert ended.code == 1
    assert "part.json is out of date" in ended.out


def test_without_a_rules_folder_nothing_is_written(call: Call, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    for words in (("schema",), ("schema", "--check")):
        ended = call(*words, "--rules", nowhere)
        assert (ended.code, f"there is no rules folder {nowhere}" in ended.errors) == (2, True)
    assert call("format", "--rules", nowhere).code == 2
    assert not nowhere.exists()
