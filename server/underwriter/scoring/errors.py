"""What can be wrong with a model folder.

ModelError        carries every Fault found, not only the first
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong with one file of a model.

    `file` is the path as shown to people; `line` and `column` count from 1 and are 0 where the fault is in no
    particular place. `remedy` says what to do, as an order.
    """

    file: str
    line: int
    column: int
    message: str
    remedy: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place}: {self.message}. {self.remedy}."


class ModelError(Exception):
    """A model that must not be used. `faults` lists all that is wrong with it, in the order of the files."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        super().__init__("\n".join(str(fault) for fault in self.faults))
