"""A whole DMN file as one FEEL expression, for engines that know the expressions of FEEL but no files of DMN.

Boxed expressions have a textual twin in FEEL (DMN 1.5, 10.2.1): a context, a list, an invocation by named arguments, a
function. Decision tables have none: they become an if-then-else over the same cells. A hyphen in a name becomes an
underscore, since not every engine takes it for a part of the name.
"""

from graphlib import TopologicalSorter
from xml.etree import ElementTree

from decision_tables import DMN, Table, table_of

REQUIREMENTS = ("requiredDecision", "requiredKnowledge")


def as_one_expression(model: str) -> str:
    """Return a context with an entry for each knowledge model and decision, each after those that it needs."""
    root = ElementTree.fromstring(model)  # noqa: S314 - a file of the kit, which the user keeps
    owners = {
        owner.get("id", ""): owner for kind in ("decision", "businessKnowledgeModel") for owner in root.iter(DMN + kind)
    }
    needs = {key: [need for need in _requirements(owner) if need in owners] for key, owner in owners.items()}
    ordered = [owners[key] for key in TopologicalSorter(needs).static_order()]
    written = "{" + ", ".join(f"{owner.get('name')}: {_logic(owner)}" for owner in ordered) + "}"
    for name in (owner.get("name", "") for owner in ordered):
        written = written.replace(name, name.replace("-", "_"))
    return written


def _requirements(owner: ElementTree.Element) -> list[str]:
    found = [element for kind in REQUIREMENTS for element in owner.iter(DMN + kind)]
    return [element.get("href", "").removeprefix("#") for element in found]


def _logic(owner: ElementTree.Element) -> str:
    function = owner.find(f"{DMN}encapsulatedLogic")
    if function is None:
        return _child_text(owner)
    parameters = ", ".join(parameter.get("name", "") for parameter in function.findall(f"{DMN}formalParameter"))
    return f"function({parameters}) {_child_text(function)}"


def _child_text(parent: ElementTree.Element) -> str:
    return next(WRITERS[child.tag](child) for child in parent if child.tag in WRITERS)


def _literal(element: ElementTree.Element) -> str:
    return f"({element.findtext(f'{DMN}text', '').strip()})"


def _context(element: ElementTree.Element) -> str:
    entries = []
    for entry in element.findall(f"{DMN}contextEntry"):
        variable = entry.find(f"{DMN}variable")
        entries.append(("" if variable is None else variable.get("name", ""), _child_text(entry)))
    written = ", ".join(f"{name or 'result'}: {text}" for name, text in entries)
    return f"{{{written}}}" + ("" if entries[-1][0] else ".result")


def _invocation(element: ElementTree.Element) -> str:
    function = element.findtext(f"{DMN}literalExpression/{DMN}text", "").strip()
    bindings = [
        f"{parameter.get('name')}: {_child_text(binding)}"
        for binding in element.findall(f"{DMN}binding")
        for parameter in binding.findall(f"{DMN}parameter")
    ]
    return f"{function}({', '.join(bindings)})"


def _relation(element: ElementTree.Element) -> str:
    columns = [column.get("name", "") for column in element.findall(f"{DMN}column")]
    rows = [
        ", ".join(f"{column}: {WRITERS[cell.tag](cell)}" for column, cell in zip(columns, row, strict=True))
        for row in element.findall(f"{DMN}row")
    ]
    return "[" + ", ".join(f"{{{row}}}" for row in rows) + "]"


def _table(element: ElementTree.Element) -> str:
    table = table_of(element)
    if table.hit_policy == "COLLECT SUM":
        return (
            "sum([" + ", ".join(f"if {_condition(table, rule)} then {rule[-1]} else 0" for rule in table.rules) + "])"
        )
    rules = list(table.rules)
    if table.hit_policy == "PRIORITY":
        rules.sort(key=lambda rule: table.priorities.index(rule[-1]))
    return " ".join(f"if {_condition(table, rule)} then {rule[-1]} else" for rule in rules) + " null"


def _condition(table: Table, rule: tuple[str, ...]) -> str:
    cells = zip(table.inputs, rule[:-1], strict=True)
    return " and ".join(f"({subject} in ({cell}))" for subject, cell in cells if cell != "-") or "true"


WRITERS = {
    f"{DMN}literalExpression": _literal,
    f"{DMN}context": _context,
    f"{DMN}invocation": _invocation,
    f"{DMN}relation": _relation,
    f"{DMN}decisionTable": _table,
}
