"""Shows on stderr, if that is a terminal, that a command is at work."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from underwriter.cli.output import errors

ItemT = TypeVar("ItemT")
_WHAT = TextColumn("{task.description}")


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show what is done and for how long, until the block ends."""
    with Progress(
        SpinnerColumn(), _WHAT, TimeElapsedColumn(), console=errors, transient=True, disable=not errors.is_terminal
    ) as progress:
        progress.add_task(what)
        yield


def tracked(items: Iterable[ItemT], total: int, what: str) -> Sequence[ItemT]:
    """Return all items, showing how many of `total` there are so far while they are made."""
    with _bar() as progress:
        return list(progress.track(items, total, description=what))


@contextmanager
def counting(what: str) -> Iterator[Callable[[int, int], None]]:
    """Lend a function to be told how many of how many are done, which is shown until the block ends."""
    with _bar() as progress:
        task = progress.add_task(what, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


@contextmanager
def counting_each(what: str) -> Iterator[Callable[[str, int, int], None]]:
    """Lend a function to be told of which part how many of how many are done, which is shown until the block ends."""
    with _bar() as progress:
        task = progress.add_task(what, total=None)
        yield lambda part, done, total: progress.update(
            task, description=f"{what}: {part}", completed=done, total=total
        )


def _bar() -> Progress:
    columns = (_WHAT, BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal)
