"""The paths that are read of a message, as a tree of its fields."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

Path: TypeAlias = tuple[str, ...]


@dataclass(slots=True)
class Step:
    """What is read at a field: the value itself, into the variables `targets`, and what lies beyond it."""

    targets: list[str] = field(default_factory=list)
    beyond: dict[str, "Step"] = field(default_factory=dict)

    def at(self, path: Path) -> "Step":
        """Return the step at the end of a path, made if there is none yet."""
        step = self
        for name in path:
            step = step.beyond.setdefault(name, Step())
        return step

    def flat(self, prefix: Path = ()) -> Iterator[tuple[Path, str]]:
        """Yield every variable with the path to its value, from this step on."""
        for target in self.targets:
            yield prefix, target
        for name, step in self.beyond.items():
            yield from step.flat((*prefix, name))

    def all_targets(self) -> list[str]:
        """Return the variables of this step and of all beyond it."""
        return [target for _, target in self.flat()]
