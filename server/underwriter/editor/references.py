"""What is named at a place: what is told of it, and where it stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from underwriter.editor.declarations import Declaration, DeclarationKind
from underwriter.editor.grammar.files import FileKind
from underwriter.editor.grammar.values import Choice, Keys, Meaning, Named
from underwriter.editor.grammar.walk import alternatives
from underwriter.editor.inputs import about_input
from underwriter.editor.names import KnownName, Names, local_names
from underwriter.editor.places.events import event_names
from underwriter.editor.places.formula import chain_at, formula_at
from underwriter.editor.places.outline import entries
from underwriter.editor.question import Question
from underwriter.editor.telling import declaration_text, function_told, line_text, name_text
from underwriter.feel.source import Position
from underwriter.feel.types import ANY
from underwriter.monitoring.event_kinds import KINDS_BY_NAME
from underwriter.policy.rule_files import resolve

DECLARED = {
    Meaning.REASON: (DeclarationKind.REASON,),
    Meaning.DECISION: (DeclarationKind.DECISION,),
    Meaning.MODEL: (DeclarationKind.MODEL,),
    Meaning.EXPLAINER: (DeclarationKind.MODEL, DeclarationKind.DECISION),
    Meaning.MONITOR: (DeclarationKind.MONITOR,),
    Meaning.RULE: (DeclarationKind.MONITOR_RULE,),
}
"""What a single value of a meaning names."""
OF_THE_POLICY = (Meaning.DECISION, Meaning.MODEL, Meaning.EXPLAINER)
"""The meanings whose names are those of the file's policy; the others' are those of the whole folder."""

_TOP = Position(0, 0)
_WORD = re.compile(r"[\w./-]+")
_RULES = (DeclarationKind.RULE, DeclarationKind.MONITOR_RULE)
_TESTS = (FileKind.POLICY_TESTS, FileKind.MONITOR_TESTS)
_NAMED = (DeclarationKind.PARAMETER, DeclarationKind.MODEL, DeclarationKind.DECISION, DeclarationKind.STEP)


@dataclass(frozen=True, slots=True)
class Target:
    """Where something stands: a file, by its path below the rules folder or as it is, and the name's two ends in it."""

    file: str | Path
    start: Position = _TOP
    end: Position = _TOP


@dataclass(frozen=True, slots=True)
class Reference:
    """What is named from `start` to `end`: what is told of it, in Markdown, and where it stands, if anywhere."""

    start: Position
    end: Position
    text: str
    target: Target | None = None


def reference_at(question: Question) -> Reference | None:
    """Return what is named at a place; None if nothing is there that is known."""
    finder = _Finder(question)
    return finder.key() if question.place.is_key else finder.formula() or finder.value()


