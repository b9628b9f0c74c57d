"""Streams of alerts: cursors, one poll for all, slow clients, the end."""

import asyncio
import base64
import threading
from collections.abc import Coroutine
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from underwriter.service.accounts.alert_cursor import CursorInvalid, change_index_of, cursor_of
from underwriter.service.accounts.alert_stream import ALERTS_OF_A_PAGE, AlertFilter, AlertStream, ChangedAlert
from underwriter.service.accounts.newest_change import NewestChange
from underwriter.service.decision_stream import Stop
from underwriter.service.errors import Draining
from underwriter.storage import DatabaseUnavailable
from underwriter.v1.account_pb2 import Alert
from underwriter.v1.account_service_pb2 import WatchAlertsResponse

LONG = 30.0
NEVER_MORE = 10**9
ALL = AlertFilter()


@given(st.integers(0, 2**63 - 1))
def test_a_cursor_leads_back_to_its_place(change_index: int) -> None:
    assert change_index_of(cursor_of(change_index)) == change_index


@given(st.integers(0, 2**40), st.integers(0, 15), st.sampled_from("ABCabc019-_"))
def test_a_cursor_that_was_tampered_with_is_refused(change_index: int, place: int, letter: str) -> None:
    cursor = cursor_of(change_index)
    other = cursor[:place] + letter + cursor[place + 1 :]
    if base64.urlsafe_b64decode(other) != base64.urlsafe_b64decode(cursor):
        with pytest.raises(CursorInvalid):
            change_index_of(other)


@given(st.text(max_size=20))
def test_a_text_of_somebody_else_is_no_cursor(text: str) -> None:
    with pytest.raises(CursorInvalid):
        change_index_of(text)


class Changes:
    """Alerts that change one after the other, and how often somebody looked."""

    def __init__(self, count: int = 0) -> None:
        self.count = count
        self.polls = 0
        self.pages = 0
        self.is_down = False

    def newest(self) -> int:
        self.polls += 1
        if self.is_down:
            raise DatabaseUnavailable("gone")
        return self.count

    def after(self, change_index: int, most: int) -> list[ChangedAlert]:
        self.pages += 1
        indices = range(change_index + 1, min(self.count, change_index + most) + 1)
        return [ChangedAlert(n, Alert(name=f"a{n}", account=f"s{n % 2}", severity=n % 4 + 1)) for n in indices]  # type: ignore[arg-type]


class Client:
    """Reads a stream, and may be slow about it."""

    def __init__(self) -> None:
        self.received: list[WatchAlertsResponse] = []
        self.has_room = asyncio.Event()
        self.has_room.set()
        self.news = asyncio.Condition()

    async def write(self, response: bytes) -> None:
        await self.has_room.wait()
        self.received.append(WatchAlertsResponse.FromString(response))
        async with self.news:
            self.news.notify_all()

    async def until(self, count: int) -> None:
        async with self.news:
            await self.news.wait_for(lambda: len(self.received) >= count)

    @property
    def alerts(self) -> list[str]:
        return [response.alert.name for response in self.received if response.HasField("alert")]


def stream(changes: Changes, stop: Stop, wanted: AlertFilter = ALL, keep_alive_s: float = LONG) -> AlertStream:
    return AlertStream(changes.after, NewestChange(changes.newest, 0.001), wanted, keep_alive_s, stop)


def run(scenario: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(scenario, LONG))


def test_all_pages_are_sent_then_what_comes_and_the_cursor_leads_on() -> None:
    async def scenario() -> None:
        changes, stop, client = Changes(2 * ALERTS_OF_A_PAGE + 5), Stop(), Client()
        task = asyncio.create_task(stream(changes, stop).run(3, client.write))
        await client.until(1 + changes.count - 3)
        changes.count += 2
        await client.until(1 + changes.count - 3)
        assert client.alerts == [f"a{n}" for n in range(4, changes.count + 1)]
        assert [change_index_of(one.cursor) for one in client.received] == [3, *range(4, changes.count + 1)]
        stop.request()
        with pytest.raises(Draining):
            await task

    run(scenario())


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (AlertFilter(account="s1"), [1, 3, 5, 7]),
        (AlertFilter(least_severity=4), [3, 7]),
        (AlertFilter("s0", 3), [2, 6]),
    ],
)
def test_only_what_is_wanted_is_sent_and_the_cursor_passes_over_the_rest(
    wanted: AlertFilter, numbers: list[int]
) -> None:
    async def scenario() -> None:
        changes, client = Changes(8), Client()
        task = asyncio.create_task(stream(changes, Stop(), wanted, keep_alive_s=0.01).run(0, client.write))
        await client.until(len(numbers) + 3)
        task.cancel()
        assert client.alerts == [f"a{n}" for n in numbers]
        assert change_index_of(client.received[-1].cursor) == 8

    run(scenario())


def test_a_client_that_does_not_read_holds_up_only_itself() -> None:
    async def scenario() -> None:
        changes, stop, slow, quick = Changes(), Stop(), Client(), Client()
        shared = NewestChange(changes.newest, 0.001)
        streams = [AlertStream(changes.after, shared, ALL, LONG, stop) for _ in range(2)]
        tasks = [
            asyncio.create_task(one.run(0, client.write)) for one, client in zip(streams, (slow, quick), strict=True)
        ]
        await slow.until(1)
        slow.has_room.clear()
        changes.count = 5 * ALERTS_OF_A_PAGE
        await quick.until(1 + changes.count)
        assert slow.alerts == []
        pages_of_quick = changes.pages
        slow.has_room.set()
        await slow.until(1 + changes.count)
        assert slow.alerts == quick.alerts
        assert changes.pages > pages_of_quick
        stop.request()
        await asyncio.gather(*tasks, return_exceptions=True)

    run(scenario())


def test_one_poll_serves_all_and_nobody_is_polled_for_when_nobody_waits() -> None:
    async def scenario() -> None:
        changes = Changes()
        newest = NewestChange(changes.newest, 0.001)
        waiting = [asyncio.create_task(newest.is_after(0, LONG)) for _ in range(50)]
        await asyncio.sleep(0.01)
        changes.count = 1
        assert await asyncio.gather(*waiting) == [True] * 50
        polls = changes.polls
        assert polls < 50
        await asyncio.sleep(0.02)
        assert changes.polls <= polls + 1
        assert not await newest.is_after(NEVER_MORE, 0.01)
        assert await newest.is_after(0, LONG)

    run(scenario())


def test_a_database_that_fails_ends_the_wait_and_the_next_one_begins_anew() -> None:
    async def scenario() -> None:
        changes = Changes()
        newest = NewestChange(changes.newest, 0.001)
        waiting = [asyncio.create_task(newest.is_after(0, LONG)) for _ in range(2)]
        await asyncio.sleep(0)
        changes.is_down = True
        results = await asyncio.gather(*waiting, return_exceptions=True)
        assert [type(result) for result in results] == [DatabaseUnavailable] * 2
        changes.is_down, changes.count = False, 1
        assert await newest.is_after(0, LONG)

    run(scenario())


def test_a_worker_that_is_stopping_begins_no_stream() -> None:
    async def scenario() -> None:
        stop = Stop()
        stop.request()
        with pytest.raises(Draining):
            await stream(Changes(), stop).run(0, Client().write)

    run(scenario())


def test_reading_is_done_in_a_thread() -> None:
    async def scenario() -> None:
        threads: set[int] = set()

        def read() -> int:
            threads.add(threading.get_ident())
            return 1

        assert await NewestChange(read, 0.001).is_after(0, LONG)
        assert threads.isdisjoint({threading.get_ident()})

    run(scenario())
