"""Of several copies of the bot, one does what only one may do; another takes over when it dies."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest

from bot.lease import while_held
from knowledge.models import Lease
from knowledge.store import Store
from knowledge.store.engine import is_postgresql
from knowledge.store.leases import LASTS, take_lease

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
BEAT = 0.001


class Clock:
    def __init__(self) -> None:
        self.now, self.asked = START, 0

    def __call__(self) -> datetime:
        self.asked += 1
        return self.now


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - a database row tells nobody
            await asyncio.sleep(BEAT)


async def some_beats(clock: Clock) -> None:
    asked = clock.asked
    await until(lambda: clock.asked > asked + 20)


async def let_pass(store: Store, clock: Clock, span: timedelta) -> None:
    """Time passes by both clocks; PostgreSQL's own cannot be set, so the lease gets older instead."""
    clock.now += span
    async with store.session() as session:
        if is_postgresql(session):
            lease = await session.get_one(Lease, "discord")
            lease.beat_at -= span


def part(name: str, log: list[str]) -> Callable[[datetime | None], Awaitable[None]]:
    async def run(before: datetime | None) -> None:
        log.append(f"{name} follows" if before else f"{name} first")
        try:
            await asyncio.Event().wait()
        finally:
            log.append(f"{name} stopped")

    return run


async def stop(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_only_one_of_two_copies_listens_and_the_other_follows_at_once_when_it_stops(store: Store) -> None:
    clock, log = Clock(), list[str]()
    one = asyncio.create_task(while_held(store, "discord", clock, part("one", log), beat=BEAT))
    await until(lambda: log == ["one first"])
    two = asyncio.create_task(while_held(store, "discord", clock, part("two", log), beat=BEAT))
    await some_beats(clock)
    assert log == ["one first"]
    await stop(one)
    await until(lambda: len(log) == 3)
    assert log == ["one first", "one stopped", "two follows"]
    await stop(two)


async def test_a_copy_that_died_is_followed_when_its_lease_has_run_out(store: Store) -> None:
    clock, log = Clock(), list[str]()
    assert await take_lease(store, "discord", "died", clock())
    two = asyncio.create_task(while_held(store, "discord", clock, part("two", log), beat=BEAT))
    await some_beats(clock)
    await let_pass(store, clock, LASTS - timedelta(seconds=1))
    await some_beats(clock)
    assert log == []
    await let_pass(store, clock, timedelta(seconds=2))
    await until(lambda: log == ["two follows"])
    await stop(two)


async def test_a_copy_that_lost_its_lease_stops_listening(store: Store) -> None:
    clock, log = Clock(), list[str]()
    one = asyncio.create_task(while_held(store, "discord", clock, part("one", log), beat=BEAT))
    await until(lambda: log == ["one first"])
    async with store.session() as session:
        (await session.get_one(Lease, "discord")).holder = "other"
    await asyncio.wait_for(one, 10)
    assert log == ["one first", "one stopped"]


async def test_what_fails_gives_the_lease_back_and_is_told(store: Store) -> None:
    clock = Clock()

    async def fails(before: datetime | None) -> None:
        raise OSError("no way out")

    with pytest.raises(OSError, match="no way out"):
        await while_held(store, "discord", clock, fails, beat=BEAT)
    assert await take_lease(store, "discord", "other", clock())
