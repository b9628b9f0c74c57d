"""SpiffWorkflow: one decision table a file, its cells in Python, run by its DMN engine without a workflow around."""

import re
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any
from xml.sax.saxutils import escape

from serving import Loaded, case_inputs, serve
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine
from SpiffWorkflow.dmn.parser import BpmnDmnParser

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def load(workload: Mapping[str, Any]) -> Loaded:
    """Read the table, its cells put into Python."""
    parser = BpmnDmnParser()
    parser.add_dmn_str(_file(workload["tables"]["limit"]).encode())
    engine = parser.get_engine("decision", None)
    workflow = SimpleNamespace(script_engine=PythonScriptEngine())
    # The engine wants a workflow's task, of which it uses the values and the script engine.
    tasks = [SimpleNamespace(data=inputs, workflow=workflow) for inputs in case_inputs(workload)]
    return Loaded(tasks, engine.result, dict)


def _file(table: Mapping[str, Any]) -> str:
    columns = "".join(
        f'<input id="in{place}"><inputExpression id="of{place}"><text>{name}</text></inputExpression></input>'
        for place, name in enumerate(table["inputs"])
    )
    rules = "".join(_rule(number, cells) for number, cells in enumerate(table["rules"]))
    return (
        f'<definitions xmlns="{NAMESPACE}"><decision id="decision" name="decision">'
        f'<decisionTable id="table" hitPolicy="UNIQUE">{columns}<output id="out" name="limit"/>{rules}'
        "</decisionTable></decision></definitions>"
    )


def _rule(number: int, cells: list[str]) -> str:
    *conditions, output = cells
    tests = "".join(
        f'<inputEntry id="rule{number}-{place}"><text>{escape(_in_python(cell))}</text></inputEntry>'
        for place, cell in enumerate(conditions)
    )
    answer = f'<outputEntry id="rule{number}-out"><text>{output}</text></outputEntry>'
    return f'<rule id="rule{number}">{tests}{answer}</rule>'


def _in_python(cell: str) -> str:
    return re.sub(r"\[(\d+)\.\.(\d+)\)", r"\1 <= ? < \2", cell)


if __name__ == "__main__":
    serve(load)
