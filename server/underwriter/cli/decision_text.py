"""A decision as lines of text."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from google.type.money_pb2 import Money

from underwriter.cli.layout import columns, paragraph
from underwriter.v1.application_pb2 import RepaymentMethod
from underwriter.v1.decision_pb2 import (
    CounterOffer,
    Decision,
    FundingShare,
    LineAction,
    LineChange,
    Offer,
    Outcome,
    Reason,
    RiskShare,
    VersionedName,
)

_SHOWN_HASH_DIGITS = 12
_OFFER_HEADINGS = ("limit", "months", "a year", "effective", "repaid", "fees")
_OFFER_NUMBERS = (0, 1, 2, 3)


def decision_lines(decision: Decision, width: int) -> Iterator[str]:
    """Yield what a person wants to know first: outcome, grade and score, offers, reasons, what would be approved.

    The trace is no part of it.

    Lines are no wider than `width` where their words allow.
    """
    yield _headline(decision)
    yield f"  {decision.name if decision.HasField('ledger') else 'not recorded'}"
    yield f"  by {', '.join(map(_versioned, (decision.policy, *decision.models)))}"
    if decision.offers:
        yield "  offers"
        yield from _offer_lines(decision.offers, width)
    if decision.HasField("line_change"):
        yield f"  {_line_change(decision.line_change)}"
    if decision.reasons:
        yield "  reasons"
        for reason in decision.reasons:
            yield from _reason_lines(reason, width)
    if decision.verification.required:
        yield from paragraph(", ".join(decision.verification.required), width, first="  to verify: ", indent="    ")
    if decision.HasField("counter_offer"):
        yield f"  would be approved for {_asked(decision.counter_offer)}"
        yield from _offer_lines(decision.counter_offer.offers, width)


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


def _line_change(change: LineChange) -> str:
    action = LineAction.Name(change.action).removeprefix("LINE_ACTION_")
    day, days = change.effective_date, f"{change.notice_days} day{'' if change.notice_days == 1 else 's'}"
    price = f"{_money(change.credit_limit)} at {_percent(Decimal(change.annual_rate.value or 0))} a year"
    return f"{action}: {price} from {day.year:04}-{day.month:02}-{day.day:02}, {days} after it is told"


def _asked(counter: CounterOffer) -> str:
    months = f" over {counter.term_months} months" if counter.term_months else ""
    return f"{_money(counter.amount)}{months}"


def _offer_lines(offers: Sequence[Offer], width: int) -> Iterator[str]:
    rows = [_OFFER_HEADINGS, *map(_offer_cells, offers)]
    yield from (f"    {line}" for line in columns(rows, right=_OFFER_NUMBERS))
    yield from _share_lines(offers, width)


def _offer_cells(offer: Offer) -> tuple[str, ...]:
    return (
        _money(offer.credit_limit),
        str(offer.term_months or "-"),
        _percent(Decimal(offer.annual_rate.value or 0)),
        _percent(Decimal(offer.effective_annual_rate.value)) if offer.effective_annual_rate.value else "-",
        RepaymentMethod.Name(offer.repayment_method).removeprefix("REPAYMENT_METHOD_").lower(),
        ", ".join(f"{fee.code} {_percent(Decimal(fee.rate.value or 0))}" for fee in offer.fees) or "-",
    )


def _share_lines(offers: Sequence[Offer], width: int) -> Iterator[str]:
    """Yield who lends and who bears losses, by the offer's place if there are several."""
    for place, offer in enumerate(offers, 1):
        head = f"    offer {place} " if len(offers) > 1 else "    "
        if offer.funding_shares:
            yield from _listed(f"{head}funded by ", map(_funding_share, offer.funding_shares), width)
        if offer.risk_shares:
            yield from _listed(f"{head}covered by ", map(_risk_share, offer.risk_shares), width)


def _listed(first: str, shares: Iterable[str], width: int) -> list[str]:
    return paragraph("; ".join(shares), width, first=first, indent=" " * 6)


def _funding_share(share: FundingShare) -> str:
    return f"{share.funder} {_money(share.amount)} ({_percent(Decimal(share.share.value))})"


def _risk_share(share: RiskShare) -> str:
    retained, price = (_percent(Decimal(fraction.value)) for fraction in (share.retained_loss, share.annual_price))
    covered = f"{share.guarantor} {_money(share.amount)} ({_percent(Decimal(share.coverage.value))}"
    return f"{covered} of what is lost above {retained}), at {price} a year"


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
