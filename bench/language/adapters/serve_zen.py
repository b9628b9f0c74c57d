"""zen-engine: graphs of its JSON decision model (JDM), with the cells of the .dmn file and its formulas put by hand."""

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import zen
from serving import Loaded, case_inputs, serve

Node = dict[str, Any]

FORMULAS = {
    "instalment": "(amount * rate / 12) / (1 - (1 + rate / 12) ^ (-term))",
    "filter": "sum(map(filter(loans, #.rate < 0.05 and #.term > 120), #.amount))",
}


def load(workload: Mapping[str, Any]) -> Loaded:
    """Compile a formula alone, or the graph of a model."""
    if formula := FORMULAS.get(workload["name"]):
        return Loaded(case_inputs(workload), zen.compile_expression(formula).evaluate, lambda value: {"result": value})
    content = zen.ZenDecisionContent(json.dumps(_chain(GRAPHS[workload["name"]](workload))))
    decision = zen.ZenEngine().create_decision(content)
    return Loaded(case_inputs(workload), decision.evaluate, _named)


def _named(response: Mapping[str, Any]) -> Mapping[str, Any]:
    # Names of JDM have no hyphens; those of the lending model are written with an underscore.
    return {name.replace("_", "-"): value for name, value in response["result"].items()}


def _limit_graph(workload: Mapping[str, Any]) -> list[Node]:
    table = workload["tables"]["limit"]
    return [_table("limit", table["inputs"], table["rules"])]


def _lending_graph(workload: Mapping[str, Any]) -> list[Node]:
    """Return the eleven decisions as a chain; each node adds its results to what the next ones see."""
    tables = workload["tables"]

    def table(name: str, output: str, inputs: Sequence[str], hit_policy: str = "first") -> Node:
        return _table(output, inputs, tables[name]["rules"], hit_policy)

    age, customer, score = "ApplicantData.Age", "ApplicantData.ExistingCustomer", "ApplicationRiskScore"
    applicant = (age, "ApplicantData.MaritalStatus", "ApplicantData.EmploymentStatus")
    product, credit_score = "RequestedProduct", "BureauData.CreditScore"
    fee = f"{product}.ProductType == 'STANDARD LOAN' ? 20 : ({product}.ProductType == 'SPECIAL LOAN' ? 25 : null)"
    repayment = f"({product}.Amount * {product}.Rate / 12) / (1 - (1 + {product}.Rate / 12) ^ (-{product}.Term))"
    monthly = "ApplicantData.Monthly"
    disposable = f"({monthly}.Income - ({monthly}.Expenses + {monthly}.Repayments))"
    return [
        table("ApplicationRiskScoreModel", "points", applicant, "collect"),
        _expressions(
            "amounts",
            {
                score: "sum(map(points, #.points))",
                "RequiredMonthlyInstallment": f"({repayment}) + ({fee})",
                "Disposable": disposable,
                "Adjudication": "'ACCEPT'",
            },
        ),
        table("Pre-bureauRiskCategoryTable", "Pre_bureauRiskCategory", (customer, score)),
        table("Post-bureauRiskCategoryTable", "Post_bureauRiskCategory", (customer, score, credit_score)),
        table("CreditContingencyFactorTable", "PreFactor", ("Pre_bureauRiskCategory",)),
        table("CreditContingencyFactorTable", "PostFactor", ("Post_bureauRiskCategory",)),
        _expressions(
            "affordability",
            {
                "Pre_bureauAffordability": "Disposable * PreFactor > RequiredMonthlyInstallment",
                "Post_bureauAffordability": "Disposable * PostFactor > RequiredMonthlyInstallment",
            },
        ),
        table("BureauCallTypeTable", "BureauCallType", ("Pre_bureauRiskCategory",)),
        table("EligibilityRules", "Eligibility", ("Pre_bureauRiskCategory", "Pre_bureauAffordability", age)),
        table("Strategy", "Strategy", ("Eligibility", "BureauCallType")),
        table(
            "RoutingRules",
            "Routing",
            ("Post_bureauRiskCategory", "Post_bureauAffordability", "BureauData.Bankrupt", credit_score),
        ),
    ]


GRAPHS: Mapping[str, Callable[[Mapping[str, Any]], list[Node]]] = {
    "lending": _lending_graph,
    "table-200": _limit_graph,
    "table-5000": _limit_graph,
}


def _table(output: str, inputs: Sequence[str], rules: Sequence[Sequence[str]], hit_policy: str = "first") -> Node:
    """Return a table's node. First-hit gives what unique and priority give, for rules in the order of their outputs."""
    content = {
        "hitPolicy": hit_policy,
        "inputs": [{"id": f"in{place}", "name": name, "field": name} for place, name in enumerate(inputs)],
        "outputs": [{"id": "out", "name": output, "field": output}],
        "rules": [_rule(number, rule) for number, rule in enumerate(rules)],
        "passThrough": True,
        **({"outputPath": output} if hit_policy == "collect" else {}),
    }
    return _node(output, "decisionTableNode", content)


def _rule(number: int, cells: Sequence[str]) -> dict[str, str]:
    *conditions, output = cells
    tests = {f"in{place}": "" if cell == "-" else cell for place, cell in enumerate(conditions)}
    return {"_id": str(number), **tests, "out": output}


def _expressions(name: str, expressions: Mapping[str, str]) -> Node:
    written = [{"id": key, "key": key, "value": value} for key, value in expressions.items()]
    return _node(name, "expressionNode", {"expressions": written, "passThrough": True})


def _node(name: str, kind: str, content: Mapping[str, Any]) -> Node:
    return {"id": name, "name": name, "type": kind, "position": {"x": 0, "y": 0}, "content": content}


def _chain(nodes: Sequence[Node]) -> dict[str, Any]:
    linked = [_node("request", "inputNode", {}), *nodes, _node("response", "outputNode", {})]
    names = [node["id"] for node in linked]
    edges = [
        {"id": f"{source}-{target}", "type": "edge", "sourceId": source, "targetId": target}
        for source, target in pairwise(names)
    ]
    return {"nodes": linked, "edges": edges}


if __name__ == "__main__":
    serve(load)
