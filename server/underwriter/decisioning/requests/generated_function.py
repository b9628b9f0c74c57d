"""Writes Python functions as text and makes them: the text holds only names and numbers that we choose ourselves."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


class GeneratedFunction:
    """The text of one function while it is written, with the objects that it reads by generated names."""

    def __init__(self, signature: str) -> None:
        self._lines = [f"def {signature}:"]
        self._depth = 1
        self._names = 0
        self._constants: dict[str, object] = {}

    def line(self, text: str) -> None:
        """Write a line at the present depth."""
        self._lines.append("    " * self._depth + text)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Write a compound statement; what is written within becomes its body."""
        self.line(head)
        self._depth += 1
        yield
        self._depth -= 1

    def local(self, stem: str) -> str:
        """Return a name for a local variable that nothing else uses."""
        self._names += 1
        return f"{stem}{self._names}"

    def constant(self, value: object, stem: str = "k") -> str:
        """Return the name by which the function reads an object; the same object keeps its name."""
        for name, known in self._constants.items():
            if known is value:
                return name
        name = self.local(stem)
        self._constants[name] = value
        return name

    @property
    def source(self) -> str:
        """The function's text."""
        return "\n".join(self._lines) + "\n"

    def make(self) -> Callable[..., Any]:
        """Compile the text and return the function."""
        names = dict(self._constants)
        name = self._lines[0].removeprefix("def ").partition("(")[0]
        exec(compile(self.source, f"<generated {name}>", "exec"), names)  # noqa: S102 - the text is our own
        function: Callable[..., Any] = names.pop(name)  # type: ignore[assignment]  # so that they don't hold each other
        return function
