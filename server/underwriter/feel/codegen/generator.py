"""The code generator: checked trees to Python expressions, all of one generated module."""

from typing import assert_never

from underwriter.feel.bounds import UNCOUNTED_OPERATIONS
from underwriter.feel.builtins.entry import Builtins
from underwriter.feel.checking.checker import Checked
from underwriter.feel.codegen.calls import CallCompiler
from underwriter.feel.codegen.code import DEEPEST_TEXT, Code, nesting
from underwriter.feel.codegen.frame import Frame, Variable
from underwriter.feel.codegen.lists import ListCompiler
from underwriter.feel.codegen.pool import Pool
from underwriter.feel.codegen.tests import TestCompiler
from underwriter.feel.faults import Place
from underwriter.feel.folding import NotConstant
from underwriter.feel.nodes import (
    Arithmetic,
    Between,
    BooleanLiteral,
    Call,
    Comparison,
    Conjunction,
    ContextLiteral,
    Disjunction,
    Expression,
    Filter,
    For,
    FunctionLiteral,
    If,
    In,
    InstanceOf,
    ListLiteral,
    Name,
    Negation,
    NullLiteral,
    NumberLiteral,
    OperatorRange,
    Path,
    Quantified,
    RangeLiteral,
    StringLiteral,
    TemporalLiteral,
    UnaryTests,
)
from underwriter.feel.runtime import RUNTIME
from underwriter.feel.traversal import children, descendants
from underwriter.feel.types import ANY, NULL, STRING, ListType, Type
from underwriter.feel.values import Value


class Compiler(TestCompiler, CallCompiler, ListCompiler):
    """Generates code for one checked tree."""

    def code(self, node: Expression, frame: Frame) -> Code:
        """Return code for an expression's value; a constant where literals alone decide it."""
        try:
            return self.constant(self.constant_value(node), self.type(node))
        except NotConstant:
            return self._shallow(self._visit(node, frame))

    def _shallow(self, code: Code) -> Code:
        """Return the code, that of a deep text as a call of a function of its own: Python reads only so deep."""
        if nesting(code.value) <= DEEPEST_TEXT:
            return code
        call = self.outlined(code.value)
        return self.nullable(call, code.type) if code.is_nullable else Code(call, code.type)

    def _visit(self, node: Expression, frame: Frame) -> Code:
        match node:
            case Name():
                return self.name(node, frame)
            case Path():
                return self.path(node, frame)
            case Arithmetic() | Negation():
                return self.arithmetic(node, frame)
            case Comparison():
                return self.comparison(node, frame)
            case Between():
                return self.between(node, frame)
            case In():
                return self.membership(node, frame)
            case Conjunction(left=left, right=right):
                return self.conjunction(self.condition(left, frame), self.condition(right, frame))
            case Disjunction(left=left, right=right):
                return self.disjunction(self.condition(left, frame), self.condition(right, frame))
            case If():
                return self.choice(node, frame)
            case For():
                return self.loop(node, frame)
            case Quantified():
                return self.quantified(node, frame)
            case Filter():
                return self.filter(node, frame)
            case ListLiteral():
                return self.list(node, frame)
            case ContextLiteral():
                return self.context(node, frame)
            case RangeLiteral():
                return self.range(node, frame)
            case OperatorRange():
                return self.operator_range(node, frame)
            case FunctionLiteral():
                return self.function(node, frame)
            case Call():
                return self.call(node, frame)
            case InstanceOf():
                return self.instance(node, frame)
            case TemporalLiteral():
                return self.null(NULL)  # one that the checker has refused
            case NumberLiteral() | StringLiteral() | BooleanLiteral() | NullLiteral():
                raise AssertionError("literals are constants")
        assert_never(node)

    def truth(self, node: Expression, frame: Frame) -> str:
        """Return text that is truthy if and only if the expression is true."""
        text = self._truth(node, frame)
        return text if nesting(text) <= DEEPEST_TEXT else self.outlined(text)

    def _truth(self, node: Expression, frame: Frame) -> str:
        if isinstance(node, In):
            return self.membership_truth(node, frame)
        if isinstance(node, Quantified):
            return self.quantified_truth(node, frame)
        return super().truth(node, frame)

    def falsity(self, node: Expression, frame: Frame) -> str:
        """Return text that is truthy if and only if the expression is false."""
        text = self.membership_falsity(node, frame) if isinstance(node, In) else super().falsity(node, frame)
        return text if nesting(text) <= DEEPEST_TEXT else self.outlined(text)


