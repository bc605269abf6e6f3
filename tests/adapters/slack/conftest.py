"""A loopback with Ann and Bob, the channel `general`, and a small app that listens."""

from collections.abc import AsyncIterator

import pytest
from loopback_app import NOW, SmallApp
from loopback_people import SlackPeople
from loopback_slack import LoopbackSlack
from slack_sdk.http_retry.handler import default_interval_calculator
from slack_stage import Stage, nothing, open_stage
from test_slack_contract import SURFACE, Listener

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


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK waits for nothing before it tries again."""
    monkeypatch.setattr(default_interval_calculator, "backoff_factor", 0)
    monkeypatch.setattr(default_interval_calculator.jitter, "recalculate", lambda seconds: seconds)


@pytest.fixture
def ear() -> Listener:
    """What listens to the platform."""
    return Listener()


@pytest.fixture
async def stage(ear: Listener, request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    """Ann, Bob and the platform, by sockets unless a test says otherwise."""
    mode = getattr(request, "param", "socket")
    async with open_stage(mode, lambda platform: (SURFACE, ear.receive, nothing)) as opened:
        opened.people.open_channel("general")
        for id in ("ann", "bob"):
            await opened.people.join(Person(id, id.title()))
        yield opened
