"""Whether an offer, or a line's change, can cost more than the policy's cap on the effective annual rate.

It can't where bounds or the way in which the rate is put together prove so: a rate that is never above `highest annual
rate` of the same terms, or plans of which only those within the cap are kept. Where nothing proves it, an application
is looked for that would be approved but for the cap; only what is found so is told.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from underwriter import credit
from underwriter.analysis import outcome_wording as wording
from underwriter.analysis.definitions_followed import Definitions, Key, Part
from underwriter.analysis.domains.domain import Domain
from underwriter.analysis.domains.domains import Domains
from underwriter.analysis.domains.intervals import high_of, low_of
from underwriter.analysis.domains.making import single
from underwriter.analysis.search.application_search import ApplicationSearch, Goal
from underwriter.analysis.upper_bounds import UpperBound
from underwriter.credit.arguments import HIGHEST_ANNUAL_RATE
from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.nodes import Call, Comparison, Conjunction, Expression, Filter, Name, NumberLiteral, StringLiteral
from underwriter.feel.source import Source, Span
from underwriter.feel.types import ContextType, ListType
from underwriter.policy.checked import CheckedPolicy
from underwriter.policy.definitions import OfferDefinition
from underwriter.policy.evaluation import LineChangeTerms, OfferTerms

RATE_CAP = "effective_annual_rate"
DEFAULT_TERM_MONTHS = 12
"""What the yearly cost of terms without a number of months is reckoned over."""

_MONTHLY = frozenset({"ANNUITY", "EQUAL_PRINCIPAL", "INTEREST_ONLY"})
"""Methods that pay each month's interest in that month: without a fee their yearly cost follows from the rate alone."""

_NOWHERE = Span(0, 0)
_DEFAULTS: Mapping[str, Expression] = {
    "repayment_method": StringLiteral("ANNUITY", span=_NOWHERE),
    "term_months": NumberLiteral(Decimal(DEFAULT_TERM_MONTHS), span=_NOWHERE),
    "fee_rate": NumberLiteral(Decimal(0), span=_NOWHERE),
    "grace_months": NumberLiteral(Decimal(0), span=_NOWHERE),
}
_COST_TERMS = ("repayment_method", "term_months", "fee_rate", "grace_months")


def rate_cap_findings(checked: CheckedPolicy, domains: Domains, search: ApplicationSearch) -> Iterator[Diagnostic]:
    """Yield a finding if the annual rate of a policy can pass its cap, with an application that shows it."""
    outcome = checked.definition.outcome
    answer = outcome.offer or outcome.line_change
    rate = answer.terms.get("annual_rate") if answer else None
    cap = outcome.caps.get(RATE_CAP)
    if answer is None or rate is None or cap is None or _PricedTerms(checked, domains, answer.terms, cap).is_within_cap:
        return
    found = search.find(_above_cap(is_offer=outcome.offer is not None))
    if found is not None:
        terms = _named_terms(found.terms, is_offer=outcome.offer is not None)
        yield wording.rate_above_cap(rate, terms, effective_rate(terms), found.described)


