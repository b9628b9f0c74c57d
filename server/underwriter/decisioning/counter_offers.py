"""Finds what would be granted if it were asked for instead of what was declined, by deciding on it again and again.

Granted is what would be approved with an offer of all that is asked for: whoever is told an amount and applies for it
must not be offered less. This is taken to be monotone: where an amount would be granted, a smaller one would be too.
Then bisection finds the largest. Where it is not, what is found may not be the largest, but it has been tried all the
same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from google.type.money_pb2 import Money

from underwriter import credit
from underwriter.decisioning.active_policy import ActivePolicy
from underwriter.decisioning.combining import combine
from underwriter.decisioning.list_terms import TermInvalid
from underwriter.decisioning.money import set_minor_units
from underwriter.decisioning.offers import MadeOffer
from underwriter.decisioning.requests import field_values
from underwriter.policy import Evaluation, ModelOutput, Outcome
from underwriter.policy.checked import Path
from underwriter.policy.policy import CallModel
from underwriter.v1.application_pb2 import LoanRequest
from underwriter.v1.decision_pb2 import CounterOffer

MOST_AMOUNTS = 4_096
"""The most amounts that are looked through, from the least one up."""

LONGEST_TERM_MONTHS = 360
"""The longest term that a request may have."""

_AMOUNT, _TERM = ("request", "amount"), ("request", "term_months")
_DOWN_PAYMENT = ("request", "down_payment")


class Searched(NamedTuple):
    """The counter-offer, if there is one. `problem` says for the log why none could be looked for, else it is empty."""

    counter_offer: CounterOffer | None = None
    problem: str = ""


NOT_SEARCHED = Searched()


@dataclass(frozen=True, slots=True)
class DeclinedCase:
    """What was declined: a request, what the rules said to it, and all that they read."""

    policy: ActivePolicy
    asked: LoanRequest
    evaluation: Evaluation
    inputs: Sequence[object]
    now: datetime


def search_counter_offer(case: DeclinedCase) -> Searched:
    """Return the largest smaller amount that would be granted, else the longest term. Never raises.

    All else is the same: what is stored, the time, and what the models said unless they look at what is varied.
    """
    try:
        return Searched(_search(case))
    except TermInvalid as error:
        return Searched(problem=str(error))
    except Exception as error:  # noqa: BLE001 - a search that fails must leave the decision as it is
        return Searched(problem=f"counter_offer: {type(error).__name__}")


def _search(case: DeclinedCase) -> CounterOffer | None:
    if not case.asked.HasField("amount"):
        return None
    may_amount, may_term = _can_depend(case, _AMOUNT), _can_depend(case, _TERM)
    if not (may_amount or may_term):
        return None
    bounds = case.policy.policy.counter_offer_bounds(case.inputs, _calls(case, ()))
    counter = None
    if may_amount and bounds.least_amount is not None and bounds.amount_step is not None:
        counter = _amount_counter_offer(case, bounds.least_amount, bounds.amount_step)
    if may_term and counter is None and bounds.most_term_months is not None:
        counter = _term_counter_offer(case, bounds.least_term_months, bounds.most_term_months)
    return counter


def _amount_counter_offer(case: DeclinedCase, least: Decimal, step: Decimal) -> CounterOffer | None:
    exponent = credit.minor_unit_exponent(case.policy.currency)
    first, apart = _minor_units("least_amount", least, exponent), _minor_units("amount_step", step, exponent)
    count = _count_below(field_values.amount(case.asked.amount), least, step)
    if count <= 0:
        return None
    trials = _Trials.of(case, _AMOUNT)

    def money(place: int) -> Money:
        message = Money()
        set_minor_units(message, first + place * apart, exponent, case.policy.currency)
        return message

    found = largest(count - 1, lambda place: trials.is_granted(field_values.amount(money(place))))
    if found is None:
        return None
    return _counter_offer(money(found), case.asked.term_months, trials.offers(field_values.amount(money(found))))


def _term_counter_offer(case: DeclinedCase, least: Decimal | None, most: Decimal) -> CounterOffer | None:
    first = 1 if least is None else _months("least_term_months", least)
    last = _months("most_term_months", most)
    if first > last:
        return None
    trials = _Trials.of(case, _TERM)
    if trials.is_granted(most):
        months = last
    elif (found := largest(last - first - 1, lambda place: trials.is_granted(Decimal(first + place)))) is not None:
        months = first + found
    else:
        return None
    return _counter_offer(case.asked.amount, months, trials.offers(Decimal(months)))


def largest(most: int, is_granted: Callable[[int], bool]) -> int | None:
    """Return the largest number from 0 to `most` that is granted, by bisection; None if 0 is not granted."""
    if most < 0 or not is_granted(0):
        return None
    granted, refused = 0, most + 1
    while refused - granted > 1:
        middle = (granted + refused) // 2
        if is_granted(middle):
            granted = middle
        else:
            refused = middle
    return granted


@dataclass(frozen=True, slots=True)
class _Trials:
    """Decides on a case with other values of one input, which is read at `places`."""

    case: DeclinedCase
    path: Path
    places: Sequence[int]
    calls: Sequence[CallModel]

    @classmethod
    def of(cls, case: DeclinedCase, path: Path) -> "_Trials":
        varied = (path, path[:1])
        places = [place for place, read in enumerate(case.policy.policy.reads) if read in varied]
        return cls(case, path, places, _calls(case, varied))

    def is_granted(self, value: Decimal) -> bool:
        """Tell whether another value of the input would be approved, with an offer of all that is asked for then."""
        wanted = self._wanted(value)
        return any(made.amount >= wanted for made in self._decide(value, with_instalments=False))

    def offers(self, value: Decimal) -> Sequence[MadeOffer]:
        """Return the offers that the case would get with another value of the input; none if it is not approved."""
        return self._decide(value, with_instalments=True)

    def _wanted(self, value: Decimal) -> int:
        """Return what would have to be lent, in minor units: the amount asked for.

        Rules that read what is paid down lend the rest of it; for others a down payment is nothing to the amount.
        """
        case = self.case
        amount = value if self.path == _AMOUNT else field_values.amount(case.asked.amount)
        if case.asked.HasField("down_payment") and _DOWN_PAYMENT in case.policy.policy.reads:
            amount -= field_values.amount(case.asked.down_payment)
        return credit.minor_units(amount, credit.minor_unit_exponent(case.policy.currency))

    def _decide(self, value: Decimal, *, with_instalments: bool) -> Sequence[MadeOffer]:
        case, inputs = self.case, list(self.case.inputs)
        for place in self.places:
            known = inputs[place]  # the value itself, or the context that it is in
            inputs[place] = {**known, self.path[1]: value} if isinstance(known, dict) else value
        evaluation = case.policy.policy.evaluate(inputs, self.calls, [])
        if not evaluation.offers:
            return ()
        return combine(case.policy, evaluation, inputs, case.now, with_instalments=with_instalments).made


def _can_depend(case: DeclinedCase, path: Path) -> bool:
    """Tell whether every rule that stands against an approval reads an input, and so might say otherwise."""
    policy, evaluation = case.policy.policy, case.evaluation
    against = [number for number in evaluation.fired if policy.rules[number][1].then is not Outcome.APPROVE]
    read = policy.inputs_of_rules
    return all(path in read[number] or path[:1] in read[number] for number in (*against, *evaluation.undetermined))


def _calls(case: DeclinedCase, varied: Sequence[Path]) -> list[CallModel]:
    """Return calls of the models: those whose features read nothing that is varied say what they said already."""
    read = case.policy.policy.checked.inputs
    return [
        call if output is None or not read[name].isdisjoint(varied) else _saying(output)
        for name, call, output in zip(case.policy.models, case.policy.calls, case.evaluation.models, strict=True)
    ]


def _saying(output: ModelOutput) -> CallModel:
    return lambda _features: output


def _months(name: str, months: Decimal) -> int:
    """Return a bound in months. Raises TermInvalid unless it is a whole number that a request may have as its term."""
    if not (months == months.to_integral_value() and 1 <= months <= LONGEST_TERM_MONTHS):
        raise TermInvalid(name, f"is no whole number from 1 to {LONGEST_TERM_MONTHS}")
    return int(months)


def _minor_units(name: str, amount: Decimal, exponent: int) -> int:
    """Return a bound in minor units. Raises TermInvalid unless it is above 0 and of whole ones."""
    units = credit.minor_units(amount, exponent)
    if units <= 0 or credit.amount_of(units, exponent) != amount:
        raise TermInvalid(name, "is no amount above 0 in whole minor units")
    return units


def _count_below(asked: Decimal, least: Decimal, step: Decimal) -> int:
    """Return how many of the amounts least, least + step, ... are below the one asked for, at most `MOST_AMOUNTS`."""
    room = min(asked - least, step * MOST_AMOUNTS)
    whole, rest = divmod(room, step)
    return int(whole) + (rest > 0)


def _counter_offer(amount: Money, term_months: int, made: Sequence[MadeOffer]) -> CounterOffer | None:
    """Return the counter-offer if it came to offers, decided on in full."""
    if not made:
        return None
    return CounterOffer(amount=amount, term_months=term_months, offers=[offered.offer for offered in made])
