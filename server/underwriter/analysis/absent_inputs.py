"""What a policy comes to where an input was not sent."""

from dataclasses import replace

from underwriter.analysis.domains.domain import Domain
from underwriter.analysis.domains.domains import Domains
from underwriter.analysis.domains.making import NOTHING, NULL_ONLY, is_null
from underwriter.analysis.domains.structures import ContextDomain, ListDomain
from underwriter.policy.checked import Path
from underwriter.policy.definitions import ScorecardLogic


class DomainsWithout(Domains):
    """The domains of a policy where one input was not sent: it is null, or an empty list.

    With `nulls_only` those are told only that are always null then and were not before. The others are as wide as ever,
    so that little has to be worked out again.
    """

    def __init__(self, base: Domains, path: Path, *, nulls_only: bool = False) -> None:
        before, changed = base.known(), base.nodes_reading(path)
        kept = {name: domain for name, domain in before.items() if name not in changed}
        super().__init__(base.checked, base.shared, {**kept, path[0]: absent(before[path[0]], path[1:])})
        self._before = before
        self._readers_of_path = base.readers(path)
        self._nulls_only = nulls_only
        self._altered: set[str] = set()

    def _add(self, name: str) -> None:
        if not self._nulls_only:
            super()._add(name)
        elif self._reads_what_changed(name) and not self._is_scorecard(name):
            super()._add(name)
            if has_new_nulls(self._domains[name], self._before[name]):
                self._altered.add(name)
            else:
                self._domains[name] = self._before[name]
        else:
            self._domains[name] = self._before[name]

    def _is_scorecard(self, name: str) -> bool:
        """Tell whether a node is a scorecard, which has points for what is missing."""
        return isinstance(self.checked.decisions[name].logic, ScorecardLogic)

    def _reads_what_changed(self, name: str) -> bool:
        return name in self._readers_of_path or not self._altered.isdisjoint(self.checked.requires[name])


def absent(domain: Domain, path: Path) -> Domain:
    """Return the domain of something where what a path leads to in it was not sent: null, or an empty list."""
    if path and isinstance(domain, ContextDomain):
        return replace(domain, members={**domain.members, path[0]: absent(domain.members[path[0]], path[1:])})
    if isinstance(domain, ListDomain):
        return replace(domain, can_be_null=False, item=NOTHING, fewest=0, most=0)
    return NULL_ONLY


def has_new_nulls(domain: Domain, before: Domain) -> bool:
    """Tell whether something is always null, or an empty list, that was not before: the whole or a member of it."""
    if isinstance(domain, ContextDomain) and isinstance(before, ContextDomain):
        return any(has_new_nulls(domain.members[name], member) for name, member in before.members.items())
    return _is_null_or_empty(domain) and not _is_null_or_empty(before)


def _is_null_or_empty(domain: Domain) -> bool:
    return is_null(domain) or (isinstance(domain, ListDomain) and domain.most == 0)
