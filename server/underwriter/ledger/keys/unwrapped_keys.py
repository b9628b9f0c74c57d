"""The keys of subjects that were needed lately, in memory only."""

from collections import OrderedDict
from threading import Lock

CAPACITY = 10_000


class UnwrappedKeys:
    """Keys by subject, the least recently used given up beyond the capacity. Safe in any thread."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._keys: OrderedDict[bytes, bytes] = OrderedDict()
        self._capacity = capacity
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._keys)

    def get(self, subject: bytes) -> bytes | None:
        """Return the subject's key if it is remembered."""
        with self._lock:
            key = self._keys.get(subject)
            if key is not None:
                self._keys.move_to_end(subject)
            return key

    def put(self, subject: bytes, key: bytes) -> None:
        """Remember the subject's key."""
        with self._lock:
            self._keys[subject] = key
            if len(self._keys) > self._capacity:
                self._keys.popitem(last=False)

    def forget(self, subject: bytes) -> None:
        """Remember the subject's key no more."""
        with self._lock:
            self._keys.pop(subject, None)
