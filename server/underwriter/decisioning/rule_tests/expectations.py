"""Compares what a test expects with what was decided."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from underwriter.decisioning.requests import field_values
from underwriter.feel import feel_text
from underwriter.policy import Outcome
from underwriter.v1.application_pb2 import RepaymentMethod
from underwriter.v1.decision_pb2 import Decision, LineAction, Offer

KNOWN = (
    "outcome",
    "grade",
    "reasons",
    "verification",
    "score.points",
    "offers",
    "offer.TERM",
    "offers.N.TERM",
    "line_change.TERM",
    "counter_offer",
    "decisions.NAME",
)
_OFFER_RATES = ("annual_rate", "effective_annual_rate")
_OFFER_MONTHS = ("term_months", "grace_months")
TERMS = ("credit_limit", *_OFFER_RATES, *_OFFER_MONTHS, "repayment_method", "fee_rate", "funding", "risk_shares")
CHANGE_TERMS = ("action", "credit_limit", "annual_rate", "notice_days", "effective_date")


@dataclass(frozen=True, slots=True)
class Expected:
    """What a test expects, by key.

    Keys: `outcome`, `grade`, `reasons` (codes, most important first), `verification`, `offers` (how many),
    `offer.TERM` (of the first offer), `offers.N.TERM` (of the Nth, from 1), `score.points`, `decisions.NAME`. The
    terms `funding` and `risk_shares` are mappings from funders and from guarantors to amounts. Besides:
    `line_change.TERM`, and `counter_offer`, which is `none` or a mapping of `amount` and `term_months`.
    """

    values: Mapping[str, object]


def mismatches(expected: Expected, decision: Decision, decisions: Mapping[str, object]) -> Iterator[str]:
    """Yield a line for each expectation that does not hold."""
    for key, wanted in expected.values.items():
        try:
            found = _found(key, decision, decisions)
        except KeyError as error:
            yield f"{key}: {error.args[0]}"
            continue
        if not _is_same(wanted, found):
            yield f"{key}: expected {_shown(wanted)}, found {_shown(found)}"


def _found(key: str, decision: Decision, decisions: Mapping[str, object]) -> object:
    head, _, rest = key.partition(".")
    match head, rest:
        case "outcome", "":
            return Outcome(decision.outcome).name
        case "grade", "":
            return decision.grade or None
        case "reasons", "":
            return [reason.code for reason in decision.reasons]
        case "verification", "":
            return list(decision.verification.required)
        case "offers", "":
            return Decimal(len(decision.offers))
        case "score", "points":
            return Decimal(decision.score.points)
        case "offer", term:
            return _term(decision, 0, term)
        case "offers", place:
            number, _, term = place.partition(".")
            if number.isdecimal() and int(number) > 0:
                return _term(decision, int(number) - 1, term)
        case "line_change", term:
            return _change_term(decision, term)
        case "counter_offer", "":
            return _counter_offer(decision)
        case "decisions", name:
            return _value(decisions, name)
    raise KeyError(f"unknown expectation; known: {', '.join(KNOWN)}")


def _term(decision: Decision, index: int, term: str) -> object:
    if index >= len(decision.offers):
        raise KeyError(f"there is no such offer; offers: {len(decision.offers)}")
    offer = decision.offers[index]
    if term == "credit_limit":
        return field_values.amount(offer.credit_limit)
    if term == "funding":
        return {share.funder: field_values.amount(share.amount) for share in offer.funding_shares}
    if term == "risk_shares":
        return {share.guarantor: field_values.amount(share.amount) for share in offer.risk_shares}
    if term in _OFFER_RATES:
        return Decimal(getattr(offer, term).value)
    if term in _OFFER_MONTHS:
        return Decimal(getattr(offer, term))
    if term == "repayment_method":
        return RepaymentMethod.Name(offer.repayment_method).removeprefix("REPAYMENT_METHOD_")
    if term == "fee_rate":
        return _fee_rate(offer)
    raise KeyError(f"unknown term of an offer; known: {', '.join(TERMS)}")


def _change_term(decision: Decision, term: str) -> object:
    if not decision.HasField("line_change"):
        raise KeyError("the line is not changed")
    change = decision.line_change
    match term:
        case "action":
            return LineAction.Name(change.action).removeprefix("LINE_ACTION_")
        case "credit_limit":
            return field_values.amount(change.credit_limit)
        case "annual_rate":
            return Decimal(change.annual_rate.value)
        case "notice_days":
            return Decimal(change.notice_days)
        case "effective_date":
            return f"{change.effective_date.year:04}-{change.effective_date.month:02}-{change.effective_date.day:02}"
    raise KeyError(f"unknown term of a line's change; known: {', '.join(CHANGE_TERMS)}")


def _counter_offer(decision: Decision) -> object:
    if not decision.HasField("counter_offer"):
        return "none"
    counter = decision.counter_offer
    return {"amount": field_values.amount(counter.amount), "term_months": Decimal(counter.term_months)}


def _fee_rate(offer: Offer) -> Decimal:
    return sum((Decimal(fee.rate.value) for fee in offer.fees), Decimal(0))


def _value(decisions: Mapping[str, object], name: str) -> object:
    value: object = decisions
    for part in name.split("."):
        if not isinstance(value, Mapping) or part not in value:
            raise KeyError(f"'{name}' was not computed; computed: {', '.join(decisions)}")
        value = value[part]
    return value


def _is_same(wanted: object, found: object) -> bool:
    if isinstance(wanted, list) and isinstance(found, list):
        return len(wanted) == len(found) and all(map(_is_same, wanted, found))
    if isinstance(wanted, dict) and isinstance(found, dict):
        return wanted.keys() == found.keys() and all(_is_same(wanted[key], found[key]) for key in wanted)
    if isinstance(wanted, str) and isinstance(found, Decimal):
        return _amount(wanted) == found
    if isinstance(wanted, str) and not isinstance(found, str):
        return found is not None and wanted == feel_text(found)
    return type(wanted) is type(found) and wanted == found


def _amount(text: str) -> Decimal | None:
    """Return the amount of a text such as `20000 CNY`."""
    try:
        return Decimal(text.split()[0])
    except (InvalidOperation, IndexError):
        return None


def _shown(value: object) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    return value if isinstance(value, str) else feel_text(value)
