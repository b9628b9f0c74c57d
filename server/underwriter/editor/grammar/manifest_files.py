"""Manifests of models: their keys, found by having scoring's own reader read a manifest that holds whatever it asks."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from underwriter.editor.grammar.values import Either, Items, Keys, Nothing, Number, Single, Value, choice
from underwriter.policy.shapes import Shape
from underwriter.scoring.manifest import manifest_of
from underwriter.scoring.section import Document, Position, Section


@dataclass
class _Asked:
    """What was asked of one mapping over all readings: its keys with their values, and how many readings had each."""

    values: dict[str, Value] = field(default_factory=dict)
    parts: "dict[str, tuple[_Asked, bool]]" = field(default_factory=dict)
    readings: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    looked_for: set[str] = field(default_factory=set)

    def keys(self, what: str) -> Keys:
        """Return the mapping's shape; a key that some readings went without is optional."""
        parts = {key: (asked.keys(f"{what} {key}"), is_list) for key, (asked, is_list) in self.parts.items()}
        mappings = {key: Items(keys, is_filled=True) if listed else keys for key, (keys, listed) in parts.items()}
        always = [key for key, count in self.counts.items() if count == self.readings and key not in self.looked_for]
        optional = [key for key in self.counts if key not in always]
        return Keys(Shape(what, dict.fromkeys(always, ""), dict.fromkeys(optional, "")), {**self.values, **mappings})


class _Listening(Section):
    """A mapping that has every key that it is asked for. Among choices it takes the one of a number."""

    def __init__(self, asked: _Asked, number: int) -> None:
        super().__init__(Document(Path("model.yaml"), ""), {}, "", Position(1, 1))
        self._asked = asked
        self._number = number
        asked.readings += 1

    def __contains__(self, key: str) -> bool:
        if key not in self._known:
            self._asked.looked_for.add(key)
        return True

    def text(self, key: str, pattern: str | None = None) -> str:
        self._note(key, Single(pattern=pattern or ""))
        return ""

    def choice(self, key: str, choices: tuple[str, ...]) -> str:
        self._note(key, choice(*choices))
        return choices[self._number % len(choices)]

    def integer(self, key: str, minimum: int, maximum: int) -> int:
        self._note(key, Number(minimum, maximum, is_whole=True))
        return minimum

    def number(self, key: str, above: float = -math.inf, below: float = math.inf) -> float:
        least, most = (None if math.isinf(bound) else bound for bound in (above, below))
        self._note(key, Number(least, most, is_between=True))
        return math.nan

    def numbers(self, key: str) -> tuple[float, ...]:
        self._note(key, Items(Number(), is_filled=True))
        return ()

    def optional_numbers(self, key: str) -> tuple[float | None, ...]:
        self._note(key, Items(Either((Number(), Nothing())), is_filled=True))
        return ()

    def section(self, key: str) -> Section:
        return self._part(key, is_list=False)

    def sections(self, key: str) -> Iterator[Section]:
        yield self._part(key, is_list=True)

    def finish(self) -> None:
        """Nothing is left over where all that is asked for is there."""

    def _part(self, key: str, *, is_list: bool) -> Section:
        self._count(key)
        asked, _ = self._asked.parts.setdefault(key, (_Asked(), is_list))
        return _Listening(asked, self._number)

    def _note(self, key: str, value: Value) -> None:
        self._count(key)
        self._asked.values[key] = value

    def _count(self, key: str) -> None:
        self._known.append(key)
        self._asked.counts[key] = self._asked.counts.get(key, 0) + 1


def _manifest() -> Keys:
    """Return a manifest's shape, over readings that between them take every choice that a manifest offers."""
    asked = _Asked()
    readings = 1
    number = 0
    while number < readings:
        manifest_of(_Listening(asked, number))
        readings = max(readings, _most_choices(asked))
        number += 1
    return asked.keys("model")


def _most_choices(asked: _Asked) -> int:
    counts = [len(value.texts) for value in asked.values.values() if hasattr(value, "texts")]
    return max([1, *counts, *(_most_choices(part) for part, _ in asked.parts.values())])


MANIFEST = _manifest()
