"""One report in a process of its own: `python -m bench.report_once URL COMMUNITY WAY`; see `report`.

One JSON object says how long it took, what the process held, and how long others waited meanwhile.
"""

import asyncio
import gc
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from bench.results import Json, spread
from bot.features.reports import pictures, reading
from bot.features.reports.rules import Period
from bot.serving import COLLECTED_AFTER
from bot.words import Words
from knowledge.library import Library
from knowledge.store import Store, communities

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MONTH = timedelta(days=30)
PLAIN, WITH_MAP, WITH_SEARCHES = WAYS = ("report", "with the map", "with searches")

PAUSE = 0.005
"""Seconds for which what measures the stall sleeps."""

SEARCH_EVERY = 0.05
"""Seconds between two searches."""

QUESTION = "how do I unblock a feeding tube with warm water"


async def measured(store: Store, community: int, way: str) -> Json:
    """Makes one report, and the map where it is wanted; gives what it took."""
    options, words, period = await communities.options_now(store, community, NOW), Words(), Period(NOW - MONTH, NOW)
    library = Library(store, None)

    async def search() -> None:
        await library.search(community, QUESTION, NOW)

    searches = way == WITH_SEARCHES
    before = [await _timed(search) for _ in range(101)][1:] if searches else []
    gc.collect()
    held, late, took = _memory("VmRSS"), list[float](), list[float]()
    watching = [asyncio.ensure_future(_repeat(0, _sleep, late))]
    watching += [asyncio.ensure_future(_repeat(SEARCH_EVERY, search, took))] if searches else []
    await asyncio.sleep(0.1)
    began = perf_counter()
    found = await reading.report_of(store, community, NOW, options, period)
    assert found is not None
    if way == WITH_MAP:
        await asyncio.to_thread(pictures.map_of, words, found[1])
    seconds = perf_counter() - began
    await asyncio.sleep(0.1)
    for each in watching:
        each.cancel()
        with suppress(asyncio.CancelledError):
            await each
    told = found[0].now
    return {
        "way": way,
        "seconds": round(seconds, 1),
        "MB": round(_memory("VmHWM")),
        "MB_before": round(held),
        "stall_ms": round(1000 * (max(late) - PAUSE)),
        "told_people": told.people,
        "told_ties": told.lateral.ties,
        "searches_before": spread(before),
        "searches": spread(took),
    }


async def _repeat(pause: float, what: Callable[[], Awaitable[None]], took: list[float]) -> None:
    """Does something again and again, and notes how long each time took, in seconds."""
    while True:
        took.append(await _timed(what))
        await asyncio.sleep(pause)


async def _timed(what: Callable[[], Awaitable[None]]) -> float:
    began = perf_counter()
    await what()
    return perf_counter() - began


async def _sleep() -> None:
    await asyncio.sleep(PAUSE)


def _memory(line: str) -> float:
    """What this process holds (VmRSS), or held at most (VmHWM), in MB."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(each.split()[1]) / 1024 for each in lines if each.startswith(line))


async def _main(url: str, community: str, way: str) -> None:
    gc.set_threshold(COLLECTED_AFTER)
    store = Store(url)
    result = await measured(store, int(community), way)
    await store.close()
    sys.stdout.write(json.dumps(result))


def main(arguments: Sequence[str]) -> None:
    """Measures, and writes one JSON object."""
    asyncio.run(_main(*arguments))


if __name__ == "__main__":
    main(sys.argv[1:])
