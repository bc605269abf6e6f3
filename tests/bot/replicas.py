"""A process that makes copies of a bot on demand, for tests that kill them: each line on stdin makes one more.

Every copy ticks as fast as it can, on a clock in which three seconds are an hour. What it runs are jobs for all times
of a day, each of which owes a post to a channel.
"""

import asyncio
import os
import signal
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.port import Message, Section
from adapters.slack import SlackPlatform, SlackSettings
from bot import wiring
from bot.feature import Context, Feature, job, notice
from bot.outbox import Outbox
from bot.times import When
from knowledge.store import Store, Work, communities, notices

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SPEED = 1_200
"""Seconds that pass in one."""

GRACE = timedelta(hours=12)
LEASE = timedelta(minutes=20)
TIMES = [(hour, minute) for hour in range(9, 24) for minute in range(0, 60, 12)]
CHANNEL = "round"


def clock_from(began: float) -> datetime:
    """The time of all copies and of the workspace."""
    return START + timedelta(seconds=(time.time() - began) * SPEED)


async def owe_round(context: Context, work: Work) -> None:
    """Owes the channel the post that is due."""
    assert context.due is not None
    (room,) = [each.key for each in await communities.channels(work)]
    due = context.due.strftime("%Y-%m-%dT%H:%M")
    await notices.owe(work, "rounds.post", None, {"due": due}, once=due, room=room)


async def write_round(context: Context, subject: Mapping[str, Any]) -> Message:
    """The post of a time."""
    words = f"Round of {subject['due']}"
    return Message(words, [Section(words)])


ROUNDS = Feature(
    name="rounds",
    routes=(
        notice("post", write_round, asked_for="a test"),
        *(job(f"at{hour}:{minute}", When(hour, minute, grace=GRACE), owe_round) for hour, minute in TIMES),
    ),
)


async def live(url: str, api_url: str, began: float) -> None:
    """Ticks until it is killed."""
    store = Store(url)
    settings = SlackSettings("xoxb-loopback", "xapp-1-A1-loopback", api_url=api_url, messages_a_second=10_000)
    slack = SlackPlatform(settings, clock=lambda: clock_from(began))
    await slack.identify()
    bot = wiring.build(store, None, slack, clock=lambda: clock_from(began), listening=(ROUNDS,))
    outbox = Outbox(bot.services, lease=LEASE)
    while True:
        await bot.schedule.tick()
        await outbox.deliver()
        await asyncio.sleep(0.005)


def main() -> None:
    """Forks a copy for every line that comes, and says its process id."""
    url, api_url, began = sys.argv[1:]
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for _ in sys.stdin:
        copy = os.fork()
        if copy == 0:
            asyncio.run(live(url, api_url, float(began)))
        sys.stdout.write(f"{copy}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
