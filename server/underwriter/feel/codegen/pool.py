"""The names of one generated module: constants, each once, and temporaries."""

from collections.abc import Mapping
from itertools import count

from underwriter.feel.values import Value


class Pool:
    """Gives out names that generated code may use: `k0`, `k1` ... for constants, `t0`, `t1` ... for temporaries."""

    def __init__(self, runtime: Mapping[str, object]) -> None:
        self._runtime = dict(runtime)
        self._names: dict[tuple[type, object], str] = {}
        self._constants: dict[str, object] = {}
        self._numbers = count()

    def constant(self, value: Value) -> str:
        """Return the name of a constant. Equal constants of one type share a name where they can be hashed."""
        key = (type(value), value if _is_hashable(value) else id(value))
        if key[0].__name__ == "Decimal":
            key = (type(value), str(value))  # 1.0 and 1.00 are equal, but not written alike
        if key not in self._names:
            name = f"k{len(self._constants)}"
            self._names[key] = name
            self._constants[name] = value
        return self._names[key]

    def temporary(self) -> str:
        """Return a name that nothing else uses."""
        return f"t{next(self._numbers)}"

    def namespace(self) -> dict[str, object]:
        """Return the globals of the generated module."""
        return self._runtime | self._constants


def _is_hashable(value: Value) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True
