"""The parser's place in the tokens, the names known there, and what to do with a token that does not fit."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches

from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.parsing import likely_cause, syntax_errors
from underwriter.feel.parsing.lexer import tokenize
from underwriter.feel.parsing.names import PROPERTIES, Names
from underwriter.feel.parsing.syntax_errors import SyntaxFault
from underwriter.feel.parsing.tokens import FIXED_KINDS, Kind, Token
from underwriter.feel.source import Source, Span

_NAME_SYMBOLS = frozenset((".", "/", "-", "'", "’", "+", "*", "**"))  # rule 30
_NAME_KINDS = (Kind.NAME, Kind.KEYWORD, Kind.NUMBER)
_PROPERTIES = Names(PROPERTIES)


class TokenStream:
    """Walks over a text's tokens, skipping nothing.

    A foreign symbol that has a plain meaning, such as `，` or `&&`, counts as the FEEL token it stands for, so that
    parsing can go on; `diagnostics` tells of each one that was passed.
    """

    def __init__(self, source: Source, names: Names, nesting_limit: int) -> None:
        self.source = source
        self._nesting_limit = nesting_limit
        self._nesting = 0
        self.diagnostics: list[Diagnostic] = []
        self.index = 0
        self._scopes = [names]
        self._members = Names(())
        self._originals = tokenize(source.text)
        self._tokens = [likely_cause.native(token) for token in self._originals]

    def __len__(self) -> int:
        return len(self._tokens)

    def __getitem__(self, index: int) -> Token:
        return self._tokens[index]

    @property
    def current(self) -> Token:
        """The token that is to be read next."""
        return self._tokens[self.index]

    @property
    def following(self) -> Token:
        """The token after the current one."""
        return self._tokens[min(self.index + 1, len(self._tokens) - 1)]

    def advance(self) -> Token:
        """Pass the current token and return it."""
        token, original = self._tokens[self.index], self._originals[self.index]
        if token is not original and (slip := likely_cause.strange_text(self.source, original)):
            self.diagnostics.append(slip)
        self.index = min(self.index + 1, len(self._tokens) - 1)
        return token

    def at(self, *texts: str) -> bool:
        """Tell whether the current token is one of these keywords or symbols."""
        token = self._tokens[self.index]
        return token.text in texts and token.kind in FIXED_KINDS

    def span_from(self, start: int) -> Span:
        """Return the span from an offset to the end of the last token passed."""
        return Span(start, self._tokens[self.index - 1].end if self.index else start)

    def expect(self, symbol: str, expected: str) -> Token:
        """Pass the symbol, or end the parsing, saying what was expected."""
        if not self.at(symbol):
            raise self.fault(expected)
        return self.advance()

    def expect_keyword(self, keyword: str, opening: Token) -> None:
        """Pass a keyword of the construct that began with `opening`, or end the parsing, saying that it is missing."""
        if self.at(keyword):
            self.advance()
            return
        cause = self.explanation(f"'{keyword}'")
        if cause.code == "unexpected-token" or get_close_matches(self.current.text, (keyword,)):
            cause = syntax_errors.missing_keyword(self.source, opening, keyword, self.current)
        raise SyntaxFault(cause)

    def close(self, opening: Token, *closings: str) -> Token:
        """Pass one of the closing brackets of `opening`, or end the parsing, pointing at the one that is wrong."""
        if self.at(*closings):
            return self.advance()
        if self.current.kind is Kind.END:
            raise SyntaxFault(syntax_errors.unclosed_bracket(self.source, opening, closings[0]))
        if self.at(")", "]", "}"):
            raise SyntaxFault(syntax_errors.mismatched_bracket(self.source, opening, self.current, closings[0]))
        raise self.fault(" or ".join(f"'{closing}'" for closing in (",", *closings)))

    def descend(self) -> None:
        """Note that a rule begins which may hold itself; ends the parsing if too many of them are open."""
        self._nesting += 1
        if self._nesting > self._nesting_limit:
            diagnostic = syntax_errors.nested_too_deeply(self.source, self.current.span, self._nesting_limit)
            raise SyntaxFault(diagnostic)

    def ascend(self) -> None:
        """Note that such a rule ends."""
        self._nesting -= 1

    def bookmark(self) -> Callable[[], None]:
        """Return a function that goes back to the current token."""
        index, passed = self.index, len(self.diagnostics)

        def rewind() -> None:
            self.index = index
            del self.diagnostics[passed:]

        return rewind

    def explanation(self, expected: str) -> Diagnostic:
        """Return what is to be said of the current token where something else was expected."""
        known = [name for scope in self._scopes for name in scope]
        return likely_cause.explain(self.source, self._originals, self.index, expected, known)

    def fault(self, expected: str) -> SyntaxFault:
        """Return what ends the parsing at the current token, where something else was expected."""
        return SyntaxFault(self.explanation(expected))

    # Names

    @contextmanager
    def scope(self) -> Iterator[None]:
        """Let the names that are declared inside be forgotten at the end."""
        self._scopes.append(Names(()))
        try:
            yield
        finally:
            self._scopes.pop()

    @contextmanager
    def member_scope(self) -> Iterator[None]:
        """Let the context keys read so far be names inside, as they are in a filter (DMN 1.5, 10.3.2.5)."""
        self._scopes.append(self._members)
        try:
            yield
        finally:
            self._scopes.pop()

    def declare(self, name: str) -> None:
        """Make a name known to the innermost scope."""
        self._scopes[-1].add(name)

    def declare_member(self, name: str) -> None:
        """Make a context's key known as a member name."""
        self._members.add(name)

    def match_name(self) -> str | None:
        """Pass the longest declared name of several tokens that begins here, and return it."""
        return self._match(self._scopes)

    def match_member(self) -> str | None:
        """Pass the longest known member name of several tokens that begins here, and return it."""
        return self._match([*self._scopes, self._members, _PROPERTIES])

    def match_among(self, names: Names) -> str | None:
        """Pass the longest of these names of several tokens that begins here, and return it."""
        return self._match([names])

    def _match(self, scopes: Sequence[Names]) -> str | None:
        found = [pattern for names in scopes if (pattern := names.longest(self._originals, self.index))]
        longest = max(found, key=lambda pattern: len(pattern.texts), default=None)
        if longest is None:
            return None
        self.index += len(longest.texts)
        return longest.name

    def new_name(self, *stops: str, expected: str = "a name") -> str:
        """Pass a name that is being introduced, up to a keyword or symbol that ends it, and return it."""
        start = self.index
        if self.current.kind not in (Kind.NAME, Kind.KEYWORD) or self.at(*stops):
            raise self.fault(expected)
        while self._goes_on_with_name(self.index) and not self.at(*stops):
            self.advance()
        parts = self._tokens[start : self.index]
        return "".join((" " if i and t.start > parts[i - 1].end else "") + t.text for i, t in enumerate(parts))

    def name_before(self, symbol: str) -> bool:
        """Tell whether a name and then this symbol come next."""
        index = self.index
        while self._goes_on_with_name(index):
            index += 1
        return index > self.index and self._tokens[index].is_one_of(symbol)

    def _goes_on_with_name(self, index: int) -> bool:
        token = self._tokens[index]
        return token.kind in _NAME_KINDS or (token.kind is Kind.SYMBOL and token.text in _NAME_SYMBOLS)
