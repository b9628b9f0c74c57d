"""Finds the likely cause of a token that the parser can't use, from it and its neighbours, and says that instead."""

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import pairwise

from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.parsing import syntax_errors
from underwriter.feel.parsing.lexer import quote
from underwriter.feel.parsing.tokens import KEYWORDS, Kind, Token
from underwriter.feel.source import Source, Span

FOREIGN_SYMBOLS = {
    "==": "=",
    "&&": "and",
    "||": "or",
    "、": ",",
    "。": ".",
    "−": "-",
    "–": "-",
    "×": "*",
    "÷": "/",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
}
"""Symbols of other languages and keyboards, with what FEEL writes instead. Full-width ASCII is known by itself."""


def native(token: Token) -> Token:
    """Return the FEEL token that a foreign one plainly stands for, at its place; any other token as it is."""
    if token.kind is not Kind.UNKNOWN:
        return token
    if token.text.startswith("“"):
        return Token(Kind.STRING, quote(token.text[1:-1]), token.start, token.end)
    symbol = _native_symbol(token.text)
    kind = Kind.KEYWORD if symbol.isalpha() else Kind.SYMBOL
    return Token(kind, symbol, token.start, token.end) if symbol else token


def _native_symbol(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text)
    is_full_width = folded != text and folded in "()[]{},.:+-*/=<>"
    return FOREIGN_SYMBOLS.get(text) or (folded if is_full_width else "")


def explain(source: Source, tokens: Sequence[Token], at: int, expected: str, known: Iterable[str]) -> Diagnostic:
    """Return what to say about the token at this index, where something else was expected.

    `known` are the declared names of several words, one of which may be meant.
    """
    found = tokens[at]
    return (
        strange_text(source, found)
        or (_strange_pair(source, tokens, at) if at > 0 else None)
        or (_several_words(source, tokens, at, expected, known) if at > 0 else None)
        or syntax_errors.unexpected_token(source, found, expected)
    )


def strange_text(source: Source, found: Token) -> Diagnostic | None:
    """Return what to say about a token that is wrong by itself, wherever it stands."""
    if found.kind is Kind.UNCLOSED:
        is_comment = found.text.startswith("/*")
        return (syntax_errors.unclosed_comment if is_comment else syntax_errors.unclosed_string)(source, found)
    if found.text in ("'", "‘"):
        return syntax_errors.single_quotes(source, _quoted(source, found))
    if found.text.startswith("“"):
        return syntax_errors.typographic_quotes(source, found)
    if found.text in ("?", "？") and source.text[: found.start].strip():
        return syntax_errors.question_mark_for_if(source, found)
    if native_symbol := _native_symbol(found.text):
        return syntax_errors.foreign_symbol(source, found, native_symbol)
    if found.kind is Kind.UNKNOWN:
        return syntax_errors.unknown_character(source, found)
    return None


def _quoted(source: Source, found: Token) -> Span:
    line_end = source.text.find("\n", found.end)
    limit = line_end if line_end >= 0 else len(source.text)
    closing = source.text.find("’" if found.text == "‘" else "'", found.end, limit)
    return Span(found.start, closing + 1 if closing >= 0 else limit)


def _strange_pair(source: Source, tokens: Sequence[Token], at: int) -> Diagnostic | None:
    previous, found = tokens[at - 1], tokens[at]
    if previous.kind is Kind.NUMBER and found.kind is Kind.NAME and found.text.lower() not in KEYWORDS:
        return syntax_errors.unit_after_number(source, previous, found)
    if found.text == "," and previous.kind is tokens[at + 1].kind is Kind.NUMBER and _touch(tokens[at - 1 : at + 2]):
        return syntax_errors.decimal_comma(source, previous, tokens[at + 1])
    if previous.text in ("=", "<", ">") and found.text in ("=", "<", ">", "!") and _touch((previous, found)):
        return syntax_errors.misspelled_operator(source, previous, found)
    for token in (previous, found):
        if token.kind is Kind.NAME and token.text.lower() in KEYWORDS:
            return syntax_errors.capital_keyword(source, token)
    if previous.text == "not":
        return syntax_errors.not_without_parentheses(source, previous)
    if found.text == "is":
        return syntax_errors.is_for_equals(source, found)
    return None


def _several_words(
    source: Source, tokens: Sequence[Token], at: int, expected: str, known: Iterable[str]
) -> Diagnostic | None:
    if not tokens[at - 1].kind is tokens[at].kind is Kind.NAME:
        return None
    last = at
    while tokens[last + 1].kind is Kind.NAME:
        last += 1
    return syntax_errors.undeclared_words(source, tokens[at - 1], tokens[at], tokens[last], expected, known)


def _touch(tokens: Sequence[Token]) -> bool:
    """Tell whether no blank stands between the tokens."""
    return all(left.end == right.start for left, right in pairwise(tokens))
