"""Describes a policy as the API shows it."""

from types import NoneType

from google.type.date_pb2 import Date as DateMessage

from underwriter.decisioning.active_policy import ActivePolicy
from underwriter.dmn.boxes.expressions import (
    BoxedContext,
    BoxedFilter,
    BoxedIterator,
    BoxedList,
    Conditional,
    FunctionDefinition,
    Invocation,
    LiteralExpression,
    Relation,
)
from underwriter.dmn.elements import DecisionService
from underwriter.dmn.tables.decision_table import DecisionTable
from underwriter.feel import feel_text
from underwriter.policy.checked import path_text
from underwriter.policy.definitions import DatedParameter, ParameterDefinition, RulesLogic, ScorecardLogic
from underwriter.v1.policy_service_pb2 import (
    DatedValue,
    DecisionNode,
    Parameter,
    ParameterOverride,
    Policy,
    SourceFile,
)

_KINDS: dict[type, str] = {
    RulesLogic: "rules",
    ScorecardLogic: "scorecard",
    LiteralExpression: "expression",
    DecisionTable: "table",
    BoxedContext: "context",
    BoxedList: "list",
    Relation: "relation",
    Invocation: "invocation",
    FunctionDefinition: "function",
    Conditional: "conditional",
    BoxedFilter: "filter",
    BoxedIterator: "iterator",
    DecisionService: "service",
    NoneType: "none",
}


def policy_message(active: ActivePolicy, *, with_files: bool) -> Policy:
    """Return a policy with its parameters, models and graph; with its rule files too if asked. No load time."""
    policy = active.policy
    definition = policy.checked.definition
    return Policy(
        name=active.name,
        title=definition.title,
        product=policy.product,
        version=policy.version,
        currency=policy.currency,
        parameters=[
            *map(_undated, definition.parameters),
            *map(_dated, definition.dated_parameters),
        ],
        models=active.template.models,
        decisions=[_node(active, name) for name in policy.checked.order],
        inputs=[path_text(path) for path in policy.reads],
        files=[SourceFile(path=path, content=text) for path, text in sorted(policy.files.texts.items())]
        if with_files
        else [],
    )


def _undated(parameter: ParameterDefinition) -> Parameter:
    override = None if parameter.file_text is None else ParameterOverride(file_value=parameter.file_text)
    return Parameter(
        name=parameter.name.text,
        value=parameter.text,
        unit=parameter.unit,
        title=parameter.title,
        override=override,
    )


def _dated(parameter: DatedParameter) -> Parameter:
    history = [
        DatedValue(date=DateMessage(year=day.year, month=day.month, day=day.day), value=feel_text(value))
        for day, value in parameter.history
    ]
    return Parameter(name=parameter.name.text, unit=parameter.unit, title=parameter.title, history=history)


def _node(active: ActivePolicy, name: str) -> DecisionNode:
    checked = active.policy.checked
    requires = sorted({*checked.requires[name], *(path_text(path) for path in checked.inputs[name])})
    decision = checked.decisions.get(name)
    if decision is None:
        place = next(model.name for model in checked.definition.models if model.name.text == name)
        return DecisionNode(name=name, kind="model", requires=requires, source=place.location(0))
    kind = _KINDS[type(decision.logic)]
    return DecisionNode(name=name, kind=kind, requires=requires, source=decision.name.location(0))
