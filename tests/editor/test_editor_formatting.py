"""Formatting: tables in columns, no blanks at ends of lines, and not a thing more."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.dmn.tables.grid import read_bars
from underwriter.dmn.tables.layout import laid_out
from underwriter.editor.formatting import Unreadable, formatted
from underwriter.editor.grammar.files import FileKind, kind_of_rule_file
from underwriter.feel.source import Source
from underwriter.policy.documents import plain_value, read_document

RULES = Path(__file__).parents[2] / "rules"

GRIDS = [
    ("|a|bb||c|\n|1|2||3|", "| a | bb || c |\n| 1 | 2  || 3 |"),
    ("a | b || c\n1 | 2 || 3", "| a | b || c |\n| 1 | 2 || 3 |"),
    ("| a |   b || c || note |\n| 1 | 2 || 3 || |", "| a | b || c || note |\n| 1 | 2 || 3 ||      |"),
    ("| 信用 || c |\n| a || 1 |", "| 信用 || c |\n| a    || 1 |"),
    ("| a || b |\n|---||---|\n| 12345 || 1 |", "| a     || b   |\n| ----- || --- |\n| 12345 || 1   |"),
    ('| a || b |\n| "x | y" || 1 |', '| a       || b |\n| "x | y" || 1 |'),
    ("| a || b |\n\n| 1 || 2 |\n", "| a || b |\n\n| 1 || 2 |\n"),
]


@pytest.mark.parametrize(("before", "after"), GRIDS)
def test_a_grid_is_laid_out_in_columns(before: str, after: str) -> None:
    assert laid_out(before) == after
    assert laid_out(after) == after


@pytest.mark.parametrize("text", ["| a || b |\n| 1 |", "", "| a || b |\n| 1 || 2 || 3 |"])
def test_a_grid_whose_lines_differ_in_shape_stays(text: str) -> None:
    assert laid_out(text) == text


CELLS = st.text(alphabet='ab1<>=.,-"|[]() 信𠀀', max_size=8).map(str.strip)


@settings(max_examples=40)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=4), st.integers(1, 3))
def test_laying_out_keeps_every_cell(rows: list[tuple[str, str, str]], gap: int) -> None:
    blank = " " * gap
    text = "\n".join(f"|{blank}{a}{blank}|{b} ||{blank}{c}|" for a, b, c in rows)
    before, after = (read_bars(Source(one))[0] for one in (text, laid_out(text)))
    assert _cells(before) == _cells(after)
    assert laid_out(laid_out(text)) == laid_out(text)


def _cells(grid: object) -> object:
    return grid and [
        [[cell.text for cell in group] for group in line.groups]
        for line in (grid.header, *grid.rows)  # type: ignore[attr-defined]
    ]


TABLE = """decisions:
  a: # why~~
    table:~
      hit policy: unique
      rows: |
        |b||c|
        | 100 || 2 |

  d:~~
    expression: 1
""".replace("~", " ")
NEAT = """decisions:
  a: # why
    table:
      hit policy: unique
      rows: |
        | b   || c |
        | 100 || 2 |

  d:
    expression: 1
"""


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_file_keeps_all_but_its_tables_and_blanks(ending: str) -> None:
    before, after = (text.replace("\n", ending) for text in (TABLE, NEAT))
    assert formatted(before, FileKind.PART, "a.yaml") == after
    assert formatted(after, FileKind.PART, "a.yaml") == after


@pytest.mark.parametrize(
    "text",
    [
        'reasons:\n  A: {en: "one  \n    two", zh: b, adverse: true}\n',
        "reasons:\n  A:\n    en: |\n      one  \n      two\n    zh: b\n    adverse: true\n",
        'decisions:\n  a:\n    table: {hit policy: unique, rows: "|a||b|\\n|1||2|"}\n',
    ],
)
def test_blanks_within_texts_and_tables_in_quotes_stay(text: str) -> None:
    kind = FileKind.REASONS if text.startswith("reasons") else FileKind.PART
    assert formatted(text, kind, "a.yaml") == text


def test_what_is_no_yaml_is_refused() -> None:
    with pytest.raises(Unreadable) as caught:
        formatted("a: [", FileKind.PART, "a.yaml")
    assert caught.value.diagnostics[0].code == "yaml-syntax"


def test_shipped_rules_are_formatted() -> None:
    for path in RULES.rglob("*.yaml"):
        kind = kind_of_rule_file(path.relative_to(RULES).as_posix())
        text = path.read_text("utf-8")
        if kind is FileKind.POLICY_TESTS:  # they hold no tables, and most of the lines
            assert all(line == line.rstrip() for line in text.split("\n")), path
        elif kind is not None:
            assert formatted(text, kind, str(path)) == text, f"run `underwriter format {path}`"


LINES = st.lists(
    st.sampled_from(["# note  ", "", "   ", "      rows: |  ", "        |b||c|", "        | 1|| 22 |  ", "  d:  "]),
    max_size=6,
)


@settings(max_examples=40)
@given(LINES)
def test_what_is_read_of_a_file_stays_the_same(lines: list[str]) -> None:
    text = "decisions:\n  a:\n    table:\n      hit policy: unique\n" + "\n".join(lines) + "\n"
    document, found = read_document("a.yaml", text)
    if document is None or found:
        return
    once = formatted(text, FileKind.PART, "a.yaml")
    again, _ = read_document("a.yaml", once)
    assert again is not None
    assert _without_layout(plain_value(again)) == _without_layout(plain_value(document))
    assert formatted(once, FileKind.PART, "a.yaml") == once


def _without_layout(value: object) -> object:
    """A file's values with each grid as its cells."""
    if not isinstance(value, dict):
        return value
    grids = {key: _cells(read_bars(Source(text))[0]) for key, text in value.items() if key == "rows" and text}
    return {**{key: _without_layout(inner) for key, inner in value.items()}, **grids}
