"""Code for three-valued logic (DMN 1.5, table 50).

Where only truth counts, as in a rule's condition, `and` and `or` become Python's own, with no bookkeeping for null:
`a and b` is true if both are, and false if either is. So each has three forms: value, truth, falsity.
"""

from underwriter.feel.codegen.base import CompilerBase
from underwriter.feel.codegen.code import Code
from underwriter.feel.codegen.frame import Frame
from underwriter.feel.faults import Place
from underwriter.feel.nodes import Call, Conjunction, Disjunction, Expression, If, Name
from underwriter.feel.types import BOOLEAN


class LogicCompiler(CompilerBase):
    """Generates `and`, `or`, `if`, and the truth of every kind of expression."""

    def conjunction(self, left: Code, right: Code) -> Code:
        """Generate the value of `left and right`."""
        if _is_two_valued(left) and right.type == BOOLEAN:
            return self._python("and", left, right)
        first, second = self.pool.temporary(), self.pool.temporary()
        return self.nullable(
            f"(False if ({first} := {left.value}) is False or ({second} := {right.value}) is False"
            f" else True if {first} is True and {second} is True else None)",
            BOOLEAN,
        )

    def disjunction(self, left: Code, right: Code) -> Code:
        """Generate the value of `left or right`."""
        if _is_two_valued(left) and right.type == BOOLEAN:
            return self._python("or", left, right)
        first, second = self.pool.temporary(), self.pool.temporary()
        return self.nullable(
            f"(True if ({first} := {left.value}) is True or ({second} := {right.value}) is True"
            f" else False if {first} is False and {second} is False else None)",
            BOOLEAN,
        )

    def _python(self, operator: str, left: Code, right: Code) -> Code:
        text = f"({left.text} {operator} {right.value})"
        return self.nullable(text, BOOLEAN) if right.is_nullable else Code(text, BOOLEAN)

    def choice(self, node: If, frame: Frame) -> Code:
        """Generate `if condition then consequent else alternative`; a null condition takes the alternative."""
        condition = self.choosing(node, frame)
        consequent, alternative = self.code(node.consequent, frame), self.code(node.alternative, frame)
        text = f"({consequent.value} if {condition} else {alternative.value})"
        if consequent.is_nullable or alternative.is_nullable:
            return self.nullable(text, self.type(node))
        return Code(text, self.type(node))

    def choosing(self, node: If, frame: Frame) -> str:
        """Return text that is truthy if and only if the condition of an `if` is true; traced code records it."""
        condition = self.truth(node.condition, frame)
        if not self.is_tracing:
            return condition
        return f"trace.arm({self.pool.branch(Place(self.checked.source, node.span))}, {condition})"

    def truth(self, node: Expression, frame: Frame) -> str:
        """Return text that is truthy if and only if the expression is true."""
        match node:
            case Conjunction(left=left, right=right):
                return f"({self.truth(left, frame)} and {self.truth(right, frame)})"
            case Disjunction(left=left, right=right):
                return f"({self.truth(left, frame)} or {self.truth(right, frame)})"
            case If(consequent=consequent, alternative=alternative):
                branches = (self.truth(consequent, frame), self.truth(alternative, frame))
                return f"({branches[0]} if {self.choosing(node, frame)} else {branches[1]})"
            case Call() if self.is_negation(node):
                return self.falsity(node.arguments[0].value, frame)
        return self.condition(node, frame).truth

    def falsity(self, node: Expression, frame: Frame) -> str:
        """Return text that is truthy if and only if the expression is false."""
        match node:
            case Conjunction(left=left, right=right):
                return f"({self.falsity(left, frame)} or {self.falsity(right, frame)})"
            case Disjunction(left=left, right=right):
                return f"({self.falsity(left, frame)} and {self.falsity(right, frame)})"
            case If(consequent=consequent, alternative=alternative):
                branches = (self.falsity(consequent, frame), self.falsity(alternative, frame))
                return f"({branches[0]} if {self.choosing(node, frame)} else {branches[1]})"
            case Call() if self.is_negation(node):
                return self.truth(node.arguments[0].value, frame)
        return self.condition(node, frame).falsity

    def is_negation(self, node: Call) -> bool:
        """Tell whether a call is the built-in `not` on a boolean."""
        is_not = isinstance(node.function, Name) and node.function.name == "not" and id(node) in self.checked.calls
        return is_not and self.type(node.arguments[0].value) == BOOLEAN


def _is_two_valued(code: Code) -> bool:
    return code.type == BOOLEAN and not code.is_nullable
