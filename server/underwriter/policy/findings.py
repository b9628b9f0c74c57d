"""The wording of what is wrong with a policy, one function a mistake."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from underwriter.dmn.elements import Definitions
from underwriter.feel.diagnostics import Diagnostic, Severity, nearest
from underwriter.feel.source import Source, Span
from underwriter.feel.types import Type
from underwriter.policy.definitions import PolicyDefinition
from underwriter.policy.parameter_overrides import OverrideFault

_ADD_REASON = "add it to a file of reasons, with its texts"


def _finding(code: str, message: str, source: Source, mend: str) -> Diagnostic:
    return Diagnostic(code, message, source, source.whole, mend)


class Taker(NamedTuple):
    """What has a name already, and where; an input has no place."""

    what: str
    name: Source | None = None

    def __str__(self) -> str:
        return self.what if self.name is None else f"{self.what} at {self.name.location(0)}"


def duplicate_name(name: Source, other: Taker) -> Diagnostic:
    """Two things of a policy have one name."""
    message = f"the name '{name.text}' is already taken by {other}"
    return _finding("duplicate-name", message, name, "give one of them another name")


def refused_value(policy: PolicyDefinition, fault: OverrideFault) -> Diagnostic:
    """A parameter is given a value that it can't have."""
    message = f"the value that was set for '{fault.name}' is {fault.found}"
    return _finding("refused-value", message, policy.id, f"set {fault.allowed}")


def duplicate_rule_id(rule_id: Source, other: Source) -> Diagnostic:
    """Two rules have one id."""
    message = f"rule id '{rule_id.text}' is already used at {other.location(0)}"
    return _finding("duplicate-id", message, rule_id, "give each rule an id of its own")


def rules_named_twice(name: Source, first: Source) -> Diagnostic:
    """An outcome names the same rules twice, so that each of them would fire twice."""
    message = f"the outcome names '{name.text}' already at {first.location(0)}"
    return _finding("duplicate-name", message, name, "keep one of the two")


def unknown_reason(reason: Source, known: Iterable[str]) -> Diagnostic:
    """A rule gives a reason that the catalogue does not have."""
    codes = list(known)
    mend = nearest(reason.text, codes) or _ADD_REASON
    return _finding("unknown-reason", f"the catalogue has no reason '{reason.text}'", reason, mend)


def unknown_monitor(name: Source, known: Iterable[str]) -> Diagnostic:
    """A policy asks for a monitor that no file is."""
    names = list(known)
    mend = nearest(name.text, names) or f"there are: {', '.join(names) or 'none'}"
    return _finding("unknown-monitor", f"there is no monitor '{name.text}'", name, mend)


def unknown_model_reason(model: Source, code: str) -> Diagnostic:
    """A model gives a reason that the catalogue does not have."""
    message = f"model {model.text} gives the reason '{code}', which the catalogue does not have"
    return _finding("unknown-reason", message, model, _ADD_REASON)


def duplicate_reason(code: Source, other: Source) -> Diagnostic:
    """Two files of the catalogue have one reason."""
    message = f"the reason '{code.text}' already stands at {other.location(0)}"
    return _finding("duplicate-reason", message, code, "keep one of the two")


def unknown_decision(name: Source, wanted: str, known: Iterable[str]) -> Diagnostic:
    """Something is named where a decision of one kind must stand."""
    names = list(known)
    mend = nearest(name.text, names) or f"there are: {', '.join(names) or 'none'}"
    return _finding("unknown-decision", f"'{name.text}' is not {wanted}", name, mend)


def unknown_model(model: Source, known: Iterable[str]) -> Diagnostic:
    """A policy asks for a model that is not there, or that did not load."""
    names = list(known)
    mend = nearest(model.text, names) or f"models that load: {', '.join(names) or 'none'}"
    return _finding("unknown-model", f"there is no model '{model.text}'", model, mend)


def circular_decisions(circle: tuple[str, ...], name: Source) -> Diagnostic:
    """Decisions need each other."""
    message = f"decisions need each other in a circle: {' -> '.join(circle)}"
    return _finding("circular-decisions", message, name, "take one of them out of the circle")


