"""Waits for changes of alerts: one poll of the database for all streams of a worker, and none while nobody waits."""

import asyncio
from collections.abc import Callable

POLL_SECONDS = 0.02


class NewestChange:
    """Knows the newest change while anybody waits for it. For one event loop, not for threads.

    `read` returns the index of the newest change, and blocks meanwhile.
    """

    def __init__(self, read: Callable[[], int], poll_seconds: float = POLL_SECONDS) -> None:
        self._read = read
        self._poll_seconds = poll_seconds
        self._waiting: dict[asyncio.Future[None], int] = {}
        self._polling: asyncio.Task[None] | None = None

    async def is_after(self, change_index: int, seconds: float) -> bool:
        """Wait for a change after this one, at most so long; tell whether there is one. Raises what `read` raises."""
        future = asyncio.get_running_loop().create_future()
        self._waiting[future] = change_index
        if self._polling is None:
            self._polling = asyncio.create_task(self._poll())
        try:
            await asyncio.wait_for(future, seconds)
        except TimeoutError:
            return False
        finally:
            self._waiting.pop(future, None)
        return True

    async def _poll(self) -> None:
        try:
            while self._waiting:
                newest = await asyncio.to_thread(self._read)
                for future in [future for future, index in self._waiting.items() if index < newest]:
                    self._settle(future, None)
                await asyncio.sleep(self._poll_seconds)
        except Exception as error:  # noqa: BLE001 - those who wait get it, and say what comes of it
            for future in list(self._waiting):
                self._settle(future, error)
        finally:
            self._polling = None

    def _settle(self, future: asyncio.Future[None], error: Exception | None) -> None:
        del self._waiting[future]
        if future.done():
            return
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)
