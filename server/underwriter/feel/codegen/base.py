"""What all parts of the code generator share: types, names, and the way to the other parts."""

from abc import ABC, abstractmethod
from keyword import iskeyword

from underwriter.feel.bounds import NODES_OF_A_ROUND
from underwriter.feel.builtins.entry import Builtins
from underwriter.feel.checking.checker import Checked
from underwriter.feel.codegen.code import Code, gathered
from underwriter.feel.codegen.frame import Frame, Variable
from underwriter.feel.codegen.pool import Pool, free_names
from underwriter.feel.faults import Place
from underwriter.feel.folding import NotConstant, fold, literal_value
from underwriter.feel.nodes import Expression, Node, UnaryTests
from underwriter.feel.traversal import weights
from underwriter.feel.types import ANY, BOOLEAN, Type, unconstrained
from underwriter.feel.values import Value


class CompilerBase(ABC):
    """Generates code for one checked tree.

    `may_exceed` tells that the code may go past the bounds of work, and so must run as a bounded evaluation.
    """

    def __init__(
        self,
        checked: Checked[Expression] | Checked[UnaryTests],
        pool: Pool,
        builtins: Builtins,
        *,
        is_folding: bool,
        is_tracing: bool,
    ) -> None:
        self.checked = checked
        self.pool = pool
        self.builtins = builtins
        self.is_folding = is_folding
        self.is_tracing = is_tracing
        self.may_exceed = False
        self._weights: dict[int, int] = {}

    @abstractmethod
    def code(self, node: Expression, frame: Frame) -> Code:
        """Return code for an expression's value."""

    @abstractmethod
    def truth(self, node: Expression, frame: Frame) -> str:
        """Return text that is truthy if and only if the expression is true."""

    @abstractmethod
    def falsity(self, node: Expression, frame: Frame) -> str:
        """Return text that is truthy if and only if the expression is false."""

    def condition(self, node: Expression, frame: Frame) -> Code:
        """Return code for a boolean or null; with a warning, null for whatever else it may turn out to be."""
        code = self.code(node, frame)
        if code.type == BOOLEAN:
            return code
        return self.nullable(f"as_boolean({code.value}, warnings, {self.place(node)})", BOOLEAN)

    def is_counted(self, frame: Frame) -> bool:
        """Tell whether what is done with lists and strings counts as work: the code may run many times."""
        self.may_exceed = self.may_exceed or frame.is_repeated
        return frame.is_repeated

    def weight(self, body: Expression) -> int:
        """Return as how many rounds one round of a loop counts that runs through this."""
        self._weights = self._weights or weights(self.checked.tree)
        return 1 + self._weights[id(body)] // NODES_OF_A_ROUND

    def type(self, node: Expression) -> Type:
        """Return the type that the checker found."""
        return self.checked.types.get(id(node), ANY)

    def place(self, node: Node) -> str:
        """Return the name of the constant that tells where a node stands."""
        return self.pool.constant(Place(self.checked.source, node.span))

    def constant(self, value: Value, type_: Type) -> Code:
        """Return code for a value known now."""
        if value is None:
            return self.null(type_)
        return Code(repr(value) if isinstance(value, bool) else self.pool.constant(value), type_)

    def null(self, type_: Type) -> Code:
        """Return code for null in place of a value of some type; its text is a name, so any text may read it."""
        return Code(self.pool.constant(None), type_, ("False",), "None")

    def variable(self, variable: Variable) -> Code:
        """Return code that reads a variable."""
        type_ = unconstrained(variable.type)
        if not variable.nullable:
            return Code(variable.code, type_, called=variable.called)
        if variable.code.isidentifier():
            guards = (f"{variable.code} is not None",)
            return Code(variable.code, type_, guards, variable.code, called=variable.called)
        return self.nullable(variable.code, type_)

    def nullable(self, text: str, type_: Type, *operands: Code) -> Code:
        """Return an operation that may give null by itself, and does if an operand is null. The text is an atom."""
        guards = gathered(*operands)
        name = self.pool.temporary()
        whole = f"({text} if {' and '.join(guards)} else None)" if guards else text
        return Code(name, unconstrained(type_), (*guards, f"({name} := {text}) is not None"), whole)

    def named(self, code: Code) -> Code:
        """Return code whose text is a name, so that it may be read twice."""
        if code.text.isidentifier():
            return code
        name = self.pool.temporary()
        return Code(name, code.type, (*code.guards, f"({name} := {code.text}) is not None"))

    def bound(self, code: Code) -> tuple[str, str]:
        """Return text for a value, null included, and a name that reads it again once that text has been evaluated."""
        if code.value.isidentifier() and not iskeyword(code.value):
            return code.value, code.value
        name = self.pool.temporary()
        return f"({name} := {code.value})", name

    def outlined(self, text: str) -> str:
        """Return a call of a function made of the text, which takes all that the text reads as it is now."""
        free = free_names(text, self.pool)
        return f"{self.pool.function(free, text)}({', '.join(free)})"

    def is_constant(self, node: Expression) -> bool:
        """Tell whether an expression's value is known now."""
        try:
            self.constant_value(node)
        except NotConstant:
            return False
        return True

    def constant_value(self, node: Expression) -> Value:
        """Return the value of an expression of literals alone; raise `NotConstant` if it is none."""
        return fold(node, self.checked.calls) if self.is_folding else literal_value(node)
