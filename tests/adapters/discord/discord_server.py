"""A stand-in for Discord with one server in it, under the real discord.py.

simcord has the state, the REST routes and the actors. Its hold on the event loop is left out: there, every timer and
every long task of a bot belongs to simcord. Here a bot runs as it always does, and whoever did something waits until
discord.py's own tasks have ended and the bot says that it has nothing under way.
"""

import asyncio
import contextlib
import functools
import sys
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from unittest import mock

import discord
from discord_desk import Call, Desk, DeskHTTP, DeskWebhooks
from discord_line import Line
from discord_world import World, WorldClock
from simcord import Env
from simcord._dpy_internals import get_state, install_http

READY_SECONDS = 0.02
"""How long discord.py waits for further servers before it says that it is ready."""

HANDLERS = ("discord.py: ", "CommandTree", "discord-ui-view-dispatch", "discord-ui-modal-dispatch")
"""How the tasks are called in which discord.py runs what listens to it."""

Settled = Callable[[], Awaitable[None]]


async def nothing() -> None:
    """What has nothing under way."""


class WorldEnv(Env):
    """simcord's environment for its actors, over a world of ours, with waiting of ours."""

    def __init__(self, world: World, finish: Settled) -> None:
        super().__init__(discord.Client(intents=discord.Intents(guilds=True)))
        self.backend = world
        self._finish = finish

    def _begin_operation(self, label: str) -> None:
        """People may do several things at once."""

    def _end_operation(self) -> None:
        """See `_begin_operation`."""

    async def _settle_internal(self, **_: Any) -> None:
        await self._finish()


class DiscordServer:
    """Discord, with one server.

    Attributes:
        settled: waits until the bot has done all that it was given.
        client: the client that is attached.
        errors: what the bot's handlers raised.
    """

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.clock = WorldClock(clock)
        self.world = World(self.clock)
        self.desk = Desk(self.world)
        self.env = WorldEnv(self.world, self.finish)
        self.guild = self.env.create_guild("The ward")
        self.settled: Settled = nothing
        self.client: discord.Client | None = None
        self.errors: list[BaseException] = []
        self.connected = asyncio.Event()
        self._line: Line | None = None
        self._twice = False

    @property
    def calls(self) -> list[Call]:
        """Every request that the bot made."""
        return self.desk.calls

    @property
    def violations(self) -> list[str]:
        """What Discord would not have taken from the bot, and what its handlers raised."""
        return [*self.desk.violations, *(f"a handler raised {each!r}" for each in self.errors)]

    @property
    def deliver_twice(self) -> bool:
        """Whether each event of what people do reaches the bot twice."""
        return self._twice

    @deliver_twice.setter
    def deliver_twice(self, value: bool) -> None:
        self._twice = value
        if self._line:
            self._line.twice = value

    def attach(self, client: discord.Client) -> None:
        """Puts the stand-in under a client that has not been started."""
        install_http(client, DeskHTTP(self.desk))
        state = get_state(client)
        state.guild_ready_timeout = READY_SECONDS
        client.connect = functools.partial(self._connect, client)  # type: ignore[method-assign]
        self._note_errors(client)
        self.client = self.env.bot = client
        self.env._message_states.add(state)

    def allow_bot(self, permissions: discord.Permissions) -> None:
        """Says what the bot may do in the server."""
        role = next(each for each in self.world.guilds[self.guild.id].roles.values() if each.managed)
        role.permissions = permissions.value

    async def ready(self) -> None:
        """Waits until a client is connected and knows its servers."""
        await self.connected.wait()
        assert self.client is not None
        await self.client.wait_until_ready()

    async def finish(self) -> None:
        """Waits until discord.py and the bot have done all that they were given."""
        while True:
            if busy := _handlers():
                await asyncio.wait(busy)
                continue
            await self.settled()
            if not _handlers():
                return

    @contextlib.contextmanager
    def under_discord(self) -> Iterator[None]:
        """Gives discord.py the world's time and the world's end of its webhooks."""
        webhooks = DeskWebhooks(self.desk)
        with (
            mock.patch("discord.utils.utcnow", self.clock.now),
            mock.patch("discord.interactions.async_context", webhooks),
            mock.patch("discord.webhook.async_.async_context", webhooks),
        ):
            yield

    async def _connect(self, client: discord.Client, *, reconnect: bool = True) -> None:
        self._line = Line(self.desk, client)
        self._line.twice = self._twice
        state = get_state(client)
        state.shard_count, state.shard_ids = 1, range(1)
        state._get_websocket = lambda *_, **__: self._line.socket if self._line else None
        self.world.subscribers.append(self._line.hear)
        try:
            self._line.begin()
            self.connected.set()
            await self._line.socket.closed.wait()
        finally:
            self.connected.clear()
            self.world.subscribers.remove(self._line.hear)

    def _note_errors(self, client: discord.Client) -> None:
        before = client.on_error

        async def on_error(event_method: str, /, *args: Any, **kwargs: Any) -> None:
            if error := sys.exc_info()[1]:
                self.errors.append(error)
            await before(event_method, *args, **kwargs)

        client.on_error = on_error  # type: ignore[method-assign]


def _handlers() -> list["asyncio.Task[Any]"]:
    here = asyncio.current_task()
    return [each for each in asyncio.all_tasks() if each is not here and each.get_name().startswith(HANDLERS)]
