"""The wording of findings on what a policy offers, and on what of it nobody reads: one function a mistake."""

from collections.abc import Mapping
from decimal import Decimal

from underwriter.feel.diagnostics import Diagnostic, Severity
from underwriter.feel.source import Source


def _finding(code: str, message: str, source: Source, mend: str) -> Diagnostic:
    return Diagnostic(code, message, source, source.whole, mend, Severity.WARNING)


def rate_above_cap(rate: Source, terms: Mapping[str, object], cost: Decimal | None, example: str) -> Diagnostic:
    """The rate of an offer can cost more than its cap allows."""
    cap = terms["effective_annual_rate_cap"]
    costs = f"which costs {cost} a year with all fees" if cost is not None else "more than any loan may bear"
    message = (
        f"the rate can come to {terms['annual_rate']}, {costs}: more than the cap of "
        f"{cap}; no such offer is made, the case is referred"
    )
    how = "keep it below `highest annual rate(cap, method, term months, fee rate)`"
    mend = f"{how if cost is not None else 'write it as a fraction, 0.18 for 18%'}{_such_as(example)}"
    return _finding("rate-above-cap", message, rate, mend)


def null_reaches_offer(term: Source, name: str, path: str, example: str) -> Diagnostic:
    """A term comes out null where an input was not sent, and no rule says so."""
    message = f"without {path} the term '{name}' is null: no rule says so, and whoever would be approved is referred"
    mend = f"add a rule `when: {path} = null`, or an `if {path} = null then ... else ...`{_such_as(example)}"
    return _finding("null-reaches-offer", message, term, mend)


def unused_parameter(name: Source) -> Diagnostic:
    """A parameter that nothing reads: changing it changes no decision."""
    message = f"nothing that decides or offers reads the parameter '{name.text}'"
    return _finding("unused-parameter", message, name, "use it, or take it out")


def unused_decision(name: Source) -> Diagnostic:
    """A decision that neither the outcome nor an offer needs."""
    message = f"nothing that decides or offers needs '{name.text}'"
    return _finding("unused-decision", message, name, "name it in the outcome, read it, or take it out")


def unused_model(name: Source) -> Diagnostic:
    """A model that is never run."""
    message = f"nothing that decides or offers reads the model '{name.text}': it is never run"
    return _finding("unused-model", message, name, "read it, or take it out")


def unused_attribute(name: Source) -> Diagnostic:
    """An attribute that may be sent and is never read."""
    message = f"nothing that decides or offers reads the attribute '{name.text}'"
    return _finding("unused-attribute", message, name, "read it, or take it out")


def _such_as(example: str) -> str:
    return f"; such as with {example}" if example else ""
