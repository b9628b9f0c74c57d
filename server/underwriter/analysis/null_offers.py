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
    absence = _Absence(checked, domains, terms)
    for path in _sent_inputs(checked, terms.values()):
        if not _may_be_absent(path, domains) or absence.has_own_rule(path):
            continue
        name = absence.null_term(path)
        if name is None or absence.has_rule(path):
            continue
        found = search.find(_has_null(checked, name), path)
        if found is not None:
            yield wording.null_reaches_offer(terms[name], name, path_text(path), found.described)


class _Absence:
    """What the absence of one input makes of the terms and of the rules of a policy."""

    def __init__(self, checked: CheckedPolicy, domains: Domains, terms: Mapping[str, Source]) -> None:
        self._domains = domains
        self._terms = [(name, checked.formula(source), checked.nodes_read([source])) for name, source in terms.items()]
        self._rules = [(rule, checked.formula(rule.when)) for _, rule in checked.definition.rules()]

    def null_term(self, path: Path) -> str | None:
        """Return a term that is always null without an input; None if there is none."""
        reading = self._domains.nodes_reading(path)
        concerned = [term for term in self._terms if path in term[1].references or not reading.isdisjoint(term[2])]
        if not concerned:
            return None
        nulls = DomainsWithout(self._domains, path, nulls_only=True)
        nulls.work_out(set().union(*(nodes for _, _, nodes in concerned)))
        return next((name for name, formula, _ in concerned if is_null(nulls.of(formula))), None)

    def has_own_rule(self, path: Path) -> bool:
        """Tell whether a rule that reads an input itself is sure to be in the way without it."""
        narrowed = {path: absent(self._domains.of_path(path), ())}
        readers = ((rule, formula) for rule, formula in self._rules if path in formula.references)
        return any(_stops(rule, self._domains.of_where(formula, narrowed)) for rule, formula in readers)

    def has_rule(self, path: Path) -> bool:
        """Tell whether any rule is sure to be in the way without an input."""
        without = DomainsWithout(self._domains, path)
        return any(_stops(rule, without.of(formula)) for rule, formula in self._rules)


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


def _stops(rule: RuleDefinition, condition: Domain) -> bool:
    """Tell whether a rule is sure to keep an application from being approved, however its condition comes out."""
    stops = {True: rule.then is not Outcome.APPROVE, None: rule.if_unknown is not None, False: False}
    return all(stops[answer] for answer in answers(condition))


def _has_null(checked: CheckedPolicy, term: str) -> Goal:
    fields = OfferTerms._fields if checked.definition.outcome.offer else LineChangeTerms._fields
    place = fields.index(term)
    return lambda terms: Decimal(1 if terms[place] is None else 0)
