"""The names of one generated module: constants, each once, temporaries, and functions of its own."""

import ast
import builtins
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import count
from typing import Any

from underwriter.feel.faults import Place
from underwriter.feel.temporal import DateTime, Time
from underwriter.feel.types import Type
from underwriter.feel.values import Range, Value


class Pool:
    """Gives out names: `k0`, `k1` ... for constants, `t0`, `t1` ... for temporaries, `h0`, `h1` ... for functions."""

    def __init__(self, runtime: Mapping[str, object]) -> None:
        self._runtime = dict(runtime)
        self._names: dict[tuple[type, object], str] = {}
        self._constants: dict[str, object] = {}
        self._functions: dict[str, str] = {}
        self._numbers = count()
        self.branches: dict[Place, int] = {}

    def constant(self, value: Value) -> str:
        """Return the name of a constant. Equal constants of one type share a name where they can be hashed."""
        key = (type(value), value if _is_hashable(value) else id(value))
        if isinstance(value, Decimal):
            key = (type(value), str(value))  # 1.0 and 1.00 are equal, but not written alike
        elif isinstance(value, Time | DateTime | Range | Type):
            key = (type(value), id(value))  # likewise equal ones may be in different zones, or accept different values
        if key not in self._names:
            name = f"k{len(self._constants)}"
            self._names[key] = name
            self._constants[name] = value
        return self._names[key]

    def is_constant(self, name: str) -> bool:
        """Tell whether a text is the name of a constant."""
        return name in self._constants

    def value(self, name: str) -> Any:
        """Return the value of a constant."""
        return self._constants[name]

    def temporary(self) -> str:
        """Return a name that nothing else uses."""
        return f"t{next(self._numbers)}"

    def branch(self, place: Place) -> int:
        """Return the number of an `if` of the module, the same for the same place."""
        return self.branches.setdefault(place, len(self.branches))

    def function(self, parameters: Sequence[str], text: str) -> str:
        """Return the name of a function of the module that gives the value of a text."""
        name = f"h{len(self._functions)}"
        self._functions[name] = f"def {name}({', '.join(parameters)}):\n    return {text}\n"
        return name

    def is_global(self, name: str) -> bool:
        """Tell whether a name is one of the module, and not of a function in it."""
        return name in self._constants or name in self._runtime or name in self._functions or hasattr(builtins, name)

    def namespace(self) -> dict[str, object]:
        """Return the globals of the generated module."""
        namespace = self._runtime | self._constants
        text = "".join(self._functions.values())
        exec(compile(text, "<parts>", "exec"), namespace)  # noqa: S102 - the text is our own, of checked parts
        return namespace


def free_names(text: str, pool: Pool) -> list[str]:
    """Return the names that an expression reads and does not bind, in the order of their first reading."""
    names = [node for node in ast.walk(ast.parse(text, mode="eval")) if isinstance(node, ast.Name | ast.arg)]
    bound = {n.arg if isinstance(n, ast.arg) else n.id for n in names if not _is_read(n)}
    read = dict.fromkeys(n.id for n in names if isinstance(n, ast.Name) and _is_read(n))
    return [name for name in read if name not in bound and not pool.is_global(name)]


def _is_read(node: ast.Name | ast.arg) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)


def _is_hashable(value: Value) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True
