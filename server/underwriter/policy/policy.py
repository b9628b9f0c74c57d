"""A policy that is ready to decide: checked, compiled, and named by the hash of all that it is made of."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, getcontext, localcontext, setcontext
from functools import cached_property
from types import MappingProxyType
from zoneinfo import ZoneInfo

from underwriter.feel import FEEL_CONTEXT, EvaluationWarning
from underwriter.feel.source import Source
from underwriter.feel.types import Type
from underwriter.policy.checked import CheckedPolicy, Path
from underwriter.policy.compiler import CompiledPolicy, rules_in_order
from underwriter.policy.definitions import RuleDefinition, ScorecardLogic
from underwriter.policy.evaluation import CounterOfferBounds, Evaluation, ModelOutput
from underwriter.policy.reason_catalogue import ReasonEntry
from underwriter.policy.rule_files import RuleFiles
from underwriter.policy.trace import Trace

CallModel = Callable[[Sequence[Decimal | None]], ModelOutput]


@dataclass(frozen=True, eq=False)
class Policy:
    """A policy. Immutable: a change of any rule, parameter, reason or model is another policy with another version."""

    checked: CheckedPolicy
    compiled: CompiledPolicy
    reasons: Mapping[str, ReasonEntry]
    files: RuleFiles
    path: str
    version: str
    rules: tuple[tuple[str, RuleDefinition], ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rules", tuple(rules_in_order(self.checked)))

    @cached_property
    def id(self) -> str:
        """The id, in kebab-case, such as `personal-credit`."""
        return self.checked.definition.id.text

    @cached_property
    def product(self) -> str:
        """The product that it decides on."""
        return self.checked.definition.product

    @cached_property
    def currency(self) -> str:
        """The currency of all its money, ISO 4217."""
        return self.checked.definition.currency

    @cached_property
    def time_zone(self) -> ZoneInfo:
        """The time zone that `today` is taken in."""
        return self.checked.definition.time_zone

    @cached_property
    def reads(self) -> tuple[Path, ...]:
        """The input paths that it reads, in the order in which `evaluate` takes their values."""
        return self.compiled.reads

    @cached_property
    def attributes(self) -> dict[str, Type]:
        """The open attributes of an application that it knows, with their types."""
        return {attribute.name.text: attribute.type for attribute in self.checked.definition.attributes}

    @cached_property
    def overrides(self) -> dict[str, str]:
        """The values of the parameters that have others than its files say, as FEEL text by name."""
        return self.checked.definition.overrides

    @cached_property
    def inputs_of_rules(self) -> tuple[frozenset[Path], ...]:
        """The input paths that each rule's condition reads, itself or through decisions, in the order of `rules`."""
        return tuple(frozenset(self.inputs_of_formula(rule.when)) for _, rule in self.rules)

    @cached_property
    def makes_counter_offers(self) -> bool:
        """Whether it lets be told what would be approved for an application that is declined."""
        return self.compiled.counter_offer_bounds is not None

    def evaluate(
        self, inputs: Sequence[object], models: Sequence[CallModel], warnings: list[EvaluationWarning]
    ) -> Evaluation:
        """Evaluate on bound inputs. Pure but for the models; warnings are appended where FEEL gave null by an error."""
        outside = getcontext()
        setcontext(FEEL_CONTEXT)  # a `localcontext` copies it first, which takes longer than many a rule
        try:
            return Evaluation._make(self.compiled.evaluate(inputs, models, warnings))
        finally:
            setcontext(outside)

    def evaluate_traced(
        self, inputs: Sequence[object], models: Sequence[CallModel], warnings: list[EvaluationWarning], trace: Trace
    ) -> Evaluation:
        """Evaluate the same and record every step."""
        with localcontext(FEEL_CONTEXT):
            return Evaluation._make(self.compiled.evaluate_traced(inputs, models, warnings, trace))

    def counter_offer_bounds(self, inputs: Sequence[object], models: Sequence[CallModel]) -> CounterOfferBounds:
        """Return between what a counter-offer is looked for: nothing but None where the policy makes none."""
        if self.compiled.counter_offer_bounds is None:
            return CounterOfferBounds(None, None, None, None)
        with localcontext(FEEL_CONTEXT):
            return CounterOfferBounds._make(self.compiled.counter_offer_bounds(inputs, models, []))

    def inputs_of(self, name: str) -> set[Path]:
        """Return the input paths that a decision reads, itself or through others."""
        return self.checked.inputs_of([name])

    def inputs_of_formula(self, source: Source) -> set[Path]:
        """Return the input paths that one formula reads, itself or through decisions."""
        return self.checked.inputs_of_formula(source)

    def owner_of_branch(self, number: int) -> str:
        """Return the decision in which an `if` stands, by its number; empty for one of the outcome."""
        return self._branch_owners[number]

    @cached_property
    def _branch_owners(self) -> list[str]:
        owners = {text.source.location(0): name for name, texts in self.checked.texts.items() for text in texts}
        return [owners.get(place.source.location(0), "") for place in self.compiled.branches]

    def scorecard(self, name: str) -> ScorecardLogic | None:
        """Return a scorecard by its name, None if the name is another thing's."""
        logic = self.checked.decisions[name].logic if name in self.checked.decisions else None
        return logic if isinstance(logic, ScorecardLogic) else None


def policy_content(
    files: RuleFiles, path: str, models: Mapping[str, str], overrides: Mapping[str, str] = MappingProxyType({})
) -> bytes:
    """Return all that a policy is made of: files, models by name with their versions, values that were set."""
    content = {"policy": path, "files": dict(files.texts), "models": dict(models)}
    if overrides:
        content["parameters"] = dict(overrides)
    return json.dumps(content, ensure_ascii=False, sort_keys=True).encode()


def content_version(content: bytes) -> str:
    """Return what names a policy that is made of that content: its SHA-256, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
