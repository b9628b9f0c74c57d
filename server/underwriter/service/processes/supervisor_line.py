"""A worker's line to its supervisor: it says how it is and hears what to do, on the event loop."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import cast

from underwriter.service.errors import Draining
from underwriter.service.processes.reports import Answer, Asked, ReloadOutcome, ServerStatus, Told, TriedOut, TryOut


class SupervisorLine:
    """The worker's end of the pipe. What is not an answer to an ask goes to the function that `listen` is given."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe
        self._numbers = count(1)
        self._asked: dict[int, asyncio.Future[Answer]] = {}
        self._is_closed = False

    def listen(self, do: Callable[[object], None]) -> None:
        """Begin to hear, on the running event loop."""
        loop = asyncio.get_running_loop()

        def hear() -> None:
            try:
                while self._pipe.poll():
                    self._take(self._pipe.recv(), do)
            except (EOFError, OSError):  # the supervisor is gone; the worker's lifeline tells it to stop
                loop.remove_reader(self._pipe.fileno())

        loop.add_reader(self._pipe.fileno(), hear)

    def tell(self, message: object) -> None:
        """Say something to the supervisor."""
        with suppress(OSError):  # it is gone, as above
            self._pipe.send(message)

    async def status(self) -> ServerStatus:
        """Return what all workers of the server decide by. Raises Draining if the server stops meanwhile."""
        return cast(ServerStatus, await self._answer(Asked))

    async def reload(self, cause: str) -> ReloadOutcome:
        """Have the rules folder read, checked, tested and brought into force; return what came of it.

        Raises Draining if the server stops meanwhile.
        """
        return cast(ReloadOutcome, await self._answer(lambda number: Asked(number, cause)))

    async def try_out(self, file: Path, *, with_tests: bool) -> TriedOut:
        """Have rule files checked, and perhaps tested, in a process beside the workers. Raises Draining likewise."""
        return cast(TriedOut, await self._answer(lambda number: TryOut(number, file, with_tests)))

    def close(self) -> None:
        """Wait for nothing more: who asked is told that the server stops."""
        self._is_closed = True
        for future in self._asked.values():
            if not future.done():
                future.set_exception(Draining())

    async def _answer(self, ask: Callable[[int], object]) -> Answer:
        if self._is_closed:
            raise Draining
        number = next(self._numbers)
        self._asked[number] = asyncio.get_running_loop().create_future()
        self.tell(ask(number))
        try:
            return await self._asked[number]
        finally:
            del self._asked[number]

    def _take(self, message: object, do: Callable[[object], None]) -> None:
        if not isinstance(message, Told):
            do(message)
            return
        future = self._asked.get(message.number)
        if future is not None and not future.done():
            future.set_result(message.content)
