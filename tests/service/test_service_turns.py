"""Calls that take turns by key, in one event loop."""

import asyncio
import gc

from underwriter.service.turns import Turns


def test_those_of_one_key_go_one_after_the_other_and_others_beside_them() -> None:
    turns, steps = Turns(), list[str]()

    async def call(key: str, name: str) -> None:
        async with turns.of(key):
            steps.append(f"{name} begins")
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            steps.append(f"{name} ends")

    async def together() -> None:
        await asyncio.gather(call("a", "1"), call("a", "2"), call("b", "3"))

    asyncio.run(together())
    assert steps == ["1 begins", "3 begins", "1 ends", "3 ends", "2 begins", "2 ends"]


def test_who_gives_up_or_fails_gives_the_turn_on() -> None:
    turns = Turns()

    async def fail() -> None:
        async with turns.of("a"):
            await asyncio.sleep(0)
            raise ValueError

    async def hold() -> None:
        async with turns.of("a"):
            await asyncio.sleep(10)

    async def together() -> list[object]:
        failing, waiting = asyncio.create_task(fail()), asyncio.create_task(hold())
        last = asyncio.create_task(fail())
        await asyncio.sleep(0)
        waiting.cancel()
        return list(await asyncio.gather(failing, waiting, last, return_exceptions=True))

    assert [type(answer) for answer in asyncio.run(together())] == [ValueError, asyncio.CancelledError, ValueError]


def test_no_key_is_remembered_that_nobody_holds() -> None:
    async def kept() -> tuple[int, int]:
        turns = Turns()
        async with turns.of("a"):
            held = len(turns._locks)
        gc.collect()
        return held, len(turns._locks)

    assert asyncio.run(kept()) == (1, 0)
