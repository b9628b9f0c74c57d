"""A policy as its files say it: every part with its place, nothing resolved or checked yet."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from zoneinfo import ZoneInfo

from underwriter.dmn.boxes.expressions import BoxedExpression
from underwriter.dmn.models.files import ModelFiles
from underwriter.feel.source import Source
from underwriter.feel.temporal import Date
from underwriter.feel.types import BOOLEAN, NUMBER, STRING, ListType, Type, join
from underwriter.feel.value_text import feel_text
from underwriter.policy.outcome import Outcome

Scalar = Decimal | str | bool
ParameterValue = Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class ParameterDefinition:
    """What a risk committee tunes: a value with its unit and what it means.

    `file_value` is what the files say, where another value was set.
    """

    name: Source
    value: ParameterValue
    unit: str = ""
    title: str = ""
    file_value: ParameterValue | None = None

    @property
    def type(self) -> Type:
        """The type of the value."""
        return type_of_value(self.value)

    @property
    def text(self) -> str:
        """The value as FEEL writes it."""
        return value_text(self.value)

    @property
    def file_text(self) -> str | None:
        """What the files say, as FEEL writes it, where another value was set."""
        return None if self.file_value is None else value_text(self.file_value)


@dataclass(frozen=True, slots=True)
class DatedParameter:
    """A parameter whose value changes with the days: values of one type by the first day of each, earliest first."""

    name: Source
    history: tuple[tuple[Date, Scalar], ...]
    unit: str = ""
    title: str = ""

    @property
    def type(self) -> Type:
        """The type of all its values."""
        return type_of_value(self.history[0][1])

    def at(self, day: Date) -> Scalar | None:
        """Return the value that holds on a day: that of the newest day not after it, None before the first."""
        place = bisect_right(self.history, day, key=lambda entry: entry[0])
        return self.history[place - 1][1] if place else None


@dataclass(frozen=True, slots=True)
class AttributeDefinition:
    """An open attribute of the application that the policy reads, and its type."""

    name: Source
    type: Type


@dataclass(frozen=True, slots=True)
class ModelDefinition:
    """A model that the policy runs, by the name that the rules give it, such as `default_risk: personal_default/1`."""

    name: Source
    model: Source


@dataclass(frozen=True, slots=True)
class RuleDefinition:
    """A rule: what it says when its condition is true, and when the condition can't be determined.

    `if_unknown` is the outcome of an undetermined condition; None lets it pass.
    """

    id: Source
    when: Source
    then: Outcome
    reason: Source
    if_unknown: Outcome | None
    ask_for: str
    explained_by: Source | None
    source: Source


@dataclass(frozen=True, slots=True)
class RulesLogic:
    """A decision that is a list of rules, all of which are evaluated."""

    rules: tuple[RuleDefinition, ...]


@dataclass(frozen=True, slots=True)
class Bin:
    """Points for the values that pass a test."""

    when: Source
    points: Decimal


@dataclass(frozen=True, slots=True)
class ScorecardAttribute:
    """A characteristic of a scorecard. Its points are those of the first bin that fits, or `missing` if it is null."""

    name: Source
    value: Source
    reason: Source
    missing: Decimal
    bins: tuple[Bin, ...]

    @property
    def best(self) -> Decimal:
        """The most points that the attribute can give."""
        return max(bin_.points for bin_ in self.bins)


@dataclass(frozen=True, slots=True)
class ScorecardLogic:
    """A decision that adds up points."""

    base: Decimal
    attributes: tuple[ScorecardAttribute, ...]


Logic = BoxedExpression | RulesLogic | ScorecardLogic
"""What a decision does: a boxed expression of DMN (a function is a business knowledge model), rules or a scorecard."""


def formulas_of(logic: RulesLogic | ScorecardLogic) -> Iterator[tuple[Source, bool]]:
    """Yield the formulas of rules or of a scorecard, each with whether it is a cell of unary tests."""
    if isinstance(logic, RulesLogic):
        yield from ((rule.when, False) for rule in logic.rules)
        return
    for attribute in logic.attributes:
        yield attribute.value, False
        yield from ((bin_.when, True) for bin_ in attribute.bins)


@dataclass(frozen=True, slots=True)
class DecisionDefinition:
    """A named decision."""

    name: Source
    logic: Logic


@dataclass(frozen=True, slots=True)
class OfferDefinition:
    """What is offered: an expression for each term of the offer, once or once for each item of a list."""

    each: tuple[Source, Source] | None
    terms: Mapping[str, Source]
    source: Source


@dataclass(frozen=True, slots=True)
class LineChangeDefinition:
    """What becomes of an open line: an expression for each term of the change."""

    terms: Mapping[str, Source]
    source: Source


@dataclass(frozen=True, slots=True)
class CounterOfferDefinition:
    """What is tried for an application that is declined: expressions for the bounds of each search, by their names."""

    bounds: Mapping[str, Source]
    source: Source


@dataclass(frozen=True, slots=True)
class OutcomeDefinition:
    """How the policy's answer is put together."""

    rules: tuple[Source, ...]
    grade: Source | None
    user_group: Source | None
    score: Source | None
    offer: OfferDefinition | None
    line_change: LineChangeDefinition | None
    counter_offer: CounterOfferDefinition | None
    caps: Mapping[str, Source]
    source: Source


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What of a policy's files could not be understood, so that the rest can be checked nevertheless.

    `names` are those of parameters, models and decisions; with `is_more`, parts of which not even the names are known
    are missing too, such as those of a file that is not there.
    """

    names: tuple[str, ...]
    is_more: bool


@dataclass(frozen=True, slots=True)
class PolicyDefinition:
    """A policy with all that its includes bring in; `included` are DMN models, `monitors` names of monitor files.

    `left_out` is what of it could not be understood, None of a policy that is whole: only that can be used.
    """

    id: Source
    title: Mapping[str, str]
    product: str
    lender: str
    currency: str
    time_zone: ZoneInfo
    parameters: tuple[ParameterDefinition, ...]
    dated_parameters: tuple[DatedParameter, ...]
    attributes: tuple[AttributeDefinition, ...]
    models: tuple[ModelDefinition, ...]
    decisions: tuple[DecisionDefinition, ...]
    outcome: OutcomeDefinition
    monitors: tuple[Source, ...]
    files: tuple[str, ...]
    included: tuple[ModelFiles, ...]
    left_out: LeftOut | None = None

    @property
    def overrides(self) -> dict[str, str]:
        """The values of the parameters that have others than the files say, as FEEL text by name."""
        return {known.name.text: known.text for known in self.parameters if known.file_value is not None}

    def rules(self) -> Iterator[tuple[str, RuleDefinition]]:
        """Yield every rule of the decisions that the outcome names, with its decision's name, in that order."""
        by_name = {decision.name.text: decision.logic for decision in self.decisions}
        for name in self.outcome.rules:
            logic = by_name.get(name.text)
            if isinstance(logic, RulesLogic):
                yield from ((name.text, rule) for rule in logic.rules)


def value_text(value: ParameterValue) -> str:
    """Return a parameter's value as FEEL writes it."""
    return feel_text(list(value) if isinstance(value, tuple) else value)


def type_of_value(value: ParameterValue) -> Type:
    """Return the FEEL type of a parameter's value."""
    if isinstance(value, tuple):
        return ListType(item=reduce(join, map(type_of_value, value))) if value else ListType()
    if isinstance(value, bool):
        return BOOLEAN
    return STRING if isinstance(value, str) else NUMBER
