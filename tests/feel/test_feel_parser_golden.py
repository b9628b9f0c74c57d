"""Texts in golden/*.feel, parted by blank lines, give the trees in .ast or the messages in .err beside them.

With UNDERWRITER_REGENERATE_GOLDEN=1 the expected files are written instead; review them as a diff.
"""

import os
from pathlib import Path

import pytest

from underwriter.feel import nodes
from underwriter.feel.parsing.parser import Parser
from underwriter.feel.source import Source
from underwriter.feel.traversal import descendants

from .outline import outline
from .strategies import DECLARED_NAMES

GOLDEN = Path(__file__).parent / "golden"
PARSER = Parser([*DECLARED_NAMES, "date and time"])
INPUTS = sorted(GOLDEN.glob("*.feel"))


def blocks(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").removesuffix("\n").split("\n\n")


def shown(path: Path, text: str) -> str:
    source = Source(text, path.stem)
    parse = PARSER.parse_unary_tests(source) if path.stem.startswith("cells") else PARSER.parse_expression(source)
    assert (parse.tree is None) == ("errors" in path.stem), text
    if parse.tree:
        return f"{text}\n{outline(parse.tree)}"
    return "\n".join(diagnostic.render() for diagnostic in parse.diagnostics)


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.stem)
def test_texts_give_the_expected_trees_or_messages(path: Path) -> None:
    actual = "\n\n".join(shown(path, text) for text in blocks(path)) + "\n"
    expected = path.with_suffix(".err" if "errors" in path.stem else ".ast")
    if os.environ.get("UNDERWRITER_REGENERATE_GOLDEN"):
        expected.write_text(actual, encoding="utf-8")
    assert actual == expected.read_text(encoding="utf-8")


def test_the_trees_hold_every_kind_of_node() -> None:
    kinds = {kind for kind in vars(nodes).values() if isinstance(kind, type) and issubclass(kind, nodes.Node)}
    met: set[type] = set()
    for path in INPUTS:
        for text in blocks(path):
            parse = PARSER.parse_unary_tests(Source(text))
            met |= {type(node) for node in descendants(parse.tree)} if parse.tree else set()
    assert met == kinds - {nodes.Node}
