"""Tests beside policies: what is given, and what may be expected."""

import re
from collections.abc import Mapping

from underwriter.decisioning.rule_tests.expectations import CHANGE_TERMS, KNOWN, TERMS
from underwriter.decisioning.rule_tests.files import PARAMETERS
from underwriter.editor.grammar.messages import message_keys
from underwriter.editor.grammar.policy_files import REASON
from underwriter.editor.grammar.values import (
    PLAIN,
    Anything,
    Either,
    Items,
    Keys,
    Named,
    Nothing,
    Number,
    Truth,
    Value,
    choice,
)
from underwriter.feel.types import BOOLEAN, NUMBER, ChoiceType, ContextType, ListType, Type
from underwriter.policy import shapes
from underwriter.policy.outcome import Outcome
from underwriter.policy.shapes import Shape
from underwriter.policy.stored_inputs import STORED_INPUTS
from underwriter.v1.account_pb2 import AccountFigures
from underwriter.v1.application_pb2 import Application
from underwriter.v1.comments import COMMENTS

_FIGURES = {field.name: COMMENTS.get(field.full_name, "") for field in AccountFigures.DESCRIPTOR.fields}
STORED_COMMENTS: Mapping[str, str] = {
    "exposure": "what the applicant owes already, to all lenders of ours",
    "account": "figures from the account's events, and its grade of early warning",
    "alerts": "the alerts that are in force on the account",
    "funders": "what each funder has committed",
    "guarantees": "what each guarantor answers for",
    "concentrations": "what each concentration has come to",
}
_TERM = {"offer": TERMS, "offers": TERMS, "line_change": CHANGE_TERMS}


def _stored(name: str, type_: Type) -> Value:
    """Return a stored input as tests write it, by its type in the rules."""
    match type_:
        case ContextType():
            members = {member: Either((_stored(member, one), Nothing())) for member, one in type_.fields.items()}
            return Keys(Shape(name, {}, {member: _FIGURES.get(member, "") for member in members}), members)
        case ListType():
            return Items(_stored(name, type_.item))
        case ChoiceType():
            return choice(*map(str, type_.values))
    scalars: Mapping[Type, Value] = {NUMBER: Either((Number(), PLAIN)), BOOLEAN: Truth()}
    return scalars.get(type_, PLAIN)


def _given() -> Keys:
    """Return what may be given: fields of the application, what is stored, and dated parameters."""
    application = message_keys(Application.DESCRIPTOR)
    stored = {name: Either((_stored(name, type_), Nothing())) for name, type_ in STORED_INPUTS.items()}
    lines = {**application.shape.optional, **STORED_COMMENTS, PARAMETERS: "dated parameters, whatever their history"}
    return Keys(
        Shape("given", {}, lines),
        {**application.values, **stored, "alerts": Anything(), PARAMETERS: Named(Anything())},
    )


def _expected() -> Keys:
    """Return what may be expected, by the keys that the tests' runner knows."""
    keys: dict[str, str] = {}
    patterns: dict[str, Value] = {}
    for known in KNOWN:
        head, _, rest = known.partition(".")
        if "N" in rest.split("."):
            patterns[rf"{head}\.[1-9][0-9]*\.({'|'.join(map(re.escape, _TERM[head]))})"] = Anything()
        elif rest == "TERM":
            keys |= {f"{head}.{term}": "" for term in _TERM[head]}
        elif rest == "NAME":
            patterns[rf"{head}\..+"] = Anything()
        else:
            keys[known] = ""
    values: dict[str, Value] = {
        **dict.fromkeys(keys, Anything()),
        "outcome": choice(*(outcome.name for outcome in Outcome)),
        "reasons": Items(REASON),
        "verification": Items(PLAIN),
        "score.points": Number(),
        "offers": Number(minimum=0, is_whole=True),
    }
    return Keys(Shape("expect", {}, keys), values, patterns)


GIVEN = _given()
EXPECTED = _expected()
_MODEL = Keys(shapes.TEST_MODEL, dict.fromkeys(shapes.TEST_MODEL.keys, Number()))
_PARTS: dict[str, Value] = {
    "given": Either((GIVEN, Nothing())),
    "models": Either((Named(Either((_MODEL, Nothing()))), Nothing())),
    "expect": Either((EXPECTED, Nothing())),
}
POLICY_TESTS = Keys(
    shapes.TEST_FILE,
    {"defaults": Keys(shapes.TEST_DEFAULTS, _PARTS), "tests": Items(Keys(shapes.TEST, _PARTS))},
)
