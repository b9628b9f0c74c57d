"""Tokens: what the lexer hands to the parser."""

from enum import StrEnum
from typing import NamedTuple

from underwriter.feel.source import Span


class Kind(StrEnum):
    """What a token is."""

    NAME = "name"
    KEYWORD = "keyword"
    NUMBER = "number"
    STRING = "string"
    TEMPORAL = "temporal literal"
    SYMBOL = "symbol"
    UNCLOSED = "unclosed string or comment"
    UNKNOWN = "unknown character"
    END = "end of text"


# fmt: off
KEYWORDS = frozenset(
    (
        "and", "between", "else", "every", "external", "false", "for", "function", "if", "in", "instance",
        "null", "or", "return", "satisfies", "some", "then", "true",
    )
)
# fmt: on
"""Words that no single-word name may be. `of` is only one after `instance`, `not` is a function."""


FIXED_KINDS = (Kind.KEYWORD, Kind.SYMBOL)
"""The kinds of tokens whose texts FEEL itself gives."""


class Token(NamedTuple):
    """A piece of the text. `start` and `end` are offsets; `text` is exactly what stands between them."""

    kind: Kind
    text: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Where the token stands."""
        return Span(self.start, self.end)

    def is_one_of(self, *texts: str) -> bool:
        """Tell whether this is a keyword or symbol with one of these texts."""
        return self.text in texts and self.kind in FIXED_KINDS
