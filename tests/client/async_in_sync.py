"""The async client, called as if it were the sync one, so that one test proves both."""

import asyncio
from collections.abc import Callable
from typing import Any

from underwriter.client import AsyncUnderwriterClient


class AsyncInSync:
    """Runs each call of the async client to its end; what it would yield is a list."""

    def __init__(self, address: str, **options: Any) -> None:
        self._runner = asyncio.Runner()
        self._client = self._runner.run(self._make(address, options))

    async def _make(self, address: str, options: dict[str, Any]) -> AsyncUnderwriterClient:
        return AsyncUnderwriterClient(address, **options)

    def __enter__(self) -> "AsyncInSync":
        return self

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._client.close())
        self._runner.close()

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*positional: Any, **named: Any) -> Any:
            made = getattr(self._client, name)(*positional, **named)
            return self._runner.run(_collected(made) if hasattr(made, "__aiter__") else made)

        return call


async def _collected(answers: Any) -> list[Any]:
    return [answer async for answer in answers]
