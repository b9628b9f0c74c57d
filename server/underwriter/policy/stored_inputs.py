"""What a policy may read of the store: what the applicant owes, what is known of the account, what totals came to."""

from underwriter.feel.types import BOOLEAN, NUMBER, STRING, ChoiceType, ContextType, ListType, Type
from underwriter.policy.inputs import choices
from underwriter.v1.account_pb2 import AccountFigures, AlertEffect, AlertSeverity

EXPOSURE = "exposure"
FUNDERS, GUARANTEES, CONCENTRATIONS = "funders", "guarantees", "concentrations"
AMOUNTS = ("total", "reserved", "drawn", "undrawn")
"""What is told of an exposure, of all of it and of its parts: all, set aside, owed, and still to be drawn."""

TOTALS = {FUNDERS: "funder", GUARANTEES: "guarantor", CONCENTRATIONS: "name"}
"""The lists of totals, with the member that names each of their items."""

ACCOUNT, ALERTS = "account", "alerts"
WARNING_GRADE = "warning_grade"
FIGURES = tuple(field.name for field in AccountFigures.DESCRIPTOR.fields if field.name != "currency")
"""The figures of an account, by the names of their fields in the API. All of them are numbers."""

ALERT_EFFECTS = {effect.lower(): number for number, effect in choices(AlertEffect.DESCRIPTOR).items()}
"""The effects of alerts, by the names under which `alerts` tells whether one is in force."""

_AMOUNT_TYPES: dict[str, Type] = dict.fromkeys(AMOUNTS, NUMBER)

STORED_INPUTS: dict[str, Type] = {
    EXPOSURE: ContextType(
        fields={
            **_AMOUNT_TYPES,
            "lenders_12m": NUMBER,
            "by_lender": ListType(item=ContextType(fields={"lender": STRING, **_AMOUNT_TYPES})),
            "by_product": ListType(item=ContextType(fields={"product": STRING, **_AMOUNT_TYPES})),
        }
    ),
    ACCOUNT: ContextType(fields={**dict.fromkeys(FIGURES, NUMBER), WARNING_GRADE: STRING}),
    ALERTS: ContextType(
        fields={
            "open": ListType(
                item=ContextType(
                    fields={
                        "code": STRING,
                        "severity": ChoiceType(values=tuple(choices(AlertSeverity.DESCRIPTOR).values())),
                        "effect": ChoiceType(values=tuple(choices(AlertEffect.DESCRIPTOR).values())),
                        "monitor": STRING,
                        "rule": STRING,
                    }
                )
            ),
            "codes": ListType(item=STRING),
            **dict.fromkeys(ALERT_EFFECTS, BOOLEAN),
        }
    ),
    **{
        total: ListType(item=ContextType(fields={member: STRING, "committed": NUMBER}))
        for total, member in TOTALS.items()
    },
}
"""The stored inputs by name. Amounts are in the policy's currency."""
