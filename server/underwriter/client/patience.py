"""How long a client goes on over new connections when streams break off."""

import grpc

from underwriter.client.errors import error_of_call, is_interruption
from underwriter.client.limits import FRUITLESS_STREAMS_ALLOWED, PAUSE_GROWTH, PAUSE_SECONDS


class Patience:
    """Counts the streams in a row that ended without a single answer."""

    def __init__(self) -> None:
        self._fruitless = 0

    def renew(self) -> None:
        """Note that a stream brought an answer."""
        self._fruitless = 0

    def break_off(self, error: grpc.RpcError) -> float:
        """Note that a stream ended with an error; return how many seconds to wait before a new one.

        Raises UnderwriterError when a new one would not help: the server refused, or too many in a row brought no
        answer.
        """
        self._fruitless += 1
        if self._fruitless > FRUITLESS_STREAMS_ALLOWED or not is_interruption(error):
            raise error_of_call(error) from None
        pause: float = PAUSE_SECONDS * PAUSE_GROWTH ** (self._fruitless - 1)
        return pause
