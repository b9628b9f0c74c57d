"""The facade: the settings of the language, and each stage of its pipeline as a method."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import localcontext
from functools import lru_cache, partial
from types import MappingProxyType
from typing import cast

from underwriter.feel.builtins import STANDARD
from underwriter.feel.builtins.entry import MOMENT, Builtin
from underwriter.feel.checking.checker import Checked, check_expression, check_unary_tests
from underwriter.feel.checking.scope import Scope
from underwriter.feel.codegen import Frame, Generator, Variable
from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.faults import EvaluationWarning, Place, note
from underwriter.feel.nodes import Expression, UnaryTests
from underwriter.feel.parsing.parser import Limits, Parse, Parser
from underwriter.feel.source import Source
from underwriter.feel.temporal import DateTime, moment_of
from underwriter.feel.types import DATE_TIME, Type
from underwriter.feel.values import FEEL_CONTEXT, Value, type_of

Evaluator = Callable[..., Value]
ParserOf = Callable[[tuple[str, ...]], Parser]
"""Gives the parser of texts that see these names."""

MAXIMUM_PARSERS = 64
"""For how many sets of names an environment keeps a parser."""

MAXIMUM_TREES = 8192
"""How many trees an environment keeps, for texts that stand in several places: policies share most of their rules."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A value, the warnings of its evaluation, and what parser and checker had to say of the text."""

    value: Value
    warnings: tuple[EvaluationWarning, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


class Environment:
    """FEEL with a set of functions and limits. Immutable, and shared freely."""

    def __init__(
        self,
        functions: Sequence[Builtin] = STANDARD,
        limits: Limits | None = None,
        types: Mapping[str, Type] = MappingProxyType({}),
    ) -> None:
        self.functions: Mapping[str, Builtin] = {function.name: function for function in functions}
        self.types = types
        self._limits = limits or Limits()
        # They know no environment, which they would hold, with all trees, until a collection.
        spoken = tuple(self._spoken)
        self._parser = lru_cache(MAXIMUM_PARSERS)(partial(_new_parser, spoken, self._limits))
        self._expression = lru_cache(MAXIMUM_TREES)(partial(_new_expression, self._parser))
        self._unary_tests = lru_cache(MAXIMUM_TREES)(partial(_new_unary_tests, self._parser))

    def extended(self, functions: Sequence[Builtin]) -> "Environment":
        """Return an environment with more functions; one of a known name takes its place."""
        return Environment((*self.functions.values(), *functions), self._limits, self.types)

    def with_types(self, types: Mapping[str, Type]) -> "Environment":
        """Return an environment with these named types, for `instance of` and the parameters of function literals.

        A name may hold spaces, and dots between those of imported models: `lending.tLoan`.
        """
        return Environment(tuple(self.functions.values()), self._limits, types)

    def parse(self, source: Source, names: Iterable[str]) -> Parse[Expression]:
        """Parse an expression; `names` are those that may hold spaces or operators. Functions are known.

        Texts that say the same share a tree, wherever they stand.
        """
        names = tuple(names)
        tree = self._expression(names, source.text)
        return Parse(tree) if tree else self._parser(names).parse_expression(source)  # once more, to tell its place

    def parse_unary_tests(self, source: Source, names: Iterable[str]) -> Parse[UnaryTests]:
        """Parse the cell of a decision table, likewise."""
        names = tuple(names)
        tree = self._unary_tests(names, source.text)
        return Parse(tree) if tree else self._parser(names).parse_unary_tests(source)

    def check(
        self, tree: Expression, source: Source, scope: Scope, expected: Type | None = None
    ) -> Checked[Expression]:
        """Check an expression; `expected` is the type that its place asks for."""
        return check_expression(tree, source, scope, self.functions, self.types, expected)

    def check_unary_tests(self, tree: UnaryTests, source: Source, scope: Scope, subject: Type) -> Checked[UnaryTests]:
        """Check a cell against the type of its input."""
        return check_unary_tests(tree, source, scope, subject, self.functions, self.types)

    def generator(self, *, is_folding: bool = True, is_counting: bool = False, is_tracing: bool = False) -> Generator:
        """Return a generator for the expressions of one module; if they are many, one that counts all their work.

        With `is_tracing` the expressions record in a local `trace` which way each `if` goes.
        """
        return Generator(self.functions, is_folding=is_folding, is_counting=is_counting, is_tracing=is_tracing)

    def compile(self, checked: Checked[Expression], variables: Mapping[str, Variable]) -> Evaluator:
        """Return a Python function of the variables' values, in their order, and a list for warnings.

        Each variable's `code` is the name of a parameter. Call the function under `localcontext(FEEL_CONTEXT)`.
        """
        generator = self.generator()
        frame = Frame({(name,): variable for name, variable in variables.items()})
        parameters = ", ".join((*(variable.code for variable in variables.values()), "warnings"))
        text = f"def evaluate({parameters}):\n    return {generator.expression(checked, frame)}\n"
        namespace = generator.namespace()
        exec(compile(text, checked.source.name, "exec"), namespace)  # noqa: S102 - the text is our own, of checked parts
        return cast(Evaluator, namespace.pop("evaluate"))  # so that they don't hold each other

    def evaluate(
        self, text: str, values: Mapping[str, Value] | None = None, moment: DateTime | None = None
    ) -> Evaluated:
        """Evaluate an expression on values of which the types follow; for tests and the command line.

        `moment` is the time that `now` and `today` give; without one it is the system's, in UTC.

        An expression with errors of the checker is evaluated nevertheless, as the standard asks: it gives null where it
        has no meaning. One that cannot be parsed gives null.
        """
        values = values or {}
        moment = moment or moment_of(datetime.now(UTC))
        source = Source(text)
        parse = self.parse(source, values)
        if parse.tree is None:
            return Evaluated(None, (), parse.diagnostics)
        types = {name: type_of(value) for name, value in values.items()}
        checked = self.check(parse.tree, source, Scope(types))
        variables = {name: Variable(f"v{index}", types[name]) for index, name in enumerate(values)}
        variables[MOMENT] = Variable("moment", DATE_TIME, nullable=False)
        warnings: list[EvaluationWarning] = []
        with localcontext(FEEL_CONTEXT):
            try:
                value = self.compile(checked, variables)(*values.values(), moment, warnings)
            except RecursionError:  # values that hold each other more deeply than Python calls
                note(warnings, Place(source, source.whole), "too-deep", "values are nested too deeply")
                value = None
        return Evaluated(value, tuple(warnings), (*parse.diagnostics, *checked.diagnostics))

    @property
    def _spoken(self) -> Iterable[str]:
        """The names of types, of functions and of their parameters, of which many hold spaces."""
        yield from self.types
        for function in self.functions.values():
            yield function.name
            yield from function.parameter_names


def _new_parser(spoken: tuple[str, ...], limits: Limits, names: tuple[str, ...]) -> Parser:
    """Return a parser for texts that see these names; most texts of a file see the same."""
    return Parser((*names, *spoken), limits)


def _new_expression(parser: ParserOf, names: tuple[str, ...], text: str) -> Expression | None:
    return parser(names).parse_expression(Source(text)).tree


def _new_unary_tests(parser: ParserOf, names: tuple[str, ...], text: str) -> UnaryTests | None:
    return parser(names).parse_unary_tests(Source(text)).tree
