"""What the parser says to authors: one function a mistake, named for it. All wording of this stage is here."""

from collections.abc import Iterable

from underwriter.feel.diagnostics import Diagnostic, nearest
from underwriter.feel.parsing.tokens import Kind, Token
from underwriter.feel.source import Source, Span


class SyntaxFault(Exception):
    """Ends the parsing of one expression; carries what is to be said about it."""

    def __init__(self, diagnostic: Diagnostic) -> None:
        super().__init__(str(diagnostic))
        self.diagnostic = diagnostic


def shown(token: Token) -> str:
    """Return how a token is named in a message."""
    return "the end of the text" if token.kind is Kind.END else f"'{token.text}'"


def text_too_long(source: Source, limit: int) -> Diagnostic:
    """The text has more characters than allowed."""
    message = f"the expression has {len(source.text):,} characters; at most {limit:,} are allowed"
    return Diagnostic("text-too-long", message, source, Span(0, 0), "split it into named decisions")


def too_many_tokens(source: Source, first_over: Token, limit: int) -> Diagnostic:
    """The text has more tokens than allowed."""
    message = f"the expression has more than {limit:,} words and symbols"
    return Diagnostic("too-many-tokens", message, source, first_over.span, "split it into named decisions")


def nested_too_deeply(source: Source, span: Span, limit: int) -> Diagnostic:
    """The tree would be deeper than allowed."""
    message = f"the expression is nested more than {limit} levels deep; each operator of a chain counts as a level"
    return Diagnostic("nested-too-deeply", message, source, span, "name parts of it, or use a list and 'sum' or 'any'")


def empty_expression(source: Source) -> Diagnostic:
    """The text holds nothing."""
    message = "an expression is expected here, but there is none"
    return Diagnostic("empty-expression", message, source, source.whole, "write an expression, or null")


def empty_tests(source: Source) -> Diagnostic:
    """The cell holds nothing."""
    message = "a test is expected here, but there is none"
    return Diagnostic("empty-test", message, source, source.whole, "write '-' if any value will do")


def unexpected_token(source: Source, found: Token, expected: str) -> Diagnostic:
    """Something else was expected, and the cause is not plain."""
    message = f"found {shown(found)}, expected {expected}"
    return Diagnostic("unexpected-token", message, source, found.span, _left_over(found))


def unclosed_string(source: Source, opening: Token) -> Diagnostic:
    """`"text`: points at the quote that opens it."""
    message = "this string is not closed on its line"
    quote = "”" if opening.text.startswith("“") else '"'
    help_ = f"end it with '{quote}'; write '\\n' for a new line inside it"
    return Diagnostic("unclosed-string", message, source, Span(opening.start, opening.start + 1), help_)


def unclosed_comment(source: Source, opening: Token) -> Diagnostic:
    """`/* text`: points at what opens it."""
    span = Span(opening.start, opening.start + 2)
    return Diagnostic("unclosed-comment", "this comment is not closed", source, span, "end it with '*/'")


def unclosed_bracket(source: Source, opening: Token, closing: str) -> Diagnostic:
    """`(a + b`: points at the bracket that opens."""
    message = f"this '{opening.text}' is not closed"
    return Diagnostic("unclosed-bracket", message, source, opening.span, f"the text ends where '{closing}' is expected")


def mismatched_bracket(source: Source, opening: Token, found: Token, closing: str) -> Diagnostic:
    """`(a + b]`: closed by a bracket of another kind."""
    place = source.position(opening.start)
    message = f"found '{found.text}', but the '{opening.text}' at {place} is closed by '{closing}'"
    return Diagnostic(
        "mismatched-bracket", message, source, found.span, f"write '{closing}' before it, or in its place"
    )


def unopened_bracket(source: Source, found: Token) -> Diagnostic:
    """`a + b)`: closes what was never opened."""
    message = f"this '{found.text}' closes a bracket that was never opened"
    return Diagnostic("unopened-bracket", message, source, found.span, "take it away, or open the bracket before")


def missing_keyword(source: Source, opening: Token, keyword: str, found: Token) -> Diagnostic:
    """`if a b else c`: a keyword of the construct is not there."""
    shape = {
        "if": "if condition then value else other value",
        "for": "for name in list return value",
        "some": "some name in list satisfies condition",
        "every": "every name in list satisfies condition",
        "between": "value between low and high",
    }[opening.text]
    message = f"found {shown(found)}, expected '{keyword}' of the '{opening.text}'"
    return Diagnostic("missing-keyword", message, source, found.span, f"the form is: {shape}")


def single_quotes(source: Source, span: Span) -> Diagnostic:
    """`'text'`: another language's string."""
    message = "single quotes do not make a string"
    inner = source.text[span.start + 1 : span.end].rstrip("'’")
    return Diagnostic("single-quotes", message, source, span, f'write "{inner}"')


def foreign_symbol(source: Source, found: Token, instead: str) -> Diagnostic:
    """`==`, `&&`, `，`: another language's or keyboard's symbol."""
    message = f"'{found.text}' is not FEEL"
    return Diagnostic("foreign-symbol", message, source, found.span, f"write '{instead}'")


def typographic_quotes(source: Source, found: Token) -> Diagnostic:
    """`“text”`: quotes as a word processor sets them."""
    message = "a string stands between straight quotes"
    return Diagnostic("typographic-quotes", message, source, found.span, f'write "{found.text[1:-1]}"')


