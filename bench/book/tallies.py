"""Counts and means over cases: how many were approved, how risky they truly are, at what price, with what profit."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import inf, sqrt
from statistics import fmean, stdev

from deciding import Case

NO_GRADE = "none"
ALL = "all"


@dataclass(frozen=True, slots=True)
class Tally:
    """A group of cases. Rates are fractions, None where there is nothing to take a mean of; money is in CNY.

    `graded_default` is the mean of the true odds of all, whatever was decided. The others are of approvals only:
    `true_default` their true odds within a year, `model_default` what the model said of those of whom it knew all,
    `priced_default` what the price counts with, `realised_default` how many defaulted within a year. Errors are
    standard errors of means. `priced_loss` is what the decisions expected to lose, `loss` what was lost after what
    guarantors paid; `profit` is before the costs of operation.
    """

    product: str
    grade: str
    applicants: int
    approved: int
    graded_default: float
    graded_error: float
    true_default: float | None
    true_error: float
    model_default: float | None
    priced_default: float | None
    realised_default: float | None
    annual_rate: float | None
    effective_rate: float | None
    lent: float
    income: float
    funding_cost: float
    priced_loss: float
    loss: float
    cover_price: float
    profit: float

    @property
    def approval_rate(self) -> float:
        """The share of applicants that was approved."""
        return self.approved / self.applicants

    @property
    def profit_share(self) -> float | None:
        """The profit as a part of what was lent."""
        return self.profit / self.lent if self.lent else None


def tally(product: str, grade: str, cases: Sequence[Case]) -> Tally:
    """Return the tally of some cases, at least one."""
    lent = [case for case in cases if case.terms]
    terms = [case.terms for case in cases if case.terms]
    done = [each.performance for each in terms]
    known = [case.model_default for case in lent if case.model_default is not None and not case.model_gaps]
    return Tally(
        product=product,
        grade=grade,
        applicants=len(cases),
        approved=sum(case.outcome == "APPROVE" for case in cases),
        graded_default=fmean(case.true_default for case in cases),
        graded_error=_error([case.true_default for case in cases]),
        true_default=_mean(case.true_default for case in lent),
        true_error=_error([case.true_default for case in lent]),
        model_default=_mean(known),
        priced_default=_mean(each.priced_default for each in terms),
        realised_default=_mean(float(case.has_defaulted) for case in lent),
        annual_rate=_mean(each.annual_rate for each in terms),
        effective_rate=_mean(each.effective_rate for each in terms),
        lent=sum(each.amount for each in done) / 100,
        income=sum(each.interest + each.fees for each in done) / 100,
        funding_cost=sum(each.funding_cost for each in done) / 100,
        priced_loss=sum(each.priced_loss for each in done) / 100,
        loss=sum(each.loss - each.covered for each in done) / 100,
        cover_price=sum(each.cover_price for each in done) / 100,
        profit=sum(each.profit for each in done) / 100,
    )


def by_product_and_grade(cases: Sequence[Case]) -> list[Tally]:
    """Return the tallies of every product, grade by grade, with that of all its grades last."""
    found = []
    for product, of_product in _groups(cases, lambda case: case.product):
        found += [tally(product, grade, group) for grade, group in _groups(of_product, grade_of)]
        found.append(tally(product, ALL, of_product))
    return found


def by_grade(cases: Sequence[Case]) -> list[Tally]:
    """Return the tallies of every grade over all products, with that of everything last."""
    return [*(tally(ALL, grade, group) for grade, group in _groups(cases, grade_of)), tally(ALL, ALL, cases)]


def grade_of(case: Case) -> str:
    """Return the grade; a case for which the rules could find none has none."""
    return case.grade or NO_GRADE


def _groups(cases: Sequence[Case], key: Callable[[Case], str]) -> list[tuple[str, list[Case]]]:
    groups: dict[str, list[Case]] = {}
    for case in cases:
        groups.setdefault(key(case), []).append(case)
    return sorted(groups.items(), key=lambda item: (item[0] == NO_GRADE, item[0]))


def _error(values: Sequence[float]) -> float:
    """Return the standard error of the mean; infinite where there are too few values to tell."""
    return stdev(values) / sqrt(len(values)) if len(values) > 1 else inf


def _mean(values: Iterable[float]) -> float | None:
    found = list(values)
    return fmean(found) if found else None
