"""Reads what a report is taken from, and measures it beside the event loop: answers stay fast meanwhile."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import numpy as np

from bot.features.reports import rules
from bot.features.reports.rules import MonthTold, Period, Report
from bot.features.reports.sides import By, Side
from knowledge.network import UNKNOWN, Asked, People, Ties, Whole, activity, answered, lateral_ratios, network_of
from knowledge.network import lateral as lateral_of
from knowledge.network import uncertain as uncertain_of
from knowledge.network.activity import FEWEST, Activity
from knowledge.store import Store, Work, communities, happened, network, published
from knowledge.store.communities import Options
from knowledge.store.network import Month, Read
from knowledge.store.ties import KEPT_DAYS
from knowledge.tips import look_before

MONTHS = 12
"""Months of a trend, the last of them the one in which a report ends (ours: a year is what people compare with)."""

SECONDS_PER_DAY = 86_400

Progress: TypeAlias = Callable[[float], None]
"""Is told how much is done, 0 to 1."""

BEFORE_READ, BEFORE_MEASURED, READ, MEASURED = 0.15, 0.2, 0.3, 0.4
"""How much of the work is done after each step; the months of the trend are the rest (ours, by measuring)."""


def _unheard(done: float) -> None:
    """Nobody wants to know."""


async def report_of(
    store: Store, community: int, now: datetime, options: Options, period: Period, progress: Progress = _unheard
) -> tuple[Report, Read] | None:
    """The report of a community on a time, with what it was taken from; None where there is too little to tell.

    Practices in it are those that may be shown this month, small ones together. `progress` is told how much of the work
    is done, 0 to 1: measured, so that half of it takes about half of the time.
    """
    async with store.write(community, now) as work:
        lines = await published.practices(work)
    async with store.read(community, now) as work:
        earlier = await _read(work, period.before, lines)
        progress(BEFORE_READ)
        inferred_before, then = earlier.inferred, await _measured(earlier, period.before, lines)
        del earlier
        progress(BEFORE_MEASURED)
        read = await _read(work, period, lines)
        progress(READ)
        measured = await _measured(read, period, lines)
        progress(MEASURED)
        if rules.is_too_little(measured):
            return None
        checked_before = look_before(now, options.look_after_months)
        beside = await happened.happened(work, period.since, period.until, checked_before=checked_before)
        trend, name = await _trend(work, period.until, progress), await communities.name_of(work)
    report = Report(
        name=name,
        period=period,
        now=measured,
        before=None if rules.is_too_little(then) else then,
        happened=beside,
        practices=read.practices,
        channels=read.channels,
        uncounted=read.uncounted,
        inferred=read.inferred,
        inferred_before=inferred_before,
        is_old=period.since < now - timedelta(days=KEPT_DAYS),
        trend=trend,
    )
    return report, read


async def sides_of(store: Store, community: int, now: datetime, read: Read) -> Mapping[By, Side]:
    """By what pictures and tables of a report are drawn: practices and places, each as they are published."""
    async with store.write(community, now) as work:
        practices, places = await published.practices(work), await published.places(work)
    place = np.append(places.coded(community, read.places), UNKNOWN)[read.people.place]
    return {
        By.PRACTICE: Side(By.PRACTICE, read.people.practice, practices.called, practices.people),
        By.PLACE: Side(By.PLACE, place, places.called, places.people),
    }


async def _read(work: Work, period: Period, lines: published.Lines) -> Read:
    read = await network.read_network(work, period.since, period.until)
    practice = np.append(lines.coded(work.community, read.practices), UNKNOWN)[read.people.practice]
    return replace(read, people=replace(read.people, practice=practice), practices=lines.called)


async def _measured(read: Read, period: Period, lines: published.Lines) -> Activity:
    """Measures in a thread; what was read of the time before is let go of, before that of the period is read."""
    return await asyncio.to_thread(
        activity.activity,
        read.people,
        read.ties,
        read.asked,
        is_new=read.is_new,
        sizes=lines.people,
        seed=_seed(period.until),
    )


async def _trend(work: Work, until: datetime, progress: Progress) -> tuple[MonthTold, ...]:
    """The months up to a moment, from the first in which anything was counted."""
    months = months_before(until)
    found: list[MonthTold] = []
    async for people, ties, asked in network.read_months(work, months):
        since = months[len(found)][0]
        found.append(await asyncio.to_thread(_month, since, people, ties, asked))
        progress(MEASURED + (1 - MEASURED) * len(found) / len(months))
    first = next((at for at, each in enumerate(found) if each.share is not None), len(found))
    return tuple(found[first:])


def months_before(until: datetime) -> Sequence[Month]:
    """The `MONTHS` months by UTC, the last of them the one that ends then or in which that moment lies."""
    end = (until - timedelta(seconds=1)).astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    starts = [end]
    while len(starts) < MONTHS:
        starts.insert(0, (starts[0] - timedelta(days=1)).replace(day=1))
    return list(zip(starts, [*starts[1:], min(until, (end + timedelta(days=32)).replace(day=1))], strict=True))


def _month(since: datetime, people: People, ties: Ties, asked: Asked) -> MonthTold:
    net = network_of(ties, len(people))
    share = lateral_of(net, people)
    tied: int = int((net.partners() > 0).sum())
    is_enough = share.ties >= rules.TOO_FEW_TIES and tied >= FEWEST and people.is_core.any()
    askers: Whole = np.unique(asked.asker[asked.asker >= 0])
    return MonthTold(
        since=since,
        share=share.share_of_ties if is_enough else None,
        between=uncertain_of(net, people, lateral_ratios(net, people)[:1], seed=_seed(since))[0] if is_enough else None,
        people=tied if tied >= FEWEST else None,
        hours=answered(asked, people).median_hours if len(askers) >= FEWEST else None,
        inferred=network.share_inferred(ties),
    )


def _seed(moment: datetime) -> int:
    return int(moment.timestamp()) // SECONDS_PER_DAY
