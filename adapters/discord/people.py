"""Who is in a server, and what they may read there.

Source: Discord, discord-api-docs, *Guild*, *Permissions*, *Get channel messages*.
"""

from contextlib import suppress

import discord

from adapters.discord.inbound import Known
from adapters.discord.refusals import refusals
from adapters.port import Account, PlatformRefused, Profile, Refused, Room


async def everybody(guild: discord.Guild, known: Known, *, is_told: bool) -> tuple[Profile, ...]:
    """Gives the people of a server; where the bot is not told who is in it, whoever was seen.

    Args:
        guild: the server.
        known: what reading names needs.
        is_told: whether the members intent was granted.
    """
    if not is_told:
        return tuple(_profile(each, known) for each in guild.members)
    with refusals():
        found = [each async for each in guild.fetch_members(limit=None)]
    return tuple(_profile(each, known) for each in found)


async def may_see(guild: discord.Guild, account: Account, room: Room, *, is_told: bool) -> bool:
    """Whether somebody may read what stands in a channel that the bot reads too; nobody in a private thread.

    Args:
        guild: the room's server.
        account: who would read.
        room: where.
        is_told: whether the members intent was granted; else what is remembered of people may be old.

    Raises:
        PlatformRefused: Discord cannot be reached.
    """
    ids = (account.id, room.channel_id, room.thread_id or "0")
    if room.direct or account.space != room.space or not all(id.isdecimal() for id in ids):
        return False
    who, place, thread = map(int, ids)
    channel = guild.get_channel(place)
    if channel is None or not _reads(guild.me, channel):
        return False
    try:
        with refusals():
            member = (guild.get_member(who) if is_told else None) or await guild.fetch_member(who)
            return _reads(member, channel) and not await _is_private(guild, channel, thread)
    except PlatformRefused as refused:
        if refused.reason is Refused.UNREACHABLE:
            raise
    except (discord.HTTPException, discord.InvalidData):  # such as for a number that is no id
        pass
    return False


def _reads(member: discord.Member | None, channel: discord.abc.GuildChannel) -> bool:
    """Whether somebody reads a channel; a guest is let into one of voice, and Discord does not say which."""
    if member is None or member.flags.guest:
        return False
    has = channel.permissions_for(member)
    is_voice = isinstance(channel, discord.VoiceChannel | discord.StageChannel)
    return has.view_channel and has.read_message_history and (has.connect or not is_voice)


async def _is_private(guild: discord.Guild, channel: discord.abc.GuildChannel, id: int) -> bool:
    """Whether a thread is for a few alone; there may be none yet, or none any more."""
    if not id or not isinstance(channel, discord.TextChannel):
        return False
    with suppress(discord.NotFound):
        found = guild.get_thread(id) or await guild.fetch_channel(id)
        return isinstance(found, discord.Thread) and found.is_private()
    return False


def _profile(member: discord.Member, known: Known) -> Profile:
    return Profile(known.account(member), is_bot=member.bot, is_guest=member.flags.guest)
