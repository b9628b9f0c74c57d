"""YAML as we read it, against ruamel.yaml, whose parser is another and written in Python."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode

from underwriter.yaml import Mapping, NestedTooDeep, Scalar, Sequence, YamlError, compose
from underwriter.yaml.composer import MAXIMUM_DEPTH

ROOT = Path(__file__).parents[2]
SHIPPED = sorted([*ROOT.glob("rules/**/*.yaml"), *ROOT.glob("models/**/*.yaml")])
COMPARED = [path for path in SHIPPED if "tests" not in path.parts]

ALL_FORMS = """# a comment
text: plain, with [brackets] {and} "quotes" # and a comment
'single ''quoted'' key': 'it''s'
"double quoted": "one: two"  # three
negative: -0.1
empty:
time: 2026-03-02T09:00:00Z
url: http://host/path#part
tagged: !csv grid.csv
list:
- in the column of its key
-   key: of a compact mapping
    other: true

  # a comment further right
- - nested
  - list
-
  below: the dash
flow: [a, -1, 'b', "c", {d: e, f: [g, {}], h: []}, 09:00, 额度]
over lines: {a: 1,
  b: [2,
 3]}
literal: |
  one

    two
  three
stripped: |-  # a comment
    four
folded: >-
  five
  six
deep:
    deeper:
      - 1
