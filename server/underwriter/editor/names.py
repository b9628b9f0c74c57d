"""The names that formulas of a file may use, with their types and what is known of them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from underwriter.decisioning.active_policy import NOW, TODAY
from underwriter.editor.declarations import Declaration, DeclarationKind
from underwriter.editor.inputs import about_input
from underwriter.editor.places.place import Place
from underwriter.feel.builtins.entry import Builtin
from underwriter.feel.types import ANY, DATE, DATE_TIME, ChoiceType, ContextType, FunctionType, ListType, Type
from underwriter.policy.inputs import application_type
from underwriter.policy.model_interface import MODEL_OUTPUTS
from underwriter.policy.named_types import TYPES
from underwriter.policy.stored_inputs import STORED_INPUTS

_SHOWN_MEMBERS = 6
_NAMES = (DeclarationKind.PARAMETER, DeclarationKind.MODEL, DeclarationKind.DECISION)
_WORD_BEFORE_COLON = re.compile(r"([^\s{},:]+) *:")


@dataclass(frozen=True, slots=True)
class KnownName:
    """A name, what it stands for, its type and a line on it."""

    name: str
    what: str
    type: Type
    about: str = ""


@dataclass(frozen=True)
class Names:
    """The names of a policy's formulas. `checked` are their types as they were when the policy was last in order."""

    declarations: Sequence[Declaration]
    checked: Mapping[str, Type]
    functions: Mapping[str, Builtin]

    @cached_property
    def types(self) -> Mapping[str, Type]:
        """The types of all names, as far as they are known."""
        inputs = {**application_type().fields, **STORED_INPUTS, NOW: DATE_TIME, TODAY: DATE}
        attributes = {
            declaration.name: TYPES.get(declaration.about, ANY)
            for declaration in self.declarations
            if declaration.kind is DeclarationKind.ATTRIBUTE
        }
        inputs["attributes"] = ContextType(fields=attributes)
        declared = {declaration.name: ANY for declaration in self.declarations if declaration.kind in _NAMES}
        models = {name: MODEL_OUTPUTS for name in declared if self.declaration(name, DeclarationKind.MODEL)}
        known = {name: type_ for name, type_ in self.checked.items() if name in declared}
        return {**declared, **known, **models, **inputs}

    def known(self) -> Iterator[KnownName]:
        """Yield all names."""
        for name, type_ in self.types.items():
            yield self._known((name,), type_)

    def members(self, path: Sequence[str]) -> Iterator[KnownName]:
        """Yield the members of what a path leads to; of a list, those of its items."""
        for name, type_ in _members(self.type_at(path)).items():
            yield self._known((*path, name), type_)

    def find(self, path: Sequence[str]) -> KnownName | None:
        """Return what a path leads to, None if it leads nowhere."""
        type_ = self.type_at(path)
        return self._known(path, type_) if type_ is not None else None

    def type_at(self, path: Sequence[str]) -> Type | None:
        """Return the type of what a path leads to, None if it leads nowhere."""
        type_ = self.types.get(path[0]) if path else None
        for name in path[1:]:
            type_ = _members(type_).get(name)
        return type_

    def choices(self, path: Sequence[str]) -> tuple[str, ...]:
        """Return the values that the text at a path may have, none if it may be any."""
        type_ = self.type_at(path)
        return type_.values if isinstance(type_, ChoiceType) else ()

    def declaration(self, name: str, *kinds: DeclarationKind) -> Declaration | None:
        """Return where a name of one of these kinds stands."""
        return next((one for one in self._by_name.get(name, ()) if one.kind in kinds), None)

    def declaration_at(self, path: Sequence[str]) -> Declaration | None:
        """Return where what a path leads to stands: a step of a decision, or what its first name stands for."""
        if path[:1] == ("attributes",) and len(path) > 1:
            return self.declaration(path[1], DeclarationKind.ATTRIBUTE)
        steps = (one for one in self._by_name.get(path[1], ()) if one.owner == path[0]) if len(path) > 1 else iter(())
        step = next((one for one in steps if one.kind is DeclarationKind.STEP), None)
        return step or self.declaration(path[0], *_NAMES)

    @cached_property
    def _by_name(self) -> Mapping[str, Sequence[Declaration]]:
        found: dict[str, list[Declaration]] = {}
        for declaration in self.declarations:
            found.setdefault(declaration.name, []).append(declaration)
        return found

    def _known(self, path: Sequence[str], type_: Type) -> KnownName:
        found = self.declaration_at(path)
        if found is not None:
            return KnownName(path[-1], found.kind.value, type_, found.about)
        return KnownName(path[-1], "input", type_, about_input(path))


def local_names(place: Place, names: Names) -> list[KnownName]:
    """Return the names that only formulas at a place may use: steps beside it, parameters, the item of an offer."""
    if "context" in place.steps:
        owner = next((step for step in place.steps[1:2] if step), "")
        types = _members(names.types.get(owner))
        return [KnownName(name, "step", types.get(name, ANY)) for name in place.siblings if name != place.steps[-1]]
    around = place.siblings.get("parameters", "") if "function" in place.steps else place.siblings.get("each", "")
    what = "parameter" if "function" in place.steps else "item"
    return [KnownName(name, what, ANY) for name in _WORD_BEFORE_COLON.findall(around)]


def type_text(type_: Type) -> str:
    """Return a type as authors are told it: of a context its first members, of a choice its values."""
    match type_:
        case ChoiceType() if type_.values:
            return "string: " + " | ".join(f'"{value}"' for value in type_.values)
        case ContextType():
            shown = ", ".join(list(type_.fields)[:_SHOWN_MEMBERS])
            return f"context of {shown}{', ...' if len(type_.fields) > _SHOWN_MEMBERS else ''}"
        case ListType():
            return f"list of {type_text(type_.item)}"
        case FunctionType():
            return f"function({', '.join(name for name, _ in type_.parameters or ())}): {type_text(type_.result)}"
    return str(type_)


def _members(type_: Type | None) -> Mapping[str, Type]:
    if isinstance(type_, ListType):
        return _members(type_.item)
    return type_.fields if isinstance(type_, ContextType) else {}
