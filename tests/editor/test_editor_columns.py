"""Columns between our code points and the units of the protocol."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types

from underwriter.editor.protocol import Columns, line_edits
from underwriter.feel.source import Position

TEXT = "a: 信\nb: 𠀀c\r\n"


@pytest.mark.parametrize(
    ("encoding", "ours", "theirs"),
    [
        ("utf-16", (0, 4), (0, 4)),
        ("utf-16", (1, 4), (1, 5)),
        ("utf-8", (0, 4), (0, 6)),
        ("utf-8", (1, 4), (1, 7)),
        ("utf-32", (1, 4), (1, 4)),
    ],
)
def test_a_character_counts_as_many_units_as_it_has(
    encoding: str, ours: tuple[int, int], theirs: tuple[int, int]
) -> None:
    columns = Columns(TEXT, encoding)
    assert columns.protocol_position(Position(*ours)) == types.Position(*theirs)
    assert columns.position(types.Position(*theirs)) == Position(*ours)


@pytest.mark.parametrize(
    ("theirs", "ours"), [((1, 4), (1, 3)), ((0, 99), (0, 4)), ((9, 3), (9, 0))], ids=["within", "beyond", "no line"]
)
def test_a_position_that_is_none_is_moved_to_the_nearest_before(theirs: tuple[int, int], ours: tuple[int, int]) -> None:
    assert Columns(TEXT, "utf-16").position(types.Position(*theirs)) == Position(*ours)


@settings(max_examples=40)
@given(st.text(max_size=20), st.integers(0, 20), st.sampled_from(["utf-8", "utf-16", "utf-32"]))
def test_there_and_back_is_the_same(text: str, column: int, encoding: str) -> None:
    line = text.replace("\n", " ")
    columns, position = Columns(line, encoding), Position(0, min(column, len(line)))
    assert columns.position(columns.protocol_position(position)) == position


def test_edits_replace_whole_lines_and_keep_their_ends() -> None:
    (edit,) = line_edits("a \r\n信𠀀\r\n", "a\r\n信𠀀\r\n", Columns("a \r\n信𠀀\r\n", "utf-16"))
    assert edit == types.TextEdit(types.Range(types.Position(0, 0), types.Position(0, 2)), "a")
