"""DMN models of the rules folder, evaluated for decisions that are not credit decisions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from underwriter.decisioning.requests.faults import FieldFault, with_nearest
from underwriter.decisioning.struct_values import plain_values, struct_of
from underwriter.dmn.models.json_values import InputFault, read_inputs
from underwriter.dmn.models.model import Model, ModelRefused, load_model
from underwriter.feel import Environment, EvaluationWarning, Value
from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.temporal import DateTime
from underwriter.policy import RuleFiles
from underwriter.policy.policy import content_version, policy_content
from underwriter.v1.decision_pb2 import TraceWarning
from underwriter.v1.decision_service_pb2 import EvaluateModelRequest, EvaluateModelResponse

ENDING = ".dmn"


class UnknownModel(Exception):
    """There is no DMN model in this file. `known` lists the files that there are."""

    def __init__(self, path: str, known: Iterable[str]) -> None:
        super().__init__(f"there is no DMN model {path!r}; there are: {', '.join(known) or 'none'}")
        self.path = path


class InputsRefused(Exception):
    """The request names decisions or inputs that the model does not have, or values that don't fit."""

    def __init__(self, faults: list[FieldFault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class DmnModel:
    """A model by its path below `folder`, as paths are shown, and the SHA-256 of it and its imports."""

    folder: str
    path: str
    version: str
    model: Model

    def evaluate(self, request: EvaluateModelRequest, moment: DateTime) -> EvaluateModelResponse:
        """Evaluate what the request asks for; `now()` gives the moment. The answer has no time in it.

        Raises:
            InputsRefused: with every fault in names and values.
        """
        inputs = self._checked_inputs(request)
        evaluation = (
            self.model.evaluate_service(request.decision_service, inputs, moment=moment)
            if request.decision_service
            else self.model.evaluate(inputs, list(request.decisions) or None, moment=moment)
        )
        return EvaluateModelResponse(
            values=struct_of(evaluation.values),
            warnings=[self._told(warning) for warning in evaluation.warnings],
            version=self.version,
        )

    def _told(self, warning: EvaluationWarning) -> TraceWarning:
        """Return a warning for the client, who knows files by their paths below the rules folder only."""
        place = str(warning.place).removeprefix(f"{self.folder}/")
        return TraceWarning(kind=warning.kind, message=warning.message, source=place)

    def _checked_inputs(self, request: EvaluateModelRequest) -> Mapping[str, Value]:
        faults = list(self._unknown_names(request))
        if faults:
            raise InputsRefused(faults)
        service = request.decision_service
        types = self.model.parameters_of(service) if service else self.model.inputs
        values, found = read_inputs(plain_values(request.inputs), types)
        if found:
            raise InputsRefused([_field_fault(fault) for fault in found])
        return values

    def _unknown_names(self, request: EvaluateModelRequest) -> Iterator[FieldFault]:
        for index, name in enumerate(request.decisions):
            if name not in self.model.decisions:
                yield _unknown(f"decisions[{index}]", "decision", name, self.model.decisions)
        name = request.decision_service
        if name and name not in self.model.services:
            yield _unknown("decision_service", "decision service", name, self.model.services)
        if name and request.decisions:
            yield FieldFault("decisions", "decisions beside a decision service", "one or the other")


def dmn_texts(files: RuleFiles) -> dict[str, str]:
    """Return the texts of the DMN models of a rules folder, by path. They may import each other by namespace."""
    return {path: text for path, text in files.texts.items() if path.endswith(ENDING)}


def load_dmn_models(files: RuleFiles, environment: Environment) -> tuple[dict[str, DmnModel], list[Diagnostic]]:
    """Load every .dmn file of a rules folder, by path; files that can't be read are left out, with their findings."""
    texts = {files.shown(path): text for path, text in dmn_texts(files).items()}
    paths = {files.shown(path): path for path in files.texts}
    models: dict[str, DmnModel] = {}
    diagnostics: list[Diagnostic] = []
    for shown in texts:
        model = load_model(shown, texts, environment)
        diagnostics += model.diagnostics
        if not isinstance(model, ModelRefused):
            own = files.only(tuple(paths[used] for used in model.paths))
            version = content_version(policy_content(own, paths[shown], {}))
            models[paths[shown]] = DmnModel(files.label, paths[shown], version, model)
    return models, diagnostics


def _unknown(path: str, what: str, name: str, known: Iterable[str]) -> FieldFault:
    names = list(known)
    return FieldFault(path, f"a {what} that the model does not have", with_nearest(", ".join(names), name, names))


def _field_fault(fault: InputFault) -> FieldFault:
    return FieldFault(f"inputs.{fault.path}", fault.found, fault.allowed)
