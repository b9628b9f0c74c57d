"""Hit policies of decision tables (DMN 1.5, 8.2.10): what a table answers when several rows match."""

from dataclasses import dataclass
from enum import StrEnum


class HitPolicy(StrEnum):
    """How a table chooses among the rows that match."""

    UNIQUE = "unique"
    ANY = "any"
    FIRST = "first"
    PRIORITY = "priority"
    RULE_ORDER = "rule order"
    OUTPUT_ORDER = "output order"
    COLLECT = "collect"

    @property
    def is_multiple(self) -> bool:
        """Whether a table with this policy answers with all rows that match instead of one."""
        return self in (HitPolicy.RULE_ORDER, HitPolicy.OUTPUT_ORDER, HitPolicy.COLLECT)

    @property
    def is_by_output(self) -> bool:
        """Whether the order of the output's allowed values decides."""
        return self in (HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER)


class Aggregation(StrEnum):
    """What a collect table makes of the values that it collects."""

    LIST = "list"
    SUM = "sum"
    MIN = "min"
    MAX = "max"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class HitRule:
    """A hit policy, and for collect how the values are aggregated."""

    policy: HitPolicy
    aggregation: Aggregation = Aggregation.LIST


# Also the one-letter forms of DMN diagrams, since authors know them from there.
HIT_RULES: dict[str, HitRule] = {
    **{policy.value: HitRule(policy) for policy in HitPolicy},
    **{f"collect {aggregation.value}": HitRule(HitPolicy.COLLECT, aggregation) for aggregation in Aggregation},
    "U": HitRule(HitPolicy.UNIQUE),
    "A": HitRule(HitPolicy.ANY),
    "F": HitRule(HitPolicy.FIRST),
    "P": HitRule(HitPolicy.PRIORITY),
    "R": HitRule(HitPolicy.RULE_ORDER),
    "O": HitRule(HitPolicy.OUTPUT_ORDER),
    "C": HitRule(HitPolicy.COLLECT),
    "C+": HitRule(HitPolicy.COLLECT, Aggregation.SUM),
    "C<": HitRule(HitPolicy.COLLECT, Aggregation.MIN),
    "C>": HitRule(HitPolicy.COLLECT, Aggregation.MAX),
    "C#": HitRule(HitPolicy.COLLECT, Aggregation.COUNT),
}
