"""The JSON Schemas: up to date, true to every shipped file, and refusing what the loaders refuse."""

import json
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from underwriter.editor.grammar.files import FileKind, kind_of_rule_file
from underwriter.editor.grammar.manifest_files import MANIFEST
from underwriter.editor.grammar.values import Either, Items, Keys, Named, Value, Variants
from underwriter.editor.schemas.files import SCHEMA_FOLDER, schema_texts, stale_schemas
from underwriter.feel.diagnostics import has_errors
from underwriter.monitoring import shapes as monitoring_shapes
from underwriter.policy import shapes as policy_shapes
from underwriter.policy.documents import plain_value, read_document
from underwriter.policy.rule_files import SCHEMA_MARK
from underwriter.policy.shapes import Shape

PROJECT = Path(__file__).parents[2]
RULES = PROJECT / "rules"


def plain(value: object) -> Any:
    """Numbers as JSON has them."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case dict():
            return {key: plain(inner) for key, inner in value.items()}
        case list():
            return [plain(inner) for inner in value]
    return value


@cache
def validator(kind: FileKind) -> Draft7Validator:
    return Draft7Validator(json.loads(schema_texts()[f"{kind.value}.json"]))


def faults(kind: FileKind, text: str) -> list[str]:
    document, findings = read_document("file.yaml", text)
    assert document is not None
    assert not has_errors(findings)
    return [error.message for error in validator(kind).iter_errors(plain(plain_value(document)))]


def shipped() -> list[tuple[Path, FileKind]]:
    rules = [(path, kind_of_rule_file(path.relative_to(RULES).as_posix())) for path in sorted(RULES.rglob("*.yaml"))]
    return [(path, kind) for path, kind in rules if kind]


FEW = [(path, kind) for path, kind in shipped() if kind is not FileKind.POLICY_TESTS or path.stem == "cycle"]
MANIFESTS = [(path, FileKind.MANIFEST) for path in sorted((PROJECT / "models").glob("*/*/model.yaml"))]


def test_the_schemas_in_the_rules_folder_are_what_the_loaders_say() -> None:
    assert stale_schemas(RULES) == [], "run `underwriter schema`"


@pytest.mark.parametrize("kind", FileKind)
def test_each_schema_is_one(kind: FileKind) -> None:
    Draft7Validator.check_schema(validator(kind).schema)


@pytest.mark.parametrize(("path", "kind"), FEW + MANIFESTS, ids=lambda value: getattr(value, "name", None))
def test_what_is_shipped_is_valid(path: Path, kind: FileKind) -> None:
    assert faults(kind, path.read_text("utf-8")) == []


@pytest.mark.slow
def test_all_that_is_shipped_is_valid() -> None:
    assert {path.name: found for path, kind in shipped() if (found := faults(kind, path.read_text("utf-8")))} == {}


def test_every_shipped_file_names_its_schema_in_its_first_line() -> None:
    for path, kind in shipped():
        relative = path.relative_to(RULES).as_posix()
        first = path.read_text("utf-8").split("\n")[0]
        assert first == f"{SCHEMA_MARK}{'../' * relative.count('/')}{SCHEMA_FOLDER}/{kind.value}.json"
        assert (path.parent / first.partition("=")[2]).is_file()


POLICY = (RULES / "personal_credit" / "policy.yaml").read_text("utf-8")
PART = "decisions:\n  a:\n    "
RULE = PART + "rules:\n      - {id: A, when: b, then: decline, reason: C"
TEST = "tests:\n  - name: a\n    expect: {outcome: APPROVE}\n    given: "

BROKEN = [
    (FileKind.POLICY, POLICY + "\nnonsense: 1\n"),
    (FileKind.POLICY, POLICY.replace("product:", "product_of:")),
    (FileKind.POLICY, POLICY.replace("policy: personal-credit", "policy: Personal Credit")),
    (FileKind.POLICY, POLICY.replace("currency: CNY", "currency: yuan")),
    (FileKind.PART, RULE + ", if unknown: approve}"),
    (FileKind.PART, RULE + ", why: d}"),
    (FileKind.PART, RULE.replace("decline", "refuse") + "}"),
    (FileKind.PART, RULE.replace("reason: C", "title: C") + "}"),
    (FileKind.PART, PART + "rules: []"),
    (FileKind.PART, PART + "table: {hit policy: some, rows: '|a||b|'}"),
    (FileKind.PART, PART + "scorecard: {base: many, attributes: [{name: a}]}"),
    (FileKind.PART, "attributes: {a: text}"),
    (FileKind.PART, "parameters: {a: {value: 1, worth: 2}}"),
    (FileKind.PART, "parameters: {a: {history: {yesterday: 1}}}"),
    (FileKind.REASONS, "reasons: {A: {en: a, zh: b}}"),
    (FileKind.REASONS, "reasons: {A: {en: a, zh: b, adverse: perhaps}}"),
    (FileKind.POLICY_TESTS, TEST + "{applicant: {age: 131}}"),
    (FileKind.POLICY_TESTS, TEST + "{applicant: {age: 30.5}}"),
    (FileKind.POLICY_TESTS, TEST + "{applicant: {years: 30}}"),
    (FileKind.POLICY_TESTS, TEST + "{applicant: {occupation: PILOT}}"),
    (FileKind.POLICY_TESTS, TEST + "{request: {amount: much}}"),
    (FileKind.POLICY_TESTS, TEST + "{exposure: {all: 1}}"),
    (FileKind.POLICY_TESTS, TEST.replace("APPROVE", "YES") + "{}"),
    (FileKind.POLICY_TESTS, TEST.replace("outcome: APPROVE", "offer.colour: 1") + "{}"),
    (FileKind.POLICY_TESTS, TEST.replace("outcome: APPROVE", "offers.0.annual_rate: 1") + "{}"),
    (FileKind.MONITOR, "monitor: a\ntitle: {en: a}\nkey: person\nrules: []"),
    (FileKind.MONITOR_TESTS, "tests: [{name: a, alerts: [], events: [{event: drawdown, amount: much}]}]"),
    (FileKind.MONITOR_TESTS, "tests: [{name: a, alerts: [], events: [{event: drawdown, lender: A}]}]"),
    (FileKind.MONITOR_TESTS, "tests: [{name: a, alerts: [], events: [{event: payment}]}]"),
    (FileKind.MANIFEST, MANIFESTS[0][0].read_text("utf-8").replace("direction: increasing", "direction: up", 1)),
    (FileKind.MANIFEST, MANIFESTS[0][0].read_text("utf-8").replace("title:", "name:", 1)),
]


@pytest.mark.parametrize(("kind", "text"), BROKEN)
def test_what_is_broken_is_refused(kind: FileKind, text: str) -> None:
    assert faults(kind, text)


RIGHT = [
    (FileKind.PART, RULE + ", if unknown: pass, title: d}"),
    (FileKind.PART, PART + "expression: 5"),
    (FileKind.PART, PART + "table: {hit policy: C+, rows: !csv grid.csv, default: null}"),
    (FileKind.PART, "parameters: {a: {value: [1, 2]}, b: {history: {2026-01-01: 0.03}}}"),
    (
        FileKind.POLICY_TESTS,
        TEST + "{request: {amount: 20 CNY}, applicant: {occupation: OCCUPATION_FARMER, age: null}}",
    ),
    (FileKind.POLICY_TESTS, TEST.replace("outcome: APPROVE", "offers.2.annual_rate: 1, decisions.a.b: [1]") + "null"),
    (FileKind.MONITOR_TESTS, "tests: [{name: a, alerts: [], events: [{event: drawdown, amount: 5, at: +1 day}]}]"),
]


@pytest.mark.parametrize(("kind", "text"), RIGHT)
def test_what_the_loaders_take_is_valid(kind: FileKind, text: str) -> None:
    assert faults(kind, text) == []


def mappings(value: Value) -> Iterator[Keys]:
    """Yield all mappings of a grammar."""
    match value:
        case Keys():
            yield value
            for inner in (*value.values.values(), *value.patterns.values()):
                yield from mappings(inner)
        case Items(item=inner) | Named(value=inner):
            yield from mappings(inner)
        case Either(values=inners):
            yield from (found for inner in inners for found in mappings(inner))
        case Variants(shapes=variants):
            yield from (found for inner in variants.values() for found in mappings(inner))


ALL = [keys for kind in FileKind for keys in mappings(kind.keys)]


def test_the_grammar_says_nothing_of_keys_that_no_loader_reads() -> None:
    assert [(keys.shape.what, key) for keys in ALL for key in keys.values if key not in keys.shape.keys] == []


def test_the_grammar_has_every_shape_of_the_loaders() -> None:
    """So that a shape that is added is part of a schema, or this fails."""
    shapes = [
        (module.__name__, name)
        for module in (policy_shapes, monitoring_shapes)
        for name, shape in vars(module).items()
        if isinstance(shape, Shape) and not any(keys.shape is shape for keys in ALL)
    ]
    assert shapes == [(monitoring_shapes.__name__, "TEST_EVENT")]  # stands in the shape of each kind of event


def test_a_manifest_is_what_its_reader_asks_for() -> None:
    """Found by listening to the reader: what it asks for in some cases only is optional."""
    (features,) = [keys for keys in mappings(MANIFEST) if keys.shape.what == "model features"]
    assert {"name", "expression", "direction", "missing", "reasons"} <= set(features.shape.required)
    (reasons,) = [keys for keys in mappings(MANIFEST) if keys.shape.what == "model features reasons"]
    assert (set(reasons.shape.required), set(reasons.shape.optional)) == ({"missing"}, {"high", "low"})
    (graph,) = [keys for keys in mappings(MANIFEST) if keys.shape.what == "model graph"]
    assert set(graph.shape.optional) == {"interactions"}
