"""Grids of decision tables read from text between bars and from CSV: cells, places, faults."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.dmn.tables.grid import read_bars, read_csv
from underwriter.feel.source import Anchor, Position, Source


def groups(line):
    return [[cell.text for cell in group] for group in line.groups]


def bars(text):
    grid, faults = read_bars(Source(text, "table.yaml"))
    assert faults == []
    return grid


def csv(text):
    grid, faults = read_csv(Source(text, "table.csv"))
    assert faults == []
    return grid


def located(line):
    """Return a line's cells with the place in the file at which each starts."""
    return [(cell.text, str(cell.position(0))) for group in line.groups for cell in group]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("| a | b || c |", [["a", "b"], ["c"]]),
        ("|a|b||c|", [["a", "b"], ["c"]]),
        ("  |  a  |  b  ||  c  |  ", [["a", "b"], ["c"]]),
        ("| a || b || why |", [["a"], ["b"], ["why"]]),
        ("| a || b ||  |", [["a"], ["b"], [""]]),
        ("| a | b || c", [["a", "b"], ["c"]]),
        ("a | b || c", [["a", "b"], ["c"]]),
        ("  a | b || c |", [["a", "b"], ["c"]]),
        ('| a || "x | y || z" |', [["a"], ['"x | y || z"']]),
        (r'| a || "say \"|\" or \\" | d |', [["a"], [r'"say \"|\" or \\"', "d"]]),
        ('| "," || "利率｜年" |', [['","'], ['"利率｜年"']]),
    ],
)
def test_bars_part_cells_and_double_bars_part_groups(line, expected):
    assert groups(bars(f"{line}\n{line}").rows[0]) == expected


def test_a_line_of_dashes_and_empty_lines_are_passed_over():
    grid = bars("\n| a | b || c |\n|---|:-:||--:|\n\n| 1 | 2 || 3 |\n\n| - | - || 4 |\n")
    assert groups(grid.header) == [["a", "b"], ["c"]]
    assert [groups(row) for row in grid.rows] == [[["1", "2"], ["3"]], [["-", "-"], ["4"]]]


def test_a_row_of_cells_that_take_anything_is_no_line_of_dashes():
    assert len(bars("| a || c |\n| - || - |").rows) == 1


def test_cells_between_bars_know_their_place():
    text = "\n  | age    || 额度 |\n  | >= 18  || 1000 |"
    grid = bars(text)
    assert located(grid.header) == [("age", "2:5"), ("额度", "2:15")]
    assert located(grid.rows[0]) == [(">= 18", "3:5"), ("1000", "3:15")]
    assert str(grid.rows[0].source.position(0)) == "3:3"


def test_cells_know_their_place_in_the_file_around_the_table():
    host = "rows: |\n    | a || b |\n    | 1 || 2 |\n"
    anchors = (Anchor(0, Position(1, 4)), Anchor(11, Position(2, 4)))
    grid, _ = read_bars(Source("| a || b |\n| 1 || 2 |\n", "policy.yaml", host, anchors))
    assert located(grid.rows[0]) == [("1", "3:7"), ("2", "3:12")]


def test_windows_line_ends_are_no_part_of_cells():
    assert groups(bars("| a || b |\r\n| 1 || 2 |\r\n").rows[0]) == [["1"], ["2"]]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ("1,2,||,3", [["1", "2"], ["3"]]),
        (" 1 , 2 ,||, 3 ", [["1", "2"], ["3"]]),
        ('"1, 2",-,,"""A"""', [["1, 2", "-"], ['"A"']]),
        ('"[1..2]",">= ""x""",||,-', [["[1..2]", '>= "x"'], ["-"]]),
        ("1,,||,", [["1", ""], [""]]),
    ],
)
def test_csv_follows_rfc_4180(record, expected):
    assert groups(csv(f"a,b,||,c\n{record}\n").rows[0]) == expected


def test_csv_may_have_notes_after_a_second_double_line():
    assert groups(csv('a,||,b,||,note\n1,||,2,||,"why, then"\n').rows[0]) == [["1"], ["2"], ["why, then"]]


