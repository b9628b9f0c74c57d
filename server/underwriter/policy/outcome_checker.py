"""Checks how a policy's answer is put together: the names that the outcome gives, and its formulas."""

from collections.abc import Iterator, Mapping, Sequence, Set

from underwriter.credit.repayment_method import RepaymentMethod
from underwriter.feel import Scope
from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.nodes import If, Node, StringLiteral
from underwriter.feel.source import Source
from underwriter.feel.types import ANY, NUMBER, STRING, ContextType, ListType, Type, conforms
from underwriter.policy import findings
from underwriter.policy.checked import CheckedPolicy, Path
from underwriter.policy.definitions import OfferDefinition, OutcomeDefinition
from underwriter.policy.evaluation import COUNTER_OFFER_BOUNDS
from underwriter.policy.kept_formulas import KeptFormulas
from underwriter.policy.outcome import LineAction
from underwriter.policy.stored_inputs import CONCENTRATIONS, FUNDERS, GUARANTEES

# The terms that are lists: the members that each item must have, and those that it may have.
_LIST_TERMS: dict[str, tuple[dict[str, Type], dict[str, Type]]] = {
    "funding": ({"funder": STRING, "share": NUMBER}, {"cap": NUMBER}),
    "cover": (
        {"guarantor": STRING, "coverage": NUMBER},
        dict.fromkeys(("retained_loss", "annual_price", "cap"), NUMBER),
    ),
    "concentrations": ({"name": STRING, "share": NUMBER}, {"cap": NUMBER}),
}
_TEXT_TERMS: Mapping[str, tuple[str, ...]] = {
    "repayment_method": tuple(method.name for method in RepaymentMethod),
    "action": tuple(action.name for action in LineAction),
}
"""The terms that are texts: what each may be."""
# What the caps of a list are on: the stored totals of those that it names.
_CAPPED_TOTALS = {"funding": FUNDERS, "cover": GUARANTEES, "concentrations": CONCENTRATIONS}


def outcome_findings(outcome: OutcomeDefinition, rules: Sequence[str], models: Sequence[str]) -> Iterator[Diagnostic]:
    """Yield what is wrong with the names in an outcome and with its parts. `rules` are the decisions that are rules."""
    first: dict[str, Source] = {}
    for name in outcome.rules:
        if name.text not in rules:
            yield findings.unknown_decision(name, "a decision with rules", rules)
        if name.text in first:
            yield findings.rules_named_twice(name, first[name.text])
        first.setdefault(name.text, name)
    if outcome.score and outcome.score.text not in models:
        yield findings.unknown_decision(outcome.score, "a model of this policy", models)
    if outcome.offer and outcome.line_change:
        yield findings.offer_and_line_change(outcome.line_change.source)
    if outcome.counter_offer and not outcome.offer:
        yield findings.counter_offer_without_offer(outcome.counter_offer.source)


def counter_offer_findings(outcome: OutcomeDefinition, read: Set[Path]) -> Iterator[Diagnostic]:
    """Yield a finding for each part of a counter-offer that varies an input that the decisions do not read."""
    bounds = outcome.counter_offer.bounds if outcome.counter_offer else {}
    for (part, _), name in COUNTER_OFFER_BOUNDS.items():
        path = ("request", part)
        if name in bounds and not {path, path[:1]} & read:
            yield findings.counter_offer_of_the_unread(bounds[name], ".".join(path))


def cap_findings(checked: CheckedPolicy) -> Iterator[Diagnostic]:
    """Yield a finding for each list of an offer that gives caps on totals which no decision reads."""
    offer, read = checked.definition.outcome.offer, {path[0] for path in checked.paths_read}
    for term, total in _CAPPED_TOTALS.items():
        source = offer.terms.get(term) if offer else None
        if source and total not in read and _gives_caps(checked.formula(source).type):
            yield findings.cap_on_the_unread(source, term, total)


def _gives_caps(term: Type) -> bool:
    item = term.item if isinstance(term, ListType) else ANY
    return isinstance(item, ContextType) and "cap" in item.fields


def check_outcome_formulas(
    outcome: OutcomeDefinition, formulas: KeptFormulas, types: Mapping[str, Type]
) -> Iterator[Diagnostic]:
    """Check the formulas of an outcome, which see all names; yield what is wrong with terms that are lists."""
    scope = Scope(types)
    for text in (outcome.grade, outcome.user_group):
        if text:
            formulas.check(text, scope, STRING)
    if outcome.offer:
        yield from _check_offer(outcome.offer, formulas, scope)
    if outcome.line_change:
        yield from _check_terms(outcome.line_change.terms, formulas, scope)
    if outcome.counter_offer:
        yield from _check_terms(outcome.counter_offer.bounds, formulas, scope)
    yield from _check_terms(outcome.caps, formulas, scope)


def _check_terms(terms: Mapping[str, Source], formulas: KeptFormulas, scope: Scope) -> Iterator[Diagnostic]:
    for name, source in terms.items():
        formulas.check(source, scope, STRING if name in _TEXT_TERMS else NUMBER)
        checked = formulas.by_source.get(id(source))
        for text in _texts_given(checked.tree) if checked and name in _TEXT_TERMS else ():
            if text.value not in _TEXT_TERMS[name]:
                yield findings.unknown_term_value(source, text.span, name, text.value, _TEXT_TERMS[name])


def _texts_given(node: Node) -> Iterator[StringLiteral]:
    """Yield the texts that an expression may give as they stand."""
    if isinstance(node, StringLiteral):
        yield node
    elif isinstance(node, If):
        yield from _texts_given(node.consequent)
        yield from _texts_given(node.alternative)


def _check_offer(offer: OfferDefinition, formulas: KeptFormulas, scope: Scope) -> Iterator[Diagnostic]:
    if offer.each:
        name, source = offer.each
        each = formulas.check(source, scope, ListType())
        scope = scope.nested({name.text: each.item if isinstance(each, ListType) else ANY})
    single = {name: source for name, source in offer.terms.items() if name not in _LIST_TERMS}
    yield from _check_terms(single, formulas, scope)
    for term, source in offer.terms.items():
        if term in _LIST_TERMS:
            yield from _check_list_term(term, source, formulas, scope)


def _check_list_term(term: str, source: Source, formulas: KeptFormulas, scope: Scope) -> Iterator[Diagnostic]:
    """The term is a list of contexts; members that may be left out are of their type where they are there."""
    required, optional = _LIST_TERMS[term]
    type_ = formulas.check(source, scope)
    item = type_.item if isinstance(type_, ListType) else ANY
    given = item.fields if isinstance(item, ContextType) else {}
    has_members = conforms(type_, ListType(item=ContextType(fields=required)))
    if not (has_members and all(conforms(given.get(name, wanted), wanted) for name, wanted in optional.items())):
        yield findings.not_a_list_term(source, term, required, optional)
