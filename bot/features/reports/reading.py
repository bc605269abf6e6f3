"""Reads what a report is taken from, and measures it beside the event loop: answers stay fast meanwhile."""

import asyncio
from datetime import datetime

from bot.features.reports import rules
from bot.features.reports.rules import Period, Report
from knowledge.network import activity
from knowledge.network.activity import Activity
from knowledge.store import Store, happened, network
from knowledge.store.communities import Options
from knowledge.store.network import Read
from knowledge.tips import look_before


async def report_of(
    store: Store, community: int, now: datetime, options: Options, period: Period
) -> tuple[Report, Read] | None:
    """The report of a community on a time, with what it was taken from; None where there is too little to tell."""
    before = period.before
    async with store.read(community, now) as work:
        read = await network.read_network(work, period.since, period.until)
        earlier = await network.read_network(work, before.since, before.until)
        checked_before = look_before(now, options.look_after_months)
        beside = await happened.happened(work, period.since, period.until, checked_before=checked_before)
    measured, then = await asyncio.to_thread(lambda: (_measured(read, period), _measured(earlier, before)))
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


def _measured(read: Read, period: Period) -> Activity:
    return activity.activity(read.people, read.ties, read.asked, seed=int(period.until.timestamp()) // 86_400)
