"""Proposes what may be written at a place."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import PurePosixPath

from underwriter.editor.declarations import DeclarationKind
from underwriter.editor.functions import function_text, signature_text
from underwriter.editor.grammar.values import Choice, Keys, Meaning, Named, Truth, Value, Variants
from underwriter.editor.grammar.walk import alternatives
from underwriter.editor.inputs import about_choice
from underwriter.editor.names import KnownName, Names, local_names, type_text
from underwriter.editor.places.events import event_names
from underwriter.editor.places.formula import Formula, chain_before, compared_before, formula_at
from underwriter.editor.question import Question
from underwriter.editor.references import DECLARED, OF_THE_POLICY
from underwriter.feel.source import Position
from underwriter.monitoring.event_kinds import KINDS_BY_NAME


class ProposalKind(Enum):
    """What is proposed."""

    KEY = "key"
    VALUE = "value"
    NAME = "name"
    FUNCTION = "function"
    REFERENCE = "reference"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What may be written from `start` up to the cursor. `detail` stands beside it, `about` says more."""

    label: str
    kind: ProposalKind
    start: Position
    text: str
    detail: str = ""
    about: str = ""


def proposals(question: Question) -> Iterator[Proposal]:
    """Yield what may be written at a place, in the order of the files that say so."""
    place = question.place
    if place.is_key:
        yield from _keys(question)
        return
    formula = formula_at(question.lines, place)
    if formula is not None:
        yield from _in_formula(question, formula)
    elif Meaning.EVENT_PATTERN in place.meanings:
        yield from _in_pattern(question)
    yield from _choices(question)
    yield from _references(question)


def _keys(question: Question) -> Iterator[Proposal]:
    place = question.place
    match place.value:
        case Keys(shape=shape):
            for key, line in {**shape.required, **shape.optional}.items():
                if key not in place.siblings:
                    detail = "needed" if key in shape.required else ""
                    yield Proposal(key, ProposalKind.KEY, place.start, f"{key}: ", detail, line)
        case Variants(key=key):
            yield Proposal(key, ProposalKind.KEY, place.start, f"{key}: ", "needed")
        case Named() if place.steps[-1:] == ("models",):
            for name in question.names().declarations:
                if name.kind is DeclarationKind.MODEL:
                    yield Proposal(name.name, ProposalKind.REFERENCE, place.start, f"{name.name}: ", name.about)


def _choices(question: Question) -> Iterator[Proposal]:
    start = question.place.start
    for value in alternatives(question.place.value) if question.place.value else ():
        for text, about in _texts(value).items():
            yield Proposal(text, ProposalKind.VALUE, start, text, "", about)
    if question.place.steps[-1:] == ("event",) and Meaning.EVENT_PATTERN not in question.place.meanings:
        yield from (Proposal(kind, ProposalKind.VALUE, start, kind) for kind in KINDS_BY_NAME)


def _texts(value: Value) -> dict[str, str]:
    if isinstance(value, Truth):
        return {"true": "", "false": ""}
    return dict(value.texts) if isinstance(value, Choice) else {}


def _references(question: Question) -> Iterator[Proposal]:
    """Yield names that stand elsewhere: of the policy for what only that has, else of the whole folder."""
    start = question.place.start
    for meaning in question.place.meanings:
        kinds = DECLARED.get(meaning, ())
        is_own = meaning in OF_THE_POLICY
        found = question.names().declarations if is_own else question.declared(*kinds)
        for one in found:
            if one.kind in kinds:
                yield Proposal(one.name, ProposalKind.REFERENCE, start, one.name, one.kind.value, one.about)
        if meaning is Meaning.MODEL_VERSION:
            for name in question.known.models:
                yield Proposal(name, ProposalKind.REFERENCE, start, name, "model")
        if meaning is Meaning.FILE:
            yield from _files(question)
        if meaning is Meaning.EVENT_FIELD:
            fields = event_names(question.lines, question.place)
            yield from (Proposal(name, ProposalKind.NAME, start, name, type_text(t)) for name, t in fields.items())


def _files(question: Question) -> Iterator[Proposal]:
    folder = PurePosixPath(question.path).parent
    for path in question.rules.files.texts:
        if path != question.path and not path.endswith((".csv", "policy.yaml")):
            reference = _relative(folder, path)
            yield Proposal(reference, ProposalKind.FILE, question.place.start, reference)


def _relative(folder: PurePosixPath, path: str) -> str:
    parts, wanted = folder.parts, PurePosixPath(path).parts
    shared = 0
    while shared < min(len(parts), len(wanted) - 1) and parts[shared] == wanted[shared]:
        shared += 1
    return "/".join([*[".."] * (len(parts) - shared), *wanted[shared:]])


def _in_formula(question: Question, formula: Formula) -> Iterator[Proposal]:
    names = question.names()
    position = question.place.position
    chain = chain_before(formula)
    if chain is None:
        yield from _values(names, compared_before(formula), position, is_begun=True)
        return
    start = Position(position.line, position.column - (formula.offset - chain.start))
    if len(chain.names) > 1:
        yield from _named(names.members(chain.names[:-1]), start)
        return
    tested = tuple(formula.tested.split(".")) if formula.tested else compared_before(formula)
    yield from _values(names, tested, start)
    yield from _named(local_names(question.place, names), start)
    yield from _named(names.known(), start)
    for function in names.functions.values():
        detail = signature_text(function)
        yield Proposal(
            function.name, ProposalKind.FUNCTION, start, f"{function.name}(", detail, function_text(function)
        )


def _values(names: Names, path: tuple[str, ...], at: Position, *, is_begun: bool = False) -> Iterator[Proposal]:
    """Yield the values that a text compared may have; with `is_begun` its quotation mark stands there already."""
    for value in names.choices(path):
        text = value if is_begun else f'"{value}"'
        yield Proposal(text, ProposalKind.VALUE, at, text, "", about_choice(path, value))


def _named(known: Iterable[KnownName], start: Position) -> Iterator[Proposal]:
    for name in known:
        detail = f"{name.what}: {type_text(name.type)}"
        yield Proposal(name.name, ProposalKind.NAME, start, name.name, detail, name.about)


def _in_pattern(question: Question) -> Iterator[Proposal]:
    """Yield kinds of events, or behind `where` the fields of the kind that stands before it."""
    place = question.place
    line = question.lines[place.position.line]
    written = line[place.start.column : place.position.column]
    if "where" not in written.split():
        yield from (Proposal(kind, ProposalKind.VALUE, place.start, kind) for kind in KINDS_BY_NAME)
        return
    chain = chain_before(Formula(written, len(written)))
    kind = KINDS_BY_NAME.get(written.split()[0])
    if chain is not None and kind is not None:
        start = Position(place.position.line, place.start.column + chain.start)
        for name, type_ in kind.types.items():
            yield Proposal(name, ProposalKind.NAME, start, name, type_text(type_))
