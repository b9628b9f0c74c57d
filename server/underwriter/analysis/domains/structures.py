"""Domains of values that are made of others: contexts, lists and functions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from underwriter.analysis.domains.domain import UNKNOWN, Domain
from underwriter.feel.types import ANY


@dataclass(frozen=True, slots=True)
class ContextDomain(Domain):
    """Contexts: the domain of each member that is known."""

    members: Mapping[str, Domain] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class ListDomain(Domain):
    """Lists: the domain of every item, and between how many there are; `most` is None if that is not known."""

    item: Domain = UNKNOWN
    fewest: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True)
class FunctionDomain(Domain):
    """A function: what it gives for arguments from some domains, by place. `parameters` are their names."""

    parameters: tuple[str, ...] = ()
    apply: Callable[[Sequence[Domain]], Domain] = field(default=lambda _: Domain(ANY))
