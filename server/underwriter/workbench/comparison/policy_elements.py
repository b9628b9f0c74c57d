"""All parts of a policy that decide, and the reasons that it may give, as elements."""

from collections.abc import Iterator, Mapping

from underwriter.dmn.elements import DecisionService
from underwriter.feel.source import Source
from underwriter.policy import Policy
from underwriter.policy.checked import CheckedPolicy
from underwriter.policy.definitions import DatedParameter, RuleDefinition, RulesLogic, ScorecardLogic
from underwriter.policy.reason_catalogue import ReasonEntry
from underwriter.workbench.comparison.boxes import box_elements
from underwriter.workbench.comparison.elements import Element, Row, Said, of_formula, of_text, of_value

_VERSION_LENGTH = 12


def policy_elements(policy: Policy) -> Iterator[Element]:
    """Yield the elements of a policy, in the order in which people read it."""
    checked = policy.checked
    yield from _head(checked)
    yield from _parameters(checked)
    yield from _models(checked)
    for name, decision in checked.decisions.items():
        place = decision.name.location(0)
        match decision.logic:
            case RulesLogic() as logic:
                yield from _rules(checked, name, logic, place)
            case ScorecardLogic() as logic:
                yield from _scorecard(checked, name, logic, place)
            case DecisionService() as service:
                yield _service(name, service, place)
            case None:
                yield Element("decision", name, {"value": of_text("none")}, place)
            case _:
                yield from box_elements(name, checked.boxes[name], place)
    yield from _outcome(checked)


def reason_elements(reasons: Mapping[str, ReasonEntry]) -> Iterator[Element]:
    """Yield the reasons of a catalogue with their texts."""
    for code, reason in reasons.items():
        fields = {language: of_text(text) for language, text in reason.text.items()}
        fields |= {f"help {language}": of_text(text) for language, text in reason.guidance.items()}
        fields["adverse"] = of_text("yes" if reason.is_adverse else "no")
        yield Element("reason", code, fields)


def _head(checked: CheckedPolicy) -> Iterator[Element]:
    definition = checked.definition
    monitors = [monitor.text for monitor in definition.monitors]
    fields = {
        "product": of_text(definition.product),
        "lender": of_text(definition.lender),
        "currency": of_text(definition.currency),
        "time zone": of_text(str(definition.time_zone)),
        "monitors": Said(", ".join(monitors) or "none", tuple(sorted(monitors))),
    }
    yield Element("policy", "", fields, definition.id.location(0))
    for attribute in definition.attributes:
        yield Element(
            "attribute", attribute.name.text, {"type": of_text(str(attribute.type))}, attribute.name.location(0)
        )


def _parameters(checked: CheckedPolicy) -> Iterator[Element]:
    definition = checked.definition
    for parameter in definition.parameters:
        fields = {"value": of_value(parameter.value, parameter.unit)}
        yield Element("parameter", parameter.name.text, fields, parameter.name.location(0))
    for dated in definition.dated_parameters:
        yield Element("parameter", dated.name.text, _history(dated), dated.name.location(0))


def _history(parameter: DatedParameter) -> dict[str, Said]:
    return {f"from {day}": of_value(value, parameter.unit) for day, value in parameter.history}


def _models(checked: CheckedPolicy) -> Iterator[Element]:
    for model in checked.definition.models:
        interface = checked.models[model.name.text]
        fields = {
            "model": of_text(interface.name),
            "content": Said(interface.version[:_VERSION_LENGTH], interface.version),
        }
        yield Element("model", model.name.text, fields, model.name.location(0))


def _rules(checked: CheckedPolicy, name: str, logic: RulesLogic, place: str) -> Iterator[Element]:
    ids = tuple(rule.id.text for rule in logic.rules)
    yield Element("decision", name, {}, place, order=ids)
    for rule in logic.rules:
        yield Element("rule", f"{rule.id.text} of {name}", _rule_fields(checked, rule), rule.id.location(0))


def _rule_fields(checked: CheckedPolicy, rule: RuleDefinition) -> dict[str, Said]:
    fields = {
        "when": of_formula(checked.formula(rule.when)),
        "then": of_text(rule.then.name.lower()),
        "reason": of_text(rule.reason.text),
        "if unknown": of_text(rule.if_unknown.name.lower() if rule.if_unknown else "pass"),
    }
    if rule.ask_for:
        fields["ask for"] = of_text(rule.ask_for)
    if rule.explained_by:
        fields["explained by"] = of_text(rule.explained_by.text)
    return fields


def _scorecard(checked: CheckedPolicy, name: str, logic: ScorecardLogic, place: str) -> Iterator[Element]:
    names = tuple(attribute.name.text for attribute in logic.attributes)
    yield Element("decision", name, {"base points": of_value(logic.base)}, place, order=names)
    for attribute in logic.attributes:
        fields = {
            "value": of_formula(checked.formula(attribute.value)),
            "reason": of_text(attribute.reason.text),
            "points if missing": of_value(attribute.missing),
        }
        bins = tuple(
            Row({"if": of_formula(checked.formula(one.when))}, {"points": of_value(one.points)}, one.when.location(0))
            for one in attribute.bins
        )
        where = attribute.name.location(0)
        title = f"{attribute.name.text} of {name}"
        yield Element("attribute", title, fields, where, rows=bins, row_name="bin", in_order=True)


def _service(name: str, service: DecisionService, place: str) -> Element:
    parts = {
        "gives": service.output_decisions,
        "computes": service.encapsulated_decisions,
        "takes decisions": service.input_decisions,
        "takes": service.input_data,
    }
    fields = {what: of_text(", ".join(reference.id for reference in references)) for what, references in parts.items()}
    return Element("decision", name, fields, place)


def _outcome(checked: CheckedPolicy) -> Iterator[Element]:
    outcome = checked.definition.outcome
    place = outcome.source.location(0)
    names = [name.text for name in outcome.rules]
    fields = {"rules": Said(", ".join(names), tuple(names))}
    if outcome.score:
        fields["score"] = of_text(outcome.score.text)
    named = {"grade": outcome.grade, "user group": outcome.user_group}
    fields |= {what: of_formula(checked.formula(source)) for what, source in named.items() if source}
    yield Element("outcome", "", fields, place)
    if outcome.offer:
        terms = _formulas(checked, outcome.offer.terms)
        if outcome.offer.each:
            item, items = outcome.offer.each
            each = of_formula(checked.formula(items))
            terms["for each"] = Said(f"{item.text} in {each.text}", (item.text, each.meaning))
        yield Element("offer", "", terms, outcome.offer.source.location(0))
    if outcome.line_change:
        change = outcome.line_change
        yield Element("line change", "", _formulas(checked, change.terms), change.source.location(0))
    if outcome.caps:
        yield Element("caps", "", _formulas(checked, outcome.caps), place)
    if outcome.counter_offer:
        bounds = _formulas(checked, outcome.counter_offer.bounds)
        yield Element("counter-offer", "", bounds, outcome.counter_offer.source.location(0))


def _formulas(checked: CheckedPolicy, sources: Mapping[str, Source]) -> dict[str, Said]:
    return {name.replace("_", " "): of_formula(checked.formula(source)) for name, source in sources.items()}
