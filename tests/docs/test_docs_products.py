"""The pages of products say how to try each, and it is approved as they say."""

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from underwriter.cli.application import app

from ..decisioning.desks import shipped

PROJECT = Path(__file__).parents[2]
PAGES = sorted((PROJECT / "docs" / "products").glob("*.md"))
APPLICATIONS = sorted((PROJECT / "bench" / "applications").glob("*.yaml"))
CALL = re.compile(r"To try it: `underwriter (decide [^`]+)`")
PRODUCT = re.compile(r"^product: (\w+)$|^Product `(\w+)`", re.MULTILINE)


def calls() -> dict[str, str]:
    """Return the call that a page tells, by the product of the page."""
    texts = [page.read_text("utf-8") for page in PAGES]
    return {product(text): found[1] for text in texts if (found := CALL.search(text))}


def product(text: str) -> str:
    found = PRODUCT.search(text)
    assert found is not None
    return found[1] or found[2]


def test_every_product_that_there_is_an_application_for_can_be_tried() -> None:
    assert set(calls()) == {product(file.read_text("utf-8")) for file in APPLICATIONS}


@pytest.mark.parametrize(("asked_for", "call"), calls().items())
def test_what_is_to_be_tried_is_approved(asked_for: str, call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)
    monkeypatch.setattr("underwriter.cli.local_decisions.desk_or_exit", lambda *_: shipped())  # loaded once for all
    words = shlex.split(call)
    assert product((PROJECT / words[1]).read_text("utf-8")) == asked_for
    result = CliRunner().invoke(app, words, prog_name="underwriter")
    assert (result.exit_code, result.stderr) == (0, "")
    assert f"{words[1]}: APPROVE" in result.stdout
