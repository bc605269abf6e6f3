"""A bot's Slack platform and the loopback Slack, connected by real sockets or real signed requests."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

import uvicorn
from loopback_people import SlackPeople
from loopback_slack import LoopbackSlack
from starlette.applications import Starlette

from adapters.port import Receive, Surface
from adapters.slack import EVENTS_PATH, SlackPlatform, SlackSettings

FAST = 10_000.0
"""Messages a second to one channel: no test waits for Slack's pace."""


Listening: TypeAlias = tuple[Surface, Receive, Callable[[], Awaitable[None]]]


async def nothing() -> None:
    """What has nothing under way."""


@dataclass
class Stage:
    """A workspace, its people, and the platform that the bot speaks to it by."""

    slack: LoopbackSlack
    people: SlackPeople
    platform: SlackPlatform
    running: "asyncio.Task[None]"

    async def stop(self) -> None:
        """Stops the platform as a process would."""
        self.running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self.running
        await self.platform.close()


def settings_for(slack: LoopbackSlack, mode: str, **more: Any) -> SlackSettings:
    """Settings that reach the loopback."""
    return SlackSettings(
        bot_token=slack.bot_token,
        app_token=slack.app_token if mode == "socket" else "",
        signing_secret=slack.signing_secret if mode == "http" else "",
        api_url=slack.api_url,
        **{"messages_a_second": FAST, **more},
    )


@contextlib.asynccontextmanager
async def open_stage(
    mode: str,
    listen: Callable[[SlackPlatform], Listening],
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    **more: Any,
) -> AsyncIterator[Stage]:
    """Opens a workspace with nobody in it, and connects the platform.

    Args:
        mode: `socket` or `http`.
        listen: gives what listens to the platform: its surface, what takes each event, and what waits until it has
            nothing under way.
        clock: the workspace's time, before any time was let pass.
        more: settings of the platform.
    """
    async with LoopbackSlack(mode, clock=clock) as slack:
        platform = SlackPlatform(settings_for(slack, mode, **more), clock=slack.clock)
        surface, receive, settled = listen(platform)

        async def settle() -> None:
            await platform.idle()
            await settled()

        people = SlackPeople(slack, settle)
        await platform.identify()
        async with _served(platform, slack):
            running = asyncio.create_task(platform.run(surface, receive))
            if mode == "socket":
                await slack.connected(2)
            stage = Stage(slack, people, platform, running)
            try:
                yield stage
            finally:
                await stage.stop()


@contextlib.asynccontextmanager
async def _served(platform: SlackPlatform, slack: LoopbackSlack) -> AsyncIterator[None]:
    if not platform.routes:
        yield
        return
    config = uvicorn.Config(
        Starlette(routes=list(platform.routes)), host="127.0.0.1", port=0, log_level="error", lifespan="off"
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    socket = config.bind_socket()
    slack.events_url = f"http://127.0.0.1:{socket.getsockname()[1]}{EVENTS_PATH}"
    serving = asyncio.create_task(server._serve([socket]))
    while not server.started:  # noqa: ASYNC110 - the server tells nobody
        await asyncio.sleep(0)
    try:
        yield
    finally:
        server.should_exit = True
        await serving
