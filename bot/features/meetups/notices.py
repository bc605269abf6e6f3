"""What the outbox owes around meetups, written as things stand when it is sent; nothing where that has passed."""

import re
from collections.abc import Mapping
from typing import Any

from adapters.port import Event, File, Message, PlatformRefused, Refused, plain
from adapters.port.limits import EVENT_DESCRIPTION, EVENT_PLACE, EVENT_TITLE
from bot import cards
from bot.feature import Context
from bot.features.meetups import reading, rules, views, views_booked, voting
from bot.features.meetups.shown import Shown, line, where
from bot.services import message_from, room_from
from knowledge.calendars import Entry, calendar_file
from knowledge.models import Guest, Meetup, MeetupState, Reply
from knowledge.store import Work, meetups, members, notices
from knowledge.store.meetups import ends_at, meetup_id
from knowledge.tips import shorten


async def write_invitation(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """Would they join? Nothing where the time is chosen, or they said already."""
    async with context.read() as work:
        meetup, guest = await _of(context, work, subject)
        if meetup is None or guest is None or meetup.state is not MeetupState.POLLING:
            return None
        if guest.reply is not Reply.NONE and meetup.problem:
            return None
        return await voting.invitation_of(context, work, meetup)


async def write_counts(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """An invitation that lies before somebody, with the counts of now."""
    async with context.read() as work:
        meetup, guest = await _of(context, work, subject)
        if meetup is None or guest is None or guest.reply is Reply.PASSES:
            return None
        return await voting.invitation_of(context, work, meetup)


async def write_call(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """Who would come?, in the room."""
    async with context.read() as work:
        meetup, _ = await _of(context, work, subject)
        if meetup is None or meetup.state not in (MeetupState.POLLING, MeetupState.GATHERING):
            return None
        return views.call(context.words, await reading.shown(context, work, meetup))


async def write_date(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """It is on, or it was moved, with a file for the calendar."""
    async with context.read() as work:
        meetup, guest = await _booked(context, work, subject)
        if meetup is None or guest is None or guest.reply is not Reply.COMES:
            return None
        shown = await reading.shown(context, work, meetup)
    calendar = calendar_of(context, shown)
    is_host = meetup.host_id == context.who
    return views_booked.on(context.words, shown, calendar, is_host=is_host, how=str(subject["how"]))


async def write_other_time(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """It is at a time that was none of theirs."""
    async with context.read() as work:
        meetup, guest = await _booked(context, work, subject)
        if meetup is None or guest is None or guest.reply is not Reply.NONE:
            return None
        return views_booked.other_time(context.words, await reading.shown(context, work, meetup))


async def write_reminder(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """Tomorrow, or in ten minutes; nothing where it began, or tomorrow is today."""
    is_soon = subject["how"] == "soon"
    async with context.read() as work:
        meetup, guest = await _booked(context, work, subject)
        if meetup is None or guest is None or guest.reply is not Reply.COMES or meetup.starts_at is None:
            return None
        left = meetup.starts_at - context.now
        if left <= rules.BEFORE[1] / 5 or (not is_soon and left < rules.BEFORE[0] / 4):
            return None
        return views_booked.reminder(context.words, await reading.shown(context, work, meetup), is_soon=is_soon)


async def write_announced(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """In the room: its time; and in the space's own calendar, where there is one."""
    async with context.read() as work:
        meetup, _ = await _of(context, work, subject)
        if meetup is None or meetup.starts_at is None:
            return None
        shown = await reading.shown(context, work, meetup)
    await _keep_event(context, shown)
    return views_booked.announcement(context.words, shown)


async def write_called_off(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """It is called off."""
    async with context.read() as work:
        meetup, guest = await _of(context, work, subject)
        if meetup is None or guest is None or meetup.state is not MeetupState.CANCELLED:
            return None
        shown = await reading.shown(context, work, meetup)
    calendar = calendar_of(context, shown) if meetup.starts_at is not None else None
    return views_booked.called_off(context.words, shown, calendar)


async def write_thread(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """In the room: here is a thread instead."""
    async with context.read() as work:
        meetup, _ = await _of(context, work, subject)
        if meetup is None or meetup.state is not MeetupState.THREAD:
            return None
        return views_booked.thread(context.words, await reading.shown(context, work, meetup))


async def write_threaded(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """For those who would have come: where the thread is."""
    async with context.read() as work:
        meetup, _ = await _of(context, work, subject)
        if meetup is None or meetup.state is not MeetupState.THREAD:
            return None
        shown = await reading.shown(context, work, meetup)
        posted = await notices.message_of(work, f"thread:{meetup.number}")
    calendar = calendar_of(context, shown) if meetup.starts_at is not None else None
    return views_booked.thread_for_you(context.words, shown, await _link(context, posted), calendar)


async def write_would_you_host(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """Would they host? Nothing where somebody does, or another was asked meanwhile."""
    async with context.read() as work:
        meetup, guest = await _of(context, work, subject)
        if meetup is None or guest is None or meetup.state is not MeetupState.ASKING:
            return None
        if guest.reply is not Reply.NONE:
            return None
        teller = await members.find_member(work, meetup.teller_id) if meetup.teller_id is not None else None
        shown = await reading.shown(context, work, meetup)
    return views.would_you_host(context.words, shown, teller.name if teller is not None else "")


async def write_host_instead(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """The host can't after all; would they?"""
    async with context.read() as work:
        meetup, guest = await _of(context, work, subject)
        if meetup is None or guest is None or guest.reply is not Reply.COMES:
            return None
        if meetup.host_id is not None or rules.is_over(meetup, context.now):
            return None
        return views.host_instead(context.words, await reading.shown(context, work, meetup))


async def write_offers_to_host(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """Somebody would host in their place."""
    async with context.read() as work:
        meetup, _ = await _of(context, work, subject)
        other = await members.find_member(work, subject["member"])
        if meetup is None or other is None or meetup.host_id != context.who or rules.is_over(meetup, context.now):
            return None
        shown = await reading.shown(context, work, meetup)
    return views.offers_to_host(context.words, shown, other.name, members.member_id(other))


async def write_yours(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """They host it now, as they offered."""
    async with context.read() as work:
        meetup, _ = await _of(context, work, subject)
        if meetup is None or meetup.host_id != context.who or rules.is_over(meetup, context.now):
            return None
        shown = await reading.shown(context, work, meetup)
    return cards.plainly(context.words, "meetups.yours", problem=line(context.words, shown))


async def write_still_on(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """For the host: few are left."""
    async with context.read() as work:
        meetup, _ = await _of(context, work, subject)
        if meetup is None or meetup.host_id != context.who or meetup.state is not MeetupState.BOOKED:
            return None
        if rules.is_over(meetup, context.now):
            return None
        who = await members.find_member(work, subject.get("member", 0))
        shown = await reading.shown(context, work, meetup)
    return views_booked.still_on(context.words, shown, who.name if who is not None else "")


async def write_too_few(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """An open table did not come about this time."""
    return cards.plainly(context.words, "meetups.too_few")


def calendar_of(context: Context, shown: Shown) -> File:
    """The file that puts a meetup into somebody's calendar, changes it there, or takes it out."""
    return File("meetup.ics", calendar_file(entry_of(context, shown)), "text/calendar")


def entry_of(context: Context, shown: Shown) -> Entry:
    """A meetup that has a time, as a calendar shows it."""
    meetup, words = shown.meetup, context.words
    assert meetup.starts_at is not None
    return Entry(
        uid=f"meetup-{meetup.number}-{meetup.created_at:%Y%m%dT%H%M%S%f}@tacit",
        sequence=meetup.sequence,
        stamped_at=context.now,
        starts_at=meetup.starts_at,
        minutes=meetup.minutes,
        summary=line(words, shown),
        description=_calendar_words(context, shown),
        location=plain(where(words, shown)),
        url=meetup.place if re.fullmatch(r"https?://[!-~]+", meetup.place) else "",
        is_cancelled=meetup.state not in (MeetupState.BOOKED, MeetupState.HELD),
    )


async def _keep_event(context: Context, shown: Shown) -> None:
    """Keeps the event of the space's own calendar as the meetup is; where that is not allowed, it goes without."""
    meetup = shown.meetup
    room = room_from(meetup.room)
    platform = context.platforms.get(room.space.platform)
    if platform is None or meetup.starts_at is None or meetup.starts_at <= context.now:
        return
    event = Event(
        shorten(line(context.words, shown), EVENT_TITLE),
        meetup.starts_at,
        ends_at(meetup),
        shorten(plain(where(context.words, shown)), EVENT_PLACE),
        shorten(_calendar_words(context, shown), EVENT_DESCRIPTION),
        cancelled=meetup.state is not MeetupState.BOOKED,
    )
    try:
        id = await platform.schedule_event(room.space, event, known=meetup.event)
    except PlatformRefused as refused:
        if refused.reason is Refused.UNREACHABLE:
            raise
        return
    async with context.write() as work:
        row = await meetups.find_meetup(work, meetup.number, lock=True)
        if row is not None:
            row.event = id


def _calendar_words(context: Context, shown: Shown) -> str:
    host = shown.host or context.words.line("meetups.somebody")
    return context.words.line("meetups.calendar", host=host)


async def _of(context: Context, work: Work, subject: Mapping[str, Any]) -> tuple[Meetup | None, Guest | None]:
    meetup = await meetups.find_meetup(work, subject["meetup"])
    if meetup is None or context.member is None:
        return meetup, None
    return meetup, await meetups.find_guest(work, meetup_id(meetup), context.who)


async def _booked(context: Context, work: Work, subject: Mapping[str, Any]) -> tuple[Meetup | None, Guest | None]:
    """The same, where it still has the time that this is about."""
    meetup, guest = await _of(context, work, subject)
    if meetup is None or meetup.state is not MeetupState.BOOKED or meetup.sequence != subject["sequence"]:
        return None, None
    return (None, None) if rules.is_over(meetup, context.now) else (meetup, guest)


async def _link(context: Context, message: str) -> str:
    if not message:
        return ""
    ref = message_from(message)
    platform = context.platforms.get(ref.room.space.platform)
    try:
        return await platform.link(ref) if platform is not None else ""
    except PlatformRefused:
        return ""
