"""Takes out of a request the inputs that a policy reads, as FEEL values. What was not sent is null, never zero.

For each policy two Python functions are generated from the paths that it reads. `bind` visits just these. `read` visits
every field of a request, once, and checks it on the way, since getting at a field costs more than all that is done
with its value. It knows only the screens of the checks: what they do not pass is for `request_faults` to judge.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from underwriter.decisioning.requests.path_tree import Path
from underwriter.decisioning.requests.reader_writer import Members, ReaderWriter
from underwriter.feel.types import Type
from underwriter.feel.values import Value
from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_service_pb2 import DecideRequest

Values: TypeAlias = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Binder:
    """Binds the inputs at `paths`, in their order."""

    paths: tuple[Path, ...]
    bind: Callable[[Application], Values] = field(repr=False)
    """Returns the values in an application that is part of a request without faults."""
    read: Callable[[DecideRequest, str], Values | None] = field(repr=False)
    """Returns the values in a request whose money must be in the given currency; None if it may have faults."""


def compile_binder(paths: Sequence[Path], members: Members, attributes: Mapping[str, Type]) -> Binder:
    """Return the binder for the paths that a policy reads.

    A path is a chain of proto field names from the application. One that ends at a message gives a context, one that
    ends at a list gives a list, and one that leads through a list gives a list with the rest's value for each item, or
    with a position from 1 after the list, ("behaviour", "statements", "1", "billed"), the value of that item alone.
    `members` narrows the contexts at a path, those in lists too, to the entries named. `("attributes", name)` is a
    declared attribute. A list in a message that was not sent is null; in one that was, it is the items sent, if any.
    Raises ValueError for a path that leads nowhere, and for an attribute that is not declared.
    """
    bind = ReaderWriter("bind(application)", (), members, attributes, checks=False)
    read = ReaderWriter("read(request, currency)", ("application",), members, attributes, checks=True)
    return Binder(
        tuple(paths),
        bind.reader(Application.DESCRIPTOR, "application", paths),
        read.reader(DecideRequest.DESCRIPTOR, "request", paths),
    )
