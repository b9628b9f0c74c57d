"""Code for arithmetic and comparison: inline where the kinds are known, by the runtime's helpers where not."""

from decimal import localcontext

from underwriter.feel.arithmetic import RULES, applied
from underwriter.feel.codegen.base import CompilerBase
from underwriter.feel.codegen.code import CLASSES, Code, gathered, strict
from underwriter.feel.codegen.frame import Frame
from underwriter.feel.faults import Warnings
from underwriter.feel.folding import NO_PLACE
from underwriter.feel.nodes import (
    Arithmetic,
    Between,
    Comparison,
    Expression,
    Negation,
    Node,
    OperatorRange,
    RangeLiteral,
)
from underwriter.feel.types import (
    ANY,
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
from underwriter.feel.values import FEEL_CONTEXT

_PLAIN_EQUALITY = frozenset({NUMBER, STRING, BOOLEAN, DATE, TIME, DATE_TIME, DAYS_DURATION, MONTHS_DURATION})
_PLAIN_ORDER = frozenset({NUMBER, STRING, DATE, DAYS_DURATION, MONTHS_DURATION})
_PYTHON = {"=": "==", "!=": "!="}
_UNKNOWN_ARITHMETIC = ("+", "-", "*")


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
            self.is_counted(frame)
            return self._calculated(node, self.code(node.left, frame), self.code(node.right, frame))
        left = self._growing(node.left, frame)
        if node.operator == "/":
            return self._division(node, left, self.code(node.right, frame))
        right = self._growing(node.right, frame)
        known = self._precomputed(node, left, right)
        if known is not None:
            return known
        text = f"({left.text} {node.operator} {right.text})"
        return Code(text, NUMBER, gathered(left, right), is_unchecked=True)

    def _calculated(self, node: Arithmetic, left: Code, right: Code) -> Code:
        """Generate arithmetic that may fail: by the rule of the operands' kinds, if they are known."""
        rule = RULES.get((node.operator, plain(left.type), plain(right.type)))
        if rule is None:
            return self._calculated_by_kind(node, left, right)
        known = self._precomputed(node, left, right)
        if known is not None:
            return known
        if node.operator == "**":
            return self._power(node, self.named(left), self.named(right))
        function = self.pool.constant(rule.apply)
        if rule.is_total:
            return strict(f"{function}({left.text}, {right.text})", self.type(node), left, right)
        arguments = f"{function}, {node.operator!r}, {left.text}, {right.text}, warnings, {self.place(node)}"
        return self.nullable(f"applied({arguments})", self.type(node), left, right)

    def _precomputed(self, node: Arithmetic, left: Code, right: Code) -> Code | None:
        """Return what constants come to, such as a duration times a parameter; None if they fail, or one is none."""
        rule = RULES.get((node.operator, plain(left.type), plain(right.type)))
        if rule is None or not self.is_folding or not (self._is_known(left) and self._is_known(right)):
            return None
        first, second = self.pool.value(left.text), self.pool.value(right.text)
        warnings: Warnings = []
        with localcontext(FEEL_CONTEXT):
            value = applied(rule.apply, node.operator, first, second, warnings, NO_PLACE)
        return None if warnings else self.constant(value, self.type(node))

    def _is_known(self, code: Code) -> bool:
        return not code.guards and self.pool.is_constant(code.text)

    def _calculated_by_kind(self, node: Arithmetic, left: Code, right: Code) -> Code:
        """Generate arithmetic on operands of unknown kinds, inline for numbers."""
        alike = self._alike(left, right, frozenset({NUMBER})) if node.operator in _UNKNOWN_ARITHMETIC else None
        if alike is None:
            arguments = f"{node.operator!r}, {left.value}, {right.value}, warnings, {self.place(node)}"
            return self.nullable(f"calculate({arguments})", self.type(node))
        condition, first, second = alike
        result = self.pool.temporary()
        computed = f"({result} := {first} {node.operator} {second}).is_finite()"
        otherwise = f"calculate({node.operator!r}, {first}, {second}, warnings, {self.place(node)})"
        return self.nullable(f"({result} if {condition} and {computed} else {otherwise})", self.type(node))

    def _power(self, node: Arithmetic, left: Code, right: Code) -> Code:
        """Generate a power of numbers; the rule is asked for those that have no finite result, or are 0 ** 0."""
        result = self.pool.temporary()
        rule = self.pool.constant(RULES[("**", NUMBER, NUMBER)].apply)
        slowly = f"applied({rule}, '**', {left.text}, {right.text}, warnings, {self.place(node)})"
        known = f"(({result} := {left.text} ** {right.text}).is_finite() or ({result} := {slowly}) is not None)"
        return Code(result, NUMBER, (*gathered(left, right), known))

    def _alike(self, left: Code, right: Code, kinds: frozenset[Type]) -> tuple[str, str, str] | None:
        """Return a condition that both operands are of the kind that they most likely are, and names to read them by.

        None if there is no such kind among `kinds`. An operand whose kind is not known is taken for one of the other's
        kind, or for a number.
        """
        known = {plain(operand.type) for operand in (left, right)} - {ANY}
        kind = next(iter(known), NUMBER)
        if len(known) > 1 or kind not in kinds or kind not in CLASSES:
            return None
        (first, left_name), (second, right_name) = self.bound(left), self.bound(right)
        unsure = [text for text, operand in ((first, left), (second, right)) if not _is_surely(operand, kind)]
        condition = " is ".join([*(f"{text}.__class__" for text in unsure), CLASSES[kind]])
        return condition, left_name, right_name

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
        left, right = self.code(node.left, frame), self.code(node.right, frame)
        if not has_plain_equality(left.type):
            self.is_counted(frame)
        return self.compared(node.operator, left, right, node)

    def compared(self, symbol: str, left: Code, right: Code, node: Node) -> Code:
        """Generate the comparison of two values; only order is null for nulls."""
        kind = plain(left.type)
        is_known = kind == plain(right.type)
        if symbol in ("=", "!="):
            if "None" in (left.value, right.value) or (is_known and kind == BOOLEAN):
                return Code(f"({left.value} {'is' if symbol == '=' else 'is not'} {right.value})", BOOLEAN)
            if is_known and kind in _PLAIN_EQUALITY:
                return Code(f"({left.value} {'==' if symbol == '=' else '!='} {right.value})", BOOLEAN)
            return self._compared_by_kind(symbol, left, right, f"equality({symbol!r}, ", node)
        if is_known and kind in _PLAIN_ORDER:
            return strict(f"({left.text} {symbol} {right.text})", BOOLEAN, left, right)
        return self._compared_by_kind(symbol, left, right, f"compare({symbol!r}, ", node)

    def _compared_by_kind(self, symbol: str, left: Code, right: Code, helper: str, node: Node) -> Code:
        """Generate the comparison of values of unknown kinds: inline for the kind that they most likely are.

        `helper` is the beginning of the call that compares others.
        """
        alike = self._alike(left, right, _PLAIN_ORDER)
        if alike is None:
            return self.nullable(f"{helper}{left.value}, {right.value}, warnings, {self.place(node)})", BOOLEAN)
        condition, first, second = alike
        quickly = f"{first} {_PYTHON.get(symbol, symbol)} {second}"
        text = f"({quickly} if {condition} else {helper}{first}, {second}, warnings, {self.place(node)}))"
        return self.nullable(text, BOOLEAN)

    def between(self, node: Between, frame: Frame) -> Code:
        """Generate `operand between low and high`."""
        operand, low, high = (self.code(part, frame) for part in (node.operand, node.low, node.high))
        return self._within(operand, low, high, (True, True), node)

    def in_range(self, subject: Code, node: RangeLiteral, frame: Frame) -> Code:
        """Generate the test whether a value lies in a range that is written out."""
        included = (node.low_included, node.high_included)
        return self._within(subject, self.code(node.low, frame), self.code(node.high, frame), included, node)

    def _within(self, operand: Code, low: Code, high: Code, included: tuple[bool, bool], node: Node) -> Code:
        below, above = ("<=" if is_included else "<" for is_included in included)
        if plain(operand.type) == plain(low.type) == plain(high.type) and plain(operand.type) in _PLAIN_ORDER:
            return strict(f"({low.text} {below} {operand.text} {above} {high.text})", BOOLEAN, operand, low, high)
        helper = f"{included[0]}, {included[1]}, warnings, {self.place(node)})"
        kind = plain(low.type)
        is_inline = operand.type == ANY and kind in CLASSES and kind in _PLAIN_ORDER
        if is_inline and _is_surely(low, kind) and _is_surely(high, kind):
            value, name = self.bound(operand)
            quickly = f"{low.text} {below} {name} {above} {high.text} if {value}.__class__ is {CLASSES[kind]}"
            text = f"({quickly} else within({name}, {low.text}, {high.text}, {helper})"
            return self.nullable(text, BOOLEAN)
        return self.nullable(f"within({operand.value}, {low.value}, {high.value}, {helper}", BOOLEAN)

    def range(self, node: RangeLiteral, frame: Frame) -> Code:
        """Generate `[low..high]` as a value; null if an end is."""
        low, high = self.code(node.low, frame), self.code(node.high, frame)
        ends = f"{low.text}, {high.text}, {node.low_included}, {node.high_included}"
        return strict(f"Range({ends})", self.type(node), low, high)

    def operator_range(self, node: OperatorRange, frame: Frame) -> Code:
        """Generate `(< 10)` as a value; null if the endpoint is."""
        endpoint = self.code(node.endpoint, frame)
        return strict(f"operator_range({node.operator!r}, {endpoint.text})", self.type(node), endpoint)


def _is_surely(code: Code, kind: Type) -> bool:
    """Tell whether a value is surely of a kind, not null, and cheap to read again."""
    return plain(code.type) == kind and not code.is_nullable and code.text.isidentifier()


def has_plain_equality(type_: Type) -> bool:
    """Tell whether Python's `==` is FEEL's among values of this type."""
    return plain(type_) in _PLAIN_EQUALITY
