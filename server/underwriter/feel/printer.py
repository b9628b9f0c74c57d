"""Prints syntax trees as canonical FEEL: one blank around operators, parentheses only where precedence needs them.

Parsing the text gives an equal tree, provided that the tree came from the parser with the same names declared.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from underwriter.feel.nodes import (
    AnyTest,
    Argument,
    Arithmetic,
    Between,
    BooleanLiteral,
    Call,
    Comparison,
    Conjunction,
    ContextEntry,
    ContextLiteral,
    Disjunction,
    EntriesType,
    Expression,
    Filter,
    For,
    FunctionLiteral,
    If,
    In,
    InstanceOf,
    ItemsType,
    Iteration,
    ListLiteral,
    Name,
    NamedType,
    Negation,
    Node,
    NullLiteral,
    NumberLiteral,
    OperatorRange,
    OperatorTest,
    Parameter,
    Path,
    Quantified,
    RangeLiteral,
    SignatureType,
    StringLiteral,
    TemporalLiteral,
    UnaryTests,
    ValueTest,
)
from underwriter.feel.parsing.lexer import quote
from underwriter.feel.parsing.names import is_plain
from underwriter.feel.parsing.precedence import Precedence

_RANGE_BEGINNINGS = ("(=", "(!=", "(<", "(>")
_ARITHMETIC = {
    "+": Precedence.ADDITION,
    "-": Precedence.ADDITION,
    "*": Precedence.MULTIPLICATION,
    "/": Precedence.MULTIPLICATION,
    "**": Precedence.EXPONENTIATION,
}
_PLAIN_EXPONENTS = range(-30, 31)


def print_tree(tree: Node) -> str:
    """Return any node of a syntax tree as FEEL text."""
    return _PRINTERS[type(tree)](tree)


def _operand(node: Expression, loosest: Precedence) -> str:
    """Print an operand, in parentheses if it binds more loosely than the place allows."""
    text = print_tree(node)
    return text if _precedence(node) >= loosest else f"({text})"


def _precedence(node: Expression) -> Precedence:
    if isinstance(node, Arithmetic):
        return _ARITHMETIC[node.operator]
    return _PRECEDENCES.get(type(node), Precedence.SUFFIX)


_PRECEDENCES: dict[type[Node], Precedence] = {
    If: Precedence.ANY,
    For: Precedence.ANY,
    Quantified: Precedence.ANY,
    FunctionLiteral: Precedence.ANY,
    Disjunction: Precedence.DISJUNCTION,
    Conjunction: Precedence.CONJUNCTION,
    Comparison: Precedence.COMPARISON,
    Between: Precedence.COMPARISON,
    In: Precedence.COMPARISON,
    Negation: Precedence.NEGATION,
    InstanceOf: Precedence.COMPARISON,  # looser than it is: a `<` after `instance of list` would belong to the type
}


def _list(nodes: tuple[Node, ...]) -> str:
    return ", ".join(map(print_tree, nodes))


def _number(value: Decimal) -> str:
    exponent = value.as_tuple().exponent
    is_plain_size = exponent in _PLAIN_EXPONENTS and value.adjusted() in _PLAIN_EXPONENTS
    return f"{value:f}" if is_plain_size else str(value).replace("E", "e")


def _arithmetic(node: Arithmetic) -> str:
    precedence = _ARITHMETIC[node.operator]
    return f"{_operand(node.left, precedence)} {node.operator} {_operand(node.right, precedence.tighter)}"


def _comparison(node: Comparison) -> str:
    left, right = (_operand(side, Precedence.ADDITION) for side in (node.left, node.right))
    return f"{left} {node.operator} {right}"


def _between(node: Between) -> str:
    operand, low, high = (_operand(part, Precedence.ADDITION) for part in (node.operand, node.low, node.high))
    return f"{operand} between {low} and {high}"


def _in(node: In) -> str:
    operand = _operand(node.operand, Precedence.ADDITION)
    test = node.tests[0]
    text = _operand(test.value, Precedence.ADDITION) if isinstance(test, ValueTest) else print_tree(test)
    # `x in (= 1)` is a test in parentheses; what begins with a range that is written the same way needs its own.
    if len(node.tests) > 1 or text.startswith(_RANGE_BEGINNINGS):
        return f"{operand} in ({_list(node.tests)})"
    return f"{operand} in {text}"


def _iteration(node: Iteration) -> str:
    end = f"..{_operand(node.end, Precedence.ADDITION)}" if node.end else ""
    return f"{node.name} in {_operand(node.domain, Precedence.ADDITION)}{end}"


def _range(node: RangeLiteral) -> str:
    low, high = (_operand(end, Precedence.ADDITION) for end in (node.low, node.high))
    return f"{'[' if node.low_included else '('}{low}..{high}{']' if node.high_included else ')'}"


def _parameter(node: Parameter) -> str:
    return node.name if node.type is None else f"{node.name}: {print_tree(node.type)}"


def _entries(node: EntriesType) -> str:
    entries = (f"{name}: {print_tree(type_)}" for name, type_ in zip(node.names, node.types, strict=True))
    return f"context<{', '.join(entries)}>"


def _function(node: FunctionLiteral) -> str:
    external = "external " if node.is_external else ""
    return f"function({_list(node.parameters)}) {external}{print_tree(node.body)}"


def _argument(node: Argument) -> str:
    return print_tree(node.value) if node.name is None else f"{node.name}: {print_tree(node.value)}"


def _entry(node: ContextEntry) -> str:
    return f"{node.key if is_plain(node.key) else quote(node.key)}: {print_tree(node.value)}"


def _unary_tests(node: UnaryTests) -> str:
    text = _list(node.tests)
    if node.is_negated:
        return f"not({text})"
    return f"({text})" if _is_call_of_not(node) else text


def _is_call_of_not(node: UnaryTests) -> bool:
    """Tell whether the cell's one test would be read as negated tests."""
    test = node.tests[0]
    value = test.value if isinstance(test, ValueTest) and len(node.tests) == 1 else None
    return isinstance(value, Call) and value.function == Name("not", span=value.span)


