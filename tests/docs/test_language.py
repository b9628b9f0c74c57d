"""docs/language.md holds: its examples give what they say, and it tells of every function and every kind of warning.

Run with UNDERWRITER_REGENERATE_GOLDEN=1 to write the reference of functions anew; review it as a diff.
"""

import os
import re
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from underwriter.decisioning.functions import CREDIT_FUNCTIONS
from underwriter.dmn.boxes import checker as boxes
from underwriter.dmn.models import item_types
from underwriter.dmn.models.model import Model, load_model
from underwriter.dmn.tables.hit_policy import HIT_RULES
from underwriter.dmn.xml import tree
from underwriter.feel import DATE, DATE_TIME, Builtin, ContextType, Environment, Limits, Value, bounds, types
from underwriter.feel.comparison import equal
from underwriter.feel.regular_expressions import reader
from underwriter.feel.temporal import parse_date_time
from underwriter.policy import Policy, RuleFiles, StepKind, Surroundings, Trace, load_policy
from underwriter.policy.inputs import application_type
from underwriter.policy.stored_inputs import STORED_INPUTS

from .function_reference import reference

PROJECT = Path(__file__).parents[2]
PAGE = PROJECT / "docs" / "language.md"
TEXT = PAGE.read_text("utf-8")
START, END = re.findall(r"^<!-- .*functions.* -->$", TEXT, re.MULTILINE)
ENVIRONMENT = Environment().extended(CREDIT_FUNCTIONS)
NOON = parse_date_time("2026-01-31T12:00:00Z")


@dataclass(frozen=True)
class Example:
    """A line of a block of FEEL: an expression, and what it gives, a kind of warning after a colon."""

    expression: str
    expected: str

    @property
    def value(self) -> Value:
        text, _ = self._parts
        return ENVIRONMENT.evaluate(text).value

    @property
    def kinds(self) -> set[str]:
        _, kind = self._parts
        return {kind} if kind else set()

    @property
    def _parts(self) -> tuple[str, str]:
        found = re.fullmatch(r"(.*?)(?:: ([a-z-]+))?", self.expected)
        assert found
        return found[1], found[2] or ""


