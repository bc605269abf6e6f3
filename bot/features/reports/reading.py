"""Reads what a report is taken from, and measures it beside the event loop: answers stay fast meanwhile."""

import asyncio
from datetime import datetime

from bot.features.reports import rules
from bot.features.reports.rules import Period, Report
from knowledge.network import activity
from knowledge.network.activity import Activity
from knowledge.store import Store, Work, happened, network
from knowledge.store.communities import Options
from knowledge.store.network import Read
from knowledge.tips import look_before


async def report_of(
    store: Store, community: int, now: datetime, options: Options, period: Period
) -> tuple[Report, Read] | None:
    """The report of a community on a time, with what it was taken from; None where there is too little to tell."""
    async with store.read(community, now) as work:
        then = await _measured(await _read(work, period.before), period.before)
        read = await _read(work, period)
        checked_before = look_before(now, options.look_after_months)
        beside = await happened.happened(work, period.since, period.until, checked_before=checked_before)
    measured = await _measured(read, period)
    if rules.is_too_little(measured):
        return None
    report = Report(
        period=period,
        now=measured,
        before=None if rules.is_too_little(then) else then,
        happened=beside,
        practices=read.practices,
        channels=read.channels,
        uncounted=read.uncounted,
    )
    return report, read


async def _read(work: Work, period: Period) -> Read:
    return await network.read_network(work, period.since, period.until)


async def _measured(read: Read, period: Period) -> Activity:
    """Measures in a thread; what was read of the time before is let go of, before that of the period is read."""
    seed = int(period.until.timestamp()) // 86_400
    return await asyncio.to_thread(activity.activity, read.people, read.ties, read.asked, seed=seed)
