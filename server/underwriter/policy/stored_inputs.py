"""What a policy may read of the store: what the applicant owes, what is known of the account, what totals came to."""

from underwriter.feel.types import BOOLEAN, NUMBER, STRING, ChoiceType, ContextType, ListType, Type

EXPOSURE = "exposure"
FUNDERS, GUARANTEES, CONCENTRATIONS = "funders", "guarantees", "concentrations"
AMOUNTS = ("total", "reserved", "drawn", "undrawn")
"""What is told of an exposure, of all of it and of its parts: all, set aside, owed, and still to be drawn."""

TOTALS = {FUNDERS: "funder", GUARANTEES: "guarantor", CONCENTRATIONS: "name"}
"""The lists of totals, with the member that names each of their items."""

ACCOUNT, ALERTS = "account", "alerts"
WARNING_GRADE = "warning_grade"
FIGURES = (
    "on_time_months",
    "worst_days_late_12m",
    "missed_12m",
    "inquiries_7d",
    "inquiries_30d",
    "inquiring_lenders_7d",
    "applications_7d",
    "drawdowns_24h",
    "drawn_24h",
    "login_failures_24h",
    "devices_added_30d",
    "outstanding",
    "credit_limit",
    "utilisation",
    "turnover_change",
)
"""The figures of an account, by the names of their fields in the API. All of them are numbers."""

SEVERITIES = ("LOW", "MEDIUM", "HIGH", "CRITICAL")
EFFECTS = ("VERIFY", "SUSPEND", "WARN", "REVIEW")
"""The effects of alerts. Under the same names in lower case `alerts` tells whether one is in force."""

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
                        "severity": ChoiceType(values=SEVERITIES),
                        "effect": ChoiceType(values=EFFECTS),
                        "monitor": STRING,
                        "rule": STRING,
                    }
                )
            ),
            "codes": ListType(item=STRING),
            **dict.fromkeys(map(str.lower, EFFECTS), BOOLEAN),
        }
    ),
    **{
        total: ListType(item=ContextType(fields={member: STRING, "committed": NUMBER}))
        for total, member in TOTALS.items()
    },
}
"""The stored inputs by name. Amounts are in the policy's currency."""
