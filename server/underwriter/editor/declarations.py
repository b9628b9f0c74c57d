"""What rule files declare, file by file: where each name stands, and a line on it. Ground for going to a definition."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from underwriter.editor.grammar.files import FileKind
from underwriter.feel.source import Source
from underwriter.pages.markdown import comment_above
from underwriter.policy.documents import Data, Fields, Items, Text, plain_value, read_document
from underwriter.policy.rule_files import resolve


class DeclarationKind(Enum):
    """What a name stands for. The value is how authors are told."""

    PARAMETER = "parameter"
    ATTRIBUTE = "attribute"
    MODEL = "model"
    DECISION = "decision"
    STEP = "step"
    RULE = "rule"
    REASON = "reason"
    MONITOR = "monitor"
    MONITOR_RULE = "monitor's rule"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Declaration:
    """A name, what it stands for, its place, a line on it; `owner` is the decision or monitor that it is part of."""

    kind: DeclarationKind
    name: str
    source: Source
    about: str = ""
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Declared:
    """All that one file declares, and the paths of the files that it names: its includes and grids."""

    declarations: tuple[Declaration, ...]
    references: tuple[str, ...]


NOTHING = Declared((), ())


def declared_in(kind: FileKind, path: str, text: str) -> Declared | None:
    """Return what a file declares; None if it can't be read."""
    document, _ = read_document(path, text)
    if not isinstance(document, Fields):
        return None
    readers = {
        FileKind.POLICY: _rule_parts,
        FileKind.PART: _rule_parts,
        FileKind.REASONS: _reasons,
        FileKind.MONITOR: _monitor,
        FileKind.POLICY_TESTS: _tests,
        FileKind.MONITOR_TESTS: _tests,
    }
    reader = readers.get(kind)
    return Declared(tuple(reader(document)) if reader else (), tuple(_references(path, document)))


def _rule_parts(top: Fields) -> Iterator[Declaration]:
    for key, data in _entries(top.get("parameters")):
        yield Declaration(DeclarationKind.PARAMETER, key.text, key.source, _parameter_line(data))
    for key, data in _entries(top.get("attributes")):
        yield Declaration(DeclarationKind.ATTRIBUTE, key.text, key.source, _text(data))
    for key, data in _entries(top.get("models")):
        yield Declaration(DeclarationKind.MODEL, key.text, key.source, _text(data))
    for key, data in _entries(top.get("decisions")):
        title = _text(data.get("title")) if isinstance(data, Fields) else ""
        yield Declaration(DeclarationKind.DECISION, key.text, key.source, title or comment_above(key.source))
        if isinstance(data, Fields):
            yield from _parts(key.text, data)


def _parts(decision: str, logic: Fields) -> Iterator[Declaration]:
    for key, data in _entries(logic.get("context")):
        yield Declaration(DeclarationKind.STEP, key.text, key.source, _text(data), decision)
    for rule in _items(logic.get("rules")):
        rule_id = rule.get("id") if isinstance(rule, Fields) else None
        if isinstance(rule, Fields) and isinstance(rule_id, Text):
            line = f"{_text(rule.get('when'))} -> {_text(rule.get('then'))}"
            yield Declaration(DeclarationKind.RULE, rule_id.text, rule_id.source, line, decision)


def _reasons(top: Fields) -> Iterator[Declaration]:
    for key, data in _entries(top.get("reasons")):
        texts = [_text(data.get(language)) for language in ("en", "zh")] if isinstance(data, Fields) else []
        yield Declaration(DeclarationKind.REASON, key.text, key.source, "\n\n".join(filter(None, texts)))


def _monitor(top: Fields) -> Iterator[Declaration]:
    name = top.get("monitor")
    if not isinstance(name, Text):
        return
    yield Declaration(DeclarationKind.MONITOR, name.text, name.source, _title(top))
    for rule in _items(top.get("rules")):
        rule_id = rule.get("id") if isinstance(rule, Fields) else None
        if isinstance(rule, Fields) and isinstance(rule_id, Text):
            yield Declaration(DeclarationKind.MONITOR_RULE, rule_id.text, rule_id.source, _title(rule), name.text)


def _tests(top: Fields) -> Iterator[Declaration]:
    for test in _items(top.get("tests")):
        name = test.get("name") if isinstance(test, Fields) else None
        if isinstance(name, Text):
            yield Declaration(DeclarationKind.TEST, name.text, name.source)


def _references(path: str, top: Fields) -> Iterator[str]:
    for reference in _texts_of_references(top):
        named = resolve(path, reference)
        if named:
            yield named


def _texts_of_references(top: Fields) -> Iterator[str]:
    yield from (item.text for item in _items(top.get("include")) if isinstance(item, Text))
    for _, data in _entries(top.get("decisions")):
        table = data.get("table") if isinstance(data, Fields) else None
        rows = table.get("rows") if isinstance(table, Fields) else None
        if isinstance(rows, Text) and rows.tag == "!csv":
            yield rows.text


def _parameter_line(data: Data) -> str:
    if not isinstance(data, Fields):
        return ""
    value = plain_value(data.get("value") or data)
    stated = ", ".join(f"{day}: {one}" for day, one in value.items()) if isinstance(value, dict) else str(value)
    return " ".join(filter(None, (stated, _text(data.get("unit")), "-", _text(data.get("title"))))).removesuffix(" -")


def _title(fields: Fields) -> str:
    return " / ".join(_text(data) for _, data in _entries(fields.get("title")))


def _entries(data: Data | None) -> Iterator[tuple[Text, Data]]:
    return iter(data if isinstance(data, Fields) else ())


def _items(data: Data | None) -> tuple[Data, ...]:
    return data.items if isinstance(data, Items) else ()


def _text(data: Data | None) -> str:
    return data.text if isinstance(data, Text) else ""
