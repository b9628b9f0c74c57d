"""What a policy may read of the store: what the applicant owes already, and what each funder has committed."""

from underwriter.feel.types import NUMBER, STRING, ContextType, ListType, Type

EXPOSURE, FUNDERS = "exposure", "funders"
AMOUNTS = ("total", "reserved", "drawn", "undrawn")
"""What is told of an exposure, of all of it and of its parts: all, set aside, owed, and still to be drawn."""

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
    FUNDERS: ListType(item=ContextType(fields={"funder": STRING, "committed": NUMBER})),
}
"""The stored inputs by name. Amounts are in the policy's currency."""
