"""Calls of an async stub, with the errors that clients tell."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeVar

import grpc
from google.protobuf.message import Message

from underwriter.client.errors import error_of_call

ResponseT = TypeVar("ResponseT")


async def told(method: Callable[..., Awaitable[ResponseT]], request: Message, timeout: float) -> ResponseT:
    """Call, and turn a failure into UnderwriterError."""
    try:
        return await method(request, timeout=timeout)
    except grpc.RpcError as error:
        raise error_of_call(error) from None


async def pages(method: Callable[..., Awaitable[Any]], request: Any, timeout: float) -> AsyncIterator[Any]:
    """Yield the answers to a request for a page and for all that follow it."""
    while True:
        page = await told(method, request, timeout)
        yield page
        if not page.next_page_token:
            return
        request.page_token = page.next_page_token
