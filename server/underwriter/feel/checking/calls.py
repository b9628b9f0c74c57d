"""Checks of calls: which signature fits, and what is wrong where none does."""

from collections.abc import Sequence

from underwriter.feel.builtins.entry import MOMENT, Builtin, select
from underwriter.feel.checking import errors as errors
from underwriter.feel.checking.base import CheckerBase
from underwriter.feel.checking.scope import Scope
from underwriter.feel.nodes import Call, FunctionLiteral, Name, Parameter
from underwriter.feel.types import ANY, FunctionType, Type, checkable, is_acceptable


class CallChecker(CheckerBase):
    """Types of calls and function literals."""

    def call(self, node: Call, scope: Scope) -> Type:
        """Check `function(arguments)`: a name in scope goes before a built-in of that name."""
        types = [self.check(argument.value, scope) for argument in node.arguments]
        name = node.function.name if isinstance(node.function, Name) else None
        if name is not None and self._is_builtin(name, scope):
            return self._builtin_call(node, self.builtins[name], types)
        if name is not None and scope.find(name) is None:
            known = [*self.builtins, *scope]
            self.report(errors.unknown_function(self.source, node.function.span, name, known))
            return ANY
        callee = self.check(node.function, scope)
        if isinstance(callee, FunctionType):
            return self._function_call(node, callee, types)
        self.count_calls(None)
        if callee != ANY:
            self.report(errors.not_a_function(self.source, node.span, callee))
        return ANY

    def function(self, node: FunctionLiteral, scope: Scope) -> FunctionType:
        """Check `function(a, b) body`. Whoever calls it, the arguments are tested to be of the types written."""
        signature = self.signature(node)
        if node.is_external:
            return signature
        outer, self.called = self.called, 1
        variables = {
            parameter.name: self.keep(parameter, checkable(self._parameter_type(parameter)))
            for parameter in node.parameters
        }
        result = self.check(node.body, scope.nested(variables))
        calls, self.called = self.called, outer
        return FunctionType(parameters=signature.parameters, result=result, calls=calls)

    def signature(self, node: FunctionLiteral) -> FunctionType:
        """Return the type of a function as far as it is written: its parameters."""
        parameters = tuple((parameter.name, self._parameter_type(parameter)) for parameter in node.parameters)
        return FunctionType(parameters=parameters)

    def _parameter_type(self, node: Parameter) -> Type:
        if node.type is None:
            return ANY
        return self.written_types.get(id(node)) or self.written_type(node, node.type) or ANY

    def _is_builtin(self, name: str, scope: Scope) -> bool:
        """Tell whether a called name is a built-in's. What can't be, or only may be, in scope does not hide it."""
        binding = scope.find(name)
        if binding is None or not binding.is_certain:
            return name in self.builtins
        may_be_called = binding.type == ANY or isinstance(binding.type, FunctionType)
        return name in self.builtins and not may_be_called

    def _builtin_call(self, node: Call, builtin: Builtin, types: Sequence[Type]) -> Type:
        names = [argument.name for argument in node.arguments]
        if builtin.may_call:
            self.count_calls(None)
        selection = select(builtin, types, names)
        if selection is None:
            self._report_misfit(node, builtin, types)
            return ANY
        self.calls[id(node)] = selection
        if selection.signature.reads_moment:
            self.references.add((MOMENT,))
        return selection.result

    def _report_misfit(self, node: Call, builtin: Builtin, types: Sequence[Type]) -> None:
        """Report why no signature of a built-in fits: a name, the number, or the types of the arguments."""
        ways = [str(signature) for signature in builtin.signatures]
        names = [argument.name for argument in node.arguments]
        unknown = [a for a in node.arguments if a.name is not None and a.name not in builtin.parameter_names]
        for argument in unknown:
            known = builtin.parameter_names
            self.report(errors.unknown_argument(self.source, argument.span, builtin.name, argument.name or "", known))
        if unknown:
            return
        if any(signature.order(names) is not None for signature in builtin.signatures):
            self.report(errors.wrong_argument_types(self.source, node.span, builtin.name, types, ways))
        else:
            self.report(errors.wrong_argument_count(self.source, node.span, builtin.name, len(types), ways))

    def _function_call(self, node: Call, callee: FunctionType, types: Sequence[Type]) -> Type:
        self.count_calls(callee.calls)
        if callee.parameters is None:
            return callee.result
        name = node.function.name if isinstance(node.function, Name) else "the function"
        known = dict(callee.parameters)
        ways = [f"({', '.join(f'{parameter}: {type_}' for parameter, type_ in callee.parameters)})"]
        for argument in node.arguments:
            if argument.name is not None and argument.name not in known:
                unknown = errors.unknown_argument(self.source, argument.span, name, argument.name, list(known))
                self.report(unknown)
                return callee.result
        if len(types) != len(known):
            self.report(errors.wrong_argument_count(self.source, node.span, name, len(types), ways))
            return callee.result
        for argument, given, wanted in zip(node.arguments, types, known.values(), strict=True):
            asked = wanted if argument.name is None else known[argument.name]
            if not is_acceptable(given, asked):
                self.report(errors.unexpected_type(self.source, argument.span, given, asked))
        return callee.result
