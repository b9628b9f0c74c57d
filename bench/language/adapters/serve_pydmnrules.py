"""pyDMNrules: tables as sheets of an Excel workbook, whole models as .dmn files; its language is S-FEEL."""

from collections.abc import Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Border, Side
from pyDMNrules import DMN
from serving import EngineError, Loaded, case_inputs, serve

LINE, DOUBLE_LINE = Side(style="thin"), Side(style="double")


def load(workload: Mapping[str, Any]) -> Loaded:
    """Read a table from a workbook, or a model from its file."""
    rules = DMN()
    is_table = workload["tables"].keys() == {"limit"}
    status = rules.use(_workbook(workload["tables"]["limit"])) if is_table else rules.useXML(workload["model"])
    _fail_on_errors(status)

    def decide(inputs: Mapping[str, Any]) -> Any:
        status, decision = rules.decide(inputs)
        _fail_on_errors(status)
        return decision

    return Loaded([_by_path("", inputs) for inputs in case_inputs(workload)], decide, _named)


def _fail_on_errors(status: Mapping[str, Any]) -> None:
    if errors := status.get("errors"):
        raise EngineError(errors[0])


def _by_path(path: str, value: Any) -> Any:
    """Return nested inputs as one level of names with dots, the way the engine names the parts of a structure."""
    if not isinstance(value, dict):
        return {path: value}
    parts = (_by_path(f"{path}.{name}" if path else name, part) for name, part in value.items())
    return {name: leaf for part in parts for name, leaf in part.items()}


def _named(decision: Any) -> Mapping[str, Any]:
    last = decision[-1] if isinstance(decision, list) else decision
    return dict(last["Result"])


def _workbook(table: Mapping[str, Any]) -> Workbook:
    """Return a sheet with the table, the double lines between heads and rules, and between inputs and outputs."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = "limit"
    sheet["A1"] = "limit"
    last_input = len(table["inputs"]) + 1
    heads = ["U", *table["inputs"], "limit"]
    numbered = [[str(number), *cells[:-1], int(cells[-1])] for number, cells in enumerate(table["rules"], start=1)]
    for row, cells in enumerate([heads, *numbered], start=2):
        for column, value in enumerate(cells, start=1):
            cell = sheet.cell(row, column, value)
            right = DOUBLE_LINE if column == last_input else LINE
            cell.border = Border(left=LINE, right=right, top=LINE, bottom=DOUBLE_LINE if row == 2 else LINE)
    sheet["A1"].border = Border(left=LINE, right=LINE, top=LINE, bottom=LINE)
    return workbook


if __name__ == "__main__":
    serve(load)
