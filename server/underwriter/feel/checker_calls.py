"""Checks of calls: which signature fits, and what is wrong where none does."""

from collections.abc import Sequence

from underwriter.feel import checker_errors as errors
from underwriter.feel.builtins.entry import Builtin, is_acceptable, select
from underwriter.feel.checker_base import CheckerBase
from underwriter.feel.nodes import Call, FunctionLiteral, Name
from underwriter.feel.scope import Scope
from underwriter.feel.types import ANY, NULL, FunctionType, Type
from underwriter.feel.written_types import type_named


class CallChecker(CheckerBase):
    """Types of calls and function literals."""

    def call(self, node: Call, scope: Scope) -> Type:
        """Check `function(arguments)`: a name in scope goes before a built-in of that name."""
        types = [self.check(argument.value, scope) for argument in node.arguments]
        name = node.function.name if isinstance(node.function, Name) else None
        if name is not None and scope.find(name) is None:
            if name in self.builtins:
                return self._builtin_call(node, self.builtins[name], types)
            known = [*self.builtins, *scope]
            self.report(errors.unknown_function(self.source, node.function.span, name, known))
            return ANY
        callee = self.check(node.function, scope)
        if isinstance(callee, FunctionType):
            return self._function_call(node, callee, types)
        if callee not in (ANY, NULL):
            self.report(errors.not_a_function(self.source, node.span, callee))
        return ANY

    def function(self, node: FunctionLiteral, scope: Scope) -> Type:
        """Check `function(a, b) body`."""
        parameters: dict[str, Type] = {}
        for parameter in node.parameters:
            named = ANY if parameter.type_name is None else type_named(parameter.type_name)
            if named is None:
                self.report(errors.unknown_type(self.source, parameter.span, parameter.type_name or ""))
            parameters[parameter.name] = named or ANY
        # Not every caller is held to the types, so code of the body takes its parameters as Any.
        result = self.check(node.body, scope.nested(dict.fromkeys(parameters, ANY)))
        return FunctionType(parameters=tuple(parameters.items()), result=result)

    def _builtin_call(self, node: Call, builtin: Builtin, types: Sequence[Type]) -> Type:
        names = [argument.name for argument in node.arguments]
        selection = select(builtin, types, names)
        if selection is None:
            self._report_misfit(node, builtin, types)
            return ANY
        self.calls[id(node)] = selection
        ordered = [ANY if index is None else types[index] for index in selection.order]
        return selection.signature.result_type(ordered)

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
