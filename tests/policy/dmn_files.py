"""Writes small DMN files: every element's id is its name without spaces."""

from collections.abc import Sequence
from html import escape

MODEL = "https://www.omg.org/spec/DMN/20230324/MODEL/"


def definitions(namespace: str, *parts: str) -> str:
    """A file, a part a line."""
    body = "\n".join(parts)
    return f'<definitions xmlns="{MODEL}" name="{namespace}" namespace="{namespace}">\n{body}\n</definitions>'


def imported(name: str, namespace: str) -> str:
    return f'<import name="{name}" namespace="{namespace}" importType="{MODEL}"/>'


def item(name: str, type_name: str = "", allowed: str = "", **components: str) -> str:
    reference = f"<typeRef>{type_name}</typeRef>" if type_name else ""
    values = f"<allowedValues><text>{escape(allowed)}</text></allowedValues>" if allowed else ""
    parts = [f'<itemComponent name="{part}"><typeRef>{of}</typeRef></itemComponent>' for part, of in components.items()]
    return f'<itemDefinition name="{name}">{reference}{values}{"".join(parts)}</itemDefinition>'


def given(name: str, type_name: str = "") -> str:
    return f'<inputData id="{_id(name)}" name="{name}">{_variable(name, type_name)}</inputData>'


def literal(text: str) -> str:
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def table(
    hit_policy: str, inputs: Sequence[str], outputs: Sequence[str], *rows: tuple[Sequence[str], Sequence[str]]
) -> str:
    columns = [f"<input><inputExpression><text>{escape(text)}</text></inputExpression></input>" for text in inputs]
    columns += [f'<output name="{name}"/>' for name in outputs]
    lines = [f"<rule>{_cells('inputEntry', tests)}{_cells('outputEntry', cells)}</rule>" for tests, cells in rows]
    return f'<decisionTable hitPolicy="{hit_policy}">{"".join([*columns, *lines])}</decisionTable>'


def context(**entries: str) -> str:
    lines = [f'<contextEntry><variable name="{name}"/>{logic}</contextEntry>' for name, logic in entries.items()]
    return f"<context>{''.join(lines)}</context>"


def decision(name: str, logic: str, *required: str, type_name: str = "") -> str:
    """`required` are `input x`, `decision x` or `knowledge x`; x may be `namespace#x`."""
    body = logic if logic.startswith("<") or not logic else literal(logic)
    needs = "".join(_requirement(*text.split(" ", 1)) for text in required)
    return f'<decision id="{_id(name)}" name="{name}">{_variable(name, type_name)}{needs}{body}</decision>'


def knowledge(name: str, parameters: Sequence[str], body: str) -> str:
    logic = body if body.startswith("<") else literal(body)
    formal = "".join(f'<formalParameter name="{parameter}"/>' for parameter in parameters)
    function = f"<encapsulatedLogic>{formal}{logic}</encapsulatedLogic>"
    tag = "businessKnowledgeModel"
    return f'<{tag} id="{_id(name)}" name="{name}">{_variable(name, "")}{function}</{tag}>'


def calling(function: str, knowledge_model: str) -> str:
    """A knowledge model that requires another."""
    end = "</businessKnowledgeModel>"
    return knowledge_model.replace(end, _requirement("knowledge", function) + end)


def service(name: str, outputs: Sequence[str], inputs: Sequence[str], encapsulated: Sequence[str] = ()) -> str:
    parts = [
        *(f'<outputDecision href="#{_id(output)}"/>' for output in outputs),
        *(f'<encapsulatedDecision href="#{_id(inner)}"/>' for inner in encapsulated),
        *(f'<inputData href="#{_id(input_)}"/>' for input_ in inputs),
    ]
    return f'<decisionService id="{_id(name)}" name="{name}">{_variable(name, "")}{"".join(parts)}</decisionService>'


def _requirement(kind: str, name: str) -> str:
    namespace, _, local = name.rpartition("#")
    href = f'href="{namespace}#{_id(local)}"'
    if kind == "knowledge":
        return f"<knowledgeRequirement><requiredKnowledge {href}/></knowledgeRequirement>"
    return f"<informationRequirement><required{kind.capitalize()} {href}/></informationRequirement>"


def _variable(name: str, type_name: str) -> str:
    reference = f' typeRef="{type_name}"' if type_name else ""
    return f'<variable name="{name}"{reference}/>'


def _cells(tag: str, texts: Sequence[str]) -> str:
    return "".join(f"<{tag}><text>{escape(text)}</text></{tag}>" for text in texts)


def _id(name: str) -> str:
    return name.replace(" ", "_")