"""


def as_ruamel_reads(text: str):
    """Return what ruamel.yaml makes of a text without aliases, as nodes of ours."""
    root = YAML(typ="safe", pure=True).compose(text)
    return None if root is None else node_of(root)


def node_of(node):
    start, end = node.start_mark.index, node.end_mark.index
    if isinstance(node, ScalarNode):
        return Scalar(start, end, node.value, str(node.tag).removeprefix("tag:yaml.org,2002:"), node.style)
    if isinstance(node, MappingNode):
        return Mapping(start, end, tuple((node_of(key), node_of(value)) for key, value in node.value))
    return Sequence(start, end, tuple(node_of(item) for item in node.value))


def placed(node):
    """Return a node without the places of what is not written: the parsers put that elsewhere between two things."""
    match node:
        case Scalar(start, end, text) if start == end:
            return text, node.tag
        case Mapping():
            return node.start, node.end, [(placed(key), placed(value)) for key, value in node.entries]
        case Sequence():
            return node.start, node.end, [placed(item) for item in node.items]
    return node


def same(text: str) -> None:
    assert placed(compose(text)) == placed(as_ruamel_reads(text))


@pytest.mark.parametrize("path", COMPARED, ids=lambda path: str(path.relative_to(ROOT)))
def test_shipped_files_are_read_as_ruamel_reads_them(path):
    same(path.read_text("utf-8"))


def test_every_form_is_read_as_ruamel_reads_it():
    same(ALL_FORMS)
    same(ALL_FORMS.rstrip("\n"))
    same("\n".join(f"    {line}" if line else "" for line in ALL_FORMS.split("\n")))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing",
        "a: 1",
        "a:",
        "- a",
        "- - a",
        "a: []",
        "a: {}",
        "a:   b   ",
        "a : b",
        "12: x",
        "a: |\n b\n\n\n# c\n",
        "\n\n# c\na: b\n\n# d",
        "text alone",
        "[1, 2]",
        "--- \na: 1",
        "a: 1\n...\n",
        "? a\n: b",
        "a: b\n  c",
        "a:\n- b",
        'a: "b\n  c"',
        r'a: "\n"',
        "a: !!str 1",
        "a: !x [b]",
        "a: |2\n   b",
        "a: |+\n  b\n\n",
        "a: >\n  b\n   c\n",
        "a: [b, ]",
        "a: [b: c]",
        "a: {b: c # d\n}",
        "a: 1\r\nb: 2",
        "a: {at: 2026-05-01T10:00:00+08:00}",
    ],
)
def test_small_documents_are_read_as_ruamel_reads_them(text):
    same(text)


@pytest.mark.parametrize(
    "text",
    [
        "a: b: c",
        "a: - b",
        "a: 'b' c",
        "a: [b] c",
        "a: [b",
        "a: {b: c",
        "a: 'b",
        "a: `b",
        "a: @b",
        "a: %b",
        "a\nb: c",
        "a: 1\n b: 2",
        "a:\n    b: 1\n  c: 2",
        "- a\nb: c",
        "  a: 1\nb: 2",
        "a: |x\n  b\n",
        "a: \x07",
        "a: *unknown",
        "a: 1\n---\nb: 2",
    ],
)
def test_what_is_wrong_is_refused_with_its_place(text):
    with pytest.raises(YAMLError):
        as_ruamel_reads(text)
    with pytest.raises(YamlError) as refused:
        compose(text)
    assert refused.value.offset is not None


@pytest.mark.parametrize("open_bracket", ["[", "{a: ", "- "])
def test_what_is_nested_too_deep_is_refused(open_bracket):
    for levels in (MAXIMUM_DEPTH + 1, 100_000):
        with pytest.raises(NestedTooDeep) as refused:
            compose(open_bracket * levels)
        assert refused.value.offset == len(open_bracket) * MAXIMUM_DEPTH


PIECES = [
    *" \n:#-'\"[]{},|>!&*?%@`~=<\\\t.ab01é额",
    *("\n  ", ": ", " #", "- ", "\n- ", "|\n ", ">-\n ", "<<: ", "---\n", "\xa0", "1e3"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_any_text_is_read_or_refused_with_words(text):
    refused = []
    try:
        compose(text)
    except YamlError as error:
        refused.append(error.problem)
    assert all(refused)


KEYS = st.sampled_from(["a", "b c", "'d'", '"e: f"', "7", "额"])
SCALARS = st.sampled_from(["x", "-0.5", "true", "null", "2026-01-31", "'it''s'", '"#"', "a:b", "c#d", "!csv e"])


def indented(text: str, by: int = 2) -> str:
    return "\n".join(" " * by + line if line else "" for line in text.split("\n"))


def blocks(inner):
    entry = st.builds("{}:\n{}".format, KEYS, inner.map(indented)) | st.builds("{}: {}".format, KEYS, SCALARS)
    item = inner.map(lambda text: "- " + indented(text)[2:]) | SCALARS.map("- {}".format)
    return st.lists(entry, min_size=1, max_size=3).map("\n".join) | st.lists(item, min_size=1, max_size=3).map(
        "\n".join
    )


DOCUMENTS = st.recursive(st.builds("{}: {}".format, KEYS, SCALARS), blocks, max_leaves=12)


@given(DOCUMENTS)
def test_nested_blocks_are_all_read_and_as_ruamel_reads_them(text):
    same(text)


@given(st.text("tTrRuUeEfFaAlLsS~nN<=+-.0123456789_:obxZz e", max_size=12))
@example("")
@example("2026-03-02 9:05:07.5 +08:00")
@example("0x_1F")
@example("-.INF")
def test_plain_scalars_are_taken_for_what_ruamel_takes_them(text):
    try:
        expected = as_ruamel_reads(f"a: {text}")
    except YAMLError:
        return
    assert placed(compose(f"a: {text}")) == placed(expected)


def test_an_alias_keeps_its_own_place():
    document = compose("a: &x 1\nb: &x 2\nc: *x")
    assert isinstance(document, Mapping)
    assert [value[:2] for _, value in document.entries] == [(3, 7), (11, 15), (19, 21)]


def test_keys_that_are_collections_are_read_as_such():
    document = compose("? [a, b]\n: c")
    assert isinstance(document, Mapping)
    ((key, value),) = document.entries
    assert isinstance(key, Sequence)
    assert value == Scalar(11, 12, "c", "str", None)
