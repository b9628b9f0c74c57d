"""Regular expressions: XPath's syntax and rules, two engines against Python's, and bounds on hostile patterns."""

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriter.feel.faults import Fault
from underwriter.feel.regular_expressions import is_match, replaced, split
from underwriter.feel.regular_expressions.backtracking import Backtracking
from underwriter.feel.regular_expressions.character_sets import CharacterSet, between, characters, property_set, union
from underwriter.feel.regular_expressions.programs import program
from underwriter.feel.regular_expressions.reader import MAXIMUM_PATTERN, read


@pytest.mark.parametrize(
    ("text", "pattern", "flags", "expected"),
    [
        ("income", "com", "", True),
        ("income", "^com", "", False),
        ("income", "(?:in|out)come$", "", True),
        ("", "^$", "", True),
        ("a-b", r"a\-b", "", True),
        ("a+b", r"^[+\-a-c]+$", "", True),
        ("-", "[-z]", "", True),
        ("-", "[z-]", "", True),
        ("-", "[^-z]", "", False),
        ("^", "[z^]", "", True),
        ("b", "[a-d-[bc]]", "", False),
        ("d", "[a-d-[bc]]", "", True),
        ("e", "[^a-d-[e]]", "", False),
        ("m", r"[\p{Ll}-[a-l-[f]]]", "", True),
        ("f", r"[\p{Ll}-[a-l-[f]]]", "", True),
        ("g", r"[\p{Ll}-[a-l-[f]]]", "", False),
        ("٣", r"^\d$", "", True),
        ("é_1", r"^\w+$", "", False),
        ("é1", r"^\w+$", "", True),
        ("月", r"^\p{L}$", "", True),
        ("月", r"^\p{IsCJKUnifiedIdeographs}$", "", True),
        ("a", r"\P{Lu}", "", True),
        ("_x-1", r"^\i\c*$", "", True),
        ("1x", r"^\i\c*$", "", False),
        ("\u00a0", r"\s", "", False),
        ("🐎", "^.$", "", True),
        ("a\nb", "a.b", "", False),
        ("a\rb", "a.b", "", False),
        ("a\nb", "a.b", "s", True),
        ("a\nb", "^b", "", False),
        ("a\nb", "^b", "m", True),
        ("a\nb", "a$", "m", True),
        ("a\n", "a$", "", False),
        ("STRASSE", "straße", "i", False),
        ("Éa", "éA", "i", True),
        ("\u212a", "k", "i", True),
        ("ſ", "[A-Z]", "i", True),
        ("q", "[^Q]", "i", False),
        ("a", r"\p{Lu}", "i", False),
        ("hello world", " hello [ ] world ", "x", True),
        ("A", r"\p{ L u }", "x", True),
        ("[a b]", r"\ [a b\ ]", "x", False),
        ("[ab]", r"\ [a b \ ]", "x", True),
        ("a.b", "a.b", "q", True),
        ("axb", "a.b", "q", False),
        ("A.B", "a.b", "iq", True),
        ("abab", r"^(ab)\1$", "", True),
        ("abAB", r"^(ab)\1$", "", False),
        ("abAB", r"^(ab)\1$", "i", True),
        ("b", r"^(a)?b\1$", "", True),
        ("aab", r"^(a*?)\1b$", "", True),
        ("a2", r"^(a)2$", "", True),
        ("aa2", r"^(a)\12$", "", True),
        ("aabbcc", r"(?:(.)\1){3}", "", True),
        ("xyz", r"(.)\1", "", False),
        ("a\nbb", r"^(b)\1$", "m", True),
        ("abcdefghijkk", r"(a)(b)(c)(d)(e)(f)(g)(h)(i)(j)(k)\11", "", True),
    ],
)
def test_match_follows_xpath(text: str, pattern: str, flags: str, expected: bool) -> None:
    assert is_match(text, pattern, flags) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        "(",
        ")",
        "a)",
        "[",
        "[]",
        "[a",
        "[b-a]",
        r"[a-\d]",
        "[a[b]]",
        "[a-b-c]",
        "[a-z-[b]c]",
        "*",
        "a**",
        "{",
        "}",
        "]",
        "a{",
        "a{,2}",
        "a{2,1}",
        "a{x}",
        "(?i)a",
        "(?=a)",
        "(?P<n>a)",
        "\\",
        r"\b",
        r"\x41",
        r"\u0041",
        r"\p{Xx}",
        r"\p{IsNowhere}",
        r"\p{Lu",
        r"\pL",
        r"\0",
        r"\1",
        r"(a)\2",
        r"(a\1)",
        r"(a)[\1]",
    ],
)
def test_what_breaks_the_grammar_is_refused(pattern: str) -> None:
    with pytest.raises(Fault) as raised:
        is_match("a", pattern)
    assert raised.value.kind == "bad-pattern"


