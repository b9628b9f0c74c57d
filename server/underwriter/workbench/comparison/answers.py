"""What two policies say to one application, side by side: in what they differ, and of what kind that is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from underwriter import credit
from underwriter.decisioning import Decided
from underwriter.decisioning.requests.field_values import amount
from underwriter.policy import Outcome
from underwriter.v1.application_pb2 import RepaymentMethod
from underwriter.v1.decision_pb2 import Decision, LineAction, Offer

_FOLLOWS = {"effective annual rate": "annual rate", "expected loss": "credit limit"}
"""What nearly always differs if something else does."""

_MAIN = ("outcome", "reasons", "grade", "proof asked for", "credit limit", "annual rate", "counter-offer")
"""What is told where only one of two answers has offers: their other terms come and go with these."""


class Said(NamedTuple):
    """A part of an answer: its text, and its number if it is one."""

    text: str
    number: Decimal | None = None


Answer = Mapping[str, Said]
"""The parts of an answer by name: outcome, reasons, grade and terms."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A part of two answers that differs; empty for none."""

    part: str
    old: str
    new: str


class Kind(NamedTuple):
    """A kind of difference, in words: what becomes of the outcome, if that differs, and of what else."""

    outcome: str
    others: tuple[str, ...]

    @property
    def words(self) -> str:
        """The kind in a line."""
        return "; ".join(part for part in (self.outcome, *self.others) if part)


def answer_of(decided: Decided) -> Answer:
    """Return the parts of a decision that an applicant or a lender would notice."""
    return dict(_parts(decided))


def differences(old: Answer, new: Answer) -> list[Difference]:
    """Return what differs, in the order of the parts."""
    names = [name for name in dict.fromkeys((*new, *old)) if old.get(name) != new.get(name)]
    if "outcome" in names:
        names = [name for name in names if name in _MAIN or (name in old and name in new)]
    return [Difference(name, _text(old, name), _text(new, name)) for name in names]


def kind_of(old: Answer, new: Answer) -> Kind:
    """Return of what kind the difference is. Amounts and rates count by whether they rise or fall."""
    parts = {difference.part for difference in differences(old, new)}
    if "outcome" in parts:
        became = f"{old['outcome'].text} becomes {new['outcome'].text}"
        return Kind(became, tuple(_reasons(old, new)))
    follows = {part for part in parts if _FOLLOWS.get(part) in parts}
    others = dict.fromkeys(_reasons(old, new))
    others |= dict.fromkeys(_words(part, old, new) for part in sorted(parts - follows - {"reasons"}))
    return Kind("", tuple(others) or ("reasons in another order",))


def _reasons(old: Answer, new: Answer) -> Iterator[str]:
    was, now = (answer["reasons"].text.split(", ") if answer["reasons"].text else [] for answer in (old, new))
    yield from (f"no longer {code}" for code in was if code not in now)
    yield from (f"now {code}" for code in now if code not in was)


def _words(part: str, old: Answer, new: Answer) -> str:
    was, now = old.get(part), new.get(part)
    name = part.partition(": ")[2] or part
    if was is None or now is None:
        return f"{name} is new" if was is None else f"{name} is gone"
    if was.number is not None and now.number is not None:
        return f"{name} is {'higher' if now.number > was.number else 'lower'}"
    return f"{name} {was.text} becomes {now.text}" if part == "grade" else f"another {name}"


def _text(answer: Answer, name: str) -> str:
    said = answer.get(name)
    return said.text if said else ""


def _parts(decided: Decided) -> Iterator[tuple[str, Said]]:
    decision = decided.decision
    yield "outcome", Said(Outcome(decision.outcome).name)
    yield "reasons", Said(", ".join(reason.code for reason in decision.reasons))
    if decision.grade:
        yield "grade", Said(decision.grade)
    if decision.verification.required:
        yield "proof asked for", Said(", ".join(decision.verification.required))
    for number, offer in enumerate(decision.offers, 1):
        prefix = f"offer {number}: " if len(decision.offers) > 1 else ""
        yield from ((f"{prefix}{name}", said) for name, said in _terms(offer))
    yield from _line_change(decision)
    yield from _counter_offer(decision)
    if decided.facts is not None:
        terms = decided.facts.facility.terms
        if terms.HasField("expected_loss"):
            loss = credit.amount_of(terms.expected_loss, credit.minor_unit_exponent(terms.currency))
            yield "expected loss", Said(f"{loss:,f} {terms.currency}", loss)
        if terms.user_group:
            yield "user group", Said(terms.user_group)


def _terms(offer: Offer) -> Iterator[tuple[str, Said]]:
    yield "credit limit", _money(offer.credit_limit)
    for name in ("annual_rate", "effective_annual_rate"):
        if offer.HasField(name):
            yield name.replace("_", " "), _number(Decimal(getattr(offer, name).value))
    for name in ("term_months", "grace_months"):
        if getattr(offer, name):
            yield name.replace("_", " "), _number(Decimal(getattr(offer, name)))
    yield "repayment method", Said(RepaymentMethod.Name(offer.repayment_method).removeprefix("REPAYMENT_METHOD_"))
    for fee in offer.fees:
        yield f"fee {fee.code}", _money(fee.amount)
    for share in offer.funding_shares:
        yield f"share of {share.funder}", _money(share.amount)
    for cover in offer.risk_shares:
        yield f"cover by {cover.guarantor}", _money(cover.amount)
    yield "end of the offer", Said(offer.expire_time.ToJsonString())


def _line_change(decision: Decision) -> Iterator[tuple[str, Said]]:
    if decision.HasField("line_change"):
        change = decision.line_change
        yield "line", Said(LineAction.Name(change.action).removeprefix("LINE_ACTION_"))
        yield "credit limit", _money(change.credit_limit)
        yield "annual rate", _number(Decimal(change.annual_rate.value or 0))
        yield "notice days", _number(Decimal(change.notice_days))


def _counter_offer(decision: Decision) -> Iterator[tuple[str, Said]]:
    if decision.HasField("counter_offer"):
        counter = decision.counter_offer
        yield "counter-offer", _money(counter.amount)
        yield "counter-offer months", _number(Decimal(counter.term_months))


def _money(money: object) -> Said:
    value = amount(money)
    return Said(f"{value:,f} {getattr(money, 'currency_code', '')}".rstrip(), value)


def _number(value: Decimal) -> Said:
    return Said(f"{value:f}", value)
