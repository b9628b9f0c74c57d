"""Writes DMN 1.5 files of one decision."""

from collections.abc import Mapping
from xml.sax.saxutils import escape

from decision_tables import DMN, Table


def formula_model(decision: str, inputs: Mapping[str, str], formula: str) -> str:
    """Return a model whose decision is a literal expression; `inputs` are the types by name."""
    return _model(decision, inputs, f"<literalExpression>{_text(formula)}</literalExpression>")


def table_model(decision: str, inputs: Mapping[str, str], table: Table) -> str:
    """Return a model whose decision is a decision table of a numeric output."""
    columns = "".join(
        f'<input id="in-{name}"><inputExpression typeRef="{kind}">{_text(name)}</inputExpression></input>'
        for name, kind in inputs.items()
    )
    rules = "\n".join(_rule(number, rule) for number, rule in enumerate(table.rules, start=1))
    output = f'<output id="out" name="{decision}" typeRef="number"/>'
    return _model(
        decision,
        inputs,
        f'<decisionTable id="table" hitPolicy="{table.hit_policy}">{columns}{output}\n{rules}\n</decisionTable>',
    )


def _model(decision: str, inputs: Mapping[str, str], logic: str) -> str:
    needed = "".join(
        f'<informationRequirement><requiredInput href="#{name}"/></informationRequirement>' for name in inputs
    )
    declared = "".join(
        f'<inputData id="{name}" name="{name}"><variable name="{name}" typeRef="{kind}"/></inputData>\n'
        for name, kind in inputs.items()
    )
    return (
        f'<definitions xmlns="{DMN[1:-1]}" id="bench" name="bench" namespace="urn:bench">\n{declared}'
        f'<decision id="decision" name="{decision}"><variable name="{decision}" typeRef="number"/>{needed}\n{logic}\n'
        "</decision></definitions>\n"
    )


def _rule(number: int, cells: tuple[str, ...]) -> str:
    *conditions, output = cells
    tests = "".join(
        f'<inputEntry id="rule-{number}-{place}">{_text(cell)}</inputEntry>' for place, cell in enumerate(conditions)
    )
    return f'<rule id="rule-{number}">{tests}<outputEntry id="rule-{number}-out">{_text(output)}</outputEntry></rule>'


def _text(text: str) -> str:
    return f"<text>{escape(text)}</text>"
