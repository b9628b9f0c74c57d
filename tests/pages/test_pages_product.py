"""Pages of the shipped products and of DMN's boxes: nothing of the rules is missing, and all of it is well-formed."""

import re
import xml.etree.ElementTree as ET

import pytest

from underwriter.decisioning import ActivePolicy
from underwriter.dmn.tables.decision_table import DecisionTable
from underwriter.feel.source import Anchor, Position, Source
from underwriter.pages import product_page
from underwriter.pages.markdown import cell, code, comment_above, table
from underwriter.policy.definitions import ScorecardLogic

SVG = "{http://www.w3.org/2000/svg}"
SEPARATOR = re.compile(r"(?<!\\)\|")


def tables(markdown: str) -> list[list[str]]:
    """Return the lines of each table."""
    return [block.splitlines() for block in re.findall(r"(?:^\|.*\n)+", markdown, re.MULTILINE)]


def test_every_table_has_as_many_cells_in_each_row(shelf: list[ActivePolicy]) -> None:
    for active in shelf:
        found = tables(product_page(active).markdown)
        assert len(found) > 10
        for lines in found:
            assert len({len(SEPARATOR.findall(line)) for line in lines}) == 1, lines


def test_every_rule_row_parameter_and_reason_is_on_the_page(shelf: list[ActivePolicy]) -> None:
    for active in shelf:
        page = product_page(active).markdown
        for _, rule in active.policy.rules:
            assert f"| {rule.id.text} | {code(rule.when.text)} | {rule.then.name.lower()} |" in page
            assert f"### {rule.reason.text}\n" in page
            assert cell(active.policy.reasons[rule.reason.text].text["zh"]) in page
        for parameter in active.policy.checked.definition.parameters:
            assert f"\n| `{parameter.name.text}` | " in page
        for name in active.policy.checked.evaluated & active.policy.checked.decisions.keys():
            assert f"\n### {name}\n" in page
            logic = active.policy.checked.decisions[name].logic
            if isinstance(logic, DecisionTable):
                for row in logic.rows:
                    assert " | ".join(code(each.text) for each in (*row.tests, *row.outputs)) in page
            if isinstance(logic, ScorecardLogic):
                assert all(attribute.name.text in page for attribute in logic.attributes)


def test_links_to_reasons_lead_to_a_heading(shelf: list[ActivePolicy]) -> None:
    for active in shelf:
        page = product_page(active).markdown
        headings = {heading.lower() for heading in re.findall(r"^### (\S+)$", page, re.MULTILINE)}
        assert set(re.findall(r"\]\(#(\S+?)\)", page)) <= headings


def test_the_drawing_has_a_box_for_each_decision_that_matters(shelf: list[ActivePolicy]) -> None:
    for active in shelf:
        page = product_page(active)
        root = ET.fromstring(page.drawing)  # noqa: S314 - our own file
        names = [str(text.text) for text in root.iter(f"{SVG}text") if text.get("class") == "name"]
        drawn = active.policy.checked.used & {*active.policy.checked.order}
        assert sorted(names) == sorted([*drawn, "outcome"])
        assert f"![The decisions of {active.policy.id}]({page.name}.svg)" in page.markdown


def test_a_page_is_the_same_each_time(shelf: list[ActivePolicy]) -> None:
    assert product_page(shelf[0]) == product_page(shelf[0])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a | b", "`a \\| b`"),
        ("two\n  lines", "`two lines`"),
        ("say `this`", "`` say `this` ``"),
        ("", ""),
    ],
)
def test_code_fits_into_a_cell(text: str, shown: str) -> None:
    assert code(text) == shown


def test_plain_text_in_a_cell_stays_plain() -> None:
    assert cell("a | <b>\nc") == "a \\| &lt;b> c"
    assert table(("h",), [("x",)]) == ["| h |", "| --- |", "| x |", ""]


def test_a_comment_belongs_to_what_stands_right_below_it_but_for_what_allows_a_finding() -> None:
    host = "# of the file\n\n# of the\n# allow table-gap: it is meant\n# name\nname: 1\nother: 2\n"
    assert comment_above(_at(host, "name")) == "of the name"
    assert comment_above(_at(host, "other")) == ""


def _at(host: str, name: str) -> Source:
    line = host.splitlines().index(next(line for line in host.splitlines() if line.startswith(name)))
    return Source(name, "rules.yaml", host, (Anchor(0, Position(line, 0)),))