class _PricedTerms:
    """The terms that a price is made of, and what is known of each."""

    def __init__(self, checked: CheckedPolicy, domains: Domains, terms: Mapping[str, Source], cap: Source) -> None:
        self._checked = checked
        self._domains = domains
        self._definitions = Definitions(checked)
        rate = checked.formula(terms["annual_rate"])
        self._rate = Part(rate.tree, rate)
        self._cap = self._whole(cap)
        self._terms = {
            name: self._whole(terms[name]) if name in terms else Part(default, rate)
            for name, default in _DEFAULTS.items()
        }

    @property
    def is_within_cap(self) -> bool:
        """Whether it is proven that no price passes the cap."""
        bound = UpperBound(self._definitions, self._domain, self._is_highest_rate, self._costs_no_more)
        return bound.holds(self._rate) or self._is_kept_within_cap()

    def _whole(self, source: Source) -> Part:
        checked = self._checked.formula(source)
        return Part(checked.tree, checked)

    def _domain(self, part: Part) -> Domain:
        return self._domains.of_part(part.checked, part.node, part.step_of)

    def _is_highest_rate(self, part: Part) -> bool:
        """Tell whether a part is the highest rate that costs no more than the cap, for the same terms."""
        match self._definitions.end_of(part):
            case Part(node=Call(function=Name(name="highest annual rate"), arguments=arguments)) as end:
                cap, *terms = (end.part(argument.value) for argument in arguments if argument.name is None)
                return len(terms) >= len(_COST_TERMS) - 1 and self._are_same(cap, self._cap) and self._cost_alike(terms)
        return False

    def _cost_alike(self, given: Sequence[Part]) -> bool:
        """Tell whether a rate costs as much with these terms as with those of the price."""
        given = [*given, self._rate.number(0)][: len(_COST_TERMS)]
        same = {name: self._are_same(part, self._terms[name]) for name, part in zip(_COST_TERMS, given, strict=True)}
        methods = self._domain(self._terms["repayment_method"]).values
        irrelevant: set[str] = set()
        if single(self._domain(self._terms["fee_rate"])) == 0:  # interest alone costs the same in months of grace
            is_by_rate_alone = methods is not None and methods <= _MONTHLY
            irrelevant = {"grace_months", "term_months"} if is_by_rate_alone else {"grace_months"}
        return all(is_same for name, is_same in same.items() if name not in irrelevant)

    def _are_same(self, one: Part, other: Part) -> bool:
        if self._definitions.key(one) == self._definitions.key(other):
            return True
        value = single(self._domain(one))
        return value is not None and value == single(self._domain(other))

    def _costs_no_more(self, rate: Decimal) -> bool:
        """Tell whether no terms that there may be cost more than the cap at a rate.

        The shortest term, the highest fee and no grace cost most.
        """
        term = max(low_of(self._domain(self._terms["term_months"]).within), Decimal(1))
        fee = high_of(self._domain(self._terms["fee_rate"]).within)
        cap = low_of(self._domain(self._cap).within)
        methods = self._domain(self._terms["repayment_method"]).values or frozenset(credit.RepaymentMethod)
        if not (fee.is_finite() and cap.is_finite() and term == int(term)):
            return False
        costs = [cost_of(str(method), max(rate, Decimal(0)), int(term), fee) for method in methods]
        return all(cost is not None and cost <= cap for cost in costs)

    def _is_kept_within_cap(self) -> bool:
        """Tell whether offers are made for those items of a list only that a filter has found to be within the cap."""
        offer = self._checked.definition.outcome.offer
        if offer is None or offer.each is None:
            return False
        part = self._definitions.end_of(self._whole(offer.each[1]))
        while isinstance(part.node, Filter):
            if any(self._keeps_within_cap(part.part(test), offer) for test in _conjuncts(part.node.condition)):
                return True
            part = self._definitions.end_of(part.part(part.node.operand))
        return False

    def _keeps_within_cap(self, test: Part, offer: OfferDefinition) -> bool:
        """Tell whether a condition is that the yearly cost of an item's terms is not above the cap."""
        match test.node:
            case Comparison(
                operator="<" | "<=",
                left=Call(function=Name(name="effective annual rate"), arguments=arguments),
                right=limit,
            ):
                method, rate, *others = (test.part(argument.value) for argument in arguments)
                given = [method, *others, self._rate.number(0)][: len(_COST_TERMS)]
                wanted = [self._rate, *(self._terms[name] for name in _COST_TERMS)]
                pairs = zip([rate, *given], wanted, strict=True)
                is_alike = all(self._is_of_item(one, other, offer) for one, other in pairs)
                return is_alike and self._are_same(test.part(limit), self._cap)
        return False

    def _is_of_item(self, in_filter: Part, of_offer: Part, offer: OfferDefinition) -> bool:
        """Tell whether what a filter reads, perhaps as a member of its item, is what an offer for the item reads."""
        members = _members_of_items(self._checked, offer)
        key: Key = self._definitions.key(in_filter)
        if isinstance(in_filter.node, Name) and in_filter.node.name in members and offer.each is not None:
            key = (None, offer.each[0].text, in_filter.node.name)
        return key == self._definitions.key(of_offer) or self._are_same(in_filter, of_offer)


def _members_of_items(checked: CheckedPolicy, offer: OfferDefinition) -> frozenset[str]:
    type_ = checked.formula(offer.each[1]).type if offer.each else None
    item = type_.item if isinstance(type_, ListType) else None
    return frozenset(item.fields) if isinstance(item, ContextType) else frozenset()


def _conjuncts(node: Expression) -> Iterator[Expression]:
    if isinstance(node, Conjunction):
        yield from _conjuncts(node.left)
        yield from _conjuncts(node.right)
    else:
        yield node


def cost_of(method: str, rate: Decimal, term: int, fee: Decimal, grace: int = 0) -> Decimal | None:
    """Return the yearly cost of terms; None for terms that are not those of a loan, which are never offered."""
    is_flat = method == credit.RepaymentMethod.FLAT_FEE
    try:
        kind = credit.RepaymentMethod(method)
        return credit.effective_annual_rate_of(kind, Decimal(0) if is_flat else rate, term, fee, grace)
    except ValueError:
        return None


def effective_rate(terms: Mapping[str, object]) -> Decimal | None:
    """Return the yearly cost of an offer's or a line change's terms, reckoned as when the offer is made."""
    rate, term = terms.get("annual_rate"), terms.get("term_months") or DEFAULT_TERM_MONTHS
    fee, grace = terms.get("fee_rate") or Decimal(0), terms.get("grace_months") or 0
    method = terms.get("repayment_method") or "ANNUITY"
    numbers = (rate, term, fee, grace)
    if not all(isinstance(number, Decimal | int) for number in numbers) or term != int(term):  # type: ignore[call-overload]
        return None
    return cost_of(str(method), rate, int(term), fee, int(grace))  # type: ignore[arg-type,call-overload]


def _is_no_rate(rate: object) -> bool:
    """Tell whether a rate is higher than any that is reckoned with, such as one that was meant as a percentage."""
    return isinstance(rate, Decimal) and rate > HIGHEST_ANNUAL_RATE


def _named_terms(values: Sequence[object], *, is_offer: bool) -> dict[str, object]:
    fields = OfferTerms._fields if is_offer else LineChangeTerms._fields
    return dict(zip(fields, values, strict=True))


def _above_cap(*, is_offer: bool) -> Goal:
    """Return how far terms are above the cap: more than 0 is what is looked for."""

    def excess(values: Sequence[object]) -> Decimal | None:
        terms = _named_terms(values, is_offer=is_offer)
        cost: object = effective_rate(terms)
        cap = terms["effective_annual_rate_cap"]
        if cost is None and _is_no_rate(terms["annual_rate"]):
            cost = terms["annual_rate"]
        return cost - cap if isinstance(cost, Decimal) and isinstance(cap, Decimal) else None

    return excess
