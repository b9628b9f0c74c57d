"""YAML documents whose every key and value knows its place."""

from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from underwriter.policy.documents import Items, Text, plain_value, read_document

D = Decimal


def document(text):
    found, findings = read_document("file.yaml", text)
    assert findings == ()
    return found


def faults(text):
    _, findings = read_document("file.yaml", text)
    return [f"{finding.code} {finding.position} {finding.message}" for finding in findings]


def value_of(text):
    """Return the text of the key `a`."""
    found = document(text).get("a")
    assert isinstance(found, Text)
    return found


def place_of(text, part):
    """Return the line and column of a part of the value of the key `a`."""
    source = value_of(text).source
    return str(source.position(source.text.index(part)))


@pytest.mark.parametrize(
    ("text", "part", "place"),
    [
        ("a: one + two", "one", "1:4"),
        ("a: one + two", "two", "1:10"),
        ("a: 'one + two'", "two", "1:11"),
        ('a: "one + two"', "two", "1:11"),
        ("a: 'it''s one + two'", "two", "1:17"),
        (r'a: "\"one\" + two"', "one", "1:7"),
        (r'a: "\"one\" + two"', "two", "1:15"),
        (r'a: "\x41\u4e00\U0001f600 two"', "two", "1:26"),
        (r'a: "one\n\ttwo"', "two", "1:12"),
        ("a: |\n  one\n    two\n  three\n", "one", "2:3"),
        ("a: |\n  one\n    two\n  three\n", "two", "3:5"),
        ("a: |\n  one\n    two\n  three\n", "three", "4:3"),
        ("a: |2\n    one\n\n\n  two\n", "one", "2:5"),
        ("a: |2\n    one\n\n\n  two\n", "two", "5:3"),
        ("a: |  # a note\n\n  one\n", "one", "3:3"),
        ("a: >-\n  one\n  two three\n\n  four\n", "one", "2:3"),
        ("a: >-\n  one\n  two three\n\n  four\n", "three", "3:7"),
        ("a: >-\n  one\n  two three\n\n  four\n", "four", "5:3"),
        ("a: >-\n  one\n  + 额度 * two\n", "+", "3:3"),
        ("a: >-\n  one\n  + 额度 * two\n", "two", "3:10"),
        ("a: one\n  two\n  three", "two", "2:3"),
        ("a: one\n  two\n  three", "three", "3:3"),
        ('a: "one\n  two\n  three"', "three", "3:3"),
        ("a: 'one  \n\n   two'", "two", "3:4"),
        ("a: 年齢 + 収入", "収入", "1:9"),
    ],
)
def test_a_part_of_a_scalar_knows_its_place(text, part, place):
    assert place_of(text, part) == place


def test_keys_items_and_mappings_know_their_places():
    top = document("a:\n  - b: 1\n    c: [x, 年, z]\n  - 'd'\n")
    items = top.get("a")
    assert isinstance(items, Items)
    first, second = items.items
    assert str(items.source.position(0)) == "2:3"
    assert str(first.source.position(0)) == "2:5"
    assert str(second.source.position(0)) == "4:6"
    assert [str(item.source.position(0)) for item in first.get("c").items] == ["3:9", "3:12", "3:15"]
    assert [(key.text, str(key.source.position(0))) for key, _ in first] == [("b", "2:5"), ("c", "3:5")]


@pytest.mark.parametrize(("text", "place"), [("a:\nb: 1", "1:3"), ("b: {a: , c: 1}", "1:7"), ("a: ''", "1:5")])
def test_what_is_empty_stands_where_it_is_missing(text, place):
    found = document(text)
    part = found.get("a") or found.get("b").get("a")
    assert part.text == ""
    assert str(part.source.position(0)) == place


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 12", D(12)),
        ("a: 0.10", D("0.10")),
        ("a: 0.1000000000000000055511151231257827", D("0.1000000000000000055511151231257827")),
        ("a: -1e3", D("-1E+3")),
        ("a: '12'", "12"),
        ("a: true", True),
        ("a: False", False),
        ("a: 'true'", "true"),
        ("a: yes", "yes"),
        ("a: null", None),
        ("a: ~", None),
        ("a:", None),
        ("a: ''", ""),
        ("a: .inf", ".inf"),
        ("a: .nan", ".nan"),
        ("a: 0x1F", "0x1F"),
        ("a: 2026-01-31", "2026-01-31"),
        ("a: text", "text"),
    ],
)
def test_scalars_have_the_values_that_they_show(text, expected):
    value = value_of(text).value
    assert (value, type(value)) == (expected, type(expected))
    assert str(value) == str(expected)


