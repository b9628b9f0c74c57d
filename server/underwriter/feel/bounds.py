"""How much work one expression may do. Past a bound the result is null, with a warning."""

MAXIMUM_ITEMS = 100_000
"""The longest list that an expression may make, and the most rounds of one `for`, `some` or `every`."""

MAXIMUM_TEXT = 100_000
"""The longest string that an expression may make, in characters."""
