"""Parses FEEL texts: whole expressions, and the unary tests of table cells. The grammar stands in grammar.md."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.nodes import Expression, Node, UnaryTests
from underwriter.feel.parsing import syntax_errors
from underwriter.feel.parsing.names import Names
from underwriter.feel.parsing.operators import OperatorParser
from underwriter.feel.parsing.syntax_errors import SyntaxFault
from underwriter.feel.parsing.token_stream import TokenStream
from underwriter.feel.parsing.tokens import Kind
from underwriter.feel.source import Source
from underwriter.feel.traversal import with_depths

Tree = TypeVar("Tree", bound=Node, covariant=True)
_Read = TypeVar("_Read", bound=Node)

_NODES_OF_TOKEN = 3
"""How many nodes may stand in each other at most for each token: unary tests, one of them, and a literal."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what is parsed, so that no text can exhaust the parser or the stages after it."""

    text_length: int = 20_000
    tokens: int = 5_000
    nesting: int = 100


@dataclass(frozen=True, slots=True)
class Parse(Generic[Tree]):
    """What parsing gives: a tree, or diagnostics that say why there is none."""

    tree: Tree | None
    diagnostics: tuple[Diagnostic, ...] = ()


class Parser:
    """Parses texts in which the same names are known. Make one for many texts: the names are prepared once."""

    def __init__(self, names: Iterable[str] = (), limits: Limits = Limits()) -> None:
        self._names = Names(names)
        self._limits = limits

    def parse_expression(self, source: Source) -> Parse[Expression]:
        """Parse a whole text as one expression. Never raises: what is wrong with the text is in the result."""
        return self._parse(source, OperatorParser.parse_expression, syntax_errors.empty_expression)

    def parse_unary_tests(self, source: Source) -> Parse[UnaryTests]:
        """Parse a whole text as the unary tests of a table's cell. Never raises, as above."""
        return self._parse(source, OperatorParser.parse_unary_tests, syntax_errors.empty_tests)

    def _parse(
        self, source: Source, rule: Callable[[OperatorParser], _Read], if_empty: Callable[[Source], Diagnostic]
    ) -> Parse[_Read]:
        if len(source.text) > self._limits.text_length:
            return Parse(None, (syntax_errors.text_too_long(source, self._limits.text_length),))
        stream = TokenStream(source, self._names, self._limits.nesting)
        if len(stream) == 1:
            return Parse(None, (if_empty(source),))
        if len(stream) > self._limits.tokens + 1:
            first_over = stream[self._limits.tokens]
            return Parse(None, (syntax_errors.too_many_tokens(source, first_over, self._limits.tokens),))
        return self._parse_stream(stream, rule)

    def _parse_stream(self, stream: TokenStream, rule: Callable[[OperatorParser], _Read]) -> Parse[_Read]:
        try:
            tree = rule(OperatorParser(stream))
            _expect_end(stream)
            if len(stream) * _NODES_OF_TOKEN > self._limits.nesting:
                self._refuse_deep(tree, stream.source)
        except SyntaxFault as fault:
            return Parse(None, (*stream.diagnostics, fault.diagnostic))
        return Parse(None if stream.diagnostics else tree, tuple(stream.diagnostics))

    def _refuse_deep(self, tree: Node, source: Source) -> None:
        """Chains of operators make deep trees without nesting in the text, so that the parser can't see it before."""
        node, depth = max(with_depths(tree), key=lambda pair: pair[1])
        if depth > self._limits.nesting:
            raise SyntaxFault(syntax_errors.nested_too_deeply(source, node.span, self._limits.nesting))


def _expect_end(stream: TokenStream) -> None:
    if stream.at(")", "]", "}"):
        raise SyntaxFault(syntax_errors.unopened_bracket(stream.source, stream.current))
    if stream.current.kind is not Kind.END:
        raise stream.fault("an operator or the end of the text")


def parse_expression(source: Source, names: Iterable[str] = ()) -> Parse[Expression]:
    """Parse a text as one expression in which the names are known; only those of several words matter."""
    return Parser(names).parse_expression(source)


def parse_unary_tests(source: Source, names: Iterable[str] = ()) -> Parse[UnaryTests]:
    """Parse a text as the unary tests of a table's cell, in which the names are known."""
    return Parser(names).parse_unary_tests(source)
