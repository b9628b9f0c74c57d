"""What half a year of a card shows of a person: the months, one after the other, as character and strain make them."""

from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

from chance import happens, logistic, rounded, within
from people import Person

STATEMENTS = 6
_DAYS_A_MONTH = 30
_MOST_DAYS_LATE = 180
_LEAST_PAID = 0.05


class CardHistory(NamedTuple):
    """The statements, newest first, and for how many months on end all was paid on time."""

    credit_limit: int
    statements: list[dict[str, Any]]
    on_time_months: int


def card_history(rng: Random, person: Person, member_months: int) -> CardHistory:
    """Return the months of a card, of which a new member has fewer than six."""
    limit = max(1000, rounded(person.income * rng.uniform(0.8, 3.5) * (1 + 0.1 * person.character), 500))
    months = list(_months(rng, person, limit, min(STATEMENTS, member_months)))
    months.reverse()
    return CardHistory(limit, months, _on_time_months(rng, person, months, member_months))


def chance_of_a_late_month(person: Person, months_ago: int) -> float:
    """Return how likely a month was that is not paid in time, coming from one that was."""
    is_struck = person.struck_months_ago is not None and months_ago <= person.struck_months_ago
    blow = 2.2 * person.strain if is_struck else 0
    return logistic(-3.9 - 0.95 * person.character - 0.45 * person.cushion + blow)


def _months(rng: Random, person: Person, limit: int, number: int) -> Iterator[dict[str, Any]]:
    """Yield statements, oldest first."""
    pays_in_full = happens(rng, logistic(0.9 + 0.7 * person.character + 0.9 * person.cushion))
    usual_use = rng.betavariate(1.5, 6) if pays_in_full else rng.betavariate(3, 2.5)
    share_paid = within(rng.betavariate(1.5, 8) + 0.03 * person.cushion, _LEAST_PAID, 1)
    days_late = 0
    for months_ago in range(number, 0, -1):
        billed = rounded(limit * within(rng.gauss(usual_use, 0.08), 0, 1.05))
        chance = chance_of_a_late_month(person, months_ago)
        if days_late:
            chance = logistic(0.2 - 0.5 * person.character + 1.0 * person.strain)
        if billed == 0 and not days_late:
            yield {"billed": 0, "paid": 0, "days_late": 0, "status": "NO_USE"}
        elif happens(rng, chance):
            days_late = min(days_late + _DAYS_A_MONTH, _MOST_DAYS_LATE)
            paid = rounded(billed * _LEAST_PAID * rng.choice([0, 0, 0.5]))
            yield {"billed": billed, "paid": paid, "days_late": days_late, "status": "LATE"}
        else:
            days_late = 0
            paid = billed if pays_in_full else rounded(billed * within(rng.gauss(share_paid, 0.05), _LEAST_PAID, 1))
            status = "PAID_IN_FULL" if pays_in_full else "REVOLVING"
            yield {"billed": billed, "paid": paid, "days_late": 0, "status": status}


def _on_time_months(rng: Random, person: Person, months: list[dict[str, Any]], member_months: int) -> int:
    for number, month in enumerate(months):
        if month["status"] == "LATE":
            return number
    chance, number = chance_of_a_late_month(person, STATEMENTS + 1), len(months)
    while number < min(member_months, 60) and not happens(rng, chance):
        number += 1
    return number
