"""Discord keeps the contract of all platforms."""

from collections.abc import AsyncIterator

import pytest
from contract import *  # noqa: F403
from discord_driver import DiscordDriver
from discord_stage import open_stage

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


async def nothing() -> None:
    """What has nothing under way."""


@pytest.fixture
async def driver() -> AsyncIterator[DiscordDriver]:
    listener = Listener()
    async with open_stage(lambda platform: (SURFACE, listener.receive, nothing)) as stage:
        stage.people.open_channel("general")
        for id, name in (("ann", "Ann"), ("bob", "Bob")):
            await stage.people.join(Person(id, name))
        listener.received.clear()
        yield DiscordDriver(stage.platform, stage.people, listener)
        assert stage.violations == []


def test_it_has_every_verb(driver: DiscordDriver) -> None:
    platform: Platform = driver.platform
    assert platform.name == "discord"
