"""The lexer's tokens, and what string literals mean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underwriter.feel.parsing.lexer import quote, string_value, tokenize
from underwriter.feel.parsing.tokens import Kind

TOKENS = [
    ("", []),
    ("1", ["number 1"]),
    ("12.50", ["number 12.50"]),
    (".5", ["number .5"]),
    ("1e3 2.5E-4 3e+2", ["number 1e3", "number 2.5E-4", "number 3e+2"]),
    ("1..5", ["number 1", "symbol ..", "number 5"]),
    ("1...5", ["number 1", "symbol ..", "number .5"]),
    ("1.a", ["number 1", "symbol .", "name a"]),
    ("2e", ["number 2", "name e"]),
    ("a**b", ["name a", "symbol **", "name b"]),
    ("a<=b!=c", ["name a", "symbol <=", "name b", "symbol !=", "name c"]),
    ("function<>->Any", ["keyword function", "symbol <", "symbol >", "symbol ->", "name Any"]),
    ("if iff", ["keyword if", "name iff"]),
    ("? * 2", ["name ?", "symbol *", "number 2"]),
    ("月收入 >= 3", ["name 月收入", "symbol >=", "number 3"]),
    ("横綱🐎_1", ["name 横綱🐎_1"]),
    ("a·b", ["name a·b"]),
    ("a\u3000b\u00a0c", ["name a", "name b", "name c"]),
    ('"a\\"b" x', ['string "a\\"b"', "name x"]),
    ('@"P1D"', ['temporal literal @"P1D"']),
    ("1 // note\n2", ["number 1", "number 2"]),
    ("1 /* a\nb */ 2", ["number 1", "number 2"]),
    ('"//"', ['string "//"']),
    ("Student's", ["name Student", "symbol '", "name s"]),
    ("a，b", ["name a", "unknown character ，", "name b"]),
    ("a==b", ["name a", "unknown character ==", "name b"]),
    ("“a” #", ["unknown character “a”", "unknown character #"]),
    ('"abc', ['unclosed string or comment "abc']),
    ("/* abc", ["unclosed string or comment /* abc"]),
]
STRINGS = [
    ('""', ""),
    (r'"a\nb\tc\rd"', "a\nb\tc\rd"),
    (r'"\"\\\'"', "\"\\'"),
    (r'"\u0041\U01F40E"', "A🐎"),
    (r'"\ud83d\uDCA9"', "💩"),
    (r'"\\u0041"', r"\u0041"),
    (r'"\d{3}\s"', r"\d{3}\s"),
    (r'"\ud83d"', "\ufffd"),
    (r'"\UFFFFFF"', "\ufffd"),
    (r'"\u12"', r"\u12"),
]


@pytest.mark.parametrize(("text", "expected"), TOKENS)
def test_a_text_gives_these_tokens(text: str, expected: list[str]) -> None:
    *tokens, end = tokenize(text)
    assert [f"{token.kind.value} {token.text}" for token in tokens] == expected
    assert end.kind is Kind.END
    assert end.start == end.end == len(text)


@pytest.mark.parametrize(("literal", "value"), STRINGS)
def test_a_string_literal_means_this(literal: str, value: str) -> None:
    assert string_value(literal) == value


@given(st.text())
def test_tokens_are_slices_of_the_text_in_order(text: str) -> None:
    place = 0
    for token in tokenize(text):
        assert place <= token.start <= token.end
        assert text[token.start : token.end] == token.text
        place = token.end


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_quoted_value_is_one_string_token_that_means_it(value: str) -> None:
    tokens = tokenize(quote(value))
    assert [token.kind for token in tokens] == [Kind.STRING, Kind.END]
    assert string_value(tokens[0].text) == value
