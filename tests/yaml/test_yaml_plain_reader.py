"""The quick reader of YAML: whatever it accepts, ruamel.yaml reads the same; what it does not, it leaves to ruamel."""

from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from underwriter.yaml import Mapping, Scalar, Sequence, YamlError, compose
from underwriter.yaml.plain_reader import MAXIMUM_DEPTH, NotPlain, read_plain
from underwriter.yaml.tags import tag_of
from underwriter.yaml.whole_language import compose_whole

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


def same(text: str) -> None:
    assert read_plain(text) == compose_whole(text)


def accepted_is_same(text: str) -> None:
    """Read a text that may be wrong: if the quick reader accepts it, ruamel does, and reads the same."""
    try:
        found = read_plain(text)
    except NotPlain:
        return
    assert found == compose_whole(text)


@pytest.mark.parametrize("path", COMPARED, ids=lambda path: str(path.relative_to(ROOT)))
def test_shipped_files_are_read_as_ruamel_reads_them(path):
    same(path.read_text("utf-8"))


def test_all_shipped_files_are_plain():
    assert len(SHIPPED) > 100
    for path in SHIPPED:
        read_plain(path.read_text("utf-8"))


def test_every_plain_form_is_read_as_ruamel_reads_it():
    same(ALL_FORMS)
    same(ALL_FORMS.rstrip("\n"))
    same("\n".join(f"    {line}" if line else "" for line in ALL_FORMS.split("\n")))


@pytest.mark.parametrize(
    "text",
    [
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
    ],
)
def test_small_documents_are_read_as_ruamel_reads_them(text):
    same(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing",
        "text alone",
        "'quoted alone'",
        "[1, 2]",
        "--- \na: 1",
        "a: 1\n...\n",
        "%YAML 1.1\n---\na: yes",
        "a: &x 1\nb: *x",
        "a: 1\n<<: *b",
        "? a\n: b",
        "a: b\n  c",
        "a:\n  b",
        "a: 'b'#c",
        "a:\n- b\n - c",
        'a: "b\n  c"',
        r'a: "\n"',
        "a: !!str 1",
        "a: ! b",
        "a: !x [b]",
        "a: |2\n   b",
        "a: |+\n  b\n\n",
        "a: |\nb: c",
        "a: |\n\n  b\n",
        "a: |\n  b\n     \n  c\n",
        "a: |\n  b",
        "a: >\n  b\n\n  c\n",
        "a: >\n  b\n   c\n",
        "a: [b, ]",
        "a: [b: c]",
        "a: {b}",
        "a: {b: }",
        "a: {b: c # d\n}",
        "a: [b\n c]",
        "a: {'b':c}",
        "-\n- a",
        "a: 1\tb",
        "a: 1\r\nb: 2",
        "a: \x85",
        "a: \u2028b",
        "\ufeffa: 1",
        f"{'k' * 1100}: 1",
        "[" * (MAXIMUM_DEPTH + 1) + "]" * (MAXIMUM_DEPTH + 1),
        "\n".join(f"{' ' * depth}a:" for depth in range(MAXIMUM_DEPTH + 1)),
    ],
)
def test_what_is_not_plain_is_left_to_ruamel(text):
    with pytest.raises(NotPlain):
        read_plain(text)


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
    ],
)
def test_what_is_wrong_is_accepted_by_none(text):
    with pytest.raises(NotPlain):
        read_plain(text)
    with pytest.raises(YamlError):
        compose(text)


PIECES = [
    *" \n:#-'\"[]{},|>!&*?%@`~=<\\\t.ab01é额",
    *("\n  ", ": ", " #", "- ", "\n- ", "|\n ", ">-\n ", "<<: ", "---\n", "\xa0", "1e3"),
]


@st.composite
def damaged(draw):
    """Draw some lines of a document with every form, with a few places written over."""
    lines = ALL_FORMS.split("\n")
    first = draw(st.integers(0, len(lines) - 1))
    text = "\n".join(lines[first : first + draw(st.integers(1, 14))])
    for _ in range(draw(st.integers(0, 4))):
        place, width = draw(st.integers(0, len(text))), draw(st.sampled_from([0, 0, 1, 2, 5]))
        text = text[:place] + draw(st.sampled_from(PIECES)) + text[place + width :]
    return text


@given(damaged())
@example("f: >-\n g\n  ")
@example("- \n- a")
@example("a:\n\n# b\n")
def test_damaged_documents_are_read_as_ruamel_reads_them_or_not_at_all(text):
    accepted_is_same(text)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_any_short_text_is_read_as_ruamel_reads_it_or_not_at_all(text):
    accepted_is_same(text)


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


TEXTS = st.text("tTrRuUeEfFaAlLsS~nN<=+-.0123456789_:obxZz e", max_size=12)


@given(TEXTS)
@example("")
@example("2026-03-02 9:05:07.5 +08:00")
@example("0x_1F")
@example("-.INF")
def test_plain_scalars_are_taken_for_what_ruamel_takes_them(text):
    scalar = plain_scalar(text.strip())
    if scalar is not None:
        assert tag_of(scalar.text) == scalar.tag


def plain_scalar(text):
    """Return what ruamel makes of a text after a key, None if that is not one plain scalar of the whole text."""
    try:
        ((_, value),) = compose_whole(f"a: {text}").entries
    except YamlError:
        return None
    return value if isinstance(value, Scalar) and value.text == text and value.style is None else None


def test_an_alias_stands_for_the_last_anchor_of_its_name():
    document = compose("a: &x 1\nb: &x 2\nc: *x")
    assert isinstance(document, Mapping)
    assert [value[:2] for _, value in document.entries] == [(3, 7), (11, 15), (11, 15)]


def test_keys_that_are_collections_are_read_as_such():
    document = compose("? [a, b]\n: c")
    assert isinstance(document, Mapping)
    ((key, value),) = document.entries
    assert isinstance(key, Sequence)
    assert value == Scalar(11, 12, "c", "str", None)
