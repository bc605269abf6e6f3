"""A bot's Discord platform and the stand-in for Discord, connected under the real discord.py.

The one hook: `DiscordPlatform.make_client()` gives the client that `run` starts, each time anew; the stage lets it make
one and puts the stand-in under it before it is started.
"""

import asyncio
import contextlib
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeAlias

import discord
from discord_desk import Call
from discord_people import DiscordPeople
from discord_server import DiscordServer
from simcord import Env

from adapters.port import Receive, Surface

if TYPE_CHECKING:
    from adapters.discord import DiscordPlatform

Listening: TypeAlias = tuple[Surface, Receive, Callable[[], Awaitable[None]]]


@dataclass
class Stage:
    """A server, its people, and the platform that the bot speaks to it by."""

    server: DiscordServer
    people: DiscordPeople
    platform: "DiscordPlatform"
    running: "asyncio.Task[None]"

    @property
    def env(self) -> Env:
        """simcord's environment, for its handles and faults (`env.inject_error`)."""
        return self.server.env

    @property
    def calls(self) -> list[Call]:
        """Every REST request of the bot."""
        return self.server.calls

    @property
    def violations(self) -> list[str]:
        """What Discord would not have taken."""
        return self.server.violations

    async def stop(self) -> None:
        """Stops the platform as a process would."""
        await stop(self.running)


@contextlib.asynccontextmanager
async def open_stage(
    listen: Callable[["DiscordPlatform"], Listening],
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    permissions: discord.Permissions | None = None,
    **more: Any,
) -> AsyncIterator[Stage]:
    """Opens a server with nobody in it, and connects the platform.

    Args:
        listen: gives what listens to the platform: its surface, what takes each event, and what waits until it has
            nothing under way.
        clock: the server's time, before any time was let pass.
        permissions: what the bot may do in the server; everything but to administer it where not given.
        more: settings of the platform.
    """
    from adapters.discord import DiscordPlatform, DiscordSettings

    server = DiscordServer(clock)
    if permissions is not None:
        server.allow_bot(permissions)
    with server.under_discord():
        platform = DiscordPlatform(DiscordSettings(token="stand-in", **more), clock=server.clock.now)
        surface, receive, settled = listen(platform)

        async def settle() -> None:
            await platform.idle()
            await settled()

        server.settled = settle
        _hook(platform, server)
        people = DiscordPeople(server)
        people.surface = surface
        running = asyncio.create_task(platform.run(surface, receive))
        try:
            await connected(server, running)
            yield Stage(server, people, platform, running)
        finally:
            await stop(running)


async def connected(server: DiscordServer, running: "asyncio.Task[Any]") -> None:
    """Waits until the client that `running` starts is ready.

    Raises:
        BaseException: what `running` raised before.
    """
    waiting = asyncio.create_task(server.ready())
    await asyncio.wait({waiting, running}, return_when=asyncio.FIRST_COMPLETED)
    if not waiting.done():
        waiting.cancel()
        await running
        raise AssertionError("the bot stopped before it was connected")
    await server.finish()


async def stop(running: "asyncio.Task[Any]") -> None:
    """Cancels a task and waits until it has ended."""
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


def _hook(platform: "DiscordPlatform", server: DiscordServer) -> None:
    make = platform.make_client

    async def make_client() -> Any:
        made = make()
        client = await made if inspect.isawaitable(made) else made
        server.attach(client)
        return client

    platform.make_client = make_client  # type: ignore[method-assign]
