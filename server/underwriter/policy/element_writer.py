"""Writes the elements of included DMN models into a policy's function, with what their input data are bound to."""

from collections.abc import Mapping, MutableMapping

from underwriter.dmn.boxes.checker import place_of
from underwriter.dmn.boxes.codegen import BoxedWriter
from underwriter.dmn.formulas import NamePath
from underwriter.dmn.models.compiler import FunctionWriter
from underwriter.dmn.models.linking import Key
from underwriter.feel import MOMENT, Variable
from underwriter.feel.types import ContextType, Type, surely_conforms
from underwriter.policy.checked import CheckedPolicy
from underwriter.policy.model_inputs import shared_members


class ElementWriter:
    """Writes nodes of the graph that are elements of models, each after those that it requires.

    `variables` are those that the policy's texts read; inputs are found there, and what is written is added.
    """

    def __init__(
        self,
        checked: CheckedPolicy,
        boxes: BoxedWriter,
        numbers: Mapping[str, int],
        variables: MutableMapping[NamePath, Variable],
    ) -> None:
        self._checked = checked
        self._models = checked.included
        self._boxes = boxes
        self._variables = variables
        traced = {key: numbers[name] for name, key in self._models.nodes.items() if name in numbers}
        self._writer = FunctionWriter(self._models.checked, boxes, traced, variables.get((MOMENT,)))
        functions = [key for key in traced if self._models.checked.is_function(key)]
        self._writer.name_functions(functions)
        self._unwritten = set(functions)

    def write(self, node: str) -> None:
        """Write a decision, or a function with those that it calls, since they may call each other in a circle."""
        key = self._models.nodes[node]
        for input_, name in self._models.inputs_needed([node]).items():
            if input_ not in self._writer.places:
                self._bind(input_, name)
        for function in self._models.checked.needed([key]):
            if function in self._unwritten:
                self._unwritten.remove(function)
                self._writer.write_function(function, is_traced=False)
        if not self._models.checked.is_function(key):
            self._writer.write_decisions([key], self._writer.places)
        for path, named in self._models.names.items():
            if named == key:
                places = self._writer.places[key]
                self._variables.update({(*path, *members): variable for members, variable in places.items()})
                self._complete_import(path[0])

    def _bind(self, key: Key, name: str) -> None:
        """Tell where an input's value is; write what makes it one of the input's type where it may be of another."""
        given, wanted = self._checked.types[name], self._models.checked.types[key]
        if surely_conforms(given, wanted):
            places = {path[1:]: variable for path, variable in self._variables.items() if path[0] == name}
            self._writer.places[key] = places
            return
        place = self._boxes.code.name("n")
        source = self._models.element(key).name
        self._boxes.code.line(f"{place} = {self._whole((name,), given, wanted)}", source)
        self._boxes.coerce(place, wanted, place_of(source))
        self._writer.places[key] = {(): Variable(place, wanted)}

    def _whole(self, path: NamePath, given: Type, wanted: Type) -> str:
        """Return the text of a value, made of the parts that are read if it is not there as a whole."""
        if path in self._variables:
            return self._variables[path].code
        members = shared_members(given, wanted) or {}
        entries = [f"{name!r}: {self._whole((*path, name), *types)}" for name, types in members.items()]
        return f"{{{', '.join(entries)}}}"

    def _complete_import(self, prefix: str) -> None:
        """Add an import as a whole, once all of its elements are there."""
        paths = [path for path in self._models.names if path[0] == prefix and len(path) > 1]
        if not paths or not all(path in self._variables for path in paths):
            return
        entries = ", ".join(f"{path[1]!r}: {self._variables[path].code}" for path in paths)
        type_ = ContextType(fields={path[1]: self._variables[path].type for path in paths})
        self._variables[(prefix,)] = Variable(f"{{{entries}}}", type_, nullable=False)
