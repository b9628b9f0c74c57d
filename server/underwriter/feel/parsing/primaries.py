"""Parses operands: literals, names, brackets, and what may follow them (DMN 1.5, rules 25 to 60)."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import cast

from underwriter.feel.nodes import (
    Argument,
    BooleanLiteral,
    Call,
    ComparisonOperator,
    ContextEntry,
    ContextLiteral,
    Expression,
    Filter,
    ListLiteral,
    Name,
    NullLiteral,
    NumberLiteral,
    OperatorRange,
    Path,
    RangeLiteral,
    StringLiteral,
    TemporalLiteral,
)
from underwriter.feel.parsing import syntax_errors
from underwriter.feel.parsing.lexer import string_value
from underwriter.feel.parsing.precedence import Precedence
from underwriter.feel.parsing.syntax_errors import SyntaxFault
from underwriter.feel.parsing.token_stream import TokenStream
from underwriter.feel.parsing.tokens import Kind, Token

COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_LARGEST_EXPONENT = 6144  # decimal128 (DMN 1.5, 10.3.2.3.1)
_AN_EXPRESSION = "a value, a name or '('"


class PrimaryParser(ABC):
    """The rules for operands. Those for operators are added by a subclass."""

    def __init__(self, stream: TokenStream) -> None:
        self.stream = stream

    @abstractmethod
    def parse_expression(self, loosest: Precedence = Precedence.ANY) -> Expression:
        """Parse an expression whose operators bind at least as tightly as stated."""

    @abstractmethod
    def parse_keyword_form(self) -> Expression:
        """Parse an expression that begins with a keyword, such as `if`."""

    def parse_primary(self) -> Expression:
        """Parse `primary = literal | name | "(" expression ")" | interval | list | context | keyword form`."""
        token = self.stream.current
        if token.kind in (Kind.NAME, Kind.KEYWORD) and (name := self.stream.match_name()):
            return Name(name, span=self.stream.span_from(token.start))
        if token.kind is Kind.SYMBOL:
            return self._parse_bracketed(token)
        if token.kind is Kind.KEYWORD:
            return self.parse_keyword_form()
        if parse := _LITERALS.get(token.kind):
            return parse(self)
        raise self.stream.fault(_AN_EXPRESSION)

    def parse_name(self) -> Name:
        """Parse a name of a single token; those of several are matched before."""
        token = self.stream.advance()
        return Name(token.text, span=token.span)

    # Literals

    def parse_number(self) -> NumberLiteral:
        """Parse `numeric literal = (digits ["." digits] | "." digits) [("e" | "E") ["+" | "-"] digits]`."""
        token = self.stream.current
        try:
            value = Decimal(token.text)
        except InvalidOperation:
            value = Decimal("Infinity")
        if not value.is_finite() or abs(value.adjusted()) > _LARGEST_EXPONENT:
            raise SyntaxFault(syntax_errors.number_out_of_range(self.stream.source, token))
        self.stream.advance()
        return NumberLiteral(value, span=token.span)

    def parse_string(self) -> StringLiteral:
        """Parse `string literal = '"' {character | escape} '"'`."""
        token = self.stream.advance()
        return StringLiteral(string_value(token.text), span=token.span)

    def parse_temporal(self) -> TemporalLiteral:
        """Parse `at literal = "@" string literal`."""
        token = self.stream.advance()
        return TemporalLiteral(string_value(token.text[1:].lstrip()), span=token.span)

    def parse_constant(self) -> BooleanLiteral | NullLiteral:
        """Parse `constant = "true" | "false" | "null"`."""
        token = self.stream.advance()
        if token.text == "null":
            return NullLiteral(span=token.span)
        return BooleanLiteral(token.text == "true", span=token.span)

    # Brackets

    def _parse_bracketed(self, token: Token) -> Expression:
        if parse := _BRACKETS.get(token.text):
            return parse(self)
        raise self.stream.fault(_AN_EXPRESSION)

    def parse_parenthesis(self) -> Expression:
        """Parse `parenthesis = "(" expression ")" | interval | "(" comparison operator endpoint ")"`."""
        opening = self.stream.advance()
        if self.stream.at(*COMPARISONS):
            return self._parse_operator_range(opening)
        inner = self.parse_expression()
        if self.stream.at(".."):
            return self.finish_range(opening, inner)
        self.stream.close(opening, ")")
        return inner

    def parse_list_or_range(self) -> Expression:
        """Parse `list = "[" [expression {"," expression}] "]"`; an interval may begin likewise."""
        opening = self.stream.advance()
        if self.stream.at("]"):
            self.stream.advance()
            return ListLiteral((), span=self.stream.span_from(opening.start))
        items = [self.parse_expression()]
        if self.stream.at(".."):
            return self.finish_range(opening, items[0])
        while self.stream.at(","):
            self.stream.advance()
            items.append(self.parse_expression())
        self.stream.close(opening, "]")
        return ListLiteral(tuple(items), span=self.stream.span_from(opening.start))

    def parse_open_range(self) -> RangeLiteral:
        """An interval that begins with "]", which leaves its low end out."""
        opening = self.stream.advance()
        return self.finish_range(opening, self.parse_expression())

    def finish_range(self, opening: Token, low: Expression) -> RangeLiteral:
        """Parse `interval = ("(" | "]" | "[") endpoint ".." endpoint (")" | "[" | "]")` from its ".." on."""
        self.stream.expect("..", "'..' and the high end of the range")
        high = self.parse_expression()
        closing = self.stream.close(opening, "]", ")", "[")
        span = self.stream.span_from(opening.start)
        return RangeLiteral(low, high, opening.text == "[", closing.text == "]", span=span)

    def _parse_operator_range(self, opening: Token) -> OperatorRange:
        """A range by one operator: `(< 10)`, `(!= 10)` (DMN 1.5, 10.3.2.7)."""
        operator = cast(ComparisonOperator, self.stream.advance().text)
        endpoint = self.parse_expression(Precedence.ADDITION)
        self.stream.close(opening, ")")
        return OperatorRange(operator, endpoint, span=self.stream.span_from(opening.start))

    def parse_context(self) -> ContextLiteral:
        """Parse `context = "{" [context entry {"," context entry}] "}"`; an entry sees those before it."""
        opening = self.stream.advance()
        entries: list[ContextEntry] = []
        with self.stream.scope():
            while not self.stream.at("}") or entries:
                entries.append(self.parse_context_entry())
                if not self.stream.at(","):
                    break
                self.stream.advance()
            self.stream.close(opening, "}")
        return ContextLiteral(tuple(entries), span=self.stream.span_from(opening.start))

    def parse_context_entry(self) -> ContextEntry:
        """Parse `context entry = (name | string literal) ":" expression`."""
        start = self.stream.current.start
        if self.stream.current.kind is Kind.STRING:
            key = string_value(self.stream.advance().text)
        else:
            key = self.stream.new_name(":", expected="the name of an entry, or a string for any other key")
        self.stream.expect(":", f"':' and the value of '{key}'")
        if self.stream.at("function"):
            self.stream.declare(key)  # it may call itself
        value = self.parse_expression()
        self.stream.declare(key)
        self.stream.declare_member(key)
        return ContextEntry(key, value, span=self.stream.span_from(start))

    # What follows an operand

    def parse_suffixes(self, operand: Expression, start: int) -> Expression:
        """Parse what follows an operand: `operand {path | invocation | filter}`."""
        while (token := self.stream.current).kind is Kind.SYMBOL:
            if token.text == ".":
                operand = self.parse_path(operand, start)
            elif token.text == "(":
                operand = self.parse_invocation(operand, start)
            elif token.text == "[" and self._opens_filter():
                operand = self.parse_filter(operand, start)
            else:
                break
        return operand

    def _opens_filter(self) -> bool:
        """Tell a filter from the end of a range such as `[1..10[`, after which no expression can begin."""
        token = self.stream.following
        if token.kind is Kind.KEYWORD:
            return token.text not in ("and", "or", "then", "else", "return", "satisfies", "in", "between", "instance")
        return token.kind is not Kind.END and (token.kind is not Kind.SYMBOL or token.text in ("-", "(", "[", "{"))

    def parse_path(self, operand: Expression, start: int) -> Path:
        """Parse `path expression = expression "." name`."""
        dot = self.stream.advance()
        member = self.stream.match_member()
        if member is None:
            token = self.stream.current
            is_word = token.kind is Kind.NAME or (token.kind is Kind.KEYWORD and token.start == dot.end)
            if not is_word:
                raise self.stream.fault("the name of a member")
            member = self.stream.advance().text
        return Path(operand, member, span=self.stream.span_from(start))

    def parse_filter(self, operand: Expression, start: int) -> Filter:
        """Parse `filter expression = expression "[" expression "]"`."""
        opening = self.stream.advance()
        with self.stream.member_scope():
            condition = self.parse_expression()
        self.stream.close(opening, "]")
        return Filter(operand, condition, span=self.stream.span_from(start))

    def parse_invocation(self, function: Expression, start: int) -> Call:
        """Parse `function invocation = expression "(" [argument {"," argument}] ")"`."""
        opening = self.stream.advance()
        arguments = [] if self.stream.at(")") else [self.parse_argument()]
        while self.stream.at(","):
            self.stream.advance()
            arguments.append(self.parse_argument())
        self.stream.close(opening, ")")
        span = self.stream.span_from(start)
        if len({argument.name is None for argument in arguments}) > 1:
            raise SyntaxFault(syntax_errors.mixed_arguments(self.stream.source, span))
        return Call(function, tuple(arguments), span=span)

    def parse_argument(self) -> Argument:
        """Parse `argument = [parameter name ":"] expression`."""
        start = self.stream.current.start
        name = None
        if self.stream.name_before(":"):
            name = self.stream.new_name(":", expected="the name of a parameter")
            self.stream.advance()
        value = self.parse_expression()
        return Argument(value, name, span=self.stream.span_from(start))


_LITERALS: dict[Kind, Callable[[PrimaryParser], Expression]] = {
    Kind.NAME: PrimaryParser.parse_name,
    Kind.NUMBER: PrimaryParser.parse_number,
    Kind.STRING: PrimaryParser.parse_string,
    Kind.TEMPORAL: PrimaryParser.parse_temporal,
}
_BRACKETS: dict[str, Callable[[PrimaryParser], Expression]] = {
    "(": PrimaryParser.parse_parenthesis,
    "[": PrimaryParser.parse_list_or_range,
    "]": PrimaryParser.parse_open_range,
    "{": PrimaryParser.parse_context,
}