class Generator:
    """Generates expressions that stand together in one Python module, and the names that they need.

    The texts may read names of `namespace`, the frame's variables, and a local list `warnings`, which collects an
    `EvaluationWarning` for every null that an error made. They bind temporaries named `t0`, `t1` ... so they must stand
    inside a function, outside of comprehensions' domains. Run them under `decimal.localcontext(FEEL_CONTEXT)`. The same
    trees give the same text. With `is_counting` all work counts, that of short expressions too: there are many of them.
    With `is_tracing` each `if` tells a local `trace`, by its number among `branches`, which way it goes.
    """

    def __init__(
        self, builtins: Builtins, *, is_folding: bool = True, is_counting: bool = False, is_tracing: bool = False
    ) -> None:
        self._builtins = builtins
        self._is_folding = is_folding
        self._is_counting = is_counting
        self.is_tracing = is_tracing
        self._pool = Pool(RUNTIME)

    def expression(self, checked: Checked[Expression], frame: Frame) -> str:
        """Return a Python expression for the value; None is null."""
        compiler = self._compiler(checked)
        return self._bounded(compiler, compiler.code(checked.tree, self._counting(checked, frame)).value)

    def truth(self, checked: Checked[Expression], frame: Frame) -> str:
        """Return a Python expression that is truthy if and only if the value is true; cheaper than `expression`."""
        compiler = self._compiler(checked)
        return self._bounded(compiler, compiler.truth(checked.tree, self._counting(checked, frame)))

    def test(self, checked: Checked[UnaryTests], frame: Frame, subject: Variable) -> str:
        """Return a Python expression that is truthy if and only if the tests accept the subject, a plain name."""
        compiler = self._compiler(checked)
        frame = self._counting(checked, frame)
        return self._bounded(compiler, compiler.tests_truth(checked.tree, frame, compiler.variable(subject)))

    def constant(self, value: Value) -> str:
        """Return the name of a constant in the namespace."""
        return self._pool.constant(value)

    def branch(self, place: Place) -> int:
        """Return the number of an `if` that stands outside of expressions, to be traced by."""
        return self._pool.branch(place)

    @property
    def branches(self) -> tuple[Place, ...]:
        """Every `if` that has a number, in the order of these."""
        return tuple(self._pool.branches)

    def temporary(self) -> str:
        """Return a name that no generated text uses."""
        return self._pool.temporary()

    def namespace(self) -> dict[str, object]:
        """Return the globals to run the texts with."""
        return self._pool.namespace()

    def _counting(self, checked: Checked[Expression] | Checked[UnaryTests], frame: Frame) -> Frame:
        """Return the frame, as one in which all work counts if there are many operations on what may be long."""
        if self._is_counting:
            return frame.nested({}, is_repeated=True)
        if len(checked.source.text) <= UNCOUNTED_OPERATIONS:
            return frame
        operations = (node for node in descendants(checked.tree) if isinstance(node, _OPERATIONS))
        long = [
            node for node in operations if any(_may_be_long(checked.types.get(id(part))) for part in children(node))
        ]
        return frame.nested({}, is_repeated=True) if len(long) > UNCOUNTED_OPERATIONS else frame

    def _bounded(self, compiler: Compiler, text: str) -> str:
        """Return the text, as an evaluation of its own where it may go past the bounds of work."""
        if not compiler.may_exceed:
            return text
        return f"bounded(lambda: {text}, warnings, {compiler.place(compiler.checked.tree)})"

    def _compiler(self, checked: Checked[Expression] | Checked[UnaryTests]) -> Compiler:
        return Compiler(checked, self._pool, self._builtins, is_folding=self._is_folding, is_tracing=self.is_tracing)


_OPERATIONS = (Arithmetic, Call, Comparison, Filter, For, In, InstanceOf, Path, Quantified)


def _may_be_long(type_: Type | None) -> bool:
    return type_ is None or type_ in (ANY, STRING) or isinstance(type_, ListType)
