"""The page of one product, and the list of all pages."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, takewhile
from typing import NamedTuple

from underwriter.decisioning import ActivePolicy, policy_message
from underwriter.feel.source import Source
from underwriter.pages.drawing import decision_graph_svg
from underwriter.pages.logic_text import logic_lines
from underwriter.pages.markdown import cell, code, comment_above, comment_text, table
from underwriter.policy.definitions import RulesLogic, ScorecardLogic
from underwriter.policy.policy import Policy
from underwriter.policy.rule_files import schema_line_of
from underwriter.v1.policy_service_pb2 import Parameter


class ProductPage(NamedTuple):
    """A page in Markdown and the drawing that it shows, which must lie beside it as `<name>.svg`."""

    name: str
    markdown: str
    drawing: str


def product_page(active: ActivePolicy) -> ProductPage:
    """Return the page of a policy. It follows from the rule files and the models' names alone."""
    policy = active.policy
    message = policy_message(active, with_files=False)
    lines = [
        *_head(active),
        *_outcome(policy),
        *_graph(policy),
        *_rules(policy),
        *_decisions(policy),
        *_parameters(message.parameters),
        *_reasons(active),
    ]
    return ProductPage(policy.id, "\n".join(lines).rstrip() + "\n", policy_graph_svg(active))


def policy_graph_svg(active: ActivePolicy) -> str:
    """Return the drawn graph of all in a policy that its outcome is made from: an SVG file's text."""
    checked = active.policy.checked
    sources = [*checked.approval_sources(), *checked.counter_offer_sources()]
    needed = sorted(checked.always() | checked.nodes_read(sources))
    return decision_graph_svg(policy_message(active, with_files=False), needed=needed)


def index_page(policies: Iterable[ActivePolicy], folder: str) -> str:
    """Return the list of all products with links to their pages in a folder."""
    rows = [
        (
            f"[{cell(_title(active.policy))}]({folder}/{active.policy.id}.md)",
            f"`{active.product}`",
            str(len(active.policy.rules)),
            ", ".join(f"`{model.name}`" for model in active.models.values()),
        )
        for active in policies
    ]
    return "\n".join(
        [
            "# Products",
            "",
            "Each product on a page: what is offered, by which rules, tables and parameters, and with which reasons.",
            "Written from the rule files by `underwriter pages`; never edited by hand.",
            "",
            *table(("page", "product", "rules", "models"), rows),
        ]
    )


def _title(policy: Policy) -> str:
    return " / ".join(policy.checked.definition.title.values())


def _head(active: ActivePolicy) -> Iterator[str]:
    policy = active.policy
    yield f"# {_title(policy)}"
    yield ""
    if about := _file_comment(policy.files.texts[policy.path]):
        yield from (about, "")
    models = ", ".join(f"`{model.name}`" for model in active.models.values()) or "none"
    yield f"Product `{policy.product}`, in {policy.currency}; lender `{policy.checked.definition.lender}`;"
    yield f"models: {models}. Rule file: `{policy.path}`."
    yield ""


def _file_comment(text: str) -> str:
    """Return the comment at the top of a file, less the line that tells editors its schema."""
    lines = text.removeprefix(schema_line_of(text)).splitlines()
    return comment_text(takewhile(lambda line: line.startswith("#"), lines))


def _outcome(policy: Policy) -> Iterator[str]:
    outcome = policy.checked.definition.outcome
    yield from ("## What is answered", "")
    named = {"risk grade": outcome.grade, "user group": outcome.user_group, "score": outcome.score}
    rows = [(name, code(source.text)) for name, source in named.items() if source]
    if outcome.offer:
        if outcome.offer.each:
            name, source = outcome.offer.each
            rows.append((f"offer, for each {name.text} of", code(source.text)))
        rows += _terms("offer", outcome.offer.terms)
    rows += _terms("line change", outcome.line_change.terms if outcome.line_change else {})
    rows += _terms("at most", outcome.caps)
    rows += _terms("counter-offer", outcome.counter_offer.bounds if outcome.counter_offer else {})
    yield from table(("what", "value"), rows)


def _terms(what: str, terms: Mapping[str, Source]) -> list[tuple[str, str]]:
    return [(f"{what}: {name.replace('_', ' ')}", code(source.text)) for name, source in terms.items()]


def _graph(policy: Policy) -> Iterator[str]:
    yield from ("## How it is decided", "")
    yield "Each box reads those to its left that lines lead from, and the named parts of the application. Red: rules;"
    yield "blue: tables; green: scorecards; purple: models; grey: formulas."
    yield ""
    yield from (f"![The decisions of {policy.id}]({policy.id}.svg)", "")


def _rules(policy: Policy) -> Iterator[str]:
    yield from ("## Rules", "")
    yield "All rules are looked at, and the gravest answer holds: decline, verify, refer, approve."
    yield ""
    for name, _ in groupby(policy.rules, key=lambda entry: entry[0]):
        yield from _decision(policy, name)


def _decisions(policy: Policy) -> Iterator[str]:
    yield from ("## Tables and formulas", "", "In the order in which they are computed.", "")
    for name in policy.checked.order:
        decision = policy.checked.decisions.get(name)
        if name in policy.checked.evaluated and decision and not isinstance(decision.logic, RulesLogic):
            yield from _decision(policy, name)


def _decision(policy: Policy, name: str) -> Iterator[str]:
    decision = policy.checked.decisions[name]
    yield from (f"### {name}", "")
    if comment := comment_above(decision.name):
        yield from (comment, "")
    yield from logic_lines(decision.logic)


def _parameters(parameters: Sequence[Parameter]) -> Iterator[str]:
    yield from ("## Parameters", "")
    rows = [
        (f"`{each.name}`", code(each.value) or _history(each), cell(each.unit), cell(each.title)) for each in parameters
    ]
    yield from table(("parameter", "value", "unit", "what it is"), rows)


def _history(parameter: Parameter) -> str:
    """Return the values of a dated parameter with the days from which they hold, latest first."""
    days = [
        (f"{each.date.year}-{each.date.month:02}-{each.date.day:02}", each.value)
        for each in reversed(parameter.history)
    ]
    return ", ".join(f"{code(value)} from {day}" for day, value in days)


def _reasons(active: ActivePolicy) -> Iterator[str]:
    yield from ("## Reasons", "")
    reasons = active.policy.reasons
    for code_ in dict.fromkeys(_codes(active)):
        if reason := reasons.get(code_):
            yield from (f"### {code_}", "")
            yield from table(
                ("", "text", "what would help"),
                [(name, cell(text), cell(reason.guidance.get(name, ""))) for name, text in reason.text.items()],
            )


def _codes(active: ActivePolicy) -> Iterator[str]:
    """Yield the codes that rules, scorecards and models may give, in the order of the page."""
    checked = active.policy.checked
    yield from (rule.reason.text for _, rule in active.policy.rules)
    for name in checked.order:
        logic = checked.decisions[name].logic if name in checked.decisions else None
        if isinstance(logic, ScorecardLogic):
            yield from (attribute.reason.text for attribute in logic.attributes)
    for interface in checked.models.values():
        yield from interface.reason_codes
