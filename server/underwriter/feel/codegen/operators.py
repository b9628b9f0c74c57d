"""Code for arithmetic and comparison: inline where the kinds are known, by the runtime's helpers where not."""

from underwriter.feel.arithmetic import RULES
from underwriter.feel.codegen.base import CompilerBase
from underwriter.feel.codegen.code import Code, gathered, strict
from underwriter.feel.codegen.frame import Frame
from underwriter.feel.nodes import (
    Arithmetic,
    Between,
    Comparison,
    Expression,
    Negation,
    Node,
    NullLiteral,
    OperatorRange,
    RangeLiteral,
)
from underwriter.feel.types import (
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_DURATION,
    MONTHS_DURATION,
    NUMBER,
    STRING,
    TIME,
    Type,
    plain,
)

_PLAIN_EQUALITY = frozenset({NUMBER, STRING, BOOLEAN, DATE, TIME, DATE_TIME, DAYS_DURATION, MONTHS_DURATION})
_PLAIN_ORDER = frozenset({NUMBER, STRING, DATE, DAYS_DURATION, MONTHS_DURATION})


class OperatorCompiler(CompilerBase):
    """Generates `-a`, `a + b`, `a < b`, `a between b and c`, `[a..b]`."""

    def arithmetic(self, node: Arithmetic | Negation, frame: Frame) -> Code:
        """Generate arithmetic whose result is a number that FEEL can hold."""
        code = self._growing(node, frame)
        if not code.is_unchecked:
            return code
        name = self.pool.temporary()
        check = f"(({name} := {code.text}).is_finite() or overflow(warnings, {self.place(node)}))"
        return Code(name, NUMBER, (*code.guards, check))

    def _growing(self, node: Expression, frame: Frame) -> Code:
        """Generate arithmetic on numbers without testing each step: infinity and NaN never turn finite in `+ - *`."""
        if self.is_constant(node) or not isinstance(node, Arithmetic | Negation):
            return self.code(node, frame)
        if isinstance(node, Negation):
            return self._negation(node, frame)
        if not (plain(self.type(node.left)) == plain(self.type(node.right)) == NUMBER) or node.operator == "**":
            return self._calculated(node, self.code(node.left, frame), self.code(node.right, frame))
        left = self._growing(node.left, frame)
        if node.operator == "/":
            return self._division(node, left, self.code(node.right, frame))
        right = self._growing(node.right, frame)
        text = f"({left.text} {node.operator} {right.text})"
        return Code(text, NUMBER, gathered(left, right), is_unchecked=True)

    def _calculated(self, node: Arithmetic, left: Code, right: Code) -> Code:
        """Generate arithmetic that may fail: by the rule of the operands' kinds, if they are known."""
        rule = RULES.get((node.operator, plain(left.type), plain(right.type)))
        if rule is None:
            arguments = f"{node.operator!r}, {left.value}, {right.value}, warnings, {self.place(node)}"
            return self.nullable(f"calculate({arguments})", self.type(node))
        function = self.pool.constant(rule.apply)
        arguments = f"{function}, {node.operator!r}, {left.text}, {right.text}, warnings, {self.place(node)}"
        return self.nullable(f"applied({arguments})", self.type(node), left, right)

    def _division(self, node: Arithmetic, left: Code, right: Code) -> Code:
        """Generate a division; a divisor of zero gives null and a warning."""
        divisor = self.named(right)
        guards = gathered(left, divisor)
        if not self.is_constant(node.right):
            guards = (*guards, f"({divisor.text} or zero_divisor(warnings, {self.place(node)}))")
        elif not self.constant_value(node.right):
            guards = (*guards, f"zero_divisor(warnings, {self.place(node)})")
        return Code(f"({left.text} / {divisor.text})", NUMBER, guards, is_unchecked=True)

    def _negation(self, node: Negation, frame: Frame) -> Code:
        if self.type(node.operand) == NUMBER:
            operand = self._growing(node.operand, frame)
            return Code(f"(-{operand.text})", NUMBER, operand.guards, is_unchecked=operand.is_unchecked)
        operand = self.code(node.operand, frame)
        return self.nullable(f"negate({operand.value}, warnings, {self.place(node)})", self.type(node))

    def comparison(self, node: Comparison, frame: Frame) -> Code:
        """Generate `left < right` and the like."""
        if node.operator in ("=", "!="):
            for operand, other in ((node.left, node.right), (node.right, node.left)):
                if isinstance(other, NullLiteral):
                    symbol = "is" if node.operator == "=" else "is not"
                    return Code(f"({self.code(operand, frame).value} {symbol} None)", BOOLEAN)
        return self.compared(node.operator, self.code(node.left, frame), self.code(node.right, frame), node)

    def compared(self, symbol: str, left: Code, right: Code, node: Node) -> Code:
        """Generate the comparison of two values; only order is null for nulls."""
        kind = plain(left.type)
        is_known = kind == plain(right.type)
        if symbol in ("=", "!="):
            if is_known and kind in _PLAIN_EQUALITY:
                return Code(f"({left.value} {'==' if symbol == '=' else '!='} {right.value})", BOOLEAN)
            arguments = f"{symbol!r}, {left.value}, {right.value}, warnings, {self.place(node)}"
            return self.nullable(f"equality({arguments})", BOOLEAN)
        if is_known and kind in _PLAIN_ORDER:
            return strict(f"({left.text} {symbol} {right.text})", BOOLEAN, left, right)
        return self.nullable(f"compare({symbol!r}, {left.value}, {right.value}, warnings, {self.place(node)})", BOOLEAN)

    def between(self, node: Between, frame: Frame) -> Code:
        """Generate `operand between low and high`."""
        operand, low, high = (self.code(part, frame) for part in (node.operand, node.low, node.high))
        return self._within(operand, low, high, (True, True), node)

    def in_range(self, subject: Code, node: RangeLiteral, frame: Frame) -> Code:
        """Generate the test whether a value lies in a range that is written out."""
        included = (node.low_included, node.high_included)
        return self._within(subject, self.code(node.low, frame), self.code(node.high, frame), included, node)

    def _within(self, operand: Code, low: Code, high: Code, included: tuple[bool, bool], node: Node) -> Code:
        if plain(operand.type) == plain(low.type) == plain(high.type) and plain(operand.type) in _PLAIN_ORDER:
            below, above = ("<=" if is_included else "<" for is_included in included)
            return strict(f"({low.text} {below} {operand.text} {above} {high.text})", BOOLEAN, operand, low, high)
        values = f"{operand.value}, {low.value}, {high.value}"
        return self.nullable(f"within({values}, {included[0]}, {included[1]}, warnings, {self.place(node)})", BOOLEAN)

    def range(self, node: RangeLiteral, frame: Frame) -> Code:
        """Generate `[low..high]` as a value; null if an end is."""
        low, high = self.code(node.low, frame), self.code(node.high, frame)
        ends = f"{low.text}, {high.text}, {node.low_included}, {node.high_included}"
        return strict(f"Range({ends})", self.type(node), low, high)

    def operator_range(self, node: OperatorRange, frame: Frame) -> Code:
        """Generate `(< 10)` as a value; null if the endpoint is."""
        endpoint = self.code(node.endpoint, frame)
        return strict(f"operator_range({node.operator!r}, {endpoint.text})", self.type(node), endpoint)


def has_plain_equality(type_: Type) -> bool:
    """Tell whether Python's `==` is FEEL's among values of this type."""
    return plain(type_) in _PLAIN_EQUALITY
