"""Private threads: where the bot talks with a few people of a server and nobody else."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import discord

from adapters.discord.refusals import named_permission
from adapters.port import Account, PlatformRefused, Refused

THREAD_NAME = 100
"""Characters of a thread's name. Source: Discord, discord-api-docs, *Channel*."""


async def private_thread(guild: discord.Guild, accounts: Sequence[Account]) -> discord.Thread:
    """Finds the private thread of the bot with exactly these people, or begins one in a channel that all may enter.

    Raises:
        PlatformRefused: one of them is not in the server, or there is no such channel.
    """
    ids = {int(account.id) for account in accounts}
    async for thread in _own_threads(guild):
        there = {each.id for each in await thread.fetch_members()} - {guild.me.id}
        if there == ids:
            return thread
    people = await asyncio.gather(*(_member(guild, id) for id in sorted(ids)))
    for channel in guild.text_channels:
        may_all_enter = all(channel.permissions_for(each).view_channel for each in people)
        if may_all_enter and channel.permissions_for(guild.me).create_private_threads:
            return await _begin(channel, accounts)
    raise PlatformRefused(Refused.MISSING_PERMISSION, named_permission("create_private_threads"))


async def _own_threads(guild: discord.Guild) -> AsyncIterator[discord.Thread]:
    for thread in guild.threads:
        if thread.is_private() and thread.owner_id == guild.me.id:
            yield thread


async def _begin(channel: discord.TextChannel, accounts: Sequence[Account]) -> discord.Thread:
    name = ", ".join(sorted(account.name or account.id for account in accounts))[:THREAD_NAME]
    thread = await channel.create_thread(name=name, type=discord.ChannelType.private_thread, invitable=False)
    for account in accounts:
        await thread.add_user(discord.Object(int(account.id)))
    return thread


async def _member(guild: discord.Guild, id: int) -> discord.Member:
    try:
        return guild.get_member(id) or await guild.fetch_member(id)
    except discord.NotFound:
        raise PlatformRefused(Refused.NO_DIRECT_MESSAGES, "not in the server") from None
