"""Stands between a server and PostgreSQL, and cuts connections at a COMMIT."""

import socket
import threading
from contextlib import suppress
from enum import Enum

BUFFER_BYTES = 65536


class Cut(Enum):
    """When a connection is cut."""

    BEFORE_COMMIT = "PostgreSQL never sees the COMMIT"
    BEFORE_ANSWER = "PostgreSQL commits, but its answer is lost"


class CuttingProxy:
    """Passes connections on to a port of the loopback; every so many COMMITs it cuts one, while `cut` is set."""

    def __init__(self, port: int, every: int = 5) -> None:
        self.cut: Cut | None = None
        self.cuts = 0
        self._target = ("127.0.0.1", port)
        self._every = every
        self._commits = 0
        self._counting = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._ends: list[socket.socket] = []
        self.port = int(self._listening.getsockname()[1])
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def close(self) -> None:
        for end in [self._listening, *self._ends]:
            _shut(end)
        for thread in self._threads:
            thread.join(60)
            assert not thread.is_alive()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listening.accept()
                far = socket.create_connection(self._target)
                self._ends += [near, far]
                for way in (self._to_database, self._to_server):
                    self._threads.append(threading.Thread(target=way, args=(near, far)))
                    self._threads[-1].start()

    def _to_database(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError):
            while data := near.recv(BUFFER_BYTES):
                cut = self._cut_of(data)
                if cut is Cut.BEFORE_ANSWER:
                    _shut(near)
                if cut is not Cut.BEFORE_COMMIT:
                    far.sendall(data)
                if cut is not None:
                    break
        _shut(near)
        # What was sent arrives; only then does the database see the end.
        with suppress(OSError):
            far.shutdown(socket.SHUT_WR)

    def _to_server(self, near: socket.socket, far: socket.socket) -> None:
        with suppress(OSError):
            while data := far.recv(BUFFER_BYTES):
                near.sendall(data)
        _shut(near)
        _shut(far)

    def _cut_of(self, data: bytes) -> Cut | None:
        if self.cut is None or b"COMMIT" not in data:
            return None
        with self._counting:
            self._commits += 1
            if self._commits % self._every:
                return None
            self.cuts += 1
            return self.cut


def _shut(end: socket.socket) -> None:
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
