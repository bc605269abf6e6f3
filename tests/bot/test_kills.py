"""Processes that die at any moment: every post is seen once, whoever was killed while doing what."""

import asyncio
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from random import Random

import pytest
from loopback_people import SlackPeople
from loopback_slack import LoopbackSlack
from replicas import CHANNEL, LEASE, SPEED, START, TIMES, clock_from

from knowledge.store import Store, communities

ROOT = Path(__file__).parents[2]
KILLS = 50
PATIENCE_SECONDS = 60


class Replicas:
    """Copies of a bot that can be killed and replaced."""

    def __init__(self, maker: asyncio.subprocess.Process) -> None:
        self._maker = maker
        self.alive: list[int] = []

    async def add(self) -> None:
        """Starts one more."""
        assert self._maker.stdin is not None and self._maker.stdout is not None
        self._maker.stdin.write(b"one more\n")
        self.alive.append(int(await self._maker.stdout.readline()))

    def kill(self, number: int) -> None:
        """Kills one, as a power cut would."""
        os.kill(self.alive.pop(number), signal.SIGKILL)


@asynccontextmanager
async def replicas(url: str, slack: LoopbackSlack, began: float) -> AsyncIterator[Replicas]:
    pipe = asyncio.subprocess.PIPE
    folders = os.pathsep.join((str(ROOT), str(Path(__file__).parent)))
    maker = await asyncio.create_subprocess_exec(
        *(sys.executable, str(Path(__file__).with_name("replicas.py")), url, slack.api_url, str(began)),
        stdin=pipe,
        stdout=pipe,
        env={**os.environ, "PYTHONPATH": folders},
        start_new_session=True,
    )
    try:
        yield Replicas(maker)
    finally:
        os.killpg(maker.pid, signal.SIGKILL)
        await maker.wait()


async def _until(slack: LoopbackSlack, seconds: float) -> None:
    """Waits, and answers slowly now and then what was done already: the riskiest moment to die."""
    slack.faults.next("chat.postMessage", slow=0.15, times=1)
    await asyncio.sleep(seconds)


def _rounds(slack: LoopbackSlack) -> Counter[str]:
    texts = (note.text for note in slack.world.messages.values())
    return Counter(text.removeprefix("Round of ") for text in texts if text.startswith("Round of "))


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_after_fifty_kills_every_post_was_seen_once(store: Store) -> None:
    chance, began = Random(20260302), time.time()
    async with LoopbackSlack("socket", clock=lambda: clock_from(began)) as slack:
        people = SlackPeople(slack, lambda: asyncio.sleep(0))
        people.open_channel(CHANNEL)
        community = await communities.open_community(store, "The ward", clock_from(began))
        async with store.write(community, clock_from(began)) as work:
            await communities.connect_space(work, people.room(CHANNEL).space.key)
            await communities.remember_channel(work, people.room(CHANNEL).key, CHANNEL)
        async with replicas(store.url, slack, began) as copies:
            for _ in range(2):
                await copies.add()
            while not _rounds(slack):  # noqa: ASYNC110 - they are other processes
                await asyncio.sleep(0.02)
            for _ in range(KILLS):
                await _until(slack, chance.uniform(0.05, 0.6))
                copies.kill(chance.randrange(2))
                await copies.add()
            due = _due_before(clock_from(began), min(_rounds(slack)))
            end = time.monotonic() + PATIENCE_SECONDS
            while set(due) - set(_rounds(slack)) and time.monotonic() < end:  # noqa: ASYNC110 - they are other processes
                await asyncio.sleep(0.1)
            await asyncio.sleep(2 * LEASE.total_seconds() / SPEED)  # who says anything again says it now
        seen = _rounds(slack)
        assert slack.violations == []
    assert len(due) >= 20, "the clock went on while processes died"
    assert [each for each in due if each not in seen] == [], "none is missing"
    assert {each: count for each, count in seen.items() if count != 1} == {}, "none was seen twice"


def _due_before(now: datetime, first: str) -> list[str]:
    """The posts from the first one on that were due by now."""
    times = [START.replace(hour=hour, minute=minute) for hour, minute in TIMES]
    return [name for each in times if first <= (name := each.strftime("%Y-%m-%dT%H:%M")) and each < now]
