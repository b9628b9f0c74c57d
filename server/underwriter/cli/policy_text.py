"""A policy as lines of text."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from underwriter.cli.layout import GAP, columns, paragraph
from underwriter.decisioning import ActivePolicy, policy_message
from underwriter.v1.policy_service_pb2 import DecisionNode, Parameter


def policy_lines(active: ActivePolicy, width: int) -> Iterator[str]:
    """Yield what a policy is made of, in lines no wider than `width` where their words allow."""
    message = policy_message(active, with_files=False)
    yield f"{message.title['en']} / {message.title['zh']}"
    yield f"{message.name}, product {message.product}, currency {message.currency}"
    yield f"version {message.version}"
    yield f"models: {', '.join(model.name for model in message.models) or 'none'}"
    yield "\nparameters"
    yield from _parameters(message.parameters, width)
    yield "\ndecisions, in the order in which they are made"
    heads = columns((node.name, node.kind, node.source) for node in message.decisions)
    for head, node in zip(heads, message.decisions, strict=True):
        yield f"{GAP}{head}"
        yield from _reads(node, width)
    yield "\nrules"
    yield from _rules(active, width)
    yield "\ninputs"
    yield from paragraph(", ".join(message.inputs), width, first=GAP, indent=GAP)


def _parameters(parameters: Sequence[Parameter], width: int) -> Iterator[str]:
    """Yield names and values, numbers right-aligned among themselves."""
    name_width = max((len(each.name) for each in parameters), default=0)
    digits = max((len(each.value) for each in parameters if _is_number(each)), default=0)
    for each in parameters:
        indent = f"{GAP}{each.name:<{name_width}}{GAP}"
        first = indent + " " * (digits - len(each.value)) if _is_number(each) else indent
        yield from paragraph(_valued(each), width, first=first, indent=" " * len(indent))


def _valued(parameter: Parameter) -> str:
    """Return the value with its unit, or those of a dated parameter, each with its first day."""
    unit = f" {parameter.unit}" if parameter.unit else ""
    days = [(entry.date, entry.value) for entry in parameter.history]
    dated = [f"{value}{unit} from {day.year:04}-{day.month:02}-{day.day:02}" for day, value in days]
    return ", ".join(dated) or f"{parameter.value}{unit}"


def _is_number(parameter: Parameter) -> bool:
    return parameter.value[:1].isdigit() or parameter.value[:1] == "-"


def _reads(node: DecisionNode, width: int) -> Iterator[str]:
    if node.requires:
        yield from paragraph(", ".join(node.requires), width, first=f"{GAP * 2}reads ", indent=GAP * 3)


def _rules(active: ActivePolicy, width: int) -> Iterator[str]:
    """Yield each rule with what it says and, below it, when; `unknown` is what it says when that can't be told."""
    for decision, entries in groupby(active.policy.rules, key=lambda entry: entry[0]):
        rules = [rule for _, rule in entries]
        yield f"{GAP}{decision}"
        heads = columns(
            (
                rule.id.text,
                rule.then.name.lower(),
                f"unknown: {rule.if_unknown.name.lower() if rule.if_unknown else 'pass'}",
                rule.reason.text,
            )
            for rule in rules
        )
        for head, rule in zip(heads, rules, strict=True):
            yield f"{GAP * 2}{head}"
            when = " ".join(rule.when.text.split())
            yield from paragraph(when, width, first=f"{GAP * 3}when ", indent=GAP * 4)
