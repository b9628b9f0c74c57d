"""Reads the tests that stand beside the rules from their YAML files."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.source import Source, Span
from underwriter.policy.documents import Data, Fields, Text, plain_value, read_document
from underwriter.policy.reading import Reading
from underwriter.policy.rule_files import YAML_ENDINGS
from underwriter.policy.shapes import TEST, TEST_DEFAULTS, TEST_FILE, TEST_MODEL
from underwriter.policy.stored_inputs import STORED_INPUTS

DEFAULT_NOW = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
TEST_FOLDER = "tests"
PARAMETERS = "parameters"
"""Where a test states dated parameters, under `given`."""


@dataclass(frozen=True, slots=True)
class RuleTest:
    """One test: what is given (already merged with the file's defaults) and what must come out.

    `base` is what the defaults of its file give: the same object for all tests of a file. What a test leaves as it is
    there, is the same object in `given` too.
    """

    name: str
    source: Source
    given: Mapping[str, object]
    models: Mapping[str, Mapping[str, Decimal]]
    now: datetime
    expect: Mapping[str, object]
    base: Mapping[str, object] = field(default_factory=dict)

    @property
    def sent(self) -> dict[str, object]:
        """What of it is given belongs to the application."""
        return sent_of(self.given)


def sent_of(given: Mapping[str, object]) -> dict[str, object]:
    """Return what of the givens belongs to the application: all but what is stored, and dated parameters."""
    return {name: value for name, value in given.items() if name not in (*STORED_INPUTS, PARAMETERS)}


def load_tests(folder: Path, shown: str) -> tuple[list[RuleTest], list[Diagnostic]]:
    """Read the test files of a policy's folder. `shown` is how findings name the folder."""
    tests: list[RuleTest] = []
    reading = Reading()
    for document in documents_beside_rules(folder, shown, reading):
        tests += tests_in(document, reading)
    return tests, reading.diagnostics


def tests_in(document: Data, reading: Reading) -> list[RuleTest]:
    """Return the tests of one file; what is wrong with them is left in `reading`."""
    return _TestReader(reading).tests(document)


def documents_beside_rules(folder: Path, shown: str, reading: Reading) -> Iterator[Data]:
    """Yield the documents of the test files beside rules; what keeps one from being read is left in `reading`."""
    for path in sorted(path for path in (folder / TEST_FOLDER).rglob("*") if path.suffix in YAML_ENDINGS):
        name = f"{shown}/{path.relative_to(folder).as_posix()}"
        try:
            document, findings = read_document(name, path.read_text("utf-8"))
        except UnicodeDecodeError as error:
            message = f"the file is not UTF-8: {error.reason} at byte {error.start}"
            reading.diagnostics.append(
                Diagnostic("not-utf-8", message, Source("", name), Span(0, 0), "save it as UTF-8")
            )
            continue
        reading.diagnostics += findings
        if document is not None:
            yield document


def merged_fields(base: Mapping[str, object], over: Mapping[str, object]) -> dict[str, object]:
    """Return `base` with the fields of `over` put over it, mappings within mappings; null takes a field away."""
    merged = dict(base)
    for key, value in over.items():
        known = merged.get(key)
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, dict):
            merged[key] = merged_fields(known if isinstance(known, dict) else {}, value)
        else:
            merged[key] = value
    return merged


class _TestReader:
    """Reads one file's tests; what is wrong with a test is left in `reading`, and the test left out."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def tests(self, document: Data) -> list[RuleTest]:
        top = self._reading.fields(document, TEST_FILE, document.source)
        if top is None:
            return []
        defaults = top.get("defaults")
        base = self._reading.fields(defaults, TEST_DEFAULTS, top.source) if defaults else None
        given = self._plain("given", base)
        tests = [self._test(item, base, given) for item in self._reading.items(top.get("tests"), "tests")]
        return [test for test in tests if test]

    def _test(self, data: Data, defaults: Fields | None, base: Mapping[str, object]) -> RuleTest | None:
        findings = len(self._reading.diagnostics)
        fields = self._reading.fields(data, TEST, data.source)
        name = self._reading.text(fields.get("name"), "name") if fields else None
        if fields is None or name is None:
            return None
        given = merged_fields(base, self._plain("given", fields))
        models = {**self._models(defaults), **self._models(fields)}
        stated = {model: output for model, output in models.items() if output is not None}
        now = self._now(fields.get("now") or (defaults.get("now") if defaults else None))
        expect = {**self._plain("expect", defaults), **self._plain("expect", fields)}
        if len(self._reading.diagnostics) > findings:
            return None
        return RuleTest(name.text, name.source, given, stated, now, expect, base)

    def _plain(self, key: str, fields: Fields | None) -> dict[str, object]:
        part = self._part(key, fields)
        return {name.text: plain_value(value) for name, value in part} if part else {}

    def _part(self, key: str, fields: Fields | None) -> Fields | None:
        data = fields.get(key) if fields else None
        is_left_out = data is None or (isinstance(data, Text) and data.value is None)
        return None if is_left_out or fields is None else self._reading.mapping(data, key, fields.source)

    def _models(self, fields: Fields | None) -> dict[str, Mapping[str, Decimal] | None]:
        return {name.text: self._stated(data) for name, data in self._part("models", fields) or ()}

    def _stated(self, data: Data) -> dict[str, Decimal] | None:
        """Return what a model is made to say; None if the real model is to run."""
        if isinstance(data, Text) and data.value is None:
            return None
        fields = self._reading.fields(data, TEST_MODEL, data.source)
        numbers = {key.text: self._reading.number(value, key.text) for key, value in fields or ()}
        if fields is not None and not {"probability", "score"} & set(numbers):
            mend = "such as {probability: 0.004}; without the model's name the real model runs"
            self._reading.report("missing-key", "a model must be given a probability or a score", data.source, mend)
        return {key: number for key, number in numbers.items() if number is not None}

    def _now(self, data: Data | None) -> datetime:
        text = self._reading.text(data, "now")
        if text is None:
            return DEFAULT_NOW
        try:
            moment = datetime.fromisoformat(text.text)
        except ValueError:
            mend = "such as 2026-01-15T09:00:00Z"
            self._reading.report("unknown-value", "now must be a date and time", text.source, mend)
            return DEFAULT_NOW
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
