"""`rhythm`: what a tick costs with many communities, when nothing is due and when something is.

A copy of the bot ticks every 20 seconds: it asks for jobs that are due, runs them, and delivers what is owed. Its
processor time is measured, with the whole bot and a real database, in a quiet minute and in one in which jobs of all
communities come due. The alternative is what schedulers without rows of due times do: to try to claim every job of
every community at each tick (APScheduler's documentation names the unique row as the way to do it once).
"""

import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import process_time

from sqlalchemy import insert

from adapters.room import RoomPlatform
from bench.results import Json, Table, machine, ratio, tell
from bot import wiring
from bot.feature import Job
from bot.running import TICK_SECONDS
from bot.wiring import FEATURES, Bot
from config.settings import read_settings
from knowledge.models import metadata
from knowledge.store import Store, communities, job_times

START = datetime(2026, 3, 4, 12, 30, 30, tzinfo=UTC)
QUIET, CLAIMED = "a tick, nothing due", "alternative: a claim for every job of every community"
TICKS = 60


def add_options(parser: ArgumentParser) -> None:
    """Adds this benchmark's options."""
    parser.add_argument("--communities", type=int, nargs="+", default=[10, 100, 1_000], help="how many there are")
    parser.add_argument("--members", type=int, default=200, help="members of each")


async def measure(chosen: Namespace) -> Json:
    """Measures; gives the result as one JSON object."""
    rows = [await _with(count, chosen.members) for count in chosen.communities]
    most = rows[-1]
    return {
        "machine": machine(),
        "tick_seconds": TICK_SECONDS,
        "rows": rows,
        "share_of_a_core": round(most["quiet_seconds"] / TICK_SECONDS, 5),
        "share_with_an_ordinary_hour": round(most["hour_seconds"] / 3_600, 5),
        "alternative_to_quiet": ratio(most["claimed_seconds"], most["quiet_seconds"]),
    }


def tables(result: Json) -> list[Table]:
    """The result as tables."""
    names = ("communities", "quiet_seconds", "claimed_seconds", "hour_seconds", "jobs_in_that_hour", "seconds_a_job")
    shares = [
        ("share of one core, nothing due", result["share_of_a_core"]),
        ("share of one core, over an ordinary hour", result["share_with_an_ordinary_hour"]),
        ("alternative, times as much", result["alternative_to_quiet"]),
    ]
    return [
        ("Processor seconds of a tick", [names, *([each[name] for name in names] for each in result["rows"])]),
        (f"With a tick every {result['tick_seconds']} seconds", [("what", "share"), *shares]),
    ]


async def _with(count: int, members: int) -> Json:
    with tempfile.TemporaryDirectory() as folder:
        settings = read_settings(data=Path(folder), model="none")
        async with wiring.opened_store(settings) as store:
            tell(f"Preparing {count} communities of {members} members.")
            await _fill(store, count, members)
            clock = [START]
            bot = wiring.build(store, None, RoomPlatform("bench"), clock=lambda: clock[0])
            for _ in range(1 + count * len(_jobs()) // 500):
                await bot.tick()  # every job learns when it is due
            quiet = [await _processor(bot.tick) for _ in range(TICKS)]
            claimed = [await _processor(lambda: _claim_all(bot, count)) for _ in range(3)]
            hour, jobs = await _an_hour(bot, clock)
    return {
        "communities": count,
        "quiet_seconds": round(median(quiet), 5),
        "claimed_seconds": round(median(claimed), 5),
        "hour_seconds": round(hour, 3),
        "jobs_in_that_hour": jobs,
        "seconds_a_job": round((hour - median(quiet) * 180) / max(jobs, 1), 5),
    }


async def _fill(store: Store, count: int, members: int) -> None:
    for number in range(count):
        community = await communities.open_community(store, f"Ward {number}", START)
        async with store.write(community, START) as work:
            await communities.connect_space(work, f"room:bench{number}")
            rows = [
                {"community_id": community, "name": f"Person {each}", "joined_at": START} | _blank()
                for each in range(members)
            ]
            await (await work.session.connection()).execute(insert(metadata.tables["member"]), rows)
    await store.tune()


def _blank() -> Json:
    from knowledge.models import Member

    given = Member(community_id=0, name="", joined_at=START).model_dump()
    return {name: value for name, value in given.items() if name not in ("id", "community_id", "name", "joined_at")}


async def _processor(what: Callable[[], Awaitable[None]]) -> float:
    began = process_time()
    await what()
    return process_time() - began


async def _claim_all(bot: Bot, count: int) -> None:
    period = f"{START:%Y-%m-%dT%H}"
    for community, _ in await communities.list_communities(bot.services.store):
        async with bot.services.store.write(community, START) as work:
            for name in _jobs():
                await job_times.claim_run(work, f"claimed.{name}", period)


async def _an_hour(bot: Bot, clock: list[datetime]) -> tuple[float, int]:
    """An hour of ticks, with what comes due in it; gives its processor seconds and how many jobs ran."""
    began = process_time()
    for _ in range(3_600 // TICK_SECONDS):
        clock[0] += timedelta(seconds=TICK_SECONDS)
        await bot.tick()
    took = process_time() - began
    async with bot.services.store.session(reading=True) as session:
        found = await (await session.connection()).exec_driver_sql(
            "SELECT COUNT(*) FROM jobrun WHERE job NOT LIKE 'claimed.%'"
        )
        return took, int(found.scalar_one())


def _jobs() -> list[str]:
    return [f"{each.name}.{row.name}" for each in FEATURES for row in each.routes if isinstance(row, Job)]
