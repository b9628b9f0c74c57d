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
    _looks: dict[tuple[int, ...], Sequence[Diagnostic]] = field(default_factory=dict)

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

    def look(
        self, written: Iterable[Source], read: Iterable[Domain | None], find: Callable[[], Sequence[Diagnostic]]
    ) -> Sequence[Diagnostic]:
        """Return what was found in these, where they read these domains; else look. All of them live as long as this.

        `written` are the part that is looked at and the decisions behind it.
        """
        key = (*map(id, written), 0, *map(id, read))
        known = self._looks.get(key)
        if known is None:
            known = self._looks[key] = find()
        return known

    def same(self, domain: Domain) -> Domain:
        """Return the object that stands for all domains equal to this one."""
        return self._domains.setdefault(domain, domain)
