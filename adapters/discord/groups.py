"""Whom a server keeps together: roles, and those who see a channel that is not for everybody.

A role that Discord gives by itself (to bots, to boosters) and `@everyone` name nobody. Administrators and the owner see
every channel, so they are among those of a private one. Source: Discord, discord-api-docs, *Permissions*, *Guild*.
"""

import discord

from adapters.discord.inbound import Known
from adapters.discord.refusals import refusals
from adapters.port import Account, Group, PlatformRefused, Refused, Sort, Space

ROLE = "role"
"""What stands before a role's id in its key."""


def groups(guild: discord.Guild, space: Space) -> tuple[Group, ...]:
    """Roles that people are given by people, then the channels that the bot sees and not everybody."""
    given = [each for each in guild.roles if not (each.is_default() or each.managed)]
    roles = [Group(f"{space.key}:{ROLE}:{each.id}", each.name, Sort.ROLE) for each in given]
    private = [each for each in guild.text_channels if _is_private(each) and _sees(guild.me, each)]
    rooms = [Group(f"{space.key}:{each.id}", each.name, Sort.CHANNEL, private=True) for each in private]
    return (*sorted(roles, key=_by_name), *sorted(rooms, key=_by_name))


async def people_in(guild: discord.Guild, known: Known, id: str, *, is_told: bool) -> tuple[Account, ...]:
    """The people who have a role or see a channel; neither bots nor guests.

    Args:
        guild: the server.
        known: what reading names needs.
        id: `role:` and the role's id, or the channel's.
        is_told: whether the members intent was granted; without it Discord does not say who is there.

    Raises:
        PlatformRefused: there is no such group, the intent is missing, or Discord cannot be reached.
    """
    kind, _, number = id.rpartition(":")
    role = guild.get_role(int(number)) if kind == ROLE and number.isdecimal() else None
    channel = guild.get_channel(int(number)) if not kind and number.isdecimal() else None
    if role is None and not isinstance(channel, discord.TextChannel):
        raise PlatformRefused(Refused.GONE, id)
    if isinstance(channel, discord.TextChannel) and not _sees(guild.me, channel):
        raise PlatformRefused(Refused.NOT_IN_CHANNEL, id)
    if not is_told:
        raise PlatformRefused(Refused.MISSING_PERMISSION, "Server Members Intent")
    with refusals():
        everybody = [each async for each in guild.fetch_members(limit=None)]
    people = [each for each in everybody if not (each.bot or each.flags.guest)]
    if isinstance(channel, discord.TextChannel):
        return tuple(known.account(each) for each in people if _sees(each, channel))
    return tuple(known.account(each) for each in people if role in each.roles)


def _is_private(channel: discord.TextChannel) -> bool:
    return not channel.permissions_for(channel.guild.default_role).view_channel


def _sees(member: discord.Member, channel: discord.TextChannel) -> bool:
    return channel.permissions_for(member).view_channel


def _by_name(group: Group) -> tuple[str, str]:
    return group.name.casefold(), group.key
