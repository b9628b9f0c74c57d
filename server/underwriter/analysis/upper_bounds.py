"""Proves that a formula is never above another one, by how it is put together: `min(a, b)` is never above `a`.

A formula is taken as a sum of atoms, each so many times. An atom that is a decision's name stands for its formula; one
that is a `min`, `max` or `if` stands for one of its parts. What is left at the end is compared by its bounds.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from underwriter.analysis.definitions_followed import Definitions, Key, Part
from underwriter.analysis.domains.domain import Domain
from underwriter.analysis.domains.intervals import high_of, low_of
from underwriter.feel.nodes import Arithmetic, Call, Expression, If, Name, Negation, NullLiteral, NumberLiteral
from underwriter.feel.types import NUMBER, plain

MOST_STEPS = 500
"""After how many steps a proof is given up."""

_ZERO, _ONE = Decimal(0), Decimal(1)


@dataclass(frozen=True, slots=True)
class _Sum:
    """A sum of a constant and of atoms, each so many times, by their keys."""

    constant: Decimal
    atoms: Mapping[Key, tuple[Decimal, Part]]

    def with_instead(self, key: Key, other: "_Sum") -> "_Sum":
        """Return the sum with another one in the place of an atom."""
        times, _ = self.atoms[key]
        rest = {known: atom for known, atom in self.atoms.items() if known != key}
        for known, (more, part) in other.atoms.items():
            total = rest.get(known, (_ZERO, part))[0] + times * more
            rest.pop(known, None)
            if total:
                rest[known] = (total, part)
        return _Sum(self.constant + times * other.constant, rest)


class UpperBound:
    """Tells of formulas whether they are never above what `is_safe` accepts.

    `is_limit` tells whether a part is the limit itself; `is_below` whether a number is within it whatever the rest is.
    """

    def __init__(
        self,
        definitions: Definitions,
        domain_of: Callable[[Part], Domain],
        is_limit: Callable[[Part], bool],
        is_below: Callable[[Decimal], bool],
    ) -> None:
        self._definitions = definitions
        self._domain_of = domain_of
        self._is_limit = is_limit
        self._is_below = is_below
        self._steps = 0

    def holds(self, part: Part) -> bool:
        """Tell whether a part is proven to be within the limit, or null."""
        self._steps = 0
        return self._holds(self._sum(part))

    def _holds(self, whole: _Sum) -> bool:
        self._steps += 1
        if self._steps > MOST_STEPS:
            return False
        if self._is_limit_less_something(whole) or self._is_below_by_bounds(whole):
            return True
        for key, (times, part) in whole.atoms.items():
            for all_of in self._choices(part, is_added=times > 0):
                if all_of and all(self._holds(whole.with_instead(key, self._sum(option))) for option in all_of):
                    return True
        return False

    def _is_limit_less_something(self, whole: _Sum) -> bool:
        for key, (times, part) in whole.atoms.items():
            if times == _ONE and self._is_limit(part):
                rest = _Sum(whole.constant, {other: atom for other, atom in whole.atoms.items() if other != key})
                if self._highest(rest) <= 0:
                    return True
        return False

    def _is_below_by_bounds(self, whole: _Sum) -> bool:
        highest = self._highest(whole)
        return highest.is_finite() and self._is_below(highest)

    def _highest(self, whole: _Sum) -> Decimal:
        """Return the most that a sum may come to, infinity if that is not known."""
        total = whole.constant
        for times, part in whole.atoms.values():
            domain = self._domain_of(part)
            if plain(domain.type) != NUMBER:
                return Decimal("Infinity")
            total += times * (high_of(domain.within) if times > 0 else low_of(domain.within))
        return total

    def _choices(self, part: Part, *, is_added: bool) -> Iterator[tuple[Part, ...]]:
        """Yield sets of parts of which one set is enough: each part of it stands for the atom in a case of its own."""
        end = self._definitions.end_of(part)
        match end.node:
            case Call(function=Name(name="min" | "max" as name), arguments=arguments) if len(arguments) > 1:
                options = tuple(end.part(argument.value) for argument in arguments)
                if (name == "min") == is_added:
                    yield from ((option,) for option in options)
                else:
                    yield options
            case If(consequent=consequent, alternative=alternative):
                branches = [node for node in (consequent, alternative) if not isinstance(node, NullLiteral)]
                yield tuple(end.part(node) for node in branches)

    def _sum(self, part: Part) -> _Sum:
        """Return a part as a sum; what is neither added up nor multiplied by a number is an atom."""
        end = self._definitions.end_of(part)
        match end.node:
            case NumberLiteral(value=value):
                return _Sum(value, {})
            case Negation(operand=operand):
                return _times(self._sum(end.part(operand)), -_ONE)
            case Arithmetic(operator="+" | "-" as symbol, left=left, right=right):
                return self._added(end, left, right, _ONE if symbol == "+" else -_ONE)
            case Arithmetic(operator="*", left=NumberLiteral(value=factor), right=other):
                return _times(self._sum(end.part(other)), factor)
            case Arithmetic(operator="*", left=other, right=NumberLiteral(value=factor)):
                return _times(self._sum(end.part(other)), factor)
        return _Sum(_ZERO, {self._definitions.key(end): (_ONE, end)})

    def _added(self, end: Part, left: Expression, right: Expression, sign: Decimal) -> _Sum:
        first, second = self._sum(end.part(left)), _times(self._sum(end.part(right)), sign)
        atoms = dict(first.atoms)
        for key, (times, part) in second.atoms.items():
            total = atoms.pop(key, (_ZERO, part))[0] + times
            if total:
                atoms[key] = (total, part)
        return _Sum(first.constant + second.constant, atoms)


def _times(whole: _Sum, factor: Decimal) -> _Sum:
    atoms = {key: (times * factor, part) for key, (times, part) in whole.atoms.items()} if factor else {}
    return _Sum(whole.constant * factor, atoms)
