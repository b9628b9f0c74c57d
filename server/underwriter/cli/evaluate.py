"""`underwriter evaluate`: the decisions of a DMN model."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from underwriter.cli.arguments import OutputFormat
from underwriter.cli.exit_codes import FAULTS, UNUSABLE
from underwriter.cli.findings import finding_fields, print_findings
from underwriter.cli.json_text import json_text
from underwriter.cli.output import Format, console, errors, refuse
from underwriter.dmn.models.evaluation import ModelEvaluation
from underwriter.dmn.models.json_values import read_inputs
from underwriter.dmn.models.model import Model, load_model
from underwriter.feel import Environment, EvaluationWarning, Type, Value, feel_text, has_errors, nearest
from underwriter.feel.temporal import moment_of
from underwriter.policy.documents import plain_value, read_document

ENDING = ".dmn"


def evaluate(
    file: Annotated[Path, typer.Argument(help="The model, a .dmn file. Its imports are looked up beside it.")],
    given: Annotated[
        Path | None, typer.Option("--input", help="YAML or JSON with the values of input data by name.")
    ] = None,
    decision: Annotated[
        list[str] | None, typer.Option(help="A decision to evaluate; all if none is named. May be repeated.")
    ] = None,
    service: Annotated[str | None, typer.Option(help="A decision service to call, instead of decisions.")] = None,
    output: OutputFormat = Format.TEXT,
) -> None:
    """Evaluate the decisions of a DMN model, and show their values.

    For example: underwriter evaluate lending.dmn --input applicant.json --decision Eligibility

    Dates, times and durations are texts, such as "2026-01-31". Inputs that are not given are null.

    Exit codes:
      0  all were evaluated
      1  the model has errors; what they touch is null
      2  a file can't be read, an input does not fit, or there is no such decision or service
    """
    model = _model(file)
    _refuse_unknown("decision", decision or (), model.decisions)
    _refuse_unknown("decision service", [service] if service else (), model.services)
    inputs = _inputs(given, model.parameters_of(service) if service else model.inputs)
    moment = moment_of(datetime.now(UTC))
    evaluation = (
        model.evaluate_service(service, inputs, moment=moment)
        if service
        else model.evaluate(inputs, decision, moment=moment)
    )
    show: Callable[[Model, ModelEvaluation], None] = _print_json if output is Format.JSON else _print_text
    show(model, evaluation)
    if has_errors(model.diagnostics):
        raise typer.Exit(FAULTS)


def _model(path: Path) -> Model:
    texts = {str(path): _text(path)} | {
        str(beside): text
        for beside in sorted(path.parent.glob(f"*{ENDING}"))
        if beside.name != path.name and (text := _text_if_readable(beside)) is not None
    }
    model = load_model(str(path), texts, Environment())
    if isinstance(model, Model):
        return model
    print_findings(model.diagnostics, errors)
    return refuse(f"{path} can't be used", UNUSABLE)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return refuse(f"{path}: {getattr(error, 'strerror', None) or error}", UNUSABLE)


def _text_if_readable(path: Path) -> str | None:
    """Return the text of a file beside the model, which may not be meant at all."""
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def _inputs(path: Path | None, types: Mapping[str, Type]) -> Mapping[str, Value]:
    given = _given(path) if path else {}
    values, faults = read_inputs(given, types)
    if faults:
        refuse("\n".join(f"{path}: {fault}" for fault in faults), UNUSABLE)
    return values


def _given(path: Path) -> Mapping[str, object]:
    document, findings = read_document(str(path), _text(path))
    if document is None or findings:
        print_findings(findings, errors)
        refuse(f"{path} can't be used", UNUSABLE)
    given = plain_value(document)
    if not isinstance(given, Mapping):
        refuse(f"{path}: inputs must be written as names and values", UNUSABLE)
    return given


def _refuse_unknown(what: str, names: Iterable[str], known: Iterable[str]) -> None:
    """End the command if a name is not known; all such names are told."""
    known = list(known)
    unknown = [name for name in names if name not in known]
    if unknown:
        mends = {name: nearest(name, known) or f"there are: {', '.join(known) or 'none'}" for name in unknown}
        refuse("\n".join(f"there is no {what} '{name}'; {mend}" for name, mend in mends.items()), UNUSABLE)


def _print_text(model: Model, evaluation: ModelEvaluation) -> None:
    print_findings(model.diagnostics, errors)
    for warning in evaluation.warnings:
        errors.print(str(warning))
    for name, value in evaluation.values.items():
        console.print(f"{name}: {feel_text(value)}")


def _print_json(model: Model, evaluation: ModelEvaluation) -> None:
    findings = [dict(finding_fields(finding)) for finding in model.diagnostics]
    warnings = [_warning_fields(warning) for warning in evaluation.warnings]
    typer.echo(json_text({"values": dict(evaluation.values), "warnings": warnings, "findings": findings}))


def _warning_fields(warning: EvaluationWarning) -> dict[str, Value]:
    return {"kind": warning.kind, "message": warning.message, "place": str(warning.place)}
