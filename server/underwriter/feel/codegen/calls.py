"""Code for calls and function literals."""

from collections.abc import Sequence

from underwriter.feel.builtins.entry import Selection, Signature
from underwriter.feel.codegen.base import CompilerBase
from underwriter.feel.codegen.code import Code, strict
from underwriter.feel.codegen.frame import Frame, Variable
from underwriter.feel.nodes import Call, FunctionLiteral, InstanceOf, Name
from underwriter.feel.types import ANY, BOOLEAN, NULL, FunctionType
from underwriter.feel.written_types import type_named


class CallCompiler(CompilerBase):
    """Generates calls: of built-ins without checks where the types are known, of others by the runtime."""

    def call(self, node: Call, frame: Frame) -> Code:
        """Generate `function(arguments)`."""
        arguments = [self.code(argument.value, frame) for argument in node.arguments]
        selection = self.checked.calls.get(id(node))
        if selection is not None and selection.is_sure:
            return self._sure_call(node, selection, arguments)
        name = node.function.name if isinstance(node.function, Name) else ""
        is_variable = id(node.function) in self.checked.types
        if name in self.builtins and not is_variable:
            return self._checked_call("invoke_builtin", self.pool.constant(self.builtins[name]), node, arguments)
        callee = self.code(node.function, frame)
        ordered = self._in_order(node, callee, arguments)
        if ordered is not None:
            inner = ", ".join(argument.value for argument in ordered)
            return self.nullable(f"{callee.text}({inner})", self.type(node), Code("", ANY, callee.guards))
        return self._checked_call("invoke", callee.value, node, arguments)

    def _sure_call(self, node: Call, selection: Selection, arguments: Sequence[Code]) -> Code:
        """Generate a call of a built-in whose arguments are known to fit; null for nulls that it does not take."""
        signature = selection.signature
        given = [self.null(NULL) if index is None else arguments[index] for index in selection.order]
        is_required = [
            index is not None and not signature.parameter(position).takes_null
            for position, index in enumerate(selection.order)
        ]
        if signature.template is not None:  # it may read an argument twice
            given = [self.named(code) if needed else code for code, needed in zip(given, is_required, strict=True)]
        required = [argument for argument, needed in zip(given, is_required, strict=True) if needed]
        texts = [code.text if needed else code.value for code, needed in zip(given, is_required, strict=True)]
        if signature.is_total:
            return strict(self._total(signature, texts), self.type(node), *required)
        function = self.pool.constant(signature.implementation)
        inner = ", ".join([function, "warnings", self.place(node), *texts])
        return self.nullable(f"attempt({inner})", self.type(node), *required)

    def _total(self, signature: Signature, texts: Sequence[str]) -> str:
        """Return the text of a call that cannot fail."""
        if signature.template is not None:
            return signature.template.format(*texts)
        return f"{self.pool.constant(signature.implementation)}({', '.join(texts)})"

    def _checked_call(self, helper: str, callee: str, node: Call, arguments: Sequence[Code]) -> Code:
        """Generate a call whose arguments are checked at run time."""
        names = self.pool.constant(tuple(argument.name for argument in node.arguments))
        inner = ", ".join([callee, names, "warnings", self.place(node), *(argument.value for argument in arguments)])
        return self.nullable(f"{helper}({inner})", self.type(node))

    def _in_order(self, node: Call, callee: Code, arguments: Sequence[Code]) -> list[Code] | None:
        """Return the arguments in the order of a known function's parameters; None if they don't fit."""
        if not isinstance(callee.type, FunctionType) or len(arguments) != len(callee.type.parameters):
            return None
        names = [argument.name for argument in node.arguments]
        if all(name is None for name in names):
            return list(arguments)
        parameters = [name for name, _ in callee.type.parameters]
        if sorted(str(name) for name in names) != sorted(parameters):
            return None
        return [arguments[names.index(parameter)] for parameter in parameters]

    def function(self, node: FunctionLiteral, frame: Frame) -> Code:
        """Generate `function(a, b) body`."""
        variables = {parameter.name: Variable(self.pool.temporary(), ANY) for parameter in node.parameters}
        body = self.code(node.body, frame.nested(variables))
        names = self.pool.constant(tuple(variables))
        parameters = ", ".join(variable.code for variable in variables.values())
        return Code(f"Function({names}, lambda {parameters}: {body.value})", self.type(node))

    def instance(self, node: InstanceOf, frame: Frame) -> Code:
        """Generate `operand instance of type`; null is an instance of Null alone (DMN 1.5, 10.3.2.9.3)."""
        wanted = type_named(node.type_name)
        operand = self.code(node.operand, frame)
        if wanted is None:
            return self.null(BOOLEAN)
        if wanted == NULL:
            return Code(f"({operand.value} is None)", BOOLEAN)
        name = self.pool.temporary()
        test = f"({name} := {operand.value}) is not None and is_instance({name}, {self.pool.constant(wanted)})"
        return Code(f"({test})", BOOLEAN)
