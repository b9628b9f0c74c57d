"""What a policy may read of the store: what the applicant owes already, and what the totals have come to."""

from underwriter.feel.types import NUMBER, STRING, ContextType, ListType, Type

EXPOSURE = "exposure"
FUNDERS, GUARANTEES, CONCENTRATIONS = "funders", "guarantees", "concentrations"
AMOUNTS = ("total", "reserved", "drawn", "undrawn")
"""What is told of an exposure, of all of it and of its parts: all, set aside, owed, and still to be drawn."""

TOTALS = {FUNDERS: "funder", GUARANTEES: "guarantor", CONCENTRATIONS: "name"}
"""The lists of totals, with the member that names each of their items."""

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
    **{
        total: ListType(item=ContextType(fields={member: STRING, "committed": NUMBER}))
        for total, member in TOTALS.items()
    },
}
"""The stored inputs by name. Amounts are in the policy's currency."""
