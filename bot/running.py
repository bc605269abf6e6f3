"""Runs the parts of one process side by side, starts again what fails, and stops everything in order.

The order of stopping: who asks is told that it stops, no new jobs, then the chats (what they accepted is answered
first), then what is owed and counted, then the pages.
"""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any, Protocol

import uvicorn
from starlette.applications import Starlette

from adapters.port import PlatformRefused, Refused
from bot.errors import report
from bot.metrics import count_refusal

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


@dataclass(frozen=True)
class Site:
    """What is served over HTTP, and where.

    Attributes:
        app: the pages.
        host: the address to listen on.
        port: its port.
    """

    app: Starlette
    host: str
    port: int


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves signals to `run`."""
        yield


async def run(
    bot: Ticking,
    site: Site | None,
    chats: Sequence[tuple[str, Callable[[], Awaitable[None]]]],
    *,
    started: Callable[[], None],
    stopping: Callable[[], None] = lambda: None,
) -> None:
    """Runs pages, chats and ticker until the process is told to stop.

    Args:
        bot: ticks.
        site: the pages; None where nothing is served.
        chats: name and way to run each chat platform; one that ends or fails is started again.
        started: called once the pages answer.
        stopping: called first of all when the process is told to stop.
    """
    from apscheduler.schedulers.asyncio import AsyncIOScheduler

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    server = _server(site) if site is not None else None
    serving = asyncio.create_task(server.serve() if server is not None else asyncio.Event().wait())
    telling = asyncio.create_task(_tell_when_started(server, started))
    talking = [asyncio.create_task(_keep_running(name, chat)) for name, chat in chats]
    ticker = AsyncIOScheduler(timezone=UTC)
    ticker.add_job(bot.tick, "interval", seconds=TICK_SECONDS, coalesce=True, max_instances=1, misfire_grace_time=None)
    ticker.start()
    told = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((told, serving), return_when=asyncio.FIRST_COMPLETED)
    finally:
        _log.info("stopping")
        stopping()
        ticker.shutdown(wait=False)
        await _cancel(telling, told, *talking)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(bot.idle(), IDLE_SECONDS)
        await _stop_serving(server, serving)
        _log.info("stopped")


def _server(site: Site) -> _Server:
    """Makes the server; its lines go where all others go, and no header says who somebody is."""
    options: dict[str, Any] = {"log_level": "warning", "log_config": None, "access_log": False, "proxy_headers": False}
    options |= {"timeout_graceful_shutdown": 2, "lifespan": "off", "server_header": False}
    return _Server(uvicorn.Config(site.app, host=site.host, port=site.port, **options))


async def _stop_serving(server: _Server | None, serving: "asyncio.Task[Any]") -> None:
    if server is None:
        await _cancel(serving)
    else:
        server.should_exit = True
        await serving


async def _cancel(*tasks: "asyncio.Task[Any]") -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _keep_running(name: str, part: Callable[[], Awaitable[None]]) -> None:
    clock = asyncio.get_running_loop().time
    tries = 0
    while True:
        began, wait = clock(), 0
        try:
            await part()
        except PlatformRefused as refused:
            count_refusal(name, refused.reason)
            _log.warning("%s stopped: %s %s", name, refused.reason, refused.detail)
            wait = NOT_ACCEPTED_SECONDS if refused.reason is Refused.NOT_ACCEPTED else 0
        except Exception as error:
            report(error, name, _log)
        tries = 0 if clock() - began > WAIT_SECONDS[-1] else tries + 1
        await asyncio.sleep(wait or WAIT_SECONDS[min(tries, len(WAIT_SECONDS)) - 1])


async def _tell_when_started(server: uvicorn.Server | None, started: Callable[[], None]) -> None:
    while server is not None and not server.started:  # noqa: ASYNC110 - the server tells nobody
        await asyncio.sleep(0.05)
    _log.info("started")
    started()
