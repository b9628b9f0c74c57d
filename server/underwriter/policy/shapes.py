"""What may stand in a rule file: the keys of every mapping, which of them must be there, and what they mean."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shape:
    """The keys of one kind of mapping, with a line on each."""

    what: str
    required: Mapping[str, str]
    optional: Mapping[str, str]

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys, the required ones first."""
        return (*self.required, *self.optional)


_PARTS = {
    "include": "files whose parts belong to this policy too",
    "parameters": "what a risk committee tunes",
    "attributes": "open attributes of the application that the rules read, with their types",
    "models": "models that the rules use, such as default_risk: personal_default/1",
    "decisions": "named decisions",
}
POLICY = Shape(
    "policy",
    {
        "policy": "the policy's id, in kebab-case",
        "title": "its title, by language",
        "product": "the product that it decides on",
        "outcome": "how the answer is put together",
    },
    {
        "lender": "who lends where no offer says who funds it, own if not said",
        "currency": "the currency of all money, CNY if not said",
        "time zone": "the IANA time zone that today is taken in, Asia/Shanghai if not said",
        "monitors": "monitors that look at an application before it is decided on",
        **_PARTS,
    },
)
PART = Shape("included file", {}, _PARTS)
PARAMETER = Shape(
    "parameter",
    {},
    {
        "value": "its value",
        "history": "its value by the first day of each, such as history: {2026-01-01: 0.03, 2026-07-01: 0.0295}",
        "unit": "its unit",
        "title": "what it means",
    },
)
DECISION = Shape(
    "decision",
    {},
    {
        "expression": "one FEEL expression",
        "rules": "rules, all of which are evaluated",
        "table": "a decision table",
        "scorecard": "points by attribute",
        "context": "named steps",
        "function": "a function that other decisions call",
        "title": "what it means",
    },
)
RULE = Shape(
    "rule",
    {
        "id": "a short id, unique in the policy",
        "when": "the condition, in FEEL",
        "then": "decline, verify, refer or approve",
        "reason": "a reason code of the catalogue",
    },
    {
        "title": "what it means",
        "if unknown": "what an undetermined condition means: refer (if not said), decline, verify or pass",
        "ask for": "what is asked of the applicant, for verify",
        "explained by": "a model or scorecard whose own reasons follow this one",
    },
)
TABLE = Shape(
    "table",
    {"hit policy": "unique, any, first, priority, rule order, output order or collect", "rows": "the grid"},
    {
        "output values": "the allowed values of outputs, in order of priority",
        "default": "the outputs if no row matches",
    },
)
SCORECARD = Shape("scorecard", {"attributes": "what points are given for"}, {"base": "points to start from"})
SCORECARD_ATTRIBUTE = Shape(
    "attribute",
    {
        "name": "its name",
        "value": "the value that the bins test, in FEEL",
        "reason": "the reason code if it costs points",
        "missing": "points if the value is null",
        "bins": "points by value",
    },
    {},
)
BIN = Shape("bin", {"when": "unary tests on the value", "points": "points if they pass"}, {})
FUNCTION = Shape("function", {"parameters": "names and types", "expression": "the body, in FEEL"}, {})
OUTCOME = Shape(
    "outcome",
    {"rules": "the decisions whose rules decide"},
    {
        "grade": "the risk grade",
        "user_group": "the group of users that totals of lending are told by",
        "score": "the model whose score is shown",
        "offer": "what is offered",
        "line_change": "what becomes of an open line, for a policy that reviews lines and offers nothing",
        "counter_offer": "what is tried for an application that is declined",
        "caps": "limits that no offer may pass",
    },
)
OFFER = Shape(
    "offer",
    {"credit_limit": "the most that may be owed", "annual_rate": "the nominal rate of a year, as a fraction"},
    {
        "each": "one offer for each item of a list, such as each: {term: terms}",
        "term_months": "the term in months",
        "repayment_method": "how it is repaid, in equal instalments (ANNUITY) if not said",
        "principal": "the amount that the instalments are for",
        "fee_rate": "a fee on the principal over the whole term, as a fraction",
        "valid_days": "days that the offer stands",
        "funding": "who lends which part: a list of {funder, share, cap}",
        "cover": "who else bears losses: a list of {guarantor, coverage, retained_loss, annual_price, cap}",
        "concentrations": "totals that the loan counts towards: a list of {name, share, cap}",
        "grace_months": "months at the start in which no principal is repaid, none if not said",
        "expected_loss": "the loss expected on the whole amount",
    },
)
LINE_CHANGE = Shape(
    "line change",
    {
        "action": "KEEP, RAISE, LOWER, REPRICE or FREEZE",
        "credit_limit": "the limit from then on",
        "annual_rate": "the nominal rate of a year from then on, as a fraction",
        "notice_days": "days before it takes effect on which the customer is told",
    },
    {},
)
COUNTER_OFFER = Shape(
    "counter-offer",
    {},
    {
        "amount": "amounts below the one asked for, largest first: {least, step}",
        "term_months": "terms, longest first, if no amount will do: {least, most}",
    },
)
COUNTER_AMOUNT = Shape("amount", {"least": "the least amount", "step": "how far amounts are apart"}, {})
COUNTER_TERM = Shape("term_months", {"most": "the longest term"}, {"least": "the shortest term, 1 if not said"})
CAPS = Shape(
    "caps",
    {},
    {"effective_annual_rate": "the highest yearly cost with all fees", "credit_limit": "the highest limit"},
)
CATALOGUE = Shape("catalogue of reasons", {"reasons": "the reasons by their codes"}, {})
REASON = Shape(
    "reason",
    {"en": "the text in English", "zh": "the text in Chinese", "adverse": "whether it speaks against the applicant"},
    {"help": "what the applicant could do, by language"},
)
TEXTS = Shape("text by language", {"en": "English", "zh": "Chinese"}, {})
_TEST_PARTS = {
    "given": "fields of the application, what is stored, and dated parameters",
    "models": "what models say, such as default_risk: {probability: 0.004}; the real model runs where nothing is said",
    "now": "the time of the decision",
}
TEST_FILE = Shape("test file", {"tests": "the tests"}, {"defaults": "what every test of the file starts from"})
TEST_DEFAULTS = Shape("test defaults", {}, {**_TEST_PARTS, "expect": "what must come out of every test"})
TEST = Shape("test", {"name": "what it shows", "expect": "what must come out"}, _TEST_PARTS)
TEST_MODEL = Shape(
    "model's answer",
    {},
    {"probability": "of default", "score": "points", "missing": "how many features were missing"},
)
