"""How much work one expression may do. Past a bound the result is null, with a warning."""

from collections.abc import Callable, Sized
from contextvars import ContextVar
from typing import Literal, TypeVar

from underwriter.feel.faults import Place, Warnings, note

MAXIMUM_ITEMS = 100_000
"""The longest list that an expression may make, and the most rounds of one `for`, `some` or `every`."""

MAXIMUM_TEXT = 100_000
"""The longest string that an expression may make, in characters."""

MAXIMUM_DEPTH = 400
"""The most calls of user-defined functions that may be open at a time."""

MAXIMUM_WORK = 600_000
"""The most rounds of loops within loops or functions that one evaluation may make, and fewer the more it calls."""

WORK_OF_A_CALL = 4
"""As how many rounds a call of a user-defined function counts."""

ITEMS_OF_A_ROUND = 4
"""How many items of a list a built-in may look at for what one round counts."""

CHARACTERS_OF_A_ROUND = 32
"""How many characters of a string a built-in may look at for what one round counts."""

NODES_OF_A_ROUND = 8
"""How many nodes of the syntax tree one round of a loop may run through; more count as more rounds."""

UNCOUNTED_WEIGHT = 2
"""A loop that stands alone, of which a round counts as no more than so many, is not counted."""

UNCOUNTED_OPERATIONS = 16
"""An expression of no more operations on lists and strings than this does not count them outside of loops."""

UNCOUNTED_CALLS = 16
"""A function that is known to lead to no more calls than this is called without counting them."""

_Result = TypeVar("_Result")


class PastBound(Exception):
    """Ends an evaluation that does more than it may."""

    def __init__(self, kind: Literal["too-deep", "too-much-work"], template: str, bound: int) -> None:
        super().__init__(template.format(bound))
        self.kind = kind
        self.template = template
        self.bound = bound


class _Work:
    """What an evaluation has done so far. Made often, so without a constructor of its own."""

    spent = 0
    depth = 0


_work: ContextVar[_Work | None] = ContextVar("work", default=None)


def bounded(evaluate: Callable[[], _Result], warnings: Warnings, place: Place) -> _Result | None:
    """Evaluate within the bounds of depth and work; past one of them give null and one warning.

    Within another bounded evaluation it is a part of that one, and ends it.
    """
    if _work.get() is not None:
        return evaluate()
    outside = _work.set(_Work())
    try:
        return evaluate()
    except PastBound as past:
        note(warnings, place, past.kind, past.template, past.bound)
    except RecursionError:  # calls through loops and sorting take more of Python's stack than others
        note(warnings, place, "too-deep", "functions call each other too deeply")
    finally:
        _work.reset(outside)
    return None


def enter() -> None:
    """Count a call that begins."""
    work = _work.get()
    if work is None:
        return
    work.depth += 1
    work.spent += WORK_OF_A_CALL
    if work.depth > MAXIMUM_DEPTH:
        raise PastBound("too-deep", "functions call each other more than {} levels deep", MAXIMUM_DEPTH)
    if work.spent > MAXIMUM_WORK:
        raise _too_much()


def leave() -> None:
    """Note that a call has ended."""
    work = _work.get()
    if work is not None:
        work.depth -= 1


def spend(rounds: Sized, weight: int = 1) -> bool:
    """Count the rounds of a loop that is about to run; always true, to stand among conditions."""
    return spend_units(len(rounds) * weight)


def spend_on(*values: object) -> bool:
    """Count what a built-in does with lists and strings, by their length; always true."""
    if _work.get() is None:
        return True
    for value in values:
        if isinstance(value, list):
            spend_units(len(value) // ITEMS_OF_A_ROUND)
        elif isinstance(value, str):
            spend_units(len(value) // CHARACTERS_OF_A_ROUND)
    return True


def spend_units(units: int) -> bool:
    """Count so many units of work; always true."""
    work = _work.get()
    if work is not None:
        work.spent += units
        if work.spent > MAXIMUM_WORK:
            raise _too_much()
    return True


def _too_much() -> PastBound:
    return PastBound("too-much-work", "functions and loops do more than {} units of work", MAXIMUM_WORK)