@pytest.mark.parametrize("flags", ["p", " ", "I", "sz"])
def test_unknown_flags_are_refused(flags: str) -> None:
    with pytest.raises(Fault):
        is_match("a", "a", flags)


@pytest.mark.parametrize(
    ("text", "pattern", "replacement", "flags", "expected"),
    [
        ("abcabc", "b", "", "", "acac"),
        ("31.01.2026", r"(\d+)\.(\d+)\.(\d+)", "$3-$2-$1", "", "2026-01-31"),
        ("ab", "(a)|(b)", "[$1|$2]", "", "[a|][|b]"),
        ("abc", "b", "<$0>", "", "a<b>c"),
        ("abc", "(b)", "$12", "", "ab2c"),
        ("abc", "b", "$3", "", "ac"),
        ("abc", "b", r"\$1\\", "", "a$1\\c"),
        ("a.c", ".", "$1", "q", "a$1c"),
        ("🐎🐎", "🐎", "月", "", "月月"),
        ("aabb", r"(.)\1", "<$1>", "", "<a><b>"),
    ],
)
def test_replacement_follows_xpath(text: str, pattern: str, replacement: str, flags: str, expected: str) -> None:
    assert replaced(text, pattern, replacement, flags) == expected


@pytest.mark.parametrize("replacement", ["$", "a$", "$a", "\\", "\\n", "\\1"])
def test_wrong_replacements_are_refused_even_if_nothing_matches(replacement: str) -> None:
    with pytest.raises(Fault) as raised:
        replaced("abc", "z", replacement)
    assert raised.value.kind == "bad-replacement"


@pytest.mark.parametrize("pattern", ["", "a*", "a?", "^", "$", "(a|)", "x{0}"])
def test_patterns_that_match_nothing_at_all_cannot_split_or_replace(pattern: str) -> None:
    with pytest.raises(Fault):
        split("abc", pattern)
    with pytest.raises(Fault):
        replaced("abc", pattern, "b")


@pytest.mark.parametrize(
    ("text", "pattern", "expected"),
    [
        ("a;b;;", ";", ["a", "b", "", ""]),
        ("a1b22c", r"\d+", ["a", "b", "c"]),
        ("abc", ";", ["abc"]),
        ("", ";", [""]),
        ("a🐎b🐎c", "🐎", ["a", "b", "c"]),
        ("xaay", r"(a)\1", ["x", "y"]),
    ],
)
def test_split_gives_what_stands_between(text: str, pattern: str, expected: list[str]) -> None:
    assert split(text, pattern) == expected


# Patterns that mean the same in Python's syntax, over a small alphabet.

texts = st.text("abc\n", max_size=12)
atoms = st.sampled_from(["a", "b", "c", "[ab]", "[^a]", "(?:ab)", "(b|c)", "(a|ab)"])
quantifiers = st.sampled_from(["", "", "", "?", "*", "+", "??", "*?", "+?", "{2}", "{1,2}", "{1,}?", "{0,2}"])
pieces = st.builds("{}{}".format, atoms, quantifiers)
branches = st.lists(pieces, min_size=1, max_size=4).map("".join)
patterns = st.builds("{}{}{}".format, st.sampled_from(["", "^"]), branches, st.sampled_from(["", "$"])) | st.builds(
    "{}|{}".format, branches, branches
)


def python_pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("$", r"\Z"))


@given(texts, patterns)
def test_matches_are_those_of_python(text: str, pattern: str) -> None:
    assert is_match(text, pattern) == (python_pattern(pattern).search(text) is not None)


@given(texts, patterns)
def test_replacements_and_pieces_are_those_of_python(text: str, pattern: str) -> None:
    theirs = python_pattern(pattern)
    if theirs.search("") is not None or any(found.end() == found.start() for found in theirs.finditer(text)):
        return
    assert replaced(text, pattern, "<$0>") == theirs.sub(lambda found: f"<{found.group()}>", text)
    if not theirs.groups:
        assert split(text, pattern) == theirs.split(text)


