"""Parses expressions that begin with a keyword: `if`, `for`, `some`, `every`, `function` (DMN 1.5, rules 44 to 57)."""

from collections.abc import Callable
from typing import Literal, cast

from underwriter.feel.nodes import Expression, For, FunctionLiteral, If, Iteration, Parameter, Quantified
from underwriter.feel.parsing.primaries import PrimaryParser
from underwriter.feel.parsing.tokens import Token
from underwriter.feel.parsing.type_names import parse_type


class KeywordFormParser(PrimaryParser):
    """The rules for operands and for keyword forms."""

    def parse_keyword_form(self) -> Expression:
        """Parse `keyword form = constant | if | for | quantified | function definition`."""
        if parse := _FORMS.get(self.stream.current.text):
            return parse(self)
        raise self.stream.fault("a value, a name or '('")

    def parse_if(self) -> If:
        """Parse `if expression = "if" expression "then" expression "else" expression`."""
        opening = self.stream.advance()
        condition = self.parse_expression()
        self.stream.expect_keyword("then", opening)
        consequent = self.parse_expression()
        self.stream.expect_keyword("else", opening)
        alternative = self.parse_expression()
        return If(condition, consequent, alternative, span=self.stream.span_from(opening.start))

    def parse_for(self) -> For:
        """Parse `for expression = "for" iteration {"," iteration} "return" expression`."""
        opening = self.stream.advance()
        with self.stream.scope():
            iterations = self._parse_iterations(opening)
            self.stream.expect_keyword("return", opening)
            result = self.parse_expression()
        return For(iterations, result, span=self.stream.span_from(opening.start))

    def parse_quantified(self) -> Quantified:
        """Parse `quantified expression = ("some" | "every") iteration {"," iteration} "satisfies" expression`."""
        opening = self.stream.advance()
        quantifier = cast(Literal["some", "every"], opening.text)
        with self.stream.scope():
            iterations = self._parse_iterations(opening)
            self.stream.expect_keyword("satisfies", opening)
            condition = self.parse_expression()
        return Quantified(quantifier, iterations, condition, span=self.stream.span_from(opening.start))

    def _parse_iterations(self, opening: Token) -> tuple[Iteration, ...]:
        iterations = [self.parse_iteration(opening)]
        while self.stream.at(","):
            self.stream.advance()
            iterations.append(self.parse_iteration(opening))
        return tuple(iterations)

    def parse_iteration(self, opening: Token) -> Iteration:
        """Parse `iteration = name "in" expression [".." expression]`; it sees the names of those before it."""
        start = self.stream.current.start
        name = self.stream.new_name("in", "return", "satisfies")
        self.stream.expect_keyword("in", opening)
        domain = self.parse_expression()
        end = None
        if self.stream.at(".."):
            self.stream.advance()
            end = self.parse_expression()
        self.stream.declare(name)
        return Iteration(name, domain, end, span=self.stream.span_from(start))

    def parse_function(self) -> FunctionLiteral:
        """Parse `function definition = "function" "(" [parameter {"," parameter}] ")" ["external"] expression`."""
        start = self.stream.advance().start
        opening = self.stream.expect("(", "'(' and the function's parameters")
        with self.stream.scope():
            parameters = [] if self.stream.at(")") else [self.parse_parameter()]
            while self.stream.at(","):
                self.stream.advance()
                parameters.append(self.parse_parameter())
            self.stream.close(opening, ")")
            is_external = self.stream.at("external")
            if is_external:
                self.stream.advance()
            body = self.parse_expression()
        return FunctionLiteral(tuple(parameters), body, is_external, span=self.stream.span_from(start))

    def parse_parameter(self) -> Parameter:
        """Parse `parameter = name [":" type]`."""
        start = self.stream.current.start
        name = self.stream.new_name(":", ",", ")", expected="the name of a parameter")
        written = None
        if self.stream.at(":"):
            self.stream.advance()
            written = parse_type(self.stream)
        self.stream.declare(name)
        return Parameter(name, written, span=self.stream.span_from(start))


_FORMS: dict[str, Callable[[KeywordFormParser], Expression]] = {
    "true": KeywordFormParser.parse_constant,
    "false": KeywordFormParser.parse_constant,
    "null": KeywordFormParser.parse_constant,
    "if": KeywordFormParser.parse_if,
    "for": KeywordFormParser.parse_for,
    "some": KeywordFormParser.parse_quantified,
    "every": KeywordFormParser.parse_quantified,
    "function": KeywordFormParser.parse_function,
}
