"""What was said while nobody listened: read from the channels' histories when a session could not be resumed.

A channel is read only where its newest message is newer than the newest one heard. Presses and commands cannot be made
good, as Discord gives them up after three seconds; neither can reactions, whose time it does not keep.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import discord

from adapters.discord.refusals import UNREACHED

LONGEST = timedelta(hours=1)
"""After a longer silence only its last hour is made good: an answer to yesterday's question would surprise."""

MARGIN, LOOSE_MARGIN = timedelta(seconds=2), timedelta(seconds=30)
"""Read so much further back than the newest message that was heard, or than a moment on another clock, as some may have
been on their way. What was heard already is dropped by its key."""

WAITS = (0, 5, 30, 120)
"""Seconds before each try to read what is missing."""

DIRECT = 50
"""Direct conversations that are looked at, the latest ones; Discord lists none."""

Hear = Callable[[discord.Message], Awaitable[None]]

_log = logging.getLogger("tacit.discord")


class Missed:
    """How far each shard has heard, and what is missing since.

    Args:
        clock: the time, aware UTC.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.heard_before: datetime | None = None
        self._newest: dict[int, int] = {}
        self._began: dict[int, datetime] = {}
        self._since: dict[int, datetime] = {}
        self._sessions: dict[int, int] = {}

    def heard(self, message: discord.Message) -> None:
        """Notes a message that was heard."""
        shard = message.guild.shard_id if message.guild else 0
        self._newest[shard] = max(message.id, self._newest.get(shard, 0))

    def begun(self, shard: int) -> None:
        """A shard began a session: what was said since it last heard something, or since it began, is missing."""
        newest, began = self._newest.pop(shard, 0), self._began.get(shard, self.heard_before)
        heard = discord.utils.snowflake_time(newest).astimezone(UTC) if newest else None
        known = [began - LOOSE_MARGIN] if began else []
        known += [heard - MARGIN] if heard else []
        self._began[shard] = self._clock()
        self._sessions[shard] = self._sessions.get(shard, 0) + 1
        if known:
            self._since.setdefault(shard, max(known))

    async def make_good(self, client: discord.Client, shard: int, direct: Iterable[int], hear: Hear) -> None:
        """Reads what is missing on a shard that knows its servers, and hands each message on.

        Args:
            client: a client that knows its servers.
            shard: the shard; direct conversations belong to the first.
            direct: ids of direct conversations, the latest first.
            hear: takes a message; one that was heard before is for it to drop.
        """
        if shard not in self._since:
            return
        after, session = max(self._since[shard], self._clock() - LONGEST), self._sessions.get(shard)
        left = [*_places(client, shard, after), *(list(direct)[:DIRECT] if shard == 0 else ())]
        for wait in WAITS:
            await asyncio.sleep(wait)
            left = [place for place in left if not await _read(client, place, after, hear)]
            if not left:
                break
        else:
            _log.warning("what was said meanwhile could not be read in %d channels", len(left))
        if self._sessions.get(shard) == session:  # else the next session has more to read
            self._since.pop(shard, None)


async def _read(client: discord.Client, place: int, after: datetime, hear: Hear) -> bool:
    """Reads a channel; False where that should be tried again. What is gone or not to be read is left alone."""
    try:
        found = client.get_channel(place) or await client.fetch_channel(place)
        if isinstance(found, discord.abc.Messageable):
            async for message in found.history(after=after, oldest_first=True, limit=None):
                await hear(message)
    except (discord.Forbidden, discord.NotFound, discord.InvalidData):
        return True
    except (*UNREACHED, discord.HTTPException):
        return False
    return True


def _places(client: discord.Client, shard: int, after: datetime) -> Iterator[int]:
    for guild in client.guilds:
        every: list[Any] = [*guild.text_channels, *guild.voice_channels, *guild.threads]
        for place in every if guild.shard_id == shard else ():
            if place.last_message_id and discord.utils.snowflake_time(place.last_message_id) > after:
                yield place.id
