"""A loopback with Ann and Bob, the channel `general`, and a small app that listens."""

from collections.abc import AsyncIterator

import pytest
from loopback_app import NOW, SmallApp
from loopback_people import SlackPeople
from loopback_slack import LoopbackSlack

from adapters.room import Person


@pytest.fixture
async def slack() -> AsyncIterator[LoopbackSlack]:
    async with LoopbackSlack(clock=lambda: NOW, ack_seconds=0.3, retry_delays=(0.0, 0.01, 0.01)) as loopback:
        yield loopback


@pytest.fixture
async def app(slack: LoopbackSlack) -> AsyncIterator[SmallApp]:
    small = SmallApp(slack)
    yield small
    await small.close()


@pytest.fixture
async def people(slack: LoopbackSlack, app: SmallApp) -> SlackPeople:
    """Ann and Bob, the channel `general`, and an app that listens."""
    side = SlackPeople(slack, app.settled)
    side.open_channel("general")
    await side.join(Person("ann", "Ann Reed", time_zone="Europe/London"))
    await side.join(Person("bob", "Bob Hale"))
    await app.connect()
    return side
