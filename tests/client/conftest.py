"""Both clients, for tests that must hold for each."""

from collections.abc import Callable
from typing import Any

import pytest

from underwriter.client import UnderwriterClient

from .async_in_sync import AsyncInSync


@pytest.fixture(params=[UnderwriterClient, AsyncInSync], ids=["sync", "async"])
def connect(request: pytest.FixtureRequest) -> Callable[..., Any]:
    return request.param
