"""Runs the parts of one process side by side, starts again what fails, and stops everything in order.

The order of stopping: no new jobs, then the chats (what they accepted is answered first), then what is owed and
counted, then the pages.
"""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import UTC
from typing import Any, Protocol

import uvicorn
from starlette.applications import Starlette

from adapters.port import PlatformRefused, Refused
from bot.errors import report

TICK_SECONDS = 20
WAIT_SECONDS = (1, 2, 5, 10, 30, 60)
"""Before a part is started again, each time that it fails within a minute; the last one again and again."""

NOT_ACCEPTED_SECONDS = 300
IDLE_SECONDS = 1.0
"""How long stopping waits for what is owed to others; the rest is delivered at the next start."""

_log = logging.getLogger("tacit.running")


class Ticking(Protocol):
    """What has jobs to do now and then."""

    async def tick(self) -> None:
        """Does what is due now."""

    async def idle(self) -> None:
        """Waits until nothing is under way."""


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves signals to `run`."""
        yield


async def run(
    bot: Ticking,
    app: Starlette,
    chats: Sequence[tuple[str, Callable[[], Awaitable[None]]]],
    *,
    host: str,
    port: int,
    started: Callable[[], None],
) -> None:
    """Runs pages, chats and ticker until the process is told to stop.

    Args:
        bot: ticks.
        app: the pages.
        chats: name and way to run each chat platform; one that ends or fails is started again.
        host: the address to listen on.
        port: its port.
        started: called once the pages answer.
    """
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    options: dict[str, Any] = {"log_level": "warning", "timeout_graceful_shutdown": 2, "lifespan": "off"}
    server = _Server(uvicorn.Config(app, host=host, port=port, **options))
    serving = asyncio.create_task(server.serve())
    telling = asyncio.create_task(_tell_when_started(server, started))
    talking = [asyncio.create_task(_keep_running(name, chat)) for name, chat in chats]
    ticker = AsyncIOScheduler(timezone=UTC)
    ticker.add_job(bot.tick, "interval", seconds=TICK_SECONDS, coalesce=True, max_instances=1, misfire_grace_time=None)
    ticker.start()
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((stopping, serving), return_when=asyncio.FIRST_COMPLETED)
    finally:
        ticker.shutdown(wait=False)
        for task in (telling, stopping, *talking):
            task.cancel()
        await asyncio.gather(telling, stopping, *talking, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(bot.idle(), IDLE_SECONDS)
        server.should_exit = True
        await serving


async def _keep_running(name: str, part: Callable[[], Awaitable[None]]) -> None:
    clock = asyncio.get_running_loop().time
    tries = 0
    while True:
        began, wait = clock(), 0
        try:
            await part()
        except PlatformRefused as refused:
            _log.warning("%s stopped: %s %s", name, refused.reason, refused.detail)
            wait = NOT_ACCEPTED_SECONDS if refused.reason is Refused.NOT_ACCEPTED else 0
        except Exception as error:
            report(error, name, _log)
        tries = 0 if clock() - began > WAIT_SECONDS[-1] else tries + 1
        await asyncio.sleep(wait or WAIT_SECONDS[min(tries, len(WAIT_SECONDS)) - 1])


async def _tell_when_started(server: uvicorn.Server, started: Callable[[], None]) -> None:
    while not server.started:  # noqa: ASYNC110 - the server tells nobody
        await asyncio.sleep(0.05)
    started()
