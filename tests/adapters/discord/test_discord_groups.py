"""Roles and private channels on Discord: which are groups, and who is in one."""

import discord
import pytest
from discord_stage import Stage
from gateway_server import GatewayServer
from gateway_stage import open_server
from gateway_stage import open_stage as open_gateway_stage
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from adapters.port import Part, PlatformRefused, Refused, Sort, Space
from adapters.room import Person

VIEW = discord.Permissions(view_channel=True).value


async def inside(stage: Stage, group: str) -> list[str]:
    return sorted(each.name for each in await stage.platform.people_in(group))


async def test_roles_that_discord_gives_itself_are_none(stage: Stage) -> None:
    await stage.people.put_together("zebras", "ann")
    await stage.people.put_together("anchors")
    world, guild = stage.people.world, stage.server.guild.id
    world.create_role(guild, "Some bot", managed=True)
    stage.people.open_channel("leads", members=("ann",))
    stage.people.open_channel("away", members=("ann",), with_bot=False)
    await stage.people.finish()
    found = await stage.platform.groups(Space("discord", str(guild)))
    shown = [(each.name, each.sort) for each in found]
    assert shown == [("anchors", Sort.ROLE), ("zebras", Sort.ROLE), ("leads", Sort.CHANNEL)]


async def test_a_private_channel_holds_whom_a_role_lets_in_and_administrators(stage: Stage) -> None:
    world, guild = stage.people.world, stage.server.guild.id
    await stage.people.join(Person("cy", "Cy"))
    porters = int((await stage.people.put_together("porters", "ann")).rpartition(":")[2])
    boss = world.create_role(guild, "boss", permissions=discord.Permissions(administrator=True).value)
    world.add_member_role(guild, stage.people.user("bob"), boss.id)
    rules = [
        Overwrite(guild, OverwriteType.ROLE, deny=VIEW),
        Overwrite(porters, OverwriteType.ROLE, VIEW),
        Overwrite(world.bot_user.id, OverwriteType.MEMBER, VIEW),
    ]
    channel = world.create_channel(guild, "leads", overwrites=rules)
    await stage.people.finish()
    names = await inside(stage, f"discord:{guild}:{channel.id}")
    assert {"Ann", "Bob"} <= set(names) and "Cy" not in names


async def test_bots_are_in_none(stage: Stage) -> None:
    await stage.people.join(Person("robot", "Robot"), bot=True)
    assert await inside(stage, await stage.people.put_together("porters", "ann", "robot")) == ["Ann"]


async def test_who_was_given_a_role_before_the_bot_knew_them_is_in_it() -> None:
    async with open_server() as server, open_gateway_stage(server) as stage:
        key = await _with_role(server, "porters", "ann")
        await stage.connect()
        assert [each.name for each in await stage.platform.people_in(key)] == ["Ann Reed"]


async def test_without_the_intent_it_cannot_tell() -> None:
    async with open_server() as server, open_gateway_stage(server) as stage:
        server.world.grants.discard("members")
        key = await _with_role(server, "porters", "ann")
        await stage.connect()
        assert Part.MEMBERS in stage.platform.unheard()
        assert await stage.platform.groups(Space("discord", key.split(":")[1]))
        with pytest.raises(PlatformRefused) as refused:
            await stage.platform.people_in(key)
        assert refused.value.reason is Refused.MISSING_PERMISSION


async def test_where_another_process_listens_it_cannot_tell() -> None:
    async with open_server() as server, open_gateway_stage(server) as stage:
        key = await _with_role(server, "porters", "ann")
        with pytest.raises(PlatformRefused) as refused:
            await stage.platform.people_in(key)
        assert refused.value.reason is Refused.UNREACHABLE
        assert await stage.platform.groups(Space("discord", key.split(":")[1])) == ()


async def _with_role(server: GatewayServer, name: str, who: str) -> str:
    import gateway_shapes as shapes

    guild = next(iter(server.world.guilds.values()))
    role = shapes.role(shapes.new_id(), name, 0)
    guild.roles[role["id"]] = role
    guild.members[server.world.user(who)["id"]]["roles"].append(role["id"])
    return f"discord:{guild.id}:role:{role['id']}"