def unknown_character(source: Source, found: Token) -> Diagnostic:
    """`#`: a character that FEEL has no use for."""
    helps = {"%": "write 5% as 0.05", ";": "an expression has no ';' at its end; a list is parted by ','"}
    message = f"the character '{found.text}' has no meaning here"
    return Diagnostic("unknown-character", message, source, found.span, helps.get(found.text, "take it away"))


def unit_after_number(source: Source, number: Token, unit: Token) -> Diagnostic:
    """`20000 CNY`: money or a measure written as in a test file."""
    message = f"found '{unit.text}' after the number {number.text}: a number in an expression has no unit"
    help_ = f"write {number.text}; money stands as its amount, in the product's currency"
    return Diagnostic("unit-after-number", message, source, number.span.to(unit.span), help_)


def decimal_comma(source: Source, whole: Token, fraction: Token) -> Diagnostic:
    """`1,5`: a fraction as many countries write it."""
    message = f"found a comma inside what seems to be the number {whole.text},{fraction.text}"
    is_group = len(fraction.text) == 3 and fraction.text.isdigit()
    thousands = f", or {whole.text}{fraction.text} if it parts thousands" if is_group else ""
    help_ = f"write {whole.text}.{fraction.text}{thousands}"
    return Diagnostic("decimal-comma", message, source, whole.span.to(fraction.span), help_)


def undeclared_words(
    source: Source, first: Token, found: Token, last: Token, expected: str, known: Iterable[str]
) -> Diagnostic:
    """`monthly income`, which nobody declared."""
    words = " ".join(source.text[first.start : last.end].split())
    message = f"found '{found.text}' after '{first.text}', expected {expected}"
    unknown = f"if '{words}' is one name, it is not declared here; if not, an operator is missing"
    help_ = nearest(words, known) or unknown
    return Diagnostic("undeclared-words", message, source, first.span.to(last.span), help_)


def capital_keyword(source: Source, found: Token) -> Diagnostic:
    """`AND`: a keyword in capitals."""
    message = f"'{found.text}' is read as a name, because keywords are in lower case"
    return Diagnostic("capital-keyword", message, source, found.span, f"write '{found.text.lower()}'")


def not_without_parentheses(source: Source, found: Token) -> Diagnostic:
    """`not x`."""
    return Diagnostic("not-without-parentheses", "'not' is a function", source, found.span, "write not(...)")


def is_for_equals(source: Source, found: Token) -> Diagnostic:
    """`x is null`."""
    return Diagnostic("is-for-equals", "'is' does not compare", source, found.span, "write '=', as in: x = null")


def question_mark_for_if(source: Source, found: Token) -> Diagnostic:
    """`a ? b : c`."""
    message = "'?' does not choose between two values; it is the value that a cell tests"
    return Diagnostic("question-mark-for-if", message, source, found.span, "write: if condition then a else b")


def misspelled_operator(source: Source, first: Token, second: Token) -> Diagnostic:
    """`=>`, `=<`, `<>`."""
    found = first.text + second.text
    instead = {"=<": "<=", "=>": ">=", "<>": "!=", "==": "=", "=!": "!="}.get(found, "one operator")
    message = f"'{found}' is not an operator"
    return Diagnostic("misspelled-operator", message, source, first.span.to(second.span), f"write '{instead}'")


def chained_comparison(source: Source, span: Span) -> Diagnostic:
    """`1 < x < 5`."""
    message = "comparisons do not chain: this would compare true or false with a value"
    help_ = "write: low < x and x < high, or: x in (low..high)"
    return Diagnostic("chained-comparison", message, source, span, help_)


def operator_test_in_formula(source: Source, found: Token) -> Diagnostic:
    """`< 5 and ...` in a cell."""
    message = f"found '{found.text}' after a test: tests of a cell are parted by ','"
    help_ = "name the tested value '?' to write a formula, as in: ? > 5 and ? < 10"
    return Diagnostic("test-in-formula", message, source, found.span, help_)


def any_among_tests(source: Source, found: Token) -> Diagnostic:
    """`-, 5` in a cell."""
    message = "'-' means any value and stands alone"
    return Diagnostic("any-among-tests", message, source, found.span, "remove it, or the other tests")


def duplicate_entry(source: Source, found: Token, name: str) -> Diagnostic:
    """`context<a: number, a: string>`."""
    message = f"the type has the entry '{name}' twice"
    return Diagnostic("duplicate-entry", message, source, found.span, "keep one of the two")


def mixed_arguments(source: Source, span: Span) -> Diagnostic:
    """`f(a: 1, 2)`."""
    message = "arguments by name and by place do not mix"
    return Diagnostic("mixed-arguments", message, source, span, "name all of them or none")


def number_out_of_range(source: Source, found: Token) -> Diagnostic:
    """`1e9999`."""
    message = "this number is outside the range of decimals, 1e-6143 to 1e6144"
    return Diagnostic("number-out-of-range", message, source, found.span, "look for a slip in its exponent")


def _left_over(found: Token) -> str:
    if found.kind is Kind.END:
        return "write what is missing, or take away what asks for it"
    return "write what is missing before it, or take it away"
