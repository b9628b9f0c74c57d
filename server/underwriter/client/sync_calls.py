"""Calls of a sync stub, with the errors that clients tell."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import grpc
from google.protobuf.message import Message

from underwriter.client.errors import error_of_call

ResponseT = TypeVar("ResponseT")


def told(method: Callable[..., ResponseT], request: Message, timeout: float) -> ResponseT:
    """Call, and turn a failure into UnderwriterError."""
    try:
        return method(request, timeout=timeout)
    except grpc.RpcError as error:
        raise error_of_call(error) from None


def pages(method: Callable[..., Any], request: Any, timeout: float) -> Iterator[Any]:
    """Yield the answers to a request for a page and for all that follow it."""
    while True:
        page = told(method, request, timeout)
        yield page
        if not page.next_page_token:
            return
        request.page_token = page.next_page_token
