"""Decision graphs (DMN 1.5, chapter 6): which decision needs which, and an order in which all can be computed."""

from collections.abc import Collection, Mapping


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
