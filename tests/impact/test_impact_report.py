"""The report: whole, by itself, the same each time, and readable without its drawings."""

import errno
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from underwriter.impact import ImpactTally, impact_tables
from underwriter.impact.report import report_html, write_report
from underwriter.impact.rule_changes import RuleChanges
from underwriter.workbench.comparison import Change, ChangeKind, FieldChange

VOID = {"meta", "link", "br", "img", "hr", "input"}
LEADING_OUT = ("src", "href", "action", "data", "poster", "srcset")
CHANGES = RuleChanges({Change(ChangeKind.CHANGED, "rule", "<b>&", (FieldChange("when", "a < 1", "a < 2"),)): ("P",)})


class Page(HTMLParser):
    """Reads a page, and keeps its ids, where it leads, and what is not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.leads: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.ids += [value or "" for name, value in attrs if name == "id"]
        self.leads += [value or "" for name, value in attrs if name in LEADING_OUT]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def text(tally: ImpactTally) -> str:
    return report_html(tally, CHANGES)


def test_it_is_well_formed_and_leads_nowhere_outside(text: str) -> None:
    page = Page(text)
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert page.leads
    assert all(lead.startswith("#") and lead[1:] in page.ids for lead in page.leads)
    assert "http://" not in text
    assert "https://" not in text
    assert not {tag for tag, _ in page.tags} & {"script", "iframe", "link", "object", "embed", "img", "image"}
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= set(page.ids)


def test_every_drawing_is_described_and_has_its_figures_in_a_table_beside_it(text: str) -> None:
    page = Page(text)
    figures = [attributes for tag, attributes in page.tags if tag == "figure"]
    assert len(figures) == 5
    assert all(attributes["role"] == "img" and attributes["aria-label"] for attributes in figures)
    sections = text.split("<section ")[1:]
    assert all(section.count("<table>") == 1 for section in sections)
    assert sum("<figure" in section for section in sections) == len(figures)


def test_it_has_every_cell_of_every_table_and_what_is_written_in_rules_stays_text(text: str, tally) -> None:
    read = re.sub(r"<[^>]*>", "", text)
    for table in impact_tables(tally, RuleChanges()):
        assert all(cell.replace("'", "&#39;") in read for row in table.rows for cell in row)
    assert "rule &lt;b&gt;&amp;: when: a &lt; 1 -&gt; a &lt; 2" in text


def test_the_same_figures_give_the_same_bytes_and_nothing_personal_is_in_them(text: str, tally) -> None:
    assert report_html(tally, CHANGES) == text
    assert "PERSONAL_CREDIT_LINE-" not in text  # how the subjects are called


def test_it_is_written_whole_or_not_at_all(tally, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "report.html"
    write_report(file, tally, CHANGES)
    assert file.read_text("utf-8") == text
    file.write_text("old", "utf-8")
    monkeypatch.setattr("os.replace", _failing)
    with pytest.raises(OSError, match="full"):
        write_report(file, tally, CHANGES)
    assert file.read_text("utf-8") == "old"
    assert list(tmp_path.iterdir()) == [file]


def _failing(*_: object) -> None:
    raise OSError(errno.ENOSPC, "the disk is full")


def test_nothing_decided_makes_a_report_too() -> None:
    assert "no decision was made again." in report_html(ImpactTally(), RuleChanges())
