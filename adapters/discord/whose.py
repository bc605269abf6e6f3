"""Whose a direct conversation is: it belongs to no server, but to somebody who may be in several of them.

What the bot sends there carries its server in the ids of buttons and forms, so that an answer goes back to where the
question came from, also after a restart. A message belongs to the server of the conversation's last message, else to
the first one that has both. Who is in none of the bot's servers is not listened to.
"""

import logging
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta

import discord

from adapters.discord.refusals import UNREACHED
from adapters.port import Space

KEPT = 5_000
KNOWN_FOR = timedelta(minutes=5)
"""How long it is taken as it was, whether somebody is in a server."""

SERVERS_ASKED = 50
"""Servers that are asked for somebody who writes directly, at most."""

SIGN = "\u2063"
"""Stands between a button's or form's id and the server that it is from."""

_log = logging.getLogger("tacit.discord")


class Whose:
    """Direct conversations, and who was seen to be in which server.

    Args:
        clock: the time, aware UTC.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._conversations: OrderedDict[int, Space] = OrderedDict()
        self._members: OrderedDict[tuple[int, int], tuple[bool, datetime]] = OrderedDict()

    def note(self, channel: int, space: Space) -> None:
        """Notes the server that a direct conversation is with now."""
        self._conversations[channel] = space
        self._conversations.move_to_end(channel)
        while len(self._conversations) > KEPT:
            self._conversations.popitem(last=False)

    def is_direct(self, channel: int) -> bool:
        """Whether a channel is a direct conversation that is known."""
        return channel in self._conversations

    def latest(self) -> list[int]:
        """The direct conversations, the latest first."""
        return list(reversed(self._conversations))

    def mark(self, channel: int) -> str:
        """What ids in a direct conversation end with; nothing where it is not known."""
        space = self._conversations.get(channel)
        return mark_of(space) if space else ""

    def forget(self, guild: int, user: int) -> None:
        """Forgets whether somebody is in a server: they came or left."""
        self._members.pop((guild, user), None)

    async def space_of(self, client: discord.Client, channel: int, user: int, named: str = "") -> Space | None:
        """Finds the server of a direct conversation, or None where the two share none, or it cannot be told now.

        Args:
            client: knows the bot's servers.
            channel: the direct conversation.
            user: who wrote or pressed there.
            named: the id of the server that what they pressed is from, if it says so.
        """
        noted = self._conversations.get(channel)
        first = [named] if named else [noted.id] if noted else []
        others = [] if named else [str(each.id) for each in sorted(client.guilds, key=lambda each: each.id)]
        for id in list(dict.fromkeys([*first, *others]))[:SERVERS_ASKED]:
            guild = client.get_guild(int(id)) if id.isdigit() else None
            is_in = await self._is_in(guild, user) if guild else False
            if is_in is None:
                return None
            if is_in:
                space = Space("discord", id)
                self.note(channel, space)
                return space
        return None

    async def _is_in(self, guild: discord.Guild, user: int) -> bool | None:
        if guild.get_member(user) is not None:
            return True
        known, at = self._members.get((guild.id, user), (None, self._clock()))
        if known is None or self._clock() - at > KNOWN_FOR:
            try:
                await guild.fetch_member(user)
                known = True
            except discord.NotFound:
                known = False
            except (*UNREACHED, discord.HTTPException) as error:
                _log.warning("it cannot be told who is in a server: %s", type(error).__name__)
                return None
            self._members[guild.id, user] = (known, self._clock())
            while len(self._members) > KEPT:
                self._members.popitem(last=False)
        return known


def mark_of(space: Space) -> str:
    """What ids end with that are sent directly in the name of a server."""
    return f"{SIGN}{space.id}"


def without_mark(id: str) -> tuple[str, str]:
    """Gives a button's or form's own id, and the server that it is from where it says so."""
    own, _, server = id.partition(SIGN)
    return own, server if server.isascii() and server.isdigit() else ""
