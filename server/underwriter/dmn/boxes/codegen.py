"""Writes boxed expressions as Python statements: literals by FEEL's generator, tables by the table writer."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeAlias, assert_never

from underwriter.dmn.boxes.checked_boxes import (
    CheckedBox,
    CheckedConditional,
    CheckedContext,
    CheckedFilter,
    CheckedFunction,
    CheckedInvocation,
    CheckedIterator,
    CheckedList,
    CheckedLiteral,
    CheckedParameter,
    CheckedRelation,
    Coerced,
    NoValue,
    item_type,
)
from underwriter.dmn.boxes.constants import constant_value
from underwriter.dmn.boxes.expressions import IteratorKind
from underwriter.dmn.boxes.runtime import (
    boxed_every,
    boxed_filter,
    boxed_some,
    is_condition,
    iterated,
    iterated_with_partial,
)
from underwriter.dmn.boxes.type_tests import TypeTests
from underwriter.dmn.code import Code
from underwriter.dmn.formulas import NamePath
from underwriter.dmn.tables.checked_table import CheckedTable
from underwriter.dmn.tables.codegen import TableWriter
from underwriter.feel import Frame, Generator, Variable
from underwriter.feel.bounds import UNCOUNTED_CALLS
from underwriter.feel.coercion import coerced
from underwriter.feel.faults import Place
from underwriter.feel.folding import NotConstant
from underwriter.feel.nodes import Name, Path
from underwriter.feel.types import ANY, BOOLEAN, FunctionType, ListType, Type

BOXED_RUNTIME: dict[str, object] = {
    function.__name__: function
    for function in (
        boxed_every,
        boxed_filter,
        boxed_some,
        coerced,
        is_condition,
        iterated,
        iterated_with_partial,
    )
}
"""The names, beside those of the FEEL generator's namespace, that generated boxes read."""

Places: TypeAlias = Mapping[NamePath, Variable]
"""Where a value lives, by the path of members under which it is read: `()` is the whole."""

FrameOf: TypeAlias = Callable[[int], Frame]
"""Gives the frame of a conditional's branch, 0 or 1, when the branch is about to be written."""

WriteBody: TypeAlias = Callable[[Mapping[str, Variable]], str]
"""Writes a function's body, given where its arguments are, and returns an expression for the result."""

_ITERATIONS = {
    IteratorKind.FOR: "iterated",
    IteratorKind.SOME: "boxed_some",
    IteratorKind.EVERY: "boxed_every",
}


