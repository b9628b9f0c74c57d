"""Runs the cases of test files on their models."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path

from underwriter.conformance.agreement import agrees
from underwriter.conformance.case_values import typed
from underwriter.conformance.cases import Invoked, TestCase
from underwriter.conformance.test_files import read_test_file
from underwriter.dmn.models.model import Model, load_model
from underwriter.feel import ANY, Diagnostic, Environment, Value, feel_text
from underwriter.feel.temporal import DateTime


class Outcome(StrEnum):
    """How a case ended, in the kit's words."""

    SUCCESS = "SUCCESS"
    ERROR = "ERROR"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """How a case ended, and for each result that was not as expected, what was and what was expected.

    `folder` is the kit's name of the case's folder: its last two parts. `file` is the test file's name without ending.
    """

    folder: str
    file: str
    case: str
    failures: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """Whether all results were as expected."""
        return Outcome.ERROR if self.failures else Outcome.SUCCESS

    @property
    def name(self) -> str:
        """The case's full name: folder, file and id."""
        return f"{self.folder}/{self.file}/{self.case}"


@dataclass(frozen=True, slots=True)
class FileReport:
    """The results of a test file's cases, and what is wrong with the file itself."""

    results: tuple[CaseResult, ...]
    findings: tuple[Diagnostic, ...] = ()


def find_test_files(folder: Path) -> list[Path]:
    """Return the files of test cases below a folder: the XML files that stand beside models.

    Raises:
        OSError: if the folder can't be read.
    """
    homes = {path.parent for path in folder.rglob("*.dmn")}
    return sorted(path for path in folder.rglob("*.xml") if path.parent in homes)


def run_test_file(path: Path, moment: DateTime, pattern: str = "*") -> FileReport:
    """Run the cases of a file whose full names fit a pattern, in which `*` stands for any text.

    All .dmn files of its folder belong to the model. `moment` is the time that `now()` gives.

    Raises:
        OSError: if the file or a model can't be read.
        UnicodeDecodeError: if one is not UTF-8.
    """
    file, findings = read_test_file(path.read_text(encoding="utf-8-sig"), str(path))
    if file is None:
        return FileReport((), tuple(findings))
    home = "/".join(path.absolute().parent.parts[-2:])
    wanted = [case for case in file.cases if fnmatchcase(f"{home}/{path.stem}/{case.id}", pattern)]
    outcomes = zip(wanted, _run(wanted, file.model, path.parent, moment), strict=True)
    results = (CaseResult(home, path.stem, case.id, tuple(failures)) for case, failures in outcomes)
    return FileReport(tuple(results), tuple(findings))


def _run(cases: Sequence[TestCase], main: str, folder: Path, moment: DateTime) -> Iterator[Iterable[str]]:
    """Yield the failures of each case."""
    if not cases:
        return
    models = {path.name: path.read_text(encoding="utf-8-sig") for path in sorted(folder.glob("*.dmn"))}
    model = _load(main, models)
    if isinstance(model, str):
        yield from ([model] for _ in cases)
        return
    for case in cases:
        yield _failures(case, model, moment)


def _load(main: str, models: Mapping[str, str]) -> Model | str:
    """Return a model, or why there is none."""
    if main not in models:
        return f"there is no model '{main}' beside the test file"
    try:
        model = load_model(main, models, Environment())
    except Exception as error:  # noqa: BLE001 - a defect of the engine fails the cases, not the run
        return f"{type(error).__name__}: {error}"
    return model if isinstance(model, Model) else f"the model can't be read: {'; '.join(map(str, model.diagnostics))}"


def _failures(case: TestCase, model: Model, moment: DateTime) -> Iterator[str]:
    if case.invoked is Invoked.SERVICE and case.service not in model.services:
        yield f"there is no decision service '{case.service}'"
        return
    try:
        values = _values(case, model, moment)
    except Exception as error:  # noqa: BLE001 - a defect of the engine fails the case, not the run
        yield f"{type(error).__name__}: {error}"
        return
    for result in case.results:
        expected = typed(result.value, model.decisions.get(result.name, ANY))
        if result.name not in values:
            yield f"{result.name}: there is no such decision"
        elif not agrees(values[result.name], expected):
            yield f"{result.name}: expected {feel_text(expected)}, got {feel_text(values[result.name])}"


def _values(case: TestCase, model: Model, moment: DateTime) -> Mapping[str, Value]:
    """Return the values of a case's results by name."""
    inputs = dict(_inputs(case, model))
    if case.invoked is Invoked.SERVICE:
        return model.evaluate_service(case.service, inputs, moment=moment).values
    decisions = [result.name for result in case.results if result.name in model.decisions]
    return model.evaluate(inputs, decisions, moment=moment).values


def _inputs(case: TestCase, model: Model) -> Iterator[tuple[str, Value]]:
    """Yield the case's inputs under the names that the model has for them, untyped texts read by its types."""
    for name, value in case.inputs.items():
        known = name if name in model.inputs else name.rpartition("#")[2]
        yield known, typed(value, model.inputs.get(known, ANY))
