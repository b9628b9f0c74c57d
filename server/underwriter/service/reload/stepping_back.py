"""Lets a thread that works for long beside the calls of a worker give them the interpreter sooner."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

SWITCH_SECONDS = 0.0005
"""How long calls may wait for the interpreter meanwhile, each time that they need it."""

_STEPPING = Lock()
"""The interval is the interpreter's, not the thread's: two that set it back would leave each other's."""


@contextmanager
def stepping_back() -> Iterator[None]:
    """Have this thread give the interpreter back sooner, so that calls don't wait 5 ms for it again and again.

    One thread at a time: others wait for it.
    """
    with _STEPPING:
        before = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_SECONDS)
        try:
            yield
        finally:
            sys.setswitchinterval(before)
