"""Finds what a call of `sort` orders by, where its function compares the same part of both items.

Then that part is read once an item, instead of twice a comparison.
"""

from dataclasses import dataclass

from underwriter.feel.nodes import Call, Comparison, Expression, FunctionLiteral, Name, Parameter, Path


@dataclass(frozen=True, slots=True)
class SortKey:
    """What is compared: an expression of one item, which the parameter stands for."""

    expression: Expression
    parameter: Parameter
    is_descending: bool


def sort_key(node: Call) -> SortKey | None:
    """Return the key of a call of `sort` with a function such as `function(x, y) x.rate < y.rate`; None for others.

    `<=` and `>=` are none: they do not keep the order of items of equal rank.
    """
    functions = [argument.value for argument in node.arguments if isinstance(argument.value, FunctionLiteral)]
    if len(functions) != 1 or len(node.arguments) != 2:
        return None
    parameters, body = functions[0].parameters, functions[0].body
    if len(parameters) != 2 or not isinstance(body, Comparison) or body.operator not in ("<", ">"):
        return None
    if functions[0].is_external or any(parameter.type is not None for parameter in parameters):
        return None
    first, second = parameters
    members = _members_of(first.name, body.left)
    if first.name == second.name or members is None or members != _members_of(second.name, body.right):
        return None
    return SortKey(body.left, first, body.operator == ">")


def _members_of(name: str, node: Expression) -> list[str] | None:
    """Return the members along which a path leads from a name; None for another expression."""
    members: list[str] = []
    while isinstance(node, Path):
        members.append(node.member)
        node = node.operand
    return members if isinstance(node, Name) and node.name == name else None
