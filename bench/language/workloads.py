"""The work that every engine is asked to do: DMN models with their cases, made the same way on each run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from boxed_text import as_one_expression
from decision_tables import Table, tables_of
from dmn_text import formula_model, table_model
from limits import DECISION, EXPRESSION, INPUTS, Rule, limit_cases, limit_rules, limit_table
from tck_cases import Case, cases_of

KIT = Path(__file__).parents[3] / "shared" / "conformance" / "dmn-tck" / "compliance-level-3"
"""Where the models of the DMN TCK are looked for: beside the project, never in it."""

INSTALMENT = "(amount * rate / 12) / (1 - (1 + rate / 12) ** -term)"
PRIME_LOANS = "sum(loans[rate < 0.05 and term > 120].amount)"


class NotThere(Exception):
    """What a workload is made of is missing on this machine."""


@dataclass(frozen=True, slots=True)
class Workload:
    """One piece of work, in each of the forms that an engine may read.

    `expression` is the same work as one FEEL expression: a context with an entry for each result. `constants` are the
    values that it needs beside the inputs. `tables` are the model's decision tables by the name of their owner.
    """

    name: str
    title: str
    model: str
    expression: str
    cases: tuple[Case, ...]
    tables: Mapping[str, Table] = field(default_factory=dict)
    constants: Mapping[str, object] = field(default_factory=dict)


def lending() -> Workload:
    """Return all decisions of the kit's lending model."""
    return _of_the_kit("0004-lending", "lending", "lending model, all decisions")


def loan_comparison() -> Workload:
    """Return all decisions of the kit's loan comparison: the metrics of ten loans, and three orders of them."""
    return _of_the_kit("0014-loan-comparison", "loan-comparison", "loan comparison, all decisions")


def instalment() -> Workload:
    """Return one formula: the monthly instalment of a loan."""
    case = Case({"amount": 350000, "rate": 0.0395, "term": 360}, {"result": 1660.8803256086})
    inputs = {"amount": "number", "rate": "number", "term": "number"}
    return _formula("instalment", "instalment, one formula", INSTALMENT, inputs, case)


def prime_loans() -> Workload:
    """Return one filter over a list of a hundred contexts, and the sum of what is left."""
    loans = [{"rate": n % 9 / 100, "term": 12 * (n % 31), "amount": 1000 * n} for n in range(100)]
    wanted = sum(1000 * n for n in range(100) if n % 9 < 5 and n % 31 > 10)
    return _formula(
        "filter", "filter of 100 contexts", PRIME_LOANS, {"loans": "Any"}, Case({"loans": loans}, {"result": wanted})
    )


def short_table() -> Workload:
    """Return a unique decision table of 200 rows."""
    return _limits("table-200", 200)


def long_table() -> Workload:
    """Return a unique decision table of 5,000 rows."""
    return _limits("table-5000", 5000)


WORKLOADS: Mapping[str, Callable[[], Workload]] = {
    "lending": lending,
    "loan-comparison": loan_comparison,
    "instalment": instalment,
    "filter": prime_loans,
    "table-200": short_table,
    "table-5000": long_table,
}
"""Every workload by its name. Making one raises NotThere where its model is missing."""


def _of_the_kit(folder: str, name: str, title: str) -> Workload:
    model = KIT / folder / f"{folder}.dmn"
    if not model.is_file():
        raise NotThere("needs ../shared/conformance/dmn-tck beside the project")
    text = model.read_text()
    cases = cases_of(model.with_name(f"{folder}-test-01.xml"))
    return Workload(name, title, text, as_one_expression(text), cases, tables_of(text))


def _formula(name: str, title: str, formula: str, inputs: Mapping[str, str], case: Case) -> Workload:
    return Workload(name, title, formula_model("result", inputs, formula), f"{{result: {formula}}}", (case,))


def _limits(name: str, count: int) -> Workload:
    rules: list[Rule] = limit_rules(count)
    table = limit_table(rules)
    return Workload(
        name,
        f"decision table, {count:,} rows",
        table_model(DECISION, INPUTS, table),
        f"{{{DECISION}: {EXPRESSION}}}",
        limit_cases(rules),
        {DECISION: table},
        {"rules": rules},
    )
