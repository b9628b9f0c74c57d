"""A decision as lines of text."""

from collections.abc import Iterator
from decimal import Decimal

from google.type.money_pb2 import Money

from underwriter.cli.layout import columns, paragraph
from underwriter.v1.application_pb2 import RepaymentMethod
from underwriter.v1.decision_pb2 import Decision, Offer, Outcome, Reason, VersionedName

_SHOWN_HASH_DIGITS = 12
_OFFER_HEADINGS = ("limit", "months", "a year", "effective", "repaid", "fees")
_OFFER_NUMBERS = (0, 1, 2, 3)


def decision_lines(decision: Decision, width: int) -> Iterator[str]:
    """Yield what a person wants to know first: outcome, grade and score, offers, reasons. The trace is no part of it.

    Lines are no wider than `width` where their words allow.
    """
    yield _headline(decision)
    yield f"  {decision.name if decision.HasField('ledger') else 'not recorded'}"
    yield f"  by {', '.join(map(_versioned, (decision.policy, *decision.models)))}"
    if decision.offers:
        yield "  offers"
        rows = [_OFFER_HEADINGS, *map(_offer_cells, decision.offers)]
        yield from (f"    {line}" for line in columns(rows, right=_OFFER_NUMBERS))
    if decision.reasons:
        yield "  reasons"
        for reason in decision.reasons:
            yield from _reason_lines(reason, width)
    if decision.verification.required:
        yield from paragraph(", ".join(decision.verification.required), width, first="  to verify: ", indent="    ")


def _headline(decision: Decision) -> str:
    parts = [Outcome.Name(decision.outcome).removeprefix("OUTCOME_")]
    if decision.grade:
        parts.append(f"grade {decision.grade}")
    if decision.HasField("score"):
        parts.append(f"{decision.score.points} points")
        parts.append(f"default risk {_percent(Decimal(decision.score.probability))}")
    return ", ".join(parts)


def _versioned(versioned: VersionedName) -> str:
    return f"{versioned.name} {versioned.version[:_SHOWN_HASH_DIGITS]}"


def _offer_cells(offer: Offer) -> tuple[str, ...]:
    return (
        _money(offer.credit_limit),
        str(offer.term_months or "-"),
        _percent(Decimal(offer.annual_rate.value or 0)),
        _percent(Decimal(offer.effective_annual_rate.value)) if offer.effective_annual_rate.value else "-",
        RepaymentMethod.Name(offer.repayment_method).removeprefix("REPAYMENT_METHOD_").lower(),
        ", ".join(f"{fee.code} {_percent(Decimal(fee.rate.value or 0))}" for fee in offer.fees) or "-",
    )


def _reason_lines(reason: Reason, width: int) -> Iterator[str]:
    source = f"  ({reason.source})" if reason.source else ""
    yield f"    {reason.rank:>2}. {reason.code}{source}"
    indent = " " * 8
    for text in (reason.text.get("en", ""), reason.guidance.get("en", "")):
        if text:
            yield from paragraph(text, width, first=indent, indent=indent)
    if reason.missing_inputs:
        missing = ", ".join(reason.missing_inputs)
        yield from paragraph(missing, width, first=f"{indent}missing: ", indent=indent)


def _money(amount: Money) -> str:
    value = Decimal(amount.units) + Decimal(amount.nanos).scaleb(-9)
    return f"{value:,.2f} {amount.currency_code}"


def _percent(fraction: Decimal) -> str:
    return f"{fraction * 100:.2f} %"