@given(texts, patterns, st.sampled_from(["", "m", "i", "s"]))
def test_both_engines_find_the_same_spans(text: str, pattern: str, flags: str) -> None:
    if is_match("", pattern, flags):
        return  # how the search goes on behind an empty match is not asked for
    linear = list(program(pattern, flags, remembers_groups=True).matches(text))
    backtracking = list(Backtracking(read(pattern, flags)).matches(text))
    assert [spans[0] for spans in backtracking] == [spans[0] for spans in linear]


@given(st.text("ab", max_size=8), st.sampled_from([r"^(a|b)+\1$", r"(a*)b\1", r"(.)(.)\2\1", r"^(a|b)+?\1b"]))
def test_back_references_are_those_of_python(text: str, pattern: str) -> None:
    assert is_match(text, pattern) == (python_pattern(pattern).search(text) is not None)


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("x" * 100_000, "(x?){500}x{500}y"),
        ("x" * 100_000, "(x|xx|xxx|xxxx){0,900}y"),
        ("x" * 100_000, r"(x+)\1+y"),
        ("x" * 100_000, r"((x*)*)*\1y"),
        ("x" * 50, r"(x+x+)+\1y"),
        ("a", "(a{1000}){1000}"),
        ("a", "(((((a{1,10}){1,10}){1,10}){1,10}){1,10}){1,10}"),
        ("a", "a{9999999999999}"),
        ("a", r"(a{0,1000}){0,90}\1"),
        ("a", r"\w" * 900),
    ],
)
def test_too_much_work_is_refused(text: str, pattern: str) -> None:
    with pytest.raises(Fault) as raised:
        is_match(text, pattern)
    assert raised.value.kind == "too-much-work"


@pytest.mark.parametrize("pattern", ["(x+x+)+y", "(x*)*y", "((a|x)*|(b|x)*)*y", "(.*)(.*)(.*)(.*)[^x]"])
def test_patterns_that_explode_elsewhere_run_in_linear_time(pattern: str) -> None:
    assert is_match("x" * 100_000, pattern) is False


@pytest.mark.parametrize("pattern", ["(" * 1_000, "[^-" * 600, "a-[" * 600, "[a-[" * 400, "(?:" * 500 + ")" * 500])
def test_deep_nesting_is_refused(pattern: str) -> None:
    with pytest.raises(Fault):
        is_match("a", pattern)


def test_reading_on_behind_matches_counts_as_work() -> None:
    with pytest.raises(Fault) as raised:
        split("a" * 100_000, "(a.*c)|a")
    assert raised.value.kind == "too-much-work"


def test_long_patterns_and_results_are_refused() -> None:
    with pytest.raises(Fault, match="pattern"):
        is_match("a", "a" * (MAXIMUM_PATTERN + 1))
    with pytest.raises(Fault, match="string"):
        replaced("a" * 1_000, "a", "b" * 1_000)


def test_half_a_surrogate_pair_is_refused() -> None:
    with pytest.raises(Fault):
        is_match("a\ud800", "a")
    with pytest.raises(Fault):
        split("a\ud800", "a")
    assert not is_match("a", "\ud800")


def test_a_pattern_is_compiled_once() -> None:
    assert program("ab+c", "", remembers_groups=False) is program("ab+c", "", remembers_groups=False)


small_sets = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 8)).map(lambda t: between(t[0], t[0] + t[1]))).map(
    union
)


def members(set_: CharacterSet) -> set[int]:
    return {code for code in range(60) if code in set_}


@given(small_sets, small_sets)
@settings(max_examples=50)
def test_sets_of_characters_are_sets(left: CharacterSet, right: CharacterSet) -> None:
    everything = set(range(60))
    assert members(left | right) == members(left) | members(right)
    assert members(~left) == everything - members(left)
    assert members(left - right) == members(left) - members(right)
    assert ~~left == left
    assert characters(members(left)) == left


@pytest.mark.parametrize("name", ["Lu", "Nd", "L", "P", "Zs", "Sc", "C"])
def test_categories_are_those_of_unicode(name: str) -> None:
    found = property_set(name)
    assert found is not None
    codes = [*range(0x3000), *range(0x1F600, 0x1F700)]
    assert [code in found for code in codes] == [unicodedata.category(chr(code)).startswith(name) for code in codes]
