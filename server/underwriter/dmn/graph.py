"""Decision graphs (DMN 1.5, chapter 6): which decision needs which, and an order in which all can be computed."""

from collections.abc import Collection, Mapping, Sequence


class CircularDecisions(Exception):
    """Decisions need each other in a circle. `circle` names them in order, the first again at the end."""

    def __init__(self, circle: tuple[str, ...]) -> None:
        super().__init__(" -> ".join(circle))
        self.circle = circle


def evaluation_order(requires: Mapping[str, Collection[str]]) -> list[str]:
    """Return the names so that each comes after all that it requires, otherwise in the order given.

    Required names that are not keys are taken as given from outside.

    Raises:
        CircularDecisions: when there is no such order.
    """
    order: dict[str, None] = {}
    for name in requires:
        if name not in order:
            _add_with_required(name, requires, order)
    return list(order)


def reachable(names: Collection[str], requires: Mapping[str, Collection[str]]) -> set[str]:
    """Return the names and all that they require, directly or not."""
    found: set[str] = set()
    open_names = [name for name in names if name in requires]
    while open_names:
        name = open_names.pop()
        if name not in found:
            found.add(name)
            open_names += [required for required in requires[name] if required in requires]
    return found


MAXIMUM_BRANCHES = 12
"""How deep decisions are put into branches of decisions that are in branches themselves."""

Branch = tuple[str, int]
"""A branch of a decision that chooses between two."""


def branch_homes(
    order: Sequence[str], uses: Mapping[str, Mapping[str, int | None]], kept: Collection[str]
) -> dict[str, Branch]:
    """Return, for each name that only one branch needs, that branch: elsewhere it need not be computed.

    `order` puts each name after all that it uses. `uses` tells for each name what it uses and in which branch alone,
    None for what it needs whatever it chooses. A name in `kept` is needed for itself.
    """
    homes: dict[str, Branch] = {}
    depths: dict[str, int] = {}
    wanted: dict[str, set[Branch | None]] = {name: {None} for name in kept}
    for name in reversed(order):
        places = wanted.get(name, {None})
        home = next(iter(places)) if len(places) == 1 else None
        if home is not None and depths.get(home[0], 0) < MAXIMUM_BRANCHES:
            homes[name] = home
            depths[name] = depths.get(home[0], 0) + 1
        for used, branch in uses.get(name, {}).items():
            wanted.setdefault(used, set()).add(homes.get(name) if branch is None else (name, branch))
    return homes


def _add_with_required(name: str, requires: Mapping[str, Collection[str]], order: dict[str, None]) -> None:
    """Add a name to the order after all that it requires. Not recursive: a chain may be longer than Python's stack."""
    path = {name: iter(sorted(requires[name]))}  # from the name to where we are, each with what it still requires
    while path:
        last = next(reversed(path))
        required = next(path[last], None)
        if required is None:
            order[last] = None
            del path[last]
        elif required in path:
            names = list(path)
            raise CircularDecisions((*names[names.index(required) :], required))
        elif required in requires and required not in order:
            path[required] = iter(sorted(requires[required]))
