"""Scheduled events of a server. Source: Discord, discord-api-docs, *Guild scheduled event*."""

from typing import Any

import discord

from adapters.port import Event


async def write(guild: discord.Guild, event: Event, known: str) -> str:
    """Puts an event into a server, or changes the one whose id is `known`; gives its id, empty where it was cancelled.

    One that has the same title and time is taken for the same: it may come from a try whose answer was lost.
    """
    found = await _find(guild, event, known)
    if found is None:
        return "" if event.cancelled else str((await guild.create_scheduled_event(**_said(guild, event))).id)
    if event.cancelled:
        await found.cancel()
        return ""
    await found.edit(**_said(guild, event))
    return str(found.id)


async def _find(guild: discord.Guild, event: Event, known: str) -> discord.ScheduledEvent | None:
    if known:
        try:
            found = await guild.fetch_scheduled_event(int(known))
        except discord.NotFound:
            return None
        return found if found.status is discord.EventStatus.scheduled else None
    for each in await guild.fetch_scheduled_events():
        mine = each.creator_id == guild.me.id and each.status is discord.EventStatus.scheduled
        if mine and (each.name, each.start_time) == (event.title, event.starts_at):
            return each
    return None


def _said(guild: discord.Guild, event: Event) -> dict[str, Any]:
    said: dict[str, Any] = {
        "name": event.title,
        "description": event.description,
        "start_time": event.starts_at,
        "end_time": event.ends_at,
        "privacy_level": discord.PrivacyLevel.guild_only,
    }
    if isinstance(event.place, str):
        return {**said, "entity_type": discord.EntityType.external, "location": event.place}
    channel = guild.get_channel(int(event.place.channel_id))
    if isinstance(channel, discord.StageChannel):
        return {**said, "entity_type": discord.EntityType.stage_instance, "channel": channel}
    if isinstance(channel, discord.VoiceChannel):
        return {**said, "entity_type": discord.EntityType.voice, "channel": channel}
    return {**said, "entity_type": discord.EntityType.external, "location": f"#{event.place.name or channel}"[:100]}