class _Finder:
    def __init__(self, question: Question) -> None:
        self._question = question
        self._place = question.place
        self._names: Names = question.names()
        line = question.lines[self._place.position.line]
        column = self._place.position.column
        word = next((found for found in _WORD.finditer(line) if found.start() <= column <= found.end()), None)
        self._word = word.group().strip(".") if word else ""
        number = self._place.position.line
        self._start = Position(number, word.start() if word else column)
        self._end = Position(number, self._start.column + len(self._word))

    def key(self) -> Reference | None:
        """Return a key: a name that the file declares, an input that a test gives, or a word of ours."""
        name, start, end = self._key_at()
        steps = self._place.steps
        if "given" in steps:
            path = (*(step for step in steps[steps.index("given") + 1 :] if step), name)
            known = KnownName(name, "input", self._names.type_at(path) or ANY, about_input(path))
            return Reference(start, end, name_text(known, path, self._question.chosen))
        if isinstance(self._place.value, Keys):
            shape = self._place.value.shape
            line = {**shape.required, **shape.optional}.get(name)
            return None if line is None else Reference(start, end, line_text(name, line))
        if isinstance(self._place.value, Named):
            path = (steps[1], name) if "context" in steps and steps[1] else (name,)
            found = self._names.declaration_at(path) or self._declared(name, DeclarationKind.REASON)
            return self._known(path, found, start, end) if found else None
        return None

    def formula(self) -> Reference | None:
        """Return a name of a formula, or a function that it calls."""
        formula = formula_at(self._question.lines, self._place)
        spaced = {name for name in (*self._names.functions, *self._names.types) if " " in name}
        chain = chain_at(formula, spaced) if formula else None
        if formula is None or chain is None:
            return self._event()
        number, column = self._place.position.line, self._place.position.column - formula.offset
        start, end = Position(number, column + chain.start), Position(number, column + chain.end)
        local = next((n for n in local_names(self._place, self._names) if (n.name,) == chain.names[:1]), None)
        if local is not None:
            return self._local(local, chain.names, start, end)
        if self._names.find(chain.names) is not None:
            return self._known(chain.names, self._names.declaration_at(chain.names), start, end)
        function = self._names.functions.get(chain.names[-1])
        return Reference(start, end, function_told(function)) if function else None

    def value(self) -> Reference | None:
        """Return what a single value names: a reason, a file, a model and so on; or what a word of ours means."""
        for reference in self._named_values():
            return reference
        for kind in alternatives(self._place.value) if self._place.value else ():
            if isinstance(kind, Choice) and self._word in kind.texts:
                return Reference(self._start, self._end, line_text(self._word, kind.texts[self._word]))
        is_rule = self._place.steps[-1:] == ("id",) or self._question.kind in _TESTS
        rule = self._names.declaration(self._word, *_RULES) or self._declared(self._word, *_RULES) if is_rule else None
        return self._elsewhere(rule) if rule else None

    def _named_values(self) -> Iterator[Reference]:
        for meaning in self._place.meanings:
            kinds = DECLARED.get(meaning, ())
            is_own = meaning in OF_THE_POLICY
            found = self._names.declaration(self._word, *kinds) if is_own else self._declared(self._word, *kinds)
            if found:
                is_named = found.kind in _NAMED
                yield self._known((found.name,), found, self._start, self._end) if is_named else self._elsewhere(found)
            elif meaning is Meaning.FILE:
                path = resolve(self._question.path, self._word)
                if path in self._question.rules.texts:
                    yield Reference(self._start, self._end, f"**{path}**", Target(str(path)))
            elif meaning is Meaning.MODEL_VERSION and self._word in self._question.known.models:
                title = self._question.known.models[self._word]
                file = self._question.known.models_folder / self._word / "model.yaml"
                yield Reference(self._start, self._end, line_text(self._word, title), Target(file))

    def _event(self) -> Reference | None:
        """Return a kind of event, or a field of one, at a place of a monitor."""
        is_kind = Meaning.EVENT_PATTERN in self._place.meanings or self._place.steps[-1:] == ("event",)
        if is_kind and self._word in KINDS_BY_NAME:
            fields = ", ".join(KINDS_BY_NAME[self._word].types)
            return Reference(self._start, self._end, f"**{self._word}** (event): {fields}")
        if not self._place.meanings & {Meaning.EVENT_PATTERN, Meaning.EVENT_FIELD}:
            return None
        type_ = event_names(self._question.lines, self._place).get(self._word)
        return Reference(self._start, self._end, f"**{self._word}**: {type_}") if type_ else None

    def _known(
        self, path: tuple[str, ...], declaration: Declaration | None, start: Position, end: Position
    ) -> Reference:
        known = self._names.find(path)
        if declaration is not None and (known is None or declaration.kind not in _NAMED):
            return Reference(start, end, declaration_text(declaration, self._question.chosen), _target(declaration))
        text = name_text(known, path, self._question.chosen) if known else ""
        return Reference(start, end, text, _target(declaration) if declaration else None)

    def _local(self, local: KnownName, names: tuple[str, ...], start: Position, end: Position) -> Reference:
        owner = next((step for step in self._place.steps[1:2] if step), "")
        declaration = self._names.declaration_at((owner, local.name)) if owner else None
        is_step = declaration is not None and declaration.kind is DeclarationKind.STEP
        path = (owner, *names) if is_step else names
        text = name_text(local, path, self._question.chosen)
        return Reference(start, end, text, _target(declaration) if declaration and is_step else None)

    def _elsewhere(self, found: Declaration) -> Reference:
        return Reference(self._start, self._end, declaration_text(found, self._question.chosen), _target(found))

    def _declared(self, name: str, *kinds: DeclarationKind) -> Declaration | None:
        return next((one for one in self._question.declared(*kinds) if one.name == name), None)

    def _key_at(self) -> tuple[str, Position, Position]:
        """Return the key that the cursor is on, and its ends; keys may have blanks in them."""
        position = self._place.position
        for entry in entries(position.line, self._question.lines[position.line]):
            if entry.key is not None and entry.column <= position.column < entry.value:
                end = Position(position.line, entry.column + len(entry.key))
                return entry.key, Position(position.line, entry.column), end
        return self._word, self._start, self._end


def _target(declaration: Declaration) -> Target:
    source = declaration.source
    return Target(source.name, source.position(0), source.position(len(source.text)))
