"""Tables go to spreadsheets and come back: as they were, or with exactly the rows that the sheet has by then."""

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.dmn.tables.layout import laid_out
from underwriter.policy import read_rule_files
from underwriter.spreadsheets import plan_import, written_tables
from underwriter.spreadsheets.row_edits import stands_between_bars

from .ruled_folder import HEAD, TAIL, bars, sheets_of, tables_in, write_rules

SHIPPED = Path(__file__).parents[2] / "rules"
ENDINGS = [".csv", ".xlsx"]
LOOKALIKES = [
    "=1+1", "+1", "-1", "@\"2026-01-01\"", "-", ">= 750", "1-2", "007", "2026-01-01", "TRUE", "1e5", "#N/A", "[1..2)",
    '"a|b"', '"a\\"|"', "_x0041_", "'quoted", "not(\"x\", null)", '"中文, 两个"', "0.10", "12345678901234567890",
]  # fmt: skip
WRITTEN = st.text(st.sampled_from("ab01 =+-@#,;\"\\._x<>[]()é中'"), min_size=1, max_size=12).map(str.strip)
CELLS = st.one_of(st.sampled_from(LOOKALIKES), WRITTEN).filter(lambda text: bool(text) and text[0] != "#")
LINES = st.lists(
    st.tuples(CELLS, CELLS, st.one_of(st.just(""), CELLS)).filter(
        lambda line: stands_between_bars(tuple((text,) for text in line))
    ),
    min_size=2,
    max_size=6,
)


@pytest.mark.parametrize("ending", ENDINGS)
def test_all_shipped_tables_come_back_as_they_were(ending: str, tmp_path: Path) -> None:
    tables, findings = written_tables(read_rule_files(SHIPPED))
    assert not findings
    assert len(tables) > 50
    batches = [tables] if ending == ".xlsx" else [[table] for table in tables]
    planned = plan_import(SHIPPED, [sheet for batch in batches for sheet in sheets_of(batch, tmp_path, ending)])
    assert not planned.after
    assert [placed.table for placed in planned.tables] == tables


@pytest.mark.parametrize("ending", ENDINGS)
@settings(deadline=None, max_examples=12)
@given(before=LINES, after=LINES)
def test_a_table_gets_the_rows_of_its_sheet_and_nothing_else_changes(
    ending: str, before: list[tuple[str, str, str]], after: list[tuple[str, str, str]]
) -> None:
    with TemporaryDirectory() as folder:
        wanted = write_rules(Path(folder, "wanted"), bars(after))
        rules = write_rules(Path(folder, "rules"), bars(before))
        sheets = sheets_of([tables_in(wanted)["first"]], Path(folder), ending)
        planned = plan_import(rules, sheets, force=True)
        assert set(planned.after) <= {"part.yaml"}
        text = planned.after.get("part.yaml", HEAD + bars(before) + TAIL)
        assert text.startswith(HEAD)
        assert text.endswith(TAIL)
        Path(rules, "part.yaml").write_bytes(text.encode())
        found, meant = tables_in(rules)["first"], tables_in(wanted)["first"]
        assert (found.header, found.rows, found.settings) == (meant.header, meant.rows, meant.settings)
        if before != after:
            grid = text.removeprefix(HEAD).removesuffix(TAIL)
            margin = " " * 8
            assert (
                margin + laid_out(grid.replace(f"\n{margin}", "\n")[8:-1]).replace("\n", f"\n{margin}") + "\n" == grid
            )


@settings(deadline=None, max_examples=12)
@given(
    before=st.lists(st.tuples(CELLS, CELLS), min_size=2, max_size=5),
    after=st.lists(st.tuples(CELLS, CELLS), min_size=2, max_size=5),
)
def test_a_table_in_a_csv_file_gets_the_rows_of_its_sheet(
    before: list[tuple[str, str]], after: list[tuple[str, str]]
) -> None:
    with TemporaryDirectory() as folder:
        rules = write_rules(Path(folder, "rules"), bars([("a", "x"), ("1", "2")]))
        wanted = shutil.copytree(rules, Path(folder, "wanted"))
        for place, lines in ((rules, before), (wanted, after)):
            head, *rows = [[*map(_quoted, line)] for line in lines]
            text = "\n".join([f"{head[0]},||,{head[1]}", *(f"{row[0]},,{row[1]}" for row in rows)])
            Path(place, "grid.csv").write_bytes(text.encode())
        meant = tables_in(wanted)["second"]
        planned = plan_import(rules, sheets_of([meant], Path(folder), ".xlsx"), force=True)
        assert set(planned.after) <= {"grid.csv"}
        for path, content in planned.contents.items():
            path.write_bytes(content)
        found = tables_in(rules)["second"]
        assert (found.header, found.rows) == (meant.header, meant.rows)


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
