"""Every text read from a .dmn file knows where in the file each of its characters stands."""

from dataclasses import fields, is_dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.dmn.boxes.expressions import LiteralExpression
from underwriter.dmn.xml import read_model
from underwriter.feel.source import Source

from .models import model


def literal(written: str) -> Source:
    """Return the text of a decision's literal expression, written so."""
    definitions, _ = read_model(
        model(f'<decision name="d"><literalExpression>{written}</literalExpression></decision>'), "m"
    )
    logic = definitions.decisions[0].logic
    assert isinstance(logic, LiteralExpression)
    return logic.text


def standing(source: Source, part: str) -> str:
    """Return what stands in the file from where a part of the text does."""
    position = source.position(source.text.index(part))
    return source.line(position.line)[position.column :]


@pytest.mark.parametrize(
    ("written", "text", "part", "rest"),
    [
        ("<text>a + b</text>", "a + b", "b", "b</text>"),
        ("<text>  a\n  + b  </text>", "a\n  + b", "b", "b  </text>"),
        ("<text>a &lt; b</text>", "a < b", "b", "b</text>"),
        ("<text>a &lt; b</text>", "a < b", "<", "&lt; b</text>"),
        ("<text>a &#38;&#x26; b</text>", "a && b", "b", "b</text>"),
        ("<text><![CDATA[a < b]]></text>", "a < b", "b", "b]]></text>"),
        ("<text>a <![CDATA[<]]> b</text>", "a < b", "b", "b</text>"),
        ("<text>a <!-- why --> + b</text>", "a  + b", "b", "b</text>"),
        ("<text>\n\n  if a &lt; 1\n  then b</text>", "if a < 1\n  then b", "b", "b</text>"),
        ("<text>\r\n  a\r\n  + b</text>", "a\n  + b", "b", "b</text>"),
        ("<text>姓名 &lt; b</text>", "姓名 < b", "b", "b</text>"),
        ("<text>\t'a' b</text>", "'a' b", "b", "b</text>"),
    ],
)
def test_a_place_in_a_text_is_its_place_in_the_file(written: str, text: str, part: str, rest: str) -> None:
    source = literal(written)
    assert source.text == text
    assert standing(source, part).startswith(rest)


_CHARACTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="￾￿") | st.sampled_from(
    "\n\t<>&"
)


def _written(text: str, forms: list[int]) -> str:
    """Return the text as XML, each character in one of the forms that it may have there."""
    plain = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
    ways = (
        lambda character: plain.get(character, character),
        lambda character: f"&#{ord(character)};",
        lambda character: f"&#x{ord(character):X};",
        lambda character: f"<![CDATA[{character}]]>",
    )
    return "".join(ways[form](character) for character, form in zip(text, forms, strict=True))


@settings(deadline=None)
@given(st.lists(st.tuples(_CHARACTERS, st.integers(0, 3)), min_size=1))
def test_each_character_stands_where_its_source_says(characters: list[tuple[str, int]]) -> None:
    text = "".join(character for character, _ in characters)
    written = _written(text, [form for _, form in characters])
    source = literal(f"<text>(\n{written}\n)</text>")
    assert source.text == f"(\n{text}\n)"
    for offset, (character, form) in enumerate(characters, start=2):
        position = source.position(offset)
        raw = (source.host or "").split("\n")[position.line][position.column :]
        wanted = "&" if form in (1, 2) or (form == 0 and character in "<>&") else character.strip("\n")
        assert raw.startswith(wanted), (character, form, raw)


def test_a_name_with_references_and_blanks_stands_at_its_first_letter() -> None:
    definitions, findings = read_model(model('<inputData name="  profit &amp;\n loss "/>'), "m.dmn")
    assert findings == []
    name = definitions.inputs[0].name
    assert name.text == "profit & loss"
    assert standing(name, "profit") == "profit &amp;"


def test_attributes_are_found_in_single_quotes_and_beside_others() -> None:
    text = model("<inputData\n  label = \"name='x'\"\n  name='a > b'/>")
    definitions, findings = read_model(text, "m.dmn")
    assert findings == []
    assert definitions.inputs[0].name.location(0) == "m.dmn:4:9"


def sources(part: object) -> list[Source]:
    """Return all sources in a tree of dataclasses."""
    if isinstance(part, Source):
        return [part]
    if is_dataclass(part):
        return [source for field in fields(part) for source in sources(getattr(part, field.name))]
    return [source for item in part for source in sources(item)] if isinstance(part, tuple) else []


def test_all_sources_share_the_text_of_the_file() -> None:
    text = model('<decision name="d"><list><literalExpression><text>1</text></literalExpression></list></decision>')
    definitions, _ = read_model(text, "m.dmn")
    found = sources(definitions)
    assert len(found) > 4
    assert all(source.name == "m.dmn" and source.host == text for source in found)