def blocks(language: str, text: str = TEXT) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def table(heading: str, text: str = TEXT) -> list[list[str]]:
    """The rows of the table whose first line begins so, each cell without its backticks."""
    lines = text[text.index(f"| {heading} |") :].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def codes(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


LINES = [line.rsplit(" // ", 1) for block in blocks("feel") for line in block.splitlines()]
EXAMPLES = [Example(expression.rstrip(), expected) for expression, expected in LINES]
GIVING = [example for example in EXAMPLES if not example.expected.startswith("error: ")]
REFUSED = [example for example in EXAMPLES if example not in GIVING]


@pytest.mark.parametrize("example", GIVING, ids=lambda example: example.expression)
def test_examples_give_what_the_page_says(example: Example) -> None:
    evaluated = ENVIRONMENT.evaluate(example.expression, moment=NOON)
    assert {warning.kind for warning in evaluated.warnings} == example.kinds
    assert equal(evaluated.value, example.value) is True
    assert example.expected != "null" or not evaluated.diagnostics


@pytest.mark.parametrize("example", REFUSED, ids=lambda example: example.expression)
def test_what_the_page_says_is_refused_is_refused(example: Example) -> None:
    found = ENVIRONMENT.evaluate(example.expression).diagnostics
    assert [diagnostic.code for diagnostic in found] == [example.expected.removeprefix("error: ")]


def test_examples_of_every_sort_were_found() -> None:
    assert len(GIVING) > 150
    assert len(REFUSED) > 5
    assert len({kind for example in GIVING for kind in example.kinds}) > 10


@pytest.mark.parametrize(("p", "q", "conjunction", "disjunction", "negation"), table("p | q"))
def test_the_table_of_logic_holds(p: str, q: str, conjunction: str, disjunction: str, negation: str) -> None:
    texts = {f"{p} and {q}": conjunction, f"{p} or {q}": disjunction, f"not({p})": negation}
    for text, expected in texts.items():
        assert ENVIRONMENT.evaluate(f"({text}) = {expected}").value is True, text


@pytest.mark.parametrize("name", [name for row in table("type") for name in codes(row[0])])
def test_the_types_of_the_page_are_types(name: str) -> None:
    evaluated = ENVIRONMENT.evaluate(f"1 instance of {name}")
    assert not evaluated.diagnostics


@pytest.mark.parametrize(
    ("type_", "text"),
    [(codes(row[0])[0], text) for row in table("type")[:-1] for text in codes(row[1]) if "\\" not in text],
)
def test_values_are_of_the_types_that_the_page_says(type_: str, text: str) -> None:
    assert ENVIRONMENT.evaluate(f"({text}) instance of {type_}").value is True


def cell_model(type_: str, cell: str) -> Model:
    """A model with one table, true where its one cell accepts the input."""
    text = f"""<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="urn:m">
      <inputData id="x" name="x"><variable name="x" typeRef="{type_}"/></inputData>
      <decision id="d" name="d"><variable name="d"/>
        <informationRequirement><requiredInput href="#x"/></informationRequirement>
        <decisionTable><input><inputExpression typeRef="{type_}"><text>x</text></inputExpression></input>
          <output><defaultOutputEntry><text>false</text></defaultOutputEntry></output>
          <rule><inputEntry><text>{escape(cell)}</text></inputEntry><outputEntry><text>true</text></outputEntry></rule>
        </decisionTable></decision></definitions>"""
    model = load_model("m.dmn", {"m.dmn": text}, ENVIRONMENT)
    assert isinstance(model, Model)
    assert not model.diagnostics
    return model


@pytest.mark.parametrize(("type_", "cell", "accepted", "refused"), table("input | cell"))
def test_cells_accept_what_the_page_says(type_: str, cell: str, accepted: str, refused: str) -> None:
    model = cell_model(type_, codes(cell)[0])
    for text, expected in [*product(codes(accepted), [True]), *product(codes(refused), [False])]:
        evaluation = model.evaluate({"x": ENVIRONMENT.evaluate(text).value}, moment=NOON)
        assert (evaluation.values, evaluation.warnings) == ({"d": expected}, ()), text


def policy_of(fragment: str, when: str = "request.amount > request.term_months") -> Policy:
    """A policy that has a part shown on the page, and beside it one rule and, if that is missing, an outcome."""
    head = "policy: tiny\ntitle: {en: Tiny, zh: 小}\nproduct: PERSONAL_CREDIT_LINE\n"
    last = f"  last:\n    rules: [{{id: L, when: {when}, then: refer, reason: LARGE_AMOUNT}}]\n"
    rest = f"decisions:\n{last}" if "outcome:" in fragment else f"{last}outcome: {{rules: [last]}}\n"
    files = {
        "policy.yaml": head + fragment + rest,
        **{f"reasons/{file.name}": file.read_text() for file in (PROJECT / "rules" / "reasons").iterdir()},
    }
    inputs = ContextType(fields={**application_type().fields, **STORED_INPUTS, "now": DATE_TIME, "today": DATE})
    return load_policy(RuleFiles(files), "policy.yaml", Surroundings(ENVIRONMENT, inputs, {}))


@pytest.mark.parametrize(
    "fragment", blocks("yaml"), ids=["table", "rules", "stored", "history", "review", "counter-offer"]
)
def test_parts_of_policies_load(fragment: str) -> None:
    assert policy_of(fragment).checked.order


def test_the_page_tells_exactly_what_is_stored() -> None:
    told = [codes(row[0])[0] for row in table("input | means")]
    members = {name: type_.fields if isinstance(type_, ContextType) else [""] for name, type_ in STORED_INPUTS.items()}
    assert told == [f"{name}.{member}".rstrip(".") for name, known in members.items() for member in known]


@pytest.mark.parametrize(("name", "short", "at_15", "at_0"), [row[:4] for row in table("hit policy | or")])
def test_hit_policies_answer_what_the_page_says(name: str, short: str, at_15: str, at_0: str) -> None:
    fragment = blocks("yaml")[0].replace("hit policy: first", f"hit policy: {codes(name)[0]}")
    assert HIT_RULES[codes(name)[0]] == HIT_RULES[codes(short)[0]]
    policy = policy_of(fragment, when="grade = null")
    for months, expected in (("15", at_15), ("0", at_0)):
        trace = Trace()
        values = {("request", "term_months"): ENVIRONMENT.evaluate(months).value}
        policy.evaluate_traced([values.get(path) for path in policy.reads], (), [], trace)
        (answer,) = [step.value for step in trace.steps if step.kind is StepKind.DECISION]
        assert equal(answer, ENVIRONMENT.evaluate(codes(expected)[0]).value) is True


def test_every_hit_policy_is_shown() -> None:
    shown = {HIT_RULES[codes(row[0])[0]] for row in table("hit policy | or")}
    assert shown == set(HIT_RULES.values())


def test_the_page_tells_exactly_the_kinds_of_warnings() -> None:
    """Kinds are the first texts of faults, notes and the like, in the packages that evaluate."""
    made = re.compile(
        r"""\b(?:Fault|PastBound|NoValue|note|_no_value)\([^"'\n]*["']([a-z]+(?:-[a-z]+)+|overflow)["']"""
    )
    folders = [PROJECT / "server" / "underwriter" / name for name in ("feel", "dmn", "decisioning")]
    texts = [path.read_text("utf-8") for folder in folders for path in folder.rglob("*.py")]
    used = {kind for text in texts for kind in made.findall(re.sub(r"\(\n\s+", "(", text))}
    assert used == {kind for row in table("kind") for kind in codes(row[0])}


def test_the_limits_are_those_of_the_code() -> None:
    section = TEXT.split("\n## Limits\n")[1].split("\n## ")[0]
    limits = Limits()
    numbers = (
        *(limits.text_length, limits.tokens, limits.nesting),
        *(tree.MAX_LENGTH, tree.MAX_ELEMENTS, tree.MAX_DEPTH),
        *(boxes.MAXIMUM_DEPTH, item_types.MAXIMUM_DEPTH, types.MAXIMUM_NESTING, reader.MAXIMUM_PATTERN),
        *(bounds.MAXIMUM_ITEMS, bounds.MAXIMUM_TEXT, bounds.MAXIMUM_DEPTH, bounds.MAXIMUM_WORK, bounds.WORK_OF_A_CALL),
    )
    for number in numbers:
        assert re.search(rf"(?<!\d)(?<!\d,){number:,}(?!,?\d)", section), number


def test_the_reference_tells_of_every_function() -> None:
    before, after = TEXT.split(START)[0], TEXT.split(END)[1]
    written = f"{START}\n{reference()}{END}"
    if os.environ.get("UNDERWRITER_REGENERATE_GOLDEN"):
        PAGE.write_text(before + written + after, "utf-8")
    assert before + written + after == PAGE.read_text("utf-8")


@pytest.mark.parametrize("function", CREDIT_FUNCTIONS, ids=lambda function: function.name)
def test_examples_of_functions_of_credit_are_true(function: Builtin) -> None:
    evaluated = ENVIRONMENT.evaluate(function.example)
    assert (evaluated.value, evaluated.warnings, evaluated.diagnostics) == (True, (), ())


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)]+)\)", TEXT))
def test_links_lead_somewhere(target: str) -> None:
    path, _, heading = target.partition("#")
    if path.startswith("https:"):
        return
    if path:
        assert (PAGE.parent / path).exists()
    else:
        headings = re.findall(r"^#+ (.*)$", TEXT, re.MULTILINE)
        assert heading in {re.sub(r"[^\w -]", "", text).lower().replace(" ", "-") for text in headings}
