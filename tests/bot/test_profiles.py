"""Time zones are learnt from a chat that says them, so that quiet hours are right without anybody saying so."""

from datetime import UTC, datetime
from typing import Any

from slack_stage import open_stage

from adapters.room import Person
from bot import wiring
from bot.profiles import learn_zones
from knowledge.store import Store, communities, members

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


async def _nothing(*given: Any) -> None:
    """Nobody listens."""


async def test_a_zone_is_noted_for_those_who_are_known_and_said_none(store: Store) -> None:
    surface = wiring.build(store, None, listening=()).router.surface
    async with open_stage("http", lambda platform: (surface, _nothing, _nothing), clock=lambda: NOW) as stage:
        for name, zone in (("ann", "Asia/Tokyo"), ("ben", "Europe/Berlin"), ("cy", "Asia/Tokyo"), ("dee", "")):
            await stage.people.join(Person(name, name.title(), "nurse", "ward 4", zone))
        bot = wiring.build(store, None, stage.platform, clock=lambda: NOW, listening=())
        community = await communities.open_community(store, "The ward", NOW)
        async with store.write(community, NOW) as work:
            for name in ("ann", "ben", "dee"):
                await members.member_of(work, stage.people.account(name).key, name.title())
            ben = await members.member_of(work, stage.people.account("ben").key, "Ben")
            await members.describe(work, members.member_id(ben), time_zone="Pacific/Kiritimati")
        space = stage.people.account("ann").space
        await learn_zones(bot.services, stage.platform, space, community)
        async with store.read(community, NOW) as work:
            zones = {each.name: each.time_zone for each in await members.list_members(work)}
        assert zones["Ann"] == "Asia/Tokyo" and zones["Ben"] == "Pacific/Kiritimati" and "Cy" not in zones
        stage.slack.faults.next("users.list", error="internal_error", times=5)
        await learn_zones(bot.services, stage.platform, space, community)