def duplicate_policy(policy_id: Source, what: str, taken: str, other: str) -> Diagnostic:
    """Two policies have one id, or decide on one product. `what` names which of the two is taken."""
    message = f"the {what} '{taken}' is already that of {other}"
    return _finding("duplicate-policy", message, policy_id, f"give one of the two policies another {what}")


def bad_policy_id(policy_id: Source) -> Diagnostic:
    """A policy's id can't be part of a resource name."""
    mend = "such as personal-credit"
    return _finding("policy-id", "a policy's id is made of a-z, 0-9 and dashes", policy_id, mend)


def not_a_list_term(term: Source, name: str, required: Iterable[str], optional: Iterable[str]) -> Diagnostic:
    """A term of an offer that is a list, such as who funds it, has another type."""
    who, *numbers = required
    members = ", ".join([f"{who} (text)", *(f"{member} (number)" for member in numbers)])
    further = " or ".join(optional)
    message = f"{name} must be a list of contexts of {members} and, if there is one, {further} (number)"
    example = ", ".join([f'{who}: "own"', *(f"{member}: 1" for member in numbers)])
    return _finding("type-mismatch", message, term, f"such as [{{{example}}}]")


def unknown_term_value(term: Source, span: Span, name: str, text: str, known: Sequence[str]) -> Diagnostic:
    """A term that is one of some texts is another one."""
    mend = " ".join(filter(None, (nearest(text, known), f"allowed: {', '.join(known)}")))
    return Diagnostic("unknown-value", f'{name} can\'t be "{text}"', term, span, mend)


def outcome_without_rules(outcome: Source) -> Diagnostic:
    """A policy with no rules would approve everybody."""
    return _finding("no-rules", "an outcome without rules would approve everything", outcome, "name the rules")


def offer_and_line_change(change: Source) -> Diagnostic:
    """A policy both offers something and changes a line."""
    message = "a policy either makes offers or changes a line"
    return _finding("offer-and-line-change", message, change, "make two policies of it, each for a product of its own")


def counter_offer_without_offer(counter_offer: Source) -> Diagnostic:
    """A counter-offer is looked for where nothing is offered."""
    message = "a counter-offer is what would be offered, and this policy has no offer"
    return _finding(
        "counter-offer-without-offer", message, counter_offer, "add an offer, or take the counter-offer away"
    )


def counter_offer_of_the_unread(bound: Source, path: str) -> Diagnostic:
    """A counter-offer varies what no rule reads."""
    message = f"no rule reads {path}, so another one would be answered the same"
    return _finding("counter-offer-of-the-unread", message, bound, "take this part of the counter-offer away")


def cap_on_the_unread(term: Source, name: str, total: str) -> Diagnostic:
    """A cap is given for totals that the policy does not look at before it offers."""
    message = f"{name} gives a cap, but no rule reads {total}: an offer above it is noticed only when it is recorded"
    mend = f"offer no more than the cap leaves beside what {total} tell as committed"
    return replace(_finding("cap-on-the-unread", message, term, mend), severity=Severity.WARNING)


def duplicate_namespace(file: Definitions, other: Definitions) -> Diagnostic:
    """Two included models have one namespace."""
    message = f"the namespace '{file.namespace}' is already that of {other.source.name}"
    return _finding("duplicate-namespace", message, file.name, "include one of them, or give one another namespace")


def unbound_input(name: Source, known: Iterable[str]) -> Diagnostic:
    """An included model has an input that the policy does not have."""
    message = f"the policy has nothing called '{name.text}' for this input"
    mend = nearest(name.text, known) or "name it as an input, a parameter or a decision of the policy"
    return _finding("unbound-input", message, name, mend)


def input_mismatch(name: Source, part: str, given: Type | None, wanted: Type) -> Diagnostic:
    """An included model asks for an input of another type than the policy's."""
    has = f"the policy has a {given}" if given else "the policy has no such member"
    message = f"the model asks for '{part}' as a {wanted}, but {has}"
    return _finding("type-mismatch", message, name, "mend the type in the model, or bind it to a decision that fits")
