"""jdmn-python-runtime: the library that code made by jDMN's Java translator calls, here called by hand.

A rule is tested and collected as translated tables do it, with the constants made once instead of at each evaluation.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from jdmn.runtime.annotation.HitPolicy import HitPolicy
from jdmn.runtime.DefaultDMNBaseDecision import DefaultDMNBaseDecision
from jdmn.runtime.RuleOutput import RuleOutput
from jdmn.runtime.RuleOutputList import RuleOutputList
from serving import Loaded, case_inputs, in_decimals, serve

Inputs = Mapping[str, Any]


class LimitOutput(RuleOutput):  # type: ignore[misc]  # the library has no types
    """What one rule gives."""

    def __init__(self, *, is_matched: bool, amount: Decimal) -> None:
        super().__init__(is_matched)
        self.amount = amount


class Limit:
    """The decision table of limits."""

    def __init__(self, rules: list[dict[str, Any]]) -> None:
        self._feel = DefaultDMNBaseDecision()
        self._rules = rules

    def apply(self, inputs: Inputs) -> Any:
        """Return the amount of the one rule that matches."""
        outputs = RuleOutputList()
        for rule in self._rules:
            outputs.add(LimitOutput(is_matched=self._matches(rule, inputs), amount=rule["amount"]))
        found = outputs.applySingle(HitPolicy.UNIQUE)
        return None if found is None else found.amount

    def _matches(self, rule: Mapping[str, Any], inputs: Inputs) -> bool:
        feel, income, score = self._feel, inputs["income"], inputs["score"]
        is_in_band = feel.booleanAnd(
            feel.numericGreaterEqualThan(income, rule["lowest"]), feel.numericLessThan(income, rule["below"])
        )
        is_good_score = (
            feel.numericGreaterEqualThan(score, rule["least"])
            if rule["least"]
            else feel.numericLessThan(score, rule["most"])
        )
        return bool(feel.booleanAnd(is_in_band, feel.stringEqual(inputs["segment"], rule["only"]), is_good_score))


class Instalment:
    """The formula of a monthly instalment."""

    def __init__(self) -> None:
        self._feel = DefaultDMNBaseDecision()

    def apply(self, inputs: Inputs) -> Any:
        """Return the instalment."""
        feel, one, months = self._feel, Decimal(1), Decimal(12)
        monthly = feel.numericDivide(inputs["rate"], months)
        growth = feel.numericExponentiation(feel.numericAdd(one, monthly), feel.numericUnaryMinus(inputs["term"]))
        interest = feel.numericDivide(feel.numericMultiply(inputs["amount"], inputs["rate"]), months)
        return feel.numericDivide(interest, feel.numericSubtract(one, growth))


def load(workload: Mapping[str, Any]) -> Loaded:
    """Choose what stands for the workload."""
    inputs = [in_decimals(case) for case in case_inputs(workload)]
    if workload["name"] == "instalment":
        return Loaded(inputs, Instalment().apply, _named("result"))
    return Loaded(inputs, Limit(in_decimals(workload["constants"]["rules"])).apply, _named("limit"))


def _named(name: str) -> Callable[[Any], Mapping[str, Any]]:
    return lambda value: {name: value}


if __name__ == "__main__":
    serve(load)
