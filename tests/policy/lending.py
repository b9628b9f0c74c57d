"""A lending policy that includes a model with an import, and how to load variants of it."""

import pytest

from underwriter.policy import RulesRefused, load_policy

from .dmn_files import decision, definitions, given, imported, item, knowledge, service, table
from .surroundings import HEAD, PASSING, SURROUNDINGS, files_of

STRESS = decision("Stress Rate", "0.24")
MONTHLY = knowledge("monthly", ["sum", "rate", "months"], "sum * (1 + rate) / months")
UNBOUND = (decision("Never Read", "unbound + 1", "input unbound"), given("unbound"))
RATES = definitions("urn:rates", STRESS, MONTHLY, *UNBOUND)
PARTS = (
    imported("rates", "urn:rates"),
    item("tAge", "number", "[0..120]"),
    item("tApplicant", age="tAge", monthly_income="number"),
    given("applicant", "tApplicant"),
    given("request"),
    given("Risk Factor", "number"),
    given("max_share", "number"),
    decision(
        "Monthly Payment",
        "rates.monthly(request.amount, rates.Stress Rate, request.term_months) * Risk Factor",
        "input request",
        "input Risk Factor",
        "decision urn:rates#Stress Rate",
        "knowledge urn:rates#monthly",
    ),
    decision(
        "Share Of Income",
        "Monthly Payment / applicant.monthly_income",
        "input applicant",
        "decision Monthly Payment",
    ),
    decision(
        "Grade",
        table(
            "UNIQUE",
            ["applicant.age", "Share Of Income"],
            ["letter", "is affordable"],
            (["< 25", "<= max_share"], ['"B"', "true"]),
            ([">= 25", "<= max_share"], ['"A"', "true"]),
            (["-", "> max_share"], ['"C"', "false"]),
        ),
        "input applicant",
        "input max_share",
        "decision Share Of Income",
    ),
    decision("Year", "now().year"),
    service("Twice", ["Doubled"], ["request"]),
    decision("Doubled", "request.amount * 2", "input request"),
)
POLICY = f"""{HEAD}include: [lending.dmn]
parameters:
  max_share: {{value: 0.5}}
decisions:
  Risk Factor: {{expression: 'if bureau.found then 1 else 2'}}
  checks:
    rules:
      - {{id: C1, when: not(Grade.is affordable), then: decline, reason: R}}
outcome:
  rules: [checks]
"""


def model(*parts):
    return definitions("urn:lending", *(parts or PARTS))


def refused(policy, **files):
    """The findings on a policy, each as `file:line code: message`."""
    with pytest.raises(RulesRefused) as caught:
        loaded(policy, **files)
    found = [(d.source.name, d.position.line, d) for d in caught.value.diagnostics]
    return [f"{name}:{line + 1} {d.code}: {d.message}" for name, line, d in found]


def loaded(policy=POLICY, lending=None, rates=RATES, **others):
    texts = {"lending.dmn": lending or model(), "rates.dmn": rates, **others}
    return load_policy(files_of(policy).with_files(texts), "policy.yaml", SURROUNDINGS)


def including(decisions, *parts, head="", outcome="rules: [passing]"):
    """A policy that includes a model of these parts."""
    policy = f"{HEAD}include: [lending.dmn]\n{head}decisions:\n{PASSING}{decisions}outcome:\n  {outcome}\n"
    return policy, definitions("urn:lending", *parts)


GIVEN = {
    "applicant__age": 30,
    "applicant__monthly_income": 1000,
    "request__amount": 1200,
    "request__term_months": 12,
    "bureau__found": True,
}
