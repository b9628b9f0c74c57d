"""A decision as lines of text."""

from collections.abc import Iterator
from decimal import Decimal

from google.type.money_pb2 import Money

from underwriter.v1.application_pb2 import RepaymentMethod
from underwriter.v1.decision_pb2 import Decision, Offer, Outcome, Trace, TraceStepKind


def decision_lines(decision: Decision) -> Iterator[str]:
    """Yield what a person wants to know first: outcome, grade and score, offers, reasons; then the trace, if any."""
    outcome = Outcome.Name(decision.outcome).removeprefix("OUTCOME_")
    grade = f", grade {decision.grade}" if decision.grade else ""
    score = (
        f", {decision.score.points} points (default {decision.score.probability:.2%})" if decision.score.points else ""
    )
    yield f"{outcome}{grade}{score}"
    yield f"  {decision.name} by {decision.policy.name} {decision.policy.version[:12]}"
    for offer in decision.offers:
        yield f"  offer: {_offer(offer)}"
    for reason in decision.reasons:
        missing = f" (missing: {', '.join(reason.missing_inputs)})" if reason.missing_inputs else ""
        yield f"  {reason.rank}. {reason.code}: {reason.text['en']}{missing} [{reason.source}]"
        if "en" in reason.guidance:
            yield f"     {reason.guidance['en']}"
    if decision.verification.required:
        yield f"  verify: {', '.join(decision.verification.required)}"
    if decision.HasField("trace"):
        yield from trace_lines(decision.trace)


def trace_lines(trace: Trace) -> Iterator[str]:
    """Yield one line for each step, with its place in the rules."""
    for step in trace.steps:
        kind = TraceStepKind.Name(step.kind).removeprefix("TRACE_STEP_KIND_").lower()
        value = f" = {step.value}" if step.value else ""
        place = f"  ({step.source})" if step.source else ""
        yield f"  {kind:8} {step.name}{value}{place}"
    for warning in trace.warnings:
        yield f"  warning  {warning.message} ({warning.source})"


def _offer(offer: Offer) -> str:
    parts = [f"up to {_money(offer.credit_limit)}"]
    if offer.term_months:
        parts.append(f"{offer.term_months} months")
    parts.append(f"{_percent(offer.annual_rate.value)} a year")
    if offer.effective_annual_rate.value:
        parts.append(f"{_percent(offer.effective_annual_rate.value)} effective")
    parts += [f"{fee.code} {_percent(fee.rate.value)}" for fee in offer.fees]
    parts.append(RepaymentMethod.Name(offer.repayment_method).removeprefix("REPAYMENT_METHOD_").lower())
    return ", ".join(parts)


def _money(money: Money) -> str:
    amount = Decimal(money.units) + Decimal(money.nanos).scaleb(-9)
    return f"{amount:,.2f} {money.currency_code}"


def _percent(text: str) -> str:
    return f"{Decimal(text or 0):.2%}"