def _quantified(node: Quantified) -> str:
    return f"{node.quantifier} {_list(node.iterations)} satisfies {print_tree(node.condition)}"


def _if(node: If) -> str:
    parts = (print_tree(part) for part in (node.condition, node.consequent, node.alternative))
    return "if {} then {} else {}".format(*parts)


def _logical(word: str, precedence: Precedence) -> Callable[[Any], str]:
    return lambda node: f"{_operand(node.left, precedence)} {word} {_operand(node.right, precedence.tighter)}"


_PRINTERS: dict[type[Node], Callable[[Any], str]] = {
    NumberLiteral: lambda node: _number(node.value),
    StringLiteral: lambda node: quote(node.value),
    BooleanLiteral: lambda node: "true" if node.value else "false",
    NullLiteral: lambda _: "null",
    TemporalLiteral: lambda node: f"@{quote(node.text)}",
    Name: lambda node: node.name,
    Path: lambda node: f"{_operand(node.operand, Precedence.SUFFIX)}.{node.member}",
    Negation: lambda node: f"-{_operand(node.operand, Precedence.NEGATION)}",
    Arithmetic: _arithmetic,
    Comparison: _comparison,
    Between: _between,
    In: _in,
    Conjunction: _logical("and", Precedence.CONJUNCTION),
    Disjunction: _logical("or", Precedence.DISJUNCTION),
    If: _if,
    Iteration: _iteration,
    For: lambda node: f"for {_list(node.iterations)} return {print_tree(node.result)}",
    Quantified: _quantified,
    Filter: lambda node: f"{_operand(node.operand, Precedence.SUFFIX)}[{print_tree(node.condition)}]",
    ListLiteral: lambda node: f"[{_list(node.items)}]",
    ContextEntry: _entry,
    ContextLiteral: lambda node: f"{{{_list(node.entries)}}}",
    RangeLiteral: _range,
    OperatorRange: lambda node: f"({node.operator} {_operand(node.endpoint, Precedence.ADDITION)})",
    Parameter: _parameter,
    FunctionLiteral: _function,
    Argument: _argument,
    Call: lambda node: f"{_operand(node.function, Precedence.SUFFIX)}({_list(node.arguments)})",
    InstanceOf: lambda node: f"{_operand(node.operand, Precedence.SUFFIX)} instance of {print_tree(node.type)}",
    NamedType: lambda node: node.name,
    ItemsType: lambda node: f"{node.collection}<{print_tree(node.item)}>",
    EntriesType: _entries,
    SignatureType: lambda node: f"function<{_list(node.parameters)}> -> {print_tree(node.result)}",
    AnyTest: lambda _: "-",
    OperatorTest: lambda node: f"{node.operator} {_operand(node.endpoint, Precedence.ADDITION)}",
    ValueTest: lambda node: print_tree(node.value),
    UnaryTests: _unary_tests,
}
