"""What all parts of the code generator share: types, names, and the way to the other parts."""

from abc import ABC, abstractmethod

from underwriter.feel.builtins.entry import Builtins
from underwriter.feel.checker import Checked
from underwriter.feel.codegen.code import Code
from underwriter.feel.codegen.frame import Frame, Variable
from underwriter.feel.codegen.pool import Pool
from underwriter.feel.faults import Place
from underwriter.feel.folding import NotConstant, fold, literal_value
from underwriter.feel.nodes import Expression, Node, UnaryTests
from underwriter.feel.types import ANY, Type
from underwriter.feel.values import Value


class CompilerBase(ABC):
    """Generates code for one checked tree."""

    def __init__(
        self, checked: Checked[Expression] | Checked[UnaryTests], pool: Pool, builtins: Builtins, is_folding: bool
    ) -> None:
        self.checked = checked
        self.pool = pool
        self.builtins = builtins
        self.is_folding = is_folding

    @abstractmethod
    def code(self, node: Expression, frame: Frame) -> Code:
        """Return code for an expression's value."""

    @abstractmethod
    def truth(self, node: Expression, frame: Frame) -> str:
        """Return text that is truthy if and only if the expression is true."""

    @abstractmethod
    def falsity(self, node: Expression, frame: Frame) -> str:
        """Return text that is truthy if and only if the expression is false."""

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
        if not variable.nullable:
            return Code(variable.code, variable.type)
        if variable.code.isidentifier():
            return Code(variable.code, variable.type, (f"{variable.code} is not None",), variable.code)
        return self.nullable(variable.code, variable.type)

    def nullable(self, text: str, type_: Type, *operands: Code) -> Code:
        """Return an operation that may give null by itself, and does if an operand is null. The text is an atom."""
        guards = tuple(dict.fromkeys(guard for operand in operands for guard in operand.guards))
        name = self.pool.temporary()
        whole = f"({text} if {' and '.join(guards)} else None)" if guards else text
        return Code(name, type_, (*guards, f"({name} := {text}) is not None"), whole)

    def named(self, code: Code) -> Code:
        """Return code whose text is a name, so that it may be read twice."""
        if code.text.isidentifier():
            return code
        name = self.pool.temporary()
        return Code(name, code.type, (*code.guards, f"({name} := {code.text}) is not None"))

    def is_constant(self, node: Expression) -> bool:
        """Tell whether an expression's value is known now."""
        try:
            self.constant_value(node)
        except NotConstant:
            return False
        return True

    def constant_value(self, node: Expression) -> Value:
        """Return the value of an expression of literals alone; raise `NotConstant` if it is none."""
        return fold(node) if self.is_folding else literal_value(node)
