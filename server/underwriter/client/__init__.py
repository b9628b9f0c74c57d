"""A small typed client: deadlines on every call, safe retries, and errors that say what to change."""

from underwriter.client.answers import Answer
from underwriter.client.async_client import AsyncUnderwriterClient
from underwriter.client.errors import UnderwriterError, Violation
from underwriter.client.requests import decide_request
from underwriter.client.sync_client import UnderwriterClient

__all__ = ["Answer", "AsyncUnderwriterClient", "UnderwriterClient", "UnderwriterError", "Violation", "decide_request"]
