"""A steady load of applications, some of which monitors look at inside Decide."""

import asyncio
import threading
import time
from collections.abc import Sequence
from itertools import count
from typing import NamedTuple

from underwriter.client import AsyncUnderwriterClient
from underwriter.v1.application_pb2 import Application
from underwriter.v1.decision_pb2 import Decision

APPLICANTS_OF_A_DEVICE = 3
"""So that each third applicant makes a ring."""


class Decided(NamedTuple):
    """An application's answer: of which product, begun when on the monotonic clock, how long it took."""

    product: str
    began: float
    seconds: float
    decision: Decision


class DecideLoad:
    """So many applications a second, by a client in a thread of its own. Each has another applicant.

    `typical` are the applications of each product, sent in turn. A call does not wait for the one before it. What
    fails is raised when the load is over.
    """

    def __init__(self, address: str, name: str, typical: Sequence[tuple[str, Application]], a_second: float) -> None:
        self.decided: list[Decided] = []
        self._address, self._name, self._a_second = address, name, a_second
        self._typical = typical
        self._is_over = threading.Event()
        self._failures: list[BaseException] = []
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> "DecideLoad":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()
        if self._failures:
            raise self._failures[0]

    def _run(self) -> None:
        try:
            asyncio.run(self._send())
        except BaseExceptionGroup as failed:
            self._failures += failed.exceptions

    async def _send(self) -> None:
        begin = time.monotonic()
        async with AsyncUnderwriterClient(self._address, timeout=60) as client, asyncio.TaskGroup() as calls:
            for number in count():
                await asyncio.sleep(max(begin + number / self._a_second - time.monotonic(), 0))
                if self._is_over.is_set():
                    return
                calls.create_task(self._decide(client, number))

    async def _decide(self, client: AsyncUnderwriterClient, number: int) -> None:
        turn, place = divmod(number, len(self._typical))
        product, typical = self._typical[place]
        application = Application()
        application.CopyFrom(typical)
        application.applicant.subject_id = f"{self._name}-{number}"
        application.device.device_id = f"{self._name}-{product}-{turn // APPLICANTS_OF_A_DEVICE}"
        began = time.monotonic()
        decision = await client.decide(application, product=product)
        self.decided.append(Decided(product, began, time.monotonic() - began, decision))
