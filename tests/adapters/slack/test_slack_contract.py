"""Slack keeps the contract of all platforms, by Socket Mode and by signed HTTP."""

from collections.abc import AsyncIterator

import pytest
from contract import *  # noqa: F403
from slack_driver import SlackDriver
from slack_stage import nothing, open_stage

from adapters.port import Answer, Command, Inbound, Platform, Returned, Shortcut, Surface
from adapters.room import Person

SURFACE = Surface(
    (Command("keep", "", "", "Keep something", Answer.FORM), Command("keep", "*", "what", "Keep this", Answer.PRIVATE)),
    (Shortcut("capture:keep", "Keep as know-how", Answer.FORM),),
    {},
    {},
)


class Listener:
    def __init__(self) -> None:
        self.received: list[Inbound] = []
        self.returns: Returned = None

    async def receive(self, event: Inbound) -> Returned:
        self.received.append(event)
        return self.returns


@pytest.fixture(params=["socket", "http"])
async def driver(request: pytest.FixtureRequest) -> AsyncIterator[SlackDriver]:
    listener = Listener()
    async with open_stage(request.param, lambda platform: (SURFACE, listener.receive, nothing)) as stage:
        stage.people.open_channel("general")
        for id, name in (("ann", "Ann"), ("bob", "Bob")):
            await stage.people.join(Person(id, name))
        listener.received.clear()
        yield SlackDriver(stage.platform, stage.people, listener)
        assert stage.slack.violations == []


def test_it_has_every_verb(driver: SlackDriver) -> None:
    platform: Platform = driver.platform
    assert platform.name == "slack"
