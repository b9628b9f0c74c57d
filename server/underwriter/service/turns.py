"""Lets calls that would get into each other's way go one after the other, within one worker."""

from asyncio import Lock
from weakref import WeakValueDictionary


class Turns:
    """A lock for each key, for as long as anybody holds it or waits for it. For one event loop."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, Lock] = WeakValueDictionary()

    def of(self, key: str) -> Lock:
        """Return the key's lock: `async with turns.of(key)` waits for its turn."""
        lock = self._locks.get(key)
        if lock is None:
            lock = self._locks[key] = Lock()
        return lock
