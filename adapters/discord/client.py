"""discord.py's client, as the platform needs it: it hands everything on, and nothing malformed ends it.

discord.py 2.7.1 ends on the first event that lacks a key. Here each parser is guarded, and whoever runs a client makes
a new one when it ends. It asks Discord how many shards to open, which is one below 2,500 servers; each shard resumes
its own session. Source: Discord, discord-api-docs, *Gateway*, and our own trials.
"""

import asyncio
import logging
import sys
import threading
from collections.abc import Callable, Iterable
from typing import Any, Protocol

import discord
import yarl
from discord.gateway import DiscordWebSocket, KeepAliveHandler, ReconnectWebSocket
from discord.http import Route

from adapters.port import Part

API_VERSION = 10

discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # it never speaks

_log = logging.getLogger("tacit.discord")


class Hears(Protocol):
    """What listens to a client."""

    async def on_posted(self, message: discord.Message) -> None:
        """Somebody wrote."""

    async def on_edited(self, payload: discord.RawMessageUpdateEvent) -> None:
        """A message changed."""

    async def on_deleted(self, guild: int | None, channel: int, messages: Iterable[int]) -> None:
        """Messages are gone."""

    async def on_reaction(self, payload: discord.RawReactionActionEvent) -> None:
        """An emoji was put on a message, or taken back."""

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """A command, a press, a form, or somebody typing."""

    async def on_joined(self, member: discord.Member) -> None:
        """Somebody joined a server."""

    async def on_left(self, payload: discord.RawMemberRemoveEvent) -> None:
        """Somebody left a server."""

    async def on_server(self, guild: discord.Guild) -> None:
        """A server can be reached."""

    async def on_begun(self, shard: int) -> None:
        """A shard began a session; what happened before it is not told."""

    async def on_told(self, shard: int) -> None:
        """A shard that began a session was told of its servers."""

    async def on_connected(self) -> None:
        """Every server is known."""


class Client(discord.AutoShardedClient):
    """A client that keeps no messages and no views, and hands on what it hears.

    Args:
        hears: what listens.
        intents: what the gateway is asked for.
    """

    def __init__(self, hears: Hears, intents: discord.Intents, **options: Any) -> None:
        super().__init__(
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            **options,
        )
        self._hears = hears
        self._listening: asyncio.Task[None] | None = None
        parsers = self._connection.parsers
        for name, parser in list(parsers.items()):
            parsers[name] = _guarded(name, parser)

    async def listen(self, token: str) -> None:
        """Connects, and listens until it is closed or fails; raises what it fails with.

        discord.py 2.7.1 ignores being cancelled while it connects again, and would go on for ever: its work is a task
        of its own here, which `close` ends.
        """
        self._listening = asyncio.create_task(self.start(token))
        await asyncio.wait((self._listening,))
        self._listening.result()

    async def close(self) -> None:
        """Closes every connection, and ends listening."""
        await super().close()
        if self._listening is not None and self._listening is not asyncio.current_task():
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        for beating in threading.enumerate():
            if isinstance(beating, KeepAliveHandler) and beating.ws._connection is self._connection:
                beating.stop()  # of a connection that was about to open

    async def launch_shards(self) -> None:
        """Opens as many shards as Discord asks for; waits where it lets the bot begin no more sessions today."""
        self.shard_count, _, limit = await self.http.get_bot_gateway()
        if limit["remaining"] < self.shard_count:
            _log.warning("Discord lets the bot begin no session for %.0f s", limit["reset_after"] / 1000)
            await asyncio.sleep(limit["reset_after"] / 1000)
        await super().launch_shards()

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """Opens a shard that resumes its session also when connecting again failed at first.

        discord.py 2.7.1 begins a new session then, and what happened meanwhile would not be told.
        """
        await super().launch_shard(gateway, shard_id, initial=initial)
        info = self.get_shard(shard_id)
        if info is not None:
            shard: Any = info._parent
            shard.reconnect = lambda: shard.reidentify(ReconnectWebSocket(shard_id, resume=bool(shard.ws.session_id)))

    def is_heard(self) -> bool:
        """Whether every shard has an open connection, and knows its servers."""
        return self.is_ready() and not self.is_closed() and not any(each.is_closed() for each in self.shards.values())

    async def on_shard_connect(self, shard_id: int) -> None:
        """A shard began a session."""
        await self._hears.on_begun(shard_id)

    async def on_shard_ready(self, shard_id: int) -> None:
        """A shard was told of its servers."""
        await self._hears.on_told(shard_id)

    async def on_message(self, message: discord.Message) -> None:
        """Somebody wrote."""
        await self._hears.on_posted(message)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """A message changed."""
        await self._hears.on_edited(payload)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """A message is gone."""
        await self._hears.on_deleted(payload.guild_id, payload.channel_id, [payload.message_id])

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """A moderator removed several messages."""
        await self._hears.on_deleted(payload.guild_id, payload.channel_id, sorted(payload.message_ids))

    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        """An emoji was put on a message."""
        await self._hears.on_reaction(payload)

    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None:
        """An emoji was taken back."""
        await self._hears.on_reaction(payload)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """A command, a press, a form, or somebody typing."""
        await self._hears.on_interaction(interaction)

    async def on_member_join(self, member: discord.Member) -> None:
        """Somebody joined a server."""
        await self._hears.on_joined(member)

    async def on_raw_member_remove(self, payload: discord.RawMemberRemoveEvent) -> None:
        """Somebody left a server."""
        await self._hears.on_left(payload)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """A server can be reached."""
        await self._hears.on_server(guild)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """The bot was added to a server."""
        await self._hears.on_server(guild)

    async def on_ready(self) -> None:
        """The gateway told of every server."""
        await self._hears.on_connected()

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Logs what a handler raised, without what it was about."""
        error = sys.exc_info()[0]
        _log.error("failed in %s: %s", event_method, error.__name__ if error else "")


def point_to(api_url: str, gateway_url: str) -> None:
    """Points discord.py at other addresses, for the whole process; it has no setting for them."""
    if api_url:
        Route.BASE = f"{api_url.rstrip('/')}/api/v{API_VERSION}"
    if gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway_url)


def granted_to(application: discord.AppInfo | None) -> frozenset[Part]:
    """What an application may hear, by the intents that were switched on for it."""
    flags = application.flags if application else discord.ApplicationFlags()
    reads = flags.gateway_message_content or flags.gateway_message_content_limited
    knows = flags.gateway_guild_members or flags.gateway_guild_members_limited
    return frozenset(([Part.MESSAGES] if reads else []) + ([Part.MEMBERS] if knows else []))


def _guarded(name: str, parser: Callable[[Any], None]) -> Callable[[Any], None]:
    def guarded(data: Any) -> None:
        try:
            parser(data)
        except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
            _log.warning("dropped a malformed event, type=%s error=%s", name, type(error).__name__)

    return guarded
