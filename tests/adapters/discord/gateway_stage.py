"""The bot's Discord platform under the loopback's real sockets, and what it heard."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from gateway_server import GatewayServer
from gateway_world import Guild

from adapters.discord import DiscordPlatform, DiscordSettings
from adapters.port import Answer, Command, Inbound, MessagePosted, Returned, Room, Shortcut, Space, Surface

SURFACE = Surface(
    (Command("keep", "", "", "Keep something", Answer.FORM), Command("keep", "*", "what", "Keep this", Answer.PRIVATE)),
    (Shortcut("capture:keep", "Keep as know-how", Answer.FORM),),
    {},
    {},
)


class Stage:
    """A loopback, a server in it with Ann and the channel `general`, and a platform that listens.

    Attributes:
        received: every event, in order.
        met: servers that the platform said it reached.
        does: what to do with each event.
    """

    def __init__(self, server: GatewayServer, **options: Any) -> None:
        self.server = server
        settings = DiscordSettings(
            options.pop("token", server.token),
            api_url=server.api_url,
            gateway_url=server.gateway_url,
            options={"guild_ready_timeout": 0.02, **options},
        )
        self.platform = DiscordPlatform(settings, connected=self._meet)
        self.received: list[Inbound] = []
        self.met: list[str] = []
        self.does: Callable[[Inbound], Awaitable[Returned]] = _nothing
        self.running: asyncio.Task[None] | None = None

    @property
    def guild(self) -> Guild:
        """The first server."""
        return next(iter(self.server.world.guilds.values()))

    @property
    def heard(self) -> Counter[str]:
        """What was said, and how often it came."""
        return Counter(event.post.text for event in self.received if isinstance(event, MessagePosted))

    def room(self, channel: str, *, direct: bool = False, thread: str = "") -> Room:
        """A place as the platform knows it."""
        id = self.server.world.channel(channel)["id"]
        return Room(Space("discord", self.guild.id), id, thread, direct=direct)

    async def until(self, done: Callable[[], object], seconds: float = 10) -> None:
        """Waits until `done` gives something true, or the platform ends.

        Raises:
            BaseException: what ended it.
        """
        waiting = asyncio.create_task(self.server.until(done, seconds))
        both = {waiting, self.running} if self.running else {waiting}
        await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        if not waiting.done() and self.running:
            waiting.cancel()
            await self.running
            raise AssertionError("the platform ended")
        await waiting

    async def hears(self, *words: str, seconds: float = 10) -> None:
        """Waits until all these words were heard."""
        await self.until(lambda: set(words) <= set(self.heard), seconds)

    async def connect(self) -> None:
        """Starts the platform and waits until it knows its servers and wrote its commands."""
        self.start()
        await self.until(lambda: any(call.method == "PUT" and call.status for call in self.server.calls))

    def start(self) -> None:
        """Starts the platform."""
        self.running = asyncio.create_task(self.platform.run(SURFACE, self._receive))

    async def stop(self) -> None:
        """Stops it as a process would."""
        if self.running is not None:
            self.running.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await self.running

    async def _receive(self, event: Inbound) -> Returned:
        self.received.append(event)
        self.server.bell.ring()
        return await self.does(event)

    async def _meet(self, space: Space, name: str) -> None:
        self.met.append(space.id)
        self.server.bell.ring()


async def _nothing(event: Inbound) -> None:
    """What is done with an event unless a test says otherwise."""


@contextlib.asynccontextmanager
async def open_server(*, shards: int = 1) -> AsyncIterator[GatewayServer]:
    """Opens a loopback with one server, Ann and the channel `general` in it."""
    async with GatewayServer(shards=shards) as server:
        server.world.add_channel(server.world.add_guild(), "general")
        await server.people.join("ann", "Ann Reed")
        yield server


@contextlib.asynccontextmanager
async def open_stage(server: GatewayServer, **options: Any) -> AsyncIterator[Stage]:
    """Gives a platform that is not started, and stops it at the end."""
    stage = Stage(server, **options)
    try:
        yield stage
    finally:
        await stage.stop()
