"""What the input data of included models are bound to: the parts that are read, and what does not fit."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from underwriter.dmn.formulas import NamePath
from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.types import ContextType, ListType, Type, is_acceptable, surely_conforms, unconstrained
from underwriter.policy import findings
from underwriter.policy.included_models import IncludedModels


@dataclass(frozen=True, slots=True)
class BoundInputs:
    """The input data of included models, bound by name to parts of the policy with these types, some of them inputs."""

    models: IncludedModels
    types: Mapping[str, Type]
    inputs: Mapping[str, Type]

    def findings(self, nodes: Iterable[str]) -> Iterator[Diagnostic]:
        """Yield what is wrong with the input data that nodes need: nothing of its name, or not of its type."""
        for key, name in self.models.inputs_needed(nodes).items():
            source = self.models.element(key).name
            wanted = self.models.checked.types[key]
            if name not in self.types:
                yield findings.unbound_input(source, self.types)
            elif found := misfit((name,), self.types[name], wanted):
                path, given, asked = found
                yield findings.input_mismatch(source, ".".join(path), given, asked)

    def paths_read(self, node: str) -> frozenset[NamePath]:
        """Return the paths of the policy's inputs that a node reads."""
        found: set[NamePath] = set()
        for key, members in self.models.inputs_read(self.models.nodes[node]):
            name = "now" if key is None else self.models.element(key).name.text
            if name not in self.inputs:
                continue
            wanted = self.models.checked.types[key] if key else self.inputs[name]
            is_direct = surely_conforms(self.inputs[name], wanted)
            found |= {(name, *members)} if is_direct else set(parts_read((name,), self.inputs[name], wanted))
        return frozenset(found)


def parts_read(path: NamePath, given: Type, wanted: Type) -> Iterator[NamePath]:
    """Yield the paths of what is read to make a value of the wanted type: of contexts the members that it has."""
    members = shared_members(given, wanted)
    if members is None:
        yield path
        return
    for name, (part, asked) in members.items():
        yield from parts_read((*path, name), part, asked)


def misfit(path: NamePath, given: Type, wanted: Type) -> tuple[NamePath, Type | None, Type] | None:
    """Return the first part that can't become what is wanted, with its type, None for one that is not there."""
    if is_acceptable(given, wanted):
        return None
    given, wanted = unconstrained(given), unconstrained(wanted)
    if isinstance(given, ListType) and isinstance(wanted, ListType):
        return misfit(path, given.item, wanted.item)
    if isinstance(given, ContextType) and isinstance(wanted, ContextType):
        for name, asked in wanted.fields.items():
            if name not in given.fields:
                return (*path, name), None, asked
            found = misfit((*path, name), given.fields[name], asked)
            if found is not None:
                return found
    return path, given, wanted


def shared_members(given: Type, wanted: Type) -> dict[str, tuple[Type, Type]] | None:
    """Return the types of the members that two contexts share; None for other types."""
    given, wanted = unconstrained(given), unconstrained(wanted)
    if not isinstance(given, ContextType) or not isinstance(wanted, ContextType):
        return None
    return {name: (given.fields[name], asked) for name, asked in wanted.fields.items() if name in given.fields}
