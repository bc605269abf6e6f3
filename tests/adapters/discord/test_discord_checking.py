"""What `./tacit check` says of Discord, what is off without the two intents, and the server's calendar."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from gateway_permissions import bits
from gateway_server import GatewayServer
from gateway_stage import open_server, open_stage

from adapters.discord import DiscordSettings, check
from adapters.port import Event, Part, PlatformRefused, Space

STARTS = datetime(2030, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
async def server() -> AsyncIterator[GatewayServer]:
    async with open_server() as opened:
        yield opened


async def findings(server: GatewayServer, token: str = "") -> dict[str, tuple[bool, str]]:
    settings = DiscordSettings(token or server.token, api_url=server.api_url, gateway_url=server.gateway_url)
    return {each.what: (each.ok, each.says) for each in await check(settings)}


async def test_all_is_well(server: GatewayServer) -> None:
    guild = next(iter(server.world.guilds.values()))
    guild.roles[guild.bot_role]["permissions"] = str(8)
    found = await findings(server)
    assert {what: ok for what, (ok, _) in found.items()} == {
        "Discord token": True,
        "Discord intents": True,
        "Discord servers": True,
        "Discord permissions": True,
    }
    assert found["Discord intents"][1] == "all on"


async def test_a_wrong_token_is_said_and_where_the_right_one_is(server: GatewayServer) -> None:
    assert await findings(server, "wrong-one") == {
        "Discord token": (False, "is not accepted. Copy DISCORD_TOKEN anew from the page Bot.")
    }


@pytest.mark.parametrize(
    ("granted", "says", "not_"),
    [("members", "message content intent", "server members"), ("message_content", "server members intent", "quiet")],
)
async def test_what_is_off_without_an_intent_is_said(server: GatewayServer, granted: str, says: str, not_: str) -> None:
    server.world.grants = {granted}
    ok, found = (await findings(server))["Discord intents"]
    assert ok and says in found and not_ not in found


async def test_missing_permissions_are_named_with_their_server(server: GatewayServer) -> None:
    guild = next(iter(server.world.guilds.values()))
    for role in guild.roles.values():
        role["permissions"] = str(int(role["permissions"]) & ~bits("add_reactions", "send_messages_in_threads"))
    ok, found = (await findings(server))["Discord permissions"]
    assert not ok and "Add Reactions" in found and "Send Messages in Threads" in found and guild.name in found
    assert "View Channel" not in found


async def test_a_bot_without_a_server_is_told_how_to_get_into_one(server: GatewayServer) -> None:
    server.world.guilds.clear()
    found = await findings(server)
    assert not found["Discord servers"][0] and "Discord permissions" not in found


@pytest.mark.parametrize("granted", [(), ("members",), ("message_content",), ("members", "message_content")])
async def test_it_asks_for_what_was_granted_and_knows_what_it_does_not_hear(
    server: GatewayServer, granted: tuple[str, ...]
) -> None:
    server.world.grants = set(granted)
    async with open_stage(server) as stage:
        await stage.connect()
        names = {"members": Part.MEMBERS, "message_content": Part.MESSAGES}
        assert stage.platform.unheard() == set(Part) - {names[each] for each in granted}


async def test_an_event_stands_among_the_servers_events_until_it_is_cancelled(server: GatewayServer) -> None:
    event = Event("Beds and lifts", STARTS, STARTS + timedelta(minutes=45), "Day room", "Bring a story.")
    async with open_stage(server) as stage:
        await stage.connect()
        space = Space("discord", stage.guild.id)
        known = await stage.platform.schedule_event(space, event)
        posted = [call.body for call in server.calls if call.method == "POST" and "scheduled-events" in call.path]
        assert [each["name"] for each in posted] == ["Beds and lifts"]
        assert posted[0]["entity_metadata"] == {"location": "Day room"}
        assert await stage.platform.schedule_event(space, event) == known
        gone = Event(event.title, event.starts_at, event.ends_at, event.place, cancelled=True)
        assert await stage.platform.schedule_event(space, gone, known=known) == ""
        assert await stage.platform.schedule_event(space, event) != known
        assert server.violations == []


async def test_where_it_may_make_no_events_it_says_which_permission_is_missing(server: GatewayServer) -> None:
    async with open_stage(server) as stage:
        await stage.connect()
        for role in stage.guild.roles.values():
            role["permissions"] = str(int(role["permissions"]) & ~bits("create_events", "manage_events"))
        event = Event("Beds", STARTS, STARTS + timedelta(hours=1), "Day room")
        with pytest.raises(PlatformRefused, match="Create Events"):
            await stage.platform.schedule_event(Space("discord", stage.guild.id), event)
