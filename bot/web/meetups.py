"""Meetups: what comes up and who comes, what was held and what came of it; a calendar that keeps itself up to date."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from starlette.responses import Response

from bot.features.meetups import reading
from bot.features.meetups.notices import entry_of
from bot.features.meetups.shown import Shown, line, where
from bot.services import account_from
from bot.web.door import Door, named
from bot.web.visit import PREFIX, Visit
from knowledge.calendars import calendar_feed
from knowledge.models import MeetupState, QuickWin, Reply, Showing, WinState
from knowledge.store import communities, meetups, members, quick_wins, sign_ins
from knowledge.store.meetups import meetup_id

HELD = 12
"""Meetups that were held and are shown, the newest (ours)."""

FED_DAYS = 60
"""A calendar feed goes back so far: what was called off stays in it that long, marked so (ours)."""


@dataclass(frozen=True, slots=True)
class Row:
    """A meetup as a page shows it: what it is about, where, whether its reader comes, and what came of it."""

    shown: Shown
    about: str
    where: object
    is_mine: bool = False
    wins: tuple[tuple[QuickWin, str], ...] = ()


async def listed(visit: Visit) -> Response:
    """`/meetups`."""
    async with visit.context.read() as work:
        has_feed = await sign_ins.has_feed(work, visit.context.who)
    return visit.show(
        "meetups.html", coming=await coming_up(visit), held=await _held(visit), has_feed=has_feed, feed=""
    )


async def coming_up(visit: Visit) -> list[Row]:
    """The meetups that others can join, those with a time first."""
    context, rows = visit.context, []
    async with context.read() as work:
        for meetup in await reading.coming_up(work):
            shown = await reading.shown(context, work, meetup)
            guest = await meetups.find_guest(work, meetup_id(meetup), context.who)
            is_mine = guest is not None and guest.reply is Reply.COMES
            rows.append(Row(shown, line(context.words, shown), where(context.words, shown), is_mine))
    return rows


async def make_feed(visit: Visit) -> Response:
    """*Give me an address*: a secret one for one's own calendar, shown once; the earlier one is good no more."""
    secret = secrets.token_urlsafe(32)
    async with visit.context.write() as work:
        await sign_ins.offer_feed(work, visit.context.who, secret)
    address = f"{visit.context.pages.removesuffix(PREFIX)}{PREFIX}/calendar/{visit.context.community}.{secret}.ics"
    return visit.show(
        "meetups.html", coming=await coming_up(visit), held=await _held(visit), has_feed=True, feed=address
    )


async def feed(door: Door) -> Response:
    """The calendar: every meetup that has a time, for whoever knows a secret address."""
    found = named(door.request)
    services = door.services
    context = await services.context(found[0]) if found is not None else None
    if found is None or context is None:
        return door.show("outside.html", status=404, key="web.nothing_here", values={})
    async with context.read() as work:
        member = await sign_ins.whose_feed(work, found[1])
        if member is None:
            return door.show("outside.html", status=404, key="web.nothing_here", values={})
        accounts = await members.accounts_of(work, members.member_id(member))
        context = services.for_member(context, member, account_from(accounts[0].key, member.name))
        rows = await meetups.meetups_in(work, MeetupState.BOOKED, MeetupState.HELD, MeetupState.CANCELLED)
        since = context.now - timedelta(days=FED_DAYS)
        timed = [row for row in rows if row.starts_at is not None and row.starts_at > since]
        entries = [entry_of(context, await reading.shown(context, work, row)) for row in timed]
        name = await communities.name_of(work)
    content = calendar_feed(entries, context.words.line("web.meetups.feed_name", community=name))
    return Response(
        content, media_type="text/calendar; charset=utf-8", headers={"Cache-Control": "private, max-age=900"}
    )


async def _held(visit: Visit) -> list[Row]:
    context, rows = visit.context, []
    async with context.read() as work:
        held = [row for row in await meetups.meetups_in(work, MeetupState.HELD) if row.starts_at is not None]
        for meetup in sorted(held, key=lambda row: row.starts_at or row.created_at, reverse=True)[:HELD]:
            shown = await reading.shown(context, work, meetup)
            wins = [each for each in await quick_wins.wins_of(work, meetup_id(meetup)) if _may_show(each)]
            people = await members.find_members(work, {each.member_id for each in wins})
            told = tuple(
                (each, people[each.member_id].name if each.showing is Showing.NAMED else "")
                for each in wins
                if each.member_id in people
            )
            rows.append(Row(shown, line(context.words, shown), where(context.words, shown), wins=told))
    return rows


def _may_show(win: QuickWin) -> bool:
    return win.showing is not Showing.PRIVATE and win.state is not WinState.NOT_HELD