def test_csv_passes_over_empty_lines_and_keeps_places():
    grid = csv('a,||,b\n\n1,||,2\n\n  ,,\n3,||,"""x"""\n')
    assert [located(row) for row in grid.rows] == [
        [("1", "3:1"), ("2", "3:6")],
        [("", "5:3"), ("", "5:5")],
        [("3", "6:1"), ('"x"', "6:7")],
    ]


@pytest.mark.parametrize(
    ("read", "text", "expected"),
    [
        (read_bars, "", ["empty-table 1:1"]),
        (read_bars, "  \n \n", ["empty-table 1:1"]),
        (read_bars, "| a || b |", ["empty-table 1:1"]),
        (read_bars, "| a | b |\n| 1 | 2 |", ["table-header 1:1"]),
        (read_bars, "a, b, c\n1, 2, 3", ["table-header 1:1"]),
        (read_bars, "| a || b || c || d |\n| 1 || 2 || 3 || 4 |", ["table-header 1:1"]),
        (read_bars, "|| b |\n|| 2 |", ["table-header 1:1"]),
        (read_bars, "| a ||\n| 1 ||", ["table-header 1:1"]),
        (read_bars, "| a || b |\n| 1 | 2 || 3 |\n| 1 || 2 |\n  | 1 | 2 |", ["table-shape 2:1", "table-shape 4:3"]),
        (read_bars, '| a || b |\n| 1 || "open |', ["table-shape 2:1"]),
        (read_csv, "", ["empty-table 1:1"]),
        (read_csv, "a,||,b\n", ["empty-table 1:1"]),
        (read_csv, "a,b\n1,2\n", ["table-header 1:1"]),
        (read_csv, "||,b\n||,2\n", ["table-header 1:1"]),
        (read_csv, "a,||,b\n1,||,2,3\n4,||\n5,||,6\n", ["table-shape 2:1", "table-shape 3:1"]),
    ],
)
def test_every_fault_of_a_grid_is_told_at_its_place(read, text, expected):
    grid, faults = read(Source(text, "table"))
    assert [f"{fault.code} {fault.position}" for fault in faults] == expected
    assert grid is None or all(row.shape == grid.header.shape for row in grid.rows)


def test_a_row_of_another_shape_is_told_with_both_shapes():
    _, (fault,) = read_bars(Source("| a | b || c |\n| 1 || 2 |", "table"))
    assert fault.render() == (
        "table:2:1: error[table-shape]: this row has 1 || 1 cells, the header has 2 || 1\n"
        "    | 1 || 2 |\n"
        "    ^^^^^^^^^^\n"
        "    help: every row needs a cell for each column; write - where any input will do"
    )


CELL_TEXTS = st.text(
    st.characters(codec="utf-8", exclude_characters='"|\\\r\n', exclude_categories=["C", "Z"]), min_size=1
)
GRIDS = st.integers(1, 3).flatmap(
    lambda inputs: st.integers(1, 3).flatmap(
        lambda outputs: st.lists(
            st.tuples(
                st.lists(CELL_TEXTS, min_size=inputs, max_size=inputs),
                st.lists(CELL_TEXTS, min_size=outputs, max_size=outputs),
            ),
            min_size=2,
            max_size=4,
        )
    )
)


def quoted(text):
    escaped = text.replace('"', '""')
    return f'"{escaped}"'


@settings(max_examples=60, deadline=None)
@given(rows=GRIDS)
def test_bars_and_csv_give_the_same_cells_each_at_its_place(rows):
    bar_text = "\n".join(f"| {' | '.join(inputs)} || {' | '.join(outputs)} |" for inputs, outputs in rows)
    csv_text = "\n".join(
        f"{','.join(map(quoted, inputs))},||,{','.join(map(quoted, outputs))}" for inputs, outputs in rows
    )
    if any(all(len(cell) > 2 and set(cell) <= set("-:") for cell in (*i, *o)) for i, o in rows):
        return  # a line of dashes
    for grid, text in ((bars(bar_text), bar_text), (csv(csv_text), csv_text)):
        lines = [grid.header, *grid.rows]
        assert [tuple(groups(line)) for line in lines] == rows
        for line in lines:
            for cell in (cell for group in line.groups for cell in group):
                place = cell.position(0)
                assert text.split("\n")[place.line][place.column :].startswith(cell.text)
