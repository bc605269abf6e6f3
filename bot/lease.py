"""Runs a part in one process at a time: whoever holds its lease runs it, and another takes over when that one dies.

Every connection to Discord with the same token is told of every event, so only one of several copies may listen.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import uuid4

from knowledge.store import Store, StoreUnavailable
from knowledge.store.leases import LASTS, give_back, take_lease

BEAT_SECONDS = 2.0
"""How often a holder shows that it is alive, and others look whether it still is."""

_log = logging.getLogger("tacit.lease")

Part = Callable[[datetime | None], Awaitable[None]]
"""What is run; it is told when any process last ran it, None where none ever did."""


async def while_held(
    store: Store,
    name: str,
    clock: Callable[[], datetime],
    part: Part,
    *,
    beat: float = BEAT_SECONDS,
    waiting: Callable[[], None] = lambda: None,
) -> None:
    """Waits for the lease `name`, then runs `part` until it ends or the lease is lost; raises what `part` raises.

    Args:
        store: where the lease is.
        name: what only one process may do.
        clock: the time, aware UTC.
        part: what is run.
        beat: seconds between two looks.
        waiting: called where another process has the lease, before this one waits.
    """
    holder = uuid4().hex
    taken = await take_lease(store, name, holder, clock())
    if taken is None:
        _log.info("another process does %s; this one waits", name)
        waiting()
    while taken is None:
        await asyncio.sleep(beat)
        taken = await take_lease(store, name, holder, clock())
    running = asyncio.ensure_future(part(taken.before))
    stop = asyncio.Event()
    beating = asyncio.create_task(_beat(store, name, holder, clock, beat, stop))
    try:
        await asyncio.wait((running, beating), return_when=asyncio.FIRST_COMPLETED)
        if beating.done():
            _log.warning("lost the lease of %s; this process stops doing it", name)
    finally:
        stop.set()
        running.cancel()
        await asyncio.gather(running, beating, return_exceptions=True)
        with contextlib.suppress(StoreUnavailable):
            await give_back(store, name, holder, clock())
    if not running.cancelled():
        running.result()


async def _beat(
    store: Store, name: str, holder: str, clock: Callable[[], datetime], beat: float, stop: asyncio.Event
) -> None:
    """Keeps the lease until `stop`, until another process has it, or until the database was away for too long."""
    beaten = clock()
    while clock() - beaten < LASTS:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), beat)
            return
        with contextlib.suppress(StoreUnavailable):
            if await take_lease(store, name, holder, clock()) is None:
                return
            beaten = clock()
