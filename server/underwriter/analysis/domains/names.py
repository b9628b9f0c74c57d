"""What names stand for while an expression is looked at: nested as it nests them, and narrowed by its conditions."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from underwriter.analysis.domains.domain import UNKNOWN, Domain
from underwriter.analysis.domains.narrowing import Narrowed, Steps
from underwriter.analysis.domains.structures import ContextDomain
from underwriter.feel.checking.scope import may_have_more_members

Find = Callable[[str], Domain | None]


class Names(NamedTuple):
    """Finds the domain of a name; `narrowed` are those of names and paths of which a condition tells more."""

    find: Find
    narrowed: Narrowed = MappingProxyType({})

    def nested(self, domains: Mapping[str, Domain]) -> "Names":
        """Return the names with more names, which hide those of the same name."""
        outer = self.find
        kept = {steps: domain for steps, domain in self.narrowed.items() if steps[0] not in domains}
        return Names(lambda name: domains[name] if name in domains else outer(name), kept)

    def filtering(self, item: Domain) -> "Names":
        """Return the names in a filter's condition: `item`, and its members, which hide what is outside."""
        members = item.members if isinstance(item, ContextDomain) else {}
        inner = self.nested({"item": item, **members})
        if not may_have_more_members(item.type):
            return inner
        return Names(lambda name: item if name == "item" and "item" not in members else UNKNOWN)

    def where(self, narrowed: Mapping[Steps, Domain]) -> "Names":
        """Return the names where a condition tells more of some of them."""
        return Names(self.find, {**self.narrowed, **narrowed}) if narrowed else self
