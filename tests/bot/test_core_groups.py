"""The look at who is in the groups that name coordinators: what a chat does not say changes nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from listening import listening
from slack_stage import Stage, open_stage

from adapters.port import PlatformRefused
from adapters.room import BOT, Person, RoomPlatform
from bot import core_groups, serving, wiring
from bot.core_groups import look
from bot.wiring import Bot
from knowledge.store import Store, audit, communities, core

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
LEADS = "slack:T1:group:SLEADS"


async def _nothing(*given: object) -> None:
    """Nobody listens."""


@asynccontextmanager
async def on_slack(store: Store) -> AsyncIterator[tuple[Stage, Bot, int]]:
    """Ann and Ben in a user group that names coordinators."""
    surface = wiring.build(store, None, listening=()).router.surface
    async with open_stage("socket", lambda platform: (surface, _nothing, _nothing), clock=lambda: NOW) as stage:
        for name in ("ann", "ben"):
            await stage.people.join(Person(name, name.title()))
        assert await stage.people.put_together("leads", "ann", "ben") == LEADS
        bot = wiring.build(store, None, stage.platform, clock=lambda: NOW, listening=())
        community = await communities.open_community(store, "The ward", NOW)
        async with store.write(community, NOW) as work:
            await core.set_groups(work, [LEADS], by=None)
        yield stage, bot, community


async def names(store: Store, community: int) -> list[str]:
    async with store.read(community, NOW) as work:
        return [each.name for each in await core.core_members(work)]


async def looks(bot: Bot, community: int) -> bool:
    return await look(bot.services.store, bot.services.platforms, community, bot.services.clock)


async def test_two_looks_at_once_are_as_one(store: Store) -> None:
    async with on_slack(store) as (_, bot, community):
        assert await asyncio.gather(*(looks(bot, community) for _ in range(3))) == [True] * 3
        assert await names(store, community) == ["Ann", "Ben"]
        async with store.read(community, NOW) as work:
            assert [each.did for each in await audit.trail(work)] == ["core.added", "core.added", "core.groups"]


async def test_a_group_of_very_many_changes_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody means five hundred coordinators, and each would be written to."""
    monkeypatch.setattr(core_groups, "MOST", 1)
    async with on_slack(store) as (_, bot, community):
        assert await looks(bot, community)
        assert await names(store, community) == []


@pytest.mark.parametrize("error", ["ratelimited", "missing_scope", "no_such_subteam", "invalid_cursor"])
async def test_what_slack_does_not_say_changes_nothing_and_names_nobody_in_the_log(store: Store, error: str) -> None:
    async with on_slack(store) as (stage, bot, community):
        await looks(bot, community)
        await stage.people.put_together("leads")
        with listening() as log:
            stage.slack.faults.next("usergroups.users.list", error=error)
            assert await looks(bot, community)
            assert len([each for each in log.lines if each["level"] in ("warning", "error")]) == 1
            assert "Ann" not in log.text and "SLEADS" not in log.text
        assert await names(store, community) == ["Ann", "Ben"]
        await looks(bot, community)
        assert await names(store, community) == ["Ann"], "who has been here longest stays"


async def test_one_group_that_is_not_told_keeps_no_other_back(store: Store) -> None:
    async with on_slack(store) as (_, bot, community):
        async with store.write(community, NOW) as work:
            await core.set_groups(work, ["slack:T1:group:SGONE", LEADS, "discord:1:role:2"], by=None)
        await looks(bot, community)
        assert await names(store, community) == ["Ann", "Ben"]
        with pytest.raises(PlatformRefused):
            await core_groups.people_in(bot.services.platforms, ["discord:1:role:2"])


async def test_while_a_chat_is_not_connected_it_is_looked_again_soon(store: Store) -> None:
    async with on_slack(store) as (stage, bot, community):
        await stage.stop()
        with listening() as log:
            assert not await looks(bot, community)
        assert log.text == "" and await names(store, community) == []


async def test_without_a_database_it_waits(store: Store) -> None:
    async with on_slack(store) as (_, bot, community):
        broken = Store("sqlite:////nowhere/at/all.db") if store.url.startswith("sqlite") else store
        with listening() as log:
            await look(broken, bot.services.platforms, community, bot.services.clock)
        assert "Ann" not in log.text
        if broken is not store:
            assert "wait" in log.text
            await broken.close()


async def test_a_running_bot_looks_at_its_start(store: Store) -> None:
    room = RoomPlatform("demo", now=lambda: NOW)
    bot = wiring.build(store, None, room, clock=room.clock)
    room.connect(bot.router.surface, bot.receive)
    await room.join(Person("ann", "Ann"))
    room.open_channel("leads", members=("ann", BOT))
    community = await communities.open_community(store, "The ward", NOW)
    async with store.write(community, NOW) as work:
        await core.set_groups(work, [room.room("leads").key], by=None)
    looking = asyncio.create_task(serving._look_at_groups(bot, community))
    try:
        async with asyncio.timeout(10):
            while not await names(store, community):  # noqa: ASYNC110 - the loop tells nobody
                await asyncio.sleep(0)
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
    assert await names(store, community) == ["Ann"]
