"""Inputs that an offer is made of and whose absence no rule speaks of.

Such an input, where it alone was not sent, makes a term null whatever else is sent, and no rule is sure to be in the
way: neither one that fires for it nor one that can't be determined without it. What stands out so is told if an
application was found that would be approved but for that null.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from underwriter.analysis import outcome_wording as wording
from underwriter.analysis.absent_inputs import DomainsWithout, absent
from underwriter.analysis.domains.domain import Domain
from underwriter.analysis.domains.domains import Domains
from underwriter.analysis.domains.making import answers, is_null
from underwriter.analysis.domains.structures import ListDomain
from underwriter.analysis.search.application_search import ApplicationSearch, Goal
from underwriter.analysis.search.search_space import list_root
from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.source import Source
from underwriter.policy.checked import CheckedPolicy, Path, path_text
from underwriter.policy.definitions import RuleDefinition
from underwriter.policy.evaluation import LineChangeTerms, OfferTerms
from underwriter.policy.inputs import application_type
from underwriter.policy.outcome import Outcome


def null_offer_findings(checked: CheckedPolicy, domains: Domains, search: ApplicationSearch) -> Iterator[Diagnostic]:
    """Yield a finding for each input whose absence makes a term null with no rule to say so."""
    terms = _terms(checked)
    for path in _sent_inputs(checked, terms.values()):
        if not _may_be_absent(path, domains) or _has_own_rule(path, checked, domains):
            continue
        name = _null_term(path, terms, checked, domains)
        if name is None or _has_rule(checked, DomainsWithout(domains, path)):
            continue
        found = search.find(_has_null(checked, name), path)
        if found is not None:
            yield wording.null_reaches_offer(terms[name], name, path_text(path), found.described)


def _null_term(path: Path, terms: Mapping[str, Source], checked: CheckedPolicy, domains: Domains) -> str | None:
    """Return a term that is always null without an input; None if there is none."""
    reading = domains.nodes_reading(path)
    formulas = {name: checked.formula(source) for name, source in terms.items()}
    concerned = [
        name
        for name, formula in formulas.items()
        if path in formula.references or not reading.isdisjoint(checked.nodes_read([terms[name]]))
    ]
    if not concerned:
        return None
    nulls = DomainsWithout(domains, path, nulls_only=True)
    nulls.known()  # all at once: one by one each would be looked up in the graph
    return next((name for name in concerned if is_null(nulls.of(formulas[name]))), None)


def _terms(checked: CheckedPolicy) -> dict[str, Source]:
    """Return the terms of the offer or line change, and the caps, by the names of their fields."""
    outcome = checked.definition.outcome
    answer = outcome.offer or outcome.line_change
    caps = {f"{name}_cap": source for name, source in outcome.caps.items()}
    return {**answer.terms, **caps} if answer else {}


def _sent_inputs(checked: CheckedPolicy, sources: Iterable[Source]) -> list[Path]:
    """Return what the terms read of the application: of a list the list itself, if they read what is in it."""
    paths = {path for source in sources for path in checked.inputs_of_formula(source)}
    roots = {list_root(checked, path) or path for path in paths}
    return sorted(path for path in roots if path[0] in application_type().fields or path[0] == "attributes")


def _may_be_absent(path: Path, domains: Domains) -> bool:
    domain = domains.of_path(path)
    return domain.can_be_null or (isinstance(domain, ListDomain) and domain.fewest == 0)


def _has_own_rule(path: Path, checked: CheckedPolicy, domains: Domains) -> bool:
    """Tell whether a rule that reads an input itself is sure to be in the way without it."""
    narrowed = {path: absent(domains.of_path(path), ())}
    formulas = ((rule, checked.formula(rule.when)) for rule in _rules(checked))
    readers = ((rule, formula) for rule, formula in formulas if path in formula.references)
    return any(_stops(rule, domains.of_where(formula, narrowed)) for rule, formula in readers)


def _has_rule(checked: CheckedPolicy, without: Domains) -> bool:
    """Tell whether any rule is sure to be in the way without an input."""
    return any(_stops(rule, without.of(checked.formula(rule.when))) for rule in _rules(checked))


def _stops(rule: RuleDefinition, condition: Domain) -> bool:
    """Tell whether a rule is sure to keep an application from being approved, however its condition comes out."""
    stops = {True: rule.then is not Outcome.APPROVE, None: rule.if_unknown is not None, False: False}
    return all(stops[answer] for answer in answers(condition))


def _rules(checked: CheckedPolicy) -> Iterator[RuleDefinition]:
    yield from (rule for _, rule in checked.definition.rules())


def _has_null(checked: CheckedPolicy, term: str) -> Goal:
    fields = OfferTerms._fields if checked.definition.outcome.offer else LineChangeTerms._fields
    place = fields.index(term)
    return lambda terms: Decimal(1 if terms[place] is None else 0)
