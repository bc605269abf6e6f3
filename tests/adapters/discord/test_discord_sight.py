"""What people may read on Discord: by roles and overwrites, in threads and voice channels, and who is asked about."""

from collections.abc import AsyncIterator

import discord
import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route
from discord_stage import Stage
from gateway_faults import Fault
from gateway_server import GatewayServer
from gateway_stage import Stage as GatewayStage
from gateway_stage import open_server
from gateway_stage import open_stage as open_gateway_stage
from simcord.backend.models import Overwrite
from simcord.enums import ChannelType, OverwriteType

from adapters.port import Account, PlatformRefused, Refused, Room, Space
from adapters.room import Person

VIEW = discord.Permissions(view_channel=True).value
HISTORY = discord.Permissions(read_message_history=True).value
CONNECT = discord.Permissions(connect=True).value
MEMBER = "GET /guilds/{}/members/{}"


async def sees(stage: Stage, who: str, channel: int | str, thread: int | str = "") -> bool:
    """Whether somebody may see a channel."""
    room = Room(Space("discord", str(stage.server.guild.id)), str(stage.people.channel(str(channel))), str(thread))
    return await stage.platform.may_see(stage.people.account(who), room)


async def opened(stage: Stage, *rules: Overwrite, kind: ChannelType = ChannelType.TEXT) -> int:
    """Opens a channel with overwrites, and gives its id."""
    guild = stage.server.guild.id
    made = stage.people.world.create_channel(guild, "place", type=kind, overwrites=list(rules)).id
    await stage.people.finish()
    return made


def everybody(stage: Stage, deny: int) -> Overwrite:
    return Overwrite(stage.server.guild.id, OverwriteType.ROLE, deny=deny)


def one(stage: Stage, who: str, allow: int = 0, deny: int = 0) -> Overwrite:
    return Overwrite(stage.people.user(who), OverwriteType.MEMBER, allow, deny)


@pytest.mark.parametrize("what", [VIEW, HISTORY])
async def test_whoever_may_not_look_in_or_not_read_back_sees_nothing(stage: Stage, what: int) -> None:
    channel = await opened(stage, one(stage, "ann", deny=what))
    assert not await sees(stage, "ann", channel)
    assert await sees(stage, "bob", channel)


async def test_a_role_lets_in_whoever_has_it(stage: Stage) -> None:
    world, guild = stage.people.world, stage.server.guild.id
    role = world.create_role(guild, "porters")
    bot = Overwrite(world.bot_user.id, OverwriteType.MEMBER, VIEW)
    porters = Overwrite(role.id, OverwriteType.ROLE, VIEW)
    channel = await opened(stage, everybody(stage, VIEW), bot, porters)
    assert not await sees(stage, "ann", channel)
    world.add_member_role(guild, stage.people.user("ann"), role.id)
    await stage.people.finish()
    assert await sees(stage, "ann", channel)
    assert not await sees(stage, "bob", channel)
    world.remove_member_role(guild, stage.people.user("ann"), role.id)
    await stage.people.finish()
    assert not await sees(stage, "ann", channel)


@pytest.mark.parametrize("what", [VIEW, HISTORY])
async def test_what_the_bot_does_not_read_is_nobodys_to_see(stage: Stage, what: int) -> None:
    channel = await opened(stage, Overwrite(stage.people.world.bot_user.id, OverwriteType.MEMBER, deny=what))
    assert not await sees(stage, "ann", channel)


@pytest.mark.parametrize("kind", [ChannelType.VOICE, ChannelType.STAGE_VOICE])
async def test_a_voice_channel_is_read_by_those_who_may_enter_it(stage: Stage, kind: ChannelType) -> None:
    channel = await opened(stage, one(stage, "ann", deny=CONNECT), one(stage, "bob", allow=CONNECT), kind=kind)
    assert not await sees(stage, "ann", channel)
    assert await sees(stage, "bob", channel)


async def test_a_public_thread_is_seen_and_a_private_one_not(stage: Stage) -> None:
    world, general = stage.people.world, stage.people.channel("general")
    threads = {}
    for kind in (ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD):
        thread = world.create_thread(general, "A thread", stage.people.user("ann"), type=kind)
        thread.thread_members[world.bot_user.id] = world.now_iso()
        world.announce_thread_create(thread)
        threads[kind] = thread.id
    await stage.people.finish()
    assert await sees(stage, "bob", "general", threads[ChannelType.PUBLIC_THREAD])
    assert not await sees(stage, "bob", "general", threads[ChannelType.PRIVATE_THREAD])
    assert not await sees(stage, "bob", threads[ChannelType.PUBLIC_THREAD])  # a thread is no channel


@pytest.mark.parametrize("is_inside", [True, False])
async def test_a_private_thread_that_is_not_remembered_is_still_private(stage: Stage, is_inside: bool) -> None:
    world, general = stage.people.world, stage.people.channel("general")
    few = world.create_thread(
        general, "A few", stage.people.user("ann"), type=ChannelType.PRIVATE_THREAD, broadcast=False
    )
    if not is_inside:
        stage.env.inject_error("GET", f"/channels/{few.id}", status=403, code=50001)
    assert not await sees(stage, "bob", "general", few.id)