def test_an_own_tag_is_kept():
    assert value_of("a: !csv grid.csv").tag == "!csv"


def test_plain_values_of_a_whole_document():
    text = "a: {b: [1, 2.50, x, null, true]}\nc: |\n  text\n"
    assert plain_value(document(text)) == {"a": {"b": [D(1), D("2.50"), "x", None, True]}, "c": "text\n"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["empty-file 1:1 the file is empty"]),
        ("# note\n", ["empty-file 1:1 the file is empty"]),
        ("a: 1\nb: 2\na: 3\n", ["duplicate-key 3:1 'a' stands here twice"]),
        (
            "x: {b: 2, b: 3}\nx: 1",
            ["duplicate-key 1:11 'b' stands here twice", "duplicate-key 2:1 'x' stands here twice"],
        ),
        ("[1]: 2", ["not-a-key 1:1 a key must be a plain text"]),
        ("a: b: c", ["yaml-syntax 1:5 not valid YAML: mapping values are not allowed in this context"]),
        ("a: 'x", ["yaml-syntax 1:5 not valid YAML: found unexpected end of stream"]),
        ("a: [1,", ["yaml-syntax 1:6 not valid YAML: did not find expected node content"]),
        (
            "a: 1\n---\nb: 2",
            ["yaml-syntax 3:1 not valid YAML: only one document may stand in a file, and here begins another"],
        ),
        ("a: \x01", ["yaml-syntax 1:4 not valid YAML: the character U+0001 may not stand in it"]),
        ("a: *b", ["yaml-syntax 1:4 not valid YAML: there is no anchor &b before this alias"]),
        (
            "a: &x [*x]",
            ["yaml-alias 1:8 this alias (*) stands for another part of the file; rule files don't use aliases"],
        ),
        ("[" * 1000, ["yaml-syntax 1:101 not valid YAML: it is nested too deep"]),
        ("\t- a", ["yaml-syntax 1:1 not valid YAML: found character that cannot start any token"]),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_cannot_be_read_is_told_at_its_place(text, expected):
    assert faults(text) == expected


def test_aliases_do_not_multiply():
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30))]
    found, findings = read_document("file.yaml", "\n".join(lines))
    assert found is None
    assert {finding.code for finding in findings} == {"yaml-alias"}


TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\ufeff\ufffe\uffff")
)


@settings(max_examples=150, deadline=None)
@given(words=st.lists(TEXTS.map(str.strip).filter(bool), min_size=1, max_size=5), indent=st.integers(1, 5))
@example(words=["#"], indent=1)
def test_words_of_a_literal_block_and_of_quotes_stand_where_they_are_written(words, indent):
    margin = " " * indent
    block = "".join(f"{margin}{word}\n" for word in words)
    single = "'" + f"\n{margin}".join(word.replace("'", "''") for word in words) + "'"
    for text in (f"a: |\n{block}", f"a: {single}\n"):
        source = value_of(text).source
        offset = 0
        lines = text.split("\n")
        for word in words:
            offset = source.text.index(word, offset)
            place = source.position(offset)
            assert lines[place.line][place.column :].startswith((word[0], "''") if word[0] == "'" else word[0])
            offset += len(word)


@settings(max_examples=150, deadline=None)
@given(st.text("ab:[]{}-\"'|>&*#!%@ \n\t\\0", max_size=40))
def test_any_text_gives_a_document_or_findings(text):
    found, findings = read_document("file.yaml", text)
    assert found is not None or findings
    for finding in findings:
        assert finding.render().startswith("file.yaml:")


def test_a_part_of_a_text_knows_its_place_and_stays_the_same_object():
    found = value_of("a: 'at +5 minutes'").part(3, 13)
    assert (found.text, found.tag, str(found.source.position(0))) == ("+5 minutes", "str", "1:8")
    assert found.source is found.source
