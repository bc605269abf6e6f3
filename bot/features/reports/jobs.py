"""The monthly report: owed on the first of a month, measured and written when it is sent."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from adapters.port import File, Message, Section
from bot.feature import Context
from bot.features.reports import pictures, reading, views
from bot.features.reports.rules import Period, Report
from bot.times import When
from bot.words import Words
from knowledge.store import Work, notices
from knowledge.store.network import Read
from knowledge.zones import zone_of

MORNING = When(hour=10, grace=timedelta(hours=12))
"""Looked at each day: on the first of a month the one before is told of."""

POSTED_WITHIN = timedelta(days=5)
"""A report that could not be posted for so long is left out: anybody can ask for it (ours)."""


async def owe_monthly(context: Context, work: Work) -> None:
    """On the first of a month, owes every room that gets it the report on the month before."""
    zone = zone_of(context.options.time_zone)
    today = (context.due or context.now).astimezone(zone)
    if today.day != 1:
        return
    month = f"{today - timedelta(days=1):%Y-%m}"
    for room in context.options.report_rooms:
        once = f"report:{month}:{room}"
        await notices.owe(work, "reports.month", None, {"month": month}, once=once, room=room)


async def write_month(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """The report on a month; nothing where it comes too late, or there is too little to tell."""
    zone = zone_of(context.options.time_zone)
    since = datetime.strptime(str(subject["month"]), "%Y-%m").replace(tzinfo=zone)
    until = (since + timedelta(days=32)).replace(day=1)
    if context.now > until + POSTED_WITHIN:
        return None
    period = Period(since, until)
    found = await reading.report_of(context.store, context.community, context.now, context.options, period)
    if found is None:
        return None
    told = views.report(context.words, found[0])
    files = await asyncio.to_thread(_files, context.words, *found)
    why = Section(context.words("reports.why_here"))
    return Message(told.summary, [*told.sections, why], files)


def _files(words: Words, told: Report, read: Read) -> list[File]:
    """The pictures, and one page with all of it to print."""
    return [*pictures.drawn(words, told, read), pictures.sheet_of(words, told, read)]
