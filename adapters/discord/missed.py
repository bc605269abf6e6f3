"""What was said while nobody listened: read from the channels' histories when a session could not be resumed.

A channel is read only where its newest message is newer than the newest one heard. Presses and commands cannot be made
good, as Discord gives them up after three seconds; neither can reactions, whose time it does not keep.
"""

from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import datetime, timedelta

import discord

LONGEST = timedelta(hours=1)
"""After a longer silence only its last hour is made good: an answer to yesterday's question would surprise."""

MARGIN = timedelta(seconds=30)
"""Read so much further back, for messages that were on their way. What was heard already is dropped by its key."""

IN_ONE_CHANNEL = 200
DIRECT = 50
"""Direct conversations that are looked at, the latest ones; Discord lists none."""


def places(client: discord.Client, shard: int, after: datetime, direct: Iterable[int]) -> Iterator[int]:
    """Gives the ids of the channels that hold something newer than `after`.

    Args:
        client: a client that knows its servers.
        shard: the shard whose servers are looked at; direct conversations belong to the first.
        after: aware UTC.
        direct: ids of direct conversations, the latest first.
    """
    for place in _places(client, shard):
        if place.last_message_id and discord.utils.snowflake_time(place.last_message_id) > after:
            yield place.id
    if shard == 0:
        yield from list(direct)[:DIRECT]


async def history(client: discord.Client, channel: int, after: datetime) -> AsyncIterator[discord.Message]:
    """Gives what was written in a channel after a moment, oldest first; nothing where it is gone or not to be read."""
    try:
        found = client.get_channel(channel) or await client.fetch_channel(channel)
        if isinstance(found, discord.abc.Messageable):
            async for message in found.history(after=after, oldest_first=True, limit=IN_ONE_CHANNEL):
                yield message
    except (discord.Forbidden, discord.NotFound, discord.InvalidData):
        return


def since(heard: datetime, now: datetime) -> datetime:
    """From when on a silence is made good."""
    return max(heard - MARGIN, now - LONGEST)


def _places(
    client: discord.Client, shard: int
) -> Iterator[discord.TextChannel | discord.VoiceChannel | discord.Thread]:
    for guild in client.guilds:
        if guild.shard_id == shard:
            yield from guild.text_channels
            yield from guild.voice_channels
            yield from guild.threads
