"""Keeps what decisions and conditions came to: policies that include the same files ask for the same over and over."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from underwriter.analysis.domains.domain import Domain
from underwriter.feel.diagnostics import Diagnostic
from underwriter.feel.source import Source


class Found(NamedTuple):
    """What something came to, and each of its texts, None for one that was not read."""

    domain: Domain
    texts: Sequence[Domain | None] = ()


class _Kept(NamedTuple):
    """What was found, with what it was found from: that is known by its identity, and so must live as long."""

    found: Found
    written: Source
    read: Sequence[Domain | None]


@dataclass(frozen=True, slots=True)
class SharedWork:
    """What was found out for one policy and holds for others: of what stands in one place and reads the same.

    It is for policies that were loaded from the same files: their documents are read once, so they share their sources.
    Equal domains are one object here, so that what reads them is known again.
    """

    _kept: dict[tuple[int, ...], _Kept] = field(default_factory=dict)
    _domains: dict[Domain, Domain] = field(default_factory=dict)
    _looks: dict[int, Sequence[Diagnostic]] = field(default_factory=dict)
    _numbers: dict[tuple[object, ...], int] = field(default_factory=dict)

    def find(self, written: Source, read: Iterable[Domain | None], work_out: Callable[[], Found]) -> Found:
        """Return what was found for what is written there, where it reads these domains; else work it out."""
        domains = tuple(read)
        key = (id(written), *map(id, domains))
        kept = self._kept.get(key)
        if kept is None:
            found = work_out()
            found = found._replace(domain=self.same(found.domain))
            kept = self._kept[key] = _Kept(found, written, domains)
        return kept.found

    def look(self, basis: int, find: Callable[[], Sequence[Diagnostic]]) -> Sequence[Diagnostic]:
        """Return what was found in a part that is made of the same, by its number; else look."""
        known = self._looks.get(basis)
        if known is None:
            known = self._looks[basis] = find()
        return known

    def number(self, key: tuple[object, ...]) -> int:
        """Return the number of what something is made of. What the key tells by identity lives as long as this."""
        return self._numbers.setdefault(key, len(self._numbers))

    def same(self, domain: Domain) -> Domain:
        """Return the object that stands for all domains equal to this one."""
        return self._domains.setdefault(domain, domain)
