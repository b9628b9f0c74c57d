"""Finds names that hold spaces or operators, such as `monthly income` or `profit-and-loss`, among the tokens.

A declared name matches where its tokens stand in the text in the same order, with blanks between the same ones; the
longest match wins (DMN 1.5, 10.3.1.2, rules 25 to 30). A name of a single token needs no declaration to be read.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from underwriter.feel.parsing.lexer import tokenize
from underwriter.feel.parsing.tokens import Kind, Token

PROPERTIES = ("time offset", "start included", "end included")
"""Properties with spaces that FEEL's own values have (DMN 1.5, 10.3.2.6)."""

TYPES = ("date and time", "days and time duration", "years and months duration")
"""Built-in types whose names hold spaces."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A name as tokens: their texts, and whether a blank stands before each."""

    name: str
    texts: tuple[str, ...]
    gaps: tuple[bool, ...]

    def matches(self, tokens: Sequence[Token], at: int) -> bool:
        """Tell whether the name stands in the tokens from this index on."""
        found = tokens[at : at + len(self.texts)]
        return tuple(token.text for token in found) == self.texts and _gaps(found) == self.gaps


class Names:
    """A set of names, asked at a token which of them begins there."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_first: dict[str, list[Pattern]] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Add a name. One of a single token is left out: it is read as a name anyway."""
        pattern = _pattern(name)
        if len(pattern.texts) > 1:
            self._by_first.setdefault(pattern.texts[0], []).append(pattern)

    def __iter__(self) -> Iterator[str]:
        return (pattern.name for patterns in self._by_first.values() for pattern in patterns)

    def longest(self, tokens: Sequence[Token], at: int) -> Pattern | None:
        """Return the longest name that stands in the tokens from this index on."""
        candidates = self._by_first.get(tokens[at].text)
        if candidates is None:
            return None
        matches = [pattern for pattern in candidates if pattern.matches(tokens, at)]
        return max(matches, key=lambda pattern: len(pattern.texts), default=None)


def normalized(name: str) -> str:
    """Return the name with every run of blanks as one space."""
    return " ".join(name.split())


def is_plain(name: str) -> bool:
    """Tell whether the text reads as one name that needs no declaration."""
    tokens = tokenize(name)
    return len(tokens) == 2 and tokens[0].kind is Kind.NAME and tokens[0].text == name


@lru_cache(maxsize=4096)
def _pattern(name: str) -> Pattern:
    name = normalized(name)
    if name.isidentifier():
        return Pattern(name, (name,), (False,))
    tokens = tokenize(name)[:-1]
    return Pattern(name, tuple(token.text for token in tokens), _gaps(tokens))


def _gaps(tokens: Sequence[Token]) -> tuple[bool, ...]:
    return tuple(index > 0 and token.start > tokens[index - 1].end for index, token in enumerate(tokens))