async def test_a_thread_that_is_not_there_is_its_channel(stage: Stage) -> None:
    said = await stage.people.say("ann", "general", "How?")
    assert await sees(stage, "bob", "general", said)
    assert not await sees(stage, "bob", "general", "no-number")


async def test_a_deleted_channel_is_nobodys_to_see(stage: Stage) -> None:
    channel = await opened(stage)
    assert await sees(stage, "ann", channel)
    await stage.people.delete_channel(str(channel))
    assert not await stage.platform.may_see(
        stage.people.account("ann"), Room(stage.people.account("ann").space, str(channel))
    )


async def test_whoever_comes_back_sees_again(stage: Stage) -> None:
    await stage.people.leave("bob")
    assert not await sees(stage, "bob", "general")
    await stage.people.join(Person("bob", "Bob"))
    assert await sees(stage, "bob", "general")


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[GatewayServer]:
    """Ann, Bob and a guest; `general` for everybody, and `private` for Bob and the bot."""
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)
    async with open_server() as server:
        await server.people.join("bob", "Bob Hale")
        await server.people.join("gus", "Gus", guest=True)
        server.world.add_channel(next(iter(server.world.guilds.values())), "private", members=["bob"])
        yield server


async def allowed(stage: GatewayStage, who: str, channel: str) -> bool:
    account = Account(Space("discord", stage.guild.id), stage.server.world.user(who)["id"])
    return await stage.platform.may_see(account, stage.room(channel))


def asked(server: GatewayServer) -> int:
    """How often the bot asked for one member."""
    return sum(call.route == MEMBER for call in server.calls)


@pytest.mark.parametrize("grants", [{"members", "message_content"}, {"message_content"}])
async def test_with_and_without_the_members_intent_it_is_known_who_sees_what(
    server: GatewayServer, grants: set[str]
) -> None:
    server.world.grants = grants
    async with open_gateway_stage(server) as stage:
        await stage.connect()
        assert [await allowed(stage, who, "general") for who in ("ann", "bob", "gus")] == [True, True, False]
        assert [await allowed(stage, who, "private") for who in ("ann", "bob", "gus")] == [False, True, False]
        await server.people.leave("bob")
        assert [await allowed(stage, "bob", channel) for channel in ("general", "private")] == [False, False]
        assert server.violations == []


@pytest.mark.parametrize(("grants", "times"), [({"members", "message_content"}, 0), ({"message_content"}, 2)])
async def test_what_is_remembered_of_people_holds_where_the_bot_is_told_of_changes(
    server: GatewayServer, grants: set[str], times: int
) -> None:
    server.world.grants = grants
    async with open_gateway_stage(server) as stage:
        await stage.connect()
        await server.people.join("eve")
        if "members" in grants:
            await stage.until(lambda: stage.received)
        assert [await allowed(stage, "eve", channel) for channel in ("general", "private")] == [True, False]
        assert asked(server) == times


async def test_without_the_intent_whoever_was_remembered_is_asked_about_again(server: GatewayServer) -> None:
    server.world.grants = {"message_content"}
    async with open_gateway_stage(server) as stage:
        await stage.connect()
        bob, room = server.world.user("bob")["id"], stage.room("general")
        told = {"guild_id": stage.guild.id, "channel_id": room.channel_id, "user_id": bob, "session_id": "s"}
        signs = dict.fromkeys(("deaf", "mute", "self_deaf", "self_mute", "self_video", "suppress"), False)
        member = server.world.full_member(stage.guild, bob)
        server.world.emit("VOICE_STATE_UPDATE", stage.guild.id, {**told, **signs, "member": member})
        await server.people.say("ann", "general", "Hi", mention_bot=True)
        await stage.hears("Hi")
        assert [each.account.id for each in await stage.platform.members(room.space)].count(bob) == 1
        await server.people.leave("bob")
        assert not await allowed(stage, "bob", "general")


async def test_where_discord_cannot_be_reached_it_says_so(server: GatewayServer) -> None:
    async with open_gateway_stage(server) as stage:
        await stage.connect()
        server.faults.next(MEMBER, Fault(status=503))
        with pytest.raises(PlatformRefused) as refused:
            await allowed(stage, "ann", "general")
        assert refused.value.reason is Refused.UNREACHABLE
        server.faults.next(MEMBER, Fault(status=400))
        assert not await allowed(stage, "ann", "general")
        assert await allowed(stage, "ann", "general")


async def test_guests_are_marked_among_the_members(server: GatewayServer) -> None:
    async with open_gateway_stage(server) as stage:
        await stage.connect()
        found = await stage.platform.members(Space("discord", stage.guild.id))
        assert {each.account.name for each in found if each.is_guest} == {"Gus"}
        assert {each.account.name for each in found if each.is_bot} == {"Tacit"}
