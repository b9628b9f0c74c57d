"""Code for calls, function literals and `instance of`."""

from collections.abc import Sequence

from underwriter.feel.bounds import UNCOUNTED_CALLS, WORK_OF_A_CALL
from underwriter.feel.builtins.aggregates import SUM
from underwriter.feel.builtins.entry import Builtin, Selection, Signature
from underwriter.feel.builtins.lists import CONCATENATE
from underwriter.feel.builtins.sorting import SORT
from underwriter.feel.codegen.base import CompilerBase
from underwriter.feel.codegen.code import CLASSES, Code, strict
from underwriter.feel.codegen.frame import Frame, Variable
from underwriter.feel.codegen.sorting import sort_key
from underwriter.feel.nodes import Call, FunctionLiteral, InstanceOf, Name, Node, Parameter
from underwriter.feel.types import ANY, BOOLEAN, NULL, NUMBER, STRING, FunctionType, ListType, Type, surely_conforms


class CallCompiler(CompilerBase):
    """Generates calls: of built-ins without checks where the types are known, of others by the runtime."""

    def call(self, node: Call, frame: Frame) -> Code:
        """Generate `function(arguments)`."""
        joined = self._joined_in_a_sum(node)
        if joined is not None and not frame.is_repeated:
            return self._sum_of_lists(node, joined, frame)
        arguments = [self.code(argument.value, frame) for argument in node.arguments]
        name = node.function.name if isinstance(node.function, Name) else ""
        if name not in self.builtins or id(node.function) in self.checked.types:
            return self._function_call(node, self.code(node.function, frame), arguments)
        if self.builtins[name].may_call:
            self.may_exceed = True
            arguments = [self._counting(argument) for argument in arguments]
        self.is_counted(frame)
        if self.builtins[name] is SORT and id(node) in self.checked.calls:
            return self._sort(node, arguments, frame)
        return self._builtin_call(self.builtins[name], node, arguments, frame)

    def _joined_in_a_sum(self, node: Call) -> Call | None:
        """Return the concatenation in `sum(concatenate(...))` of numbers, which needs no list of its own."""
        inner = node.arguments[0].value if len(node.arguments) == 1 else None
        if not isinstance(inner, Call) or self.type(inner) != ListType(item=NUMBER):
            return None
        calls = self._is_sure_call(node, SUM) and self._is_sure_call(inner, CONCATENATE)
        return inner if calls and all(argument.name is None for argument in inner.arguments) else None

    def _is_sure_call(self, node: Call, builtin: Builtin) -> bool:
        name = node.function.name if isinstance(node.function, Name) else ""
        selection = self.checked.calls.get(id(node))
        return self.builtins.get(name) is builtin and selection is not None and selection.is_sure

    def _sum_of_lists(self, node: Call, joined: Call, frame: Frame) -> Code:
        lists = [self.code(argument.value, frame) for argument in joined.arguments]
        places = f"{self.place(node)}, {self.place(joined)}"
        text = f"sum_of_lists(warnings, {places}, {', '.join(code.text for code in lists)})"
        return self.nullable(text, NUMBER, *lists)

    def _builtin_call(self, builtin: Builtin, node: Call, arguments: Sequence[Code], frame: Frame) -> Code:
        selection = self.checked.calls.get(id(node))
        if selection is not None and selection.is_sure:
            return self._sure_call(node, selection, arguments, frame)
        return self._checked_call(builtin, node, arguments)

    def _sort(self, node: Call, arguments: Sequence[Code], frame: Frame) -> Code:
        """Generate `sort(list, precedes)`, by keys where its function compares such, and where that turns out well."""
        key = sort_key(node)
        if key is None:
            return self._builtin_call(SORT, node, arguments, frame)
        is_list = [not isinstance(argument.value, FunctionLiteral) for argument in node.arguments]
        items, name = self.bound(arguments[is_list.index(True)])
        given = [
            Code(name, argument.type, (f"{name} is not None",), name) if is_items else argument
            for argument, is_items in zip(arguments, is_list, strict=True)
        ]
        item = self._parameter(key.parameter)
        part = self.code(key.expression, frame.nested({key.parameter.name: item}, is_repeated=True)).value
        quickly = f"sorted_by({items}, lambda {item.code}: {part}, {key.is_descending}, warnings)"
        slowly = self._builtin_call(SORT, node, given, frame).value
        return self.nullable(f"({quickly} or {slowly})", self.type(node))

    def _counting(self, argument: Code) -> Code:
        """Return code for an argument, of which the calls count as work if it is a function."""
        if argument.type != ANY and not isinstance(argument.type, FunctionType):
            return argument
        return self.nullable(f"counting({argument.value})", argument.type)

    def _function_call(self, node: Call, callee: Code, arguments: Sequence[Code]) -> Code:
        """Generate a call of a function that is a value: straight where its parameters are known."""
        ordered = self._in_order(node, callee, arguments)
        if ordered is None:
            self.may_exceed = True
            text = f"invoke({self._unordered(callee.value, node, arguments)})"
            return self.nullable(f"(enter(), {text}, leave())[1]", self.type(node))
        text = f"{callee.called or callee.text}({', '.join(argument.value for argument in ordered)})"
        calls = callee.type.calls if isinstance(callee.type, FunctionType) else None
        if calls is None or calls > UNCOUNTED_CALLS:
            self.may_exceed = True
            text = f"(enter(), {text}, leave())[1]"
        return self.nullable(text, self.type(node), Code("", ANY, callee.guards))

    def _sure_call(self, node: Call, selection: Selection, arguments: Sequence[Code], frame: Frame) -> Code:
        """Generate a call of a built-in whose arguments are known to fit; null for nulls that it does not take."""
        signature = selection.signature
        given = [self.null(NULL) if index is None else arguments[index] for index in selection.order]
        is_required = [
            index is not None and not signature.parameter(position).takes_null
            for position, index in enumerate(selection.order)
        ]
        if signature.template is not None:  # it may read an argument twice
            given = [self.named(code) if needed else code for code, needed in zip(given, is_required, strict=True)]
        if self.is_counted(frame) and not signature.is_instant:
            given = [self._costed(code, needed) for code, needed in zip(given, is_required, strict=True)]
        required = [argument for argument, needed in zip(given, is_required, strict=True) if needed]
        texts = [code.text if needed else code.value for code, needed in zip(given, is_required, strict=True)]
        if signature.reads_moment:
            texts.insert(0, self._moment(frame))
        if signature.is_total:
            return strict(self._total(signature, texts), self.type(node), *required)
        function = self.pool.constant(signature.implementation)
        inner = ", ".join([function, "warnings", self.place(node), *texts])
        return self.nullable(f"attempt({inner})", self.type(node), *required)

    def _costed(self, argument: Code, is_required: bool) -> Code:
        """Return an argument of a built-in that counts as work by its length."""
        if not is_required or not (argument.type in (ANY, STRING) or isinstance(argument.type, ListType)):
            return argument
        named = self.named(argument)
        return Code(named.text, named.type, (*named.guards, f"spend_on({named.text})"))

    def _moment(self, frame: Frame) -> str:
        """Return the text of the evaluation's time; null where no frame holds it."""
        moment = frame.moment()
        return "None" if moment is None else self.variable(moment).value

    def _total(self, signature: Signature, texts: Sequence[str]) -> str:
        """Return the text of a call that cannot fail."""
        if signature.template is not None:
            return signature.template.format(*texts)
        return f"{self.pool.constant(signature.implementation)}({', '.join(texts)})"

    def _checked_call(self, builtin: Builtin, node: Call, arguments: Sequence[Code]) -> Code:
        """Generate a call of a built-in whose arguments are checked at run time."""
        return self.nullable(f"invoke_builtin({self._unordered(builtin, node, arguments)})", self.type(node))

    def _unordered(self, callee: str | Builtin, node: Call, arguments: Sequence[Code]) -> str:
        """Return what calls at run time take: what is called, the names of arguments, and these as they are written."""
        names = self.pool.constant(tuple(argument.name for argument in node.arguments))
        called = callee if isinstance(callee, str) else self.pool.constant(callee)
        return ", ".join([called, names, "warnings", self.place(node), *(argument.value for argument in arguments)])

    def _in_order(self, node: Call, callee: Code, arguments: Sequence[Code]) -> list[Code] | None:
        """Return the arguments in the order of a known function's parameters; None if they don't fit."""
        parameters = callee.type.parameters if isinstance(callee.type, FunctionType) else None
        if parameters is None or len(arguments) != len(parameters):
            return None
        names = [argument.name for argument in node.arguments]
        if all(name is None for name in names):
            return list(arguments)
        if sorted(str(name) for name in names) != sorted(name for name, _ in parameters):
            return None
        return [arguments[names.index(parameter)] for parameter, _ in parameters]

    def function(self, node: FunctionLiteral, frame: Frame, itself: tuple[str, Variable] | None = None) -> Code:
        """Generate `function(a, b) body`; `itself` is the name that the function has for itself, if it has one."""
        names = self.pool.constant(tuple(parameter.name for parameter in node.parameters))
        if node.is_external:
            return Code(f"external_function({names}, warnings, {self.place(node)})", self.type(node))
        inner = frame.nested({} if itself is None else {itself[0]: itself[1]})
        variables = {parameter.name: self._parameter(parameter) for parameter in node.parameters}
        body = self._counted_body(node, inner.nested(variables, is_repeated=True))
        conditions = [self._taken(parameter, variables[parameter.name]) for parameter in node.parameters]
        needed = " and ".join(condition for condition in conditions if condition)
        parameters = ", ".join(variable.code for variable in variables.values())
        function = f"lambda {parameters}: {f'{body} if {needed} else None' if needed else body}"
        text = f"Function({names}, {function}, {self.pool.constant(self.type(node))})"
        if itself is not None:
            text = f"({itself[1].code} := {text})"
        return Code(self.outlined(text) if frame.is_repeated else text, self.type(node))

    def _counted_body(self, node: FunctionLiteral, frame: Frame) -> str:
        """Return the text of a function's body; a long one counts as work beside the call."""
        body, weight = self.code(node.body, frame).value, self.weight(node.body)
        if weight <= WORK_OF_A_CALL:
            return body
        self.may_exceed = True
        return f"({body} if spend_units({weight}) else None)"

    def _parameter(self, node: Parameter) -> Variable:
        return Variable.of_value(self.pool.temporary(), self.checked.types.get(id(node), ANY))

    def _taken(self, node: Parameter, variable: Variable) -> str:
        """Return the condition that an argument is of the type that is asked for, or becomes so; empty if any is."""
        if node.type is None:
            return ""
        name = variable.code
        if id(node) not in self.checked.written_types:
            return f"unknown_type(warnings, {self.place(node)})"
        wanted = self.checked.written_types[id(node)]
        convert = f"({name} := taken({name}, {self.pool.constant(wanted)}, warnings, {self.place(node)})) is not MISFIT"
        quick = CLASSES.get(wanted)
        return f"({name}.__class__ is {quick} or {convert})" if quick else f"({convert})"

    def builtin(self, name: str, node: Node) -> Code:
        """Generate a built-in as a value."""
        builtin = self.pool.constant(self.builtins[name])
        return Code(f"builtin_value({builtin}, warnings, {self.place(node)})", FunctionType())

    def instance(self, node: InstanceOf, frame: Frame) -> Code:
        """Generate `operand instance of type`; null is an instance of Null alone (DMN 1.5, 10.3.2.9.3)."""
        operand = self.code(node.operand, frame)
        if self.is_counted(frame):
            operand = self._costed(operand, is_required=True)
        wanted: Type | None = self.checked.written_types.get(id(node))
        if wanted is None:
            return self.nullable(f"unknown_type(warnings, {self.place(node)})", BOOLEAN)
        if wanted == NULL:
            return Code(f"({operand.value} is None)", BOOLEAN)
        if surely_conforms(operand.type, wanted):
            return Code(f"({operand.value} is not None)", BOOLEAN)
        if wanted in CLASSES:
            return Code(f"({operand.value}.__class__ is {CLASSES[wanted]})", BOOLEAN)
        named = self.named(operand)
        test = f"is_instance({named.text}, {self.pool.constant(wanted)})"
        return Code(f"({' and '.join((*named.guards, test))})", BOOLEAN)