class BoxedWriter:
    """Writes boxes into one piece of generated code.

    `numbers` gives tables, by their `id`, the numbers under which they trace the rows that were hit. Those tables of
    which the number is one of `failing` record a broken hit policy by it, others leave a warning. The code reads a
    local list `warnings`, and with numbers also `failures` and `trace`, as the table writer asks.
    """

    def __init__(
        self, code: Code, generator: Generator, numbers: Mapping[int, int], failing: Collection[int] = ()
    ) -> None:
        self.code = code
        self._generator = generator
        self._numbers = numbers
        self._failing = failing
        self._types = TypeTests(generator)

    def write(self, box: CheckedBox, frame: Frame, target: str, frame_of: FrameOf | None = None) -> Places:
        """Write what leaves a box's value in variables whose names begin with `target`; return where it lives.

        `frame_of` gives the frames of the branches if the box is a conditional.
        """
        try:
            value = constant_value(box)
        except NotConstant:
            return self._write(box, frame, target, frame_of)
        text = self.value(box, frame) if isinstance(box, CheckedLiteral) else self._generator.constant(value)
        self._assign(target, text, box)
        return {(): Variable(target, box.type, nullable=value is None)}

    def _write(self, box: CheckedBox, frame: Frame, target: str, frame_of: FrameOf | None) -> Places:
        match box:
            case CheckedLiteral():
                return self._kept(target, self._generator.expression(box.checked, frame), box)
            case NoValue():
                return self._kept(target, self._null(box), box)
            case Coerced():
                return self._coerced(box, frame, target, frame_of)
            case CheckedTable():
                return self._table(box, frame, target)
            case CheckedContext():
                return self._context(box, frame, target)
            case CheckedList():
                return self._kept(target, self._list(box.items, frame), box)
            case CheckedRelation():
                return self._relation(box, frame, target)
            case CheckedInvocation():
                return self._invocation(box, frame, target)
            case CheckedFunction():
                return self._function_value(box, frame, target)
            case CheckedConditional():
                return self._conditional(box, target, frame_of or (lambda _: frame), frame)
            case CheckedFilter():
                return self._filter(box, frame, target)
            case CheckedIterator():
                return self._iteration(box, frame, target)
        assert_never(box)

    def value(self, box: CheckedBox, frame: Frame) -> str:
        """Return an expression for a box's value, after writing the statements that it needs."""
        if isinstance(box, CheckedLiteral):
            return self._generator.expression(box.checked, frame)
        if isinstance(box, NoValue):
            return self._null(box)
        return self.write(box, frame, self.code.name("b"))[()].code

    def write_function(self, name: str, parameters: Sequence[CheckedParameter], write_body: WriteBody) -> None:
        """Write a Python function: arguments that can't be made of their parameters' types give null (10.3.2.9.4)."""
        places = {parameter.name: f"{name}_{index}" for index, parameter in enumerate(parameters)}
        types = {parameter.name: parameter.type for parameter in parameters}
        with self.code.block(f"def {name}({', '.join(places.values())}):"):
            for parameter in parameters:
                self._fit_argument(places[parameter.name], parameter)
            result = write_body({key: Variable(place, types[key]) for key, place in places.items()})
            self.code.line(f"return {result}")

    def coerce(self, place: str, wanted: Type, where: Place) -> None:
        """Write what makes the value of a variable one of a type, or null with a warning."""
        with self.code.block(f"if not {self._types.conforming(place, wanted)}:"):
            self.code.line(f"{place} = {self._coerced_text(place, wanted, where)}")

    def function(self, name: str, type_: Type) -> Variable:
        """Return the variable of a Python function that stands for a function of FEEL: called by name, else a value."""
        parameters = type_.parameters if isinstance(type_, FunctionType) else None
        names = self._generator.constant(tuple(parameter for parameter, _ in parameters or ()))
        value = f"Function({names}, {name}, {self._generator.constant(type_)})"
        return Variable(value, type_, nullable=False, called=name)

    def _fit_argument(self, place: str, parameter: CheckedParameter) -> None:
        if parameter.type == ANY:
            return
        fitted = f"({place} := {self._coerced_text(place, parameter.type, parameter.place)}) is None"
        with self.code.block(f"if not {self._types.conforming(place, parameter.type)} and {fitted}:"):
            self.code.line("return None")

    def _coerced_text(self, place: str, wanted: Type, where: Place) -> str:
        return f"coerced({place}, {self._generator.constant(wanted)}, {self._where(where)})"

    def _kept(self, target: str, text: str, box: CheckedBox) -> Places:
        self._assign(target, text, box)
        return {(): Variable(target, box.type)}

    def _assign(self, target: str, text: str, box: CheckedBox) -> None:
        self.code.line(f"{target} = {text}", box.checked.source if isinstance(box, CheckedLiteral) else None)

    def _null(self, box: NoValue) -> str:
        values = "".join(f", {value!r}" for value in box.values)
        return f"note(warnings, {self._generator.constant(box.place)}, {box.kind!r}, {box.template!r}{values})"

    def _coerced(self, box: Coerced, frame: Frame, target: str, frame_of: FrameOf | None) -> Places:
        whole = self.write(box.box, frame, target, frame_of)[()]
        if whole.code != target:
            self.code.line(f"{target} = {whole.code}")
        self.coerce(target, box.type, box.place)
        return {(): Variable(target, box.type)}

    def _table(self, table: CheckedTable, frame: Frame, target: str) -> Places:
        number = self._numbers.get(id(table))
        records_failures = number in self._failing
        writer = TableWriter(self.code, self._generator, frame, target, number, records_failures=records_failures)
        writer.write(table)
        return {path[1:]: variable for path, variable in writer.variables(table, "").items()}

    def _context(self, context: CheckedContext, frame: Frame, target: str) -> Places:
        steps: dict[NamePath, Variable] = {}
        inner = Frame(steps, frame)
        for index, (name, box) in enumerate(context.entries):
            places = self.write(box, inner, f"{target}_{index}")
            if name is None:
                return places
            for path in [path for path in steps if path[0] == name]:
                del steps[path]
            steps.update({(name, *path): variable for path, variable in places.items()})
        wholes = {path[0]: variable.code for path, variable in steps.items() if len(path) == 1}
        return {(): Variable(_context_text(wholes), context.type, nullable=False), **steps}

    def _list(self, items: tuple[CheckedBox, ...], frame: Frame) -> str:
        return f"[{', '.join([self.value(item, frame) for item in items])}]"

    def _relation(self, relation: CheckedRelation, frame: Frame, target: str) -> Places:
        rows = [
            _context_text({name: self.value(cell, frame) for name, cell in zip(relation.columns, row, strict=True)})
            for row in relation.rows
        ]
        return self._kept(target, f"[{', '.join(rows)}]", relation)

    def _invocation(self, call: CheckedInvocation, frame: Frame, target: str) -> Places:
        called = _called(call.function, frame) if call.is_in_order else None
        callee = called or self.value(call.function, frame)
        arguments = [self.value(argument, frame) for argument in call.arguments]
        if called is None:
            names = self._generator.constant(call.names)
            text = f"invoke({', '.join([callee, names, self._where(call.place), *arguments])})"
        else:
            text = f"{called}({', '.join(arguments)})"
            calls = call.function.type.calls if isinstance(call.function.type, FunctionType) else None
            if calls is not None and calls <= UNCOUNTED_CALLS:
                return self._kept(target, text, call)
        return self._kept(target, self._bounded(f"(enter(), {text}, leave())[1]", call.place), call)

    def _function_value(self, function: CheckedFunction, frame: Frame, target: str) -> Places:
        name = f"{target}_f"
        self.write_function(name, function.parameters, lambda given: self.value(function.body, frame.nested(given)))
        return {(): self.function(name, function.type)}

    def _conditional(self, choice: CheckedConditional, target: str, frame_of: FrameOf, frame: Frame) -> Places:
        if isinstance(choice.condition, CheckedLiteral) and (choice.place is None or choice.condition.type == BOOLEAN):
            heads = [f"if {self._generator.truth(choice.condition.checked, frame)}:", "else:"]
        else:
            condition = self.code.name("c")
            self.code.line(f"{condition} = {self.value(choice.condition, frame)}")
            where = f", {self._where(choice.place)}" if choice.place else ""
            heads = [f"if {condition} is True:", f"elif is_condition({condition}{where}):" if where else "else:"]
        for branch, (head, box) in enumerate(zip(heads, (choice.consequent, choice.alternative), strict=True)):
            with self.code.block(head):
                self._trace_arm(choice, is_first=branch == 0)
                whole = self.write(box, frame_of(branch), target)[()]
                if whole.code != target:
                    self.code.line(f"{target} = {whole.code}")
        if heads[1] != "else:":
            with self.code.block("else:"):
                self.code.line(f"{target} = None")
        return {(): Variable(target, choice.type)}

    def _trace_arm(self, choice: CheckedConditional, *, is_first: bool) -> None:
        place, condition = choice.place, choice.condition
        if place is None and isinstance(condition, CheckedLiteral):
            place = Place(condition.checked.source, condition.checked.tree.span)
        if place is not None and self._generator.is_tracing:
            self.code.trace(f"trace.arm({self._generator.branch(place)}, {is_first})")

    def _filter(self, box: CheckedFilter, frame: Frame, target: str) -> Places:
        item = Variable(f"{target}_item", item_type(box.operand.type))
        operand = self.value(box.operand, frame)
        body = self._body(box.condition, frame.filtering(item), item.code, target)
        text = f"boxed_filter({operand}, {body}, {self._where(box.place)})"
        return self._kept(target, self._bounded(text, box.place), box)

    def _iteration(self, box: CheckedIterator, frame: Frame, target: str) -> Places:
        item = Variable(f"{target}_item", item_type(box.domain.type))
        partial = Variable(f"{target}_partial", ListType(), nullable=False)
        domain = self.value(box.domain, frame)
        given = {box.variable: item}
        iterate, parameters = _ITERATIONS[box.kind], item.code
        if box.reads_partial:
            given = {"partial": partial, **given}
            iterate, parameters = "iterated_with_partial", f"{item.code}, {partial.code}"
        body = self._body(box.body, frame.nested(given), parameters, target)
        text = f"{iterate}({domain}, {body}, {self._where(box.place)})"
        return self._kept(target, self._bounded(text, box.place), box)

    def _body(self, box: CheckedBox, frame: Frame, parameters: str, target: str) -> str:
        """Write the function of one item, and return its name: a function, so that closures keep their own item."""
        name = f"{target}_body"
        with self.code.block(f"def {name}({parameters}):"):
            self.code.line(f"return {self.value(box, frame)}")
        return name

    def _bounded(self, text: str, place: Place) -> str:
        """Return the text as an evaluation within the bounds of work."""
        return f"bounded(lambda: {text}, {self._where(place)})"

    def _where(self, place: Place) -> str:
        return f"warnings, {self._generator.constant(place)}"


def _context_text(values: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{name!r}: {value}" for name, value in values.items()) + "}"


def _called(function: CheckedBox, frame: Frame) -> str | None:
    """Return the text to call a function by that a literal names, if it is known to be one; None if it is not."""
    tree = function.checked.tree if isinstance(function, CheckedLiteral) else None
    if isinstance(tree, Path) and isinstance(tree.operand, Name):
        path: NamePath = (tree.operand.name, tree.member)
    elif isinstance(tree, Name):
        path = (tree.name,)
    else:
        return None
    inner: Frame | None = frame
    while inner is not None and inner.item is None:
        found = inner.longest(path)
        if found is not None:
            return found[0].called if found[1] == len(path) else None
        inner = inner.outer
    return None
