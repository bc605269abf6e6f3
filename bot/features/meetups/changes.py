"""What happens when somebody can't come after all, moves a meetup, calls it off, or hosts it instead."""

from datetime import UTC, datetime

from adapters.port import ButtonPressed, CommandUsed, Message
from bot import cards
from bot.errors import Refusal
from bot.feature import Context, number_of
from bot.features.meetups import booking, handlers, reading, rules, views, wanting
from knowledge.meeting_times import DAY
from knowledge.models import Meetup, MeetupState, Reply
from knowledge.store import Work, meetups, members, notices
from knowledge.store.meetups import meetup_id


async def leave(context: Context, event: CommandUsed | ButtonPressed) -> Message:
    """*I can't make it*, `/meetup leave 3`."""
    async with context.write() as work:
        return await leave_now(context, work, await reading.open_meetup(work, await number_meant(context, event)))


async def leave_now(context: Context, work: Work, meetup: Meetup) -> Message:
    """Lets somebody go; hosting is handed on, and a host learns when few are left."""
    guest = await meetups.find_guest(work, meetup_id(meetup), context.who)
    if guest is None or guest.reply is not Reply.COMES:
        return cards.plainly(context.words, "meetups.not_coming")
    assert context.member is not None
    await meetups.note_reply(work, meetup_id(meetup), context.who, Reply.PASSES)
    if meetup.host_id == context.who:
        await host_is_gone(work, meetup)
    elif meetup.state is MeetupState.BOOKED:
        await few_are_left(work, meetup, context.who)
    return cards.plainly(context.words, "meetups.let_go")


async def host_is_gone(work: Work, meetup: Meetup) -> None:
    """The host can't, or left: those who come are asked; where too few do, it becomes a thread."""
    meetup.host_id = None
    coming = [each.member_id for each in await meetups.guests_of(work, meetup_id(meetup), Reply.COMES)]
    if meetup.state is MeetupState.BOOKED and len(coming) < rules.STILL_A_MEETUP:
        await booking.become_thread(work, meetup)
        return
    for member in coming:
        once = f"instead:{meetup.number}:{member}:{work.now:%Y-%m-%dT%H:%M}"
        await notices.owe(work, "meetups.host_instead", member, {"meetup": meetup.number}, once=once)
    await work.session.flush()
    await _announce_if_booked(work, meetup)


async def few_are_left(work: Work, meetup: Meetup, who: int) -> None:
    """Somebody can't come: where that leaves fewer than a quorum, the host is asked whether it is still on."""
    coming = [each.member_id for each in await meetups.guests_of(work, meetup_id(meetup), Reply.COMES)]
    if len(coming) < rules.STILL_A_MEETUP:
        await booking.become_thread(work, meetup)
    elif len(coming) < rules.QUORUM and meetup.host_id is not None:
        subject = {"meetup": meetup.number, "member": who}
        once = f"few:{meetup.number}:{who}:{work.now:%Y-%m-%dT%H:%M}"
        await notices.owe(work, "meetups.still_on", meetup.host_id, subject, once=once)


async def to_thread(context: Context, event: ButtonPressed) -> Message:
    """*Make it a thread*."""
    async with context.write() as work:
        meetup = await _mine(context, work, number_of(event.button))
        if not meetup.room:
            raise Refusal("meetups.no_room")
        await booking.become_thread(work, meetup)
        shown = await reading.shown(context, work, meetup)
    return cards.plainly(context.words, "meetups.made_thread", room=shown.room)


async def move(context: Context, event: CommandUsed) -> Message:
    """`/meetup move 3 thursday 3pm`: the time as it was understood, before anything changes."""
    number, when = _arguments(event)
    if number is None:
        return await handlers.propose(context, event)
    async with context.read() as work:
        meetup = await _mine(context, work, number, lock=False)
        if meetup.state is not MeetupState.BOOKED:
            raise Refusal("meetups.no_time_yet")
    return views.is_it_right(context.words, meetup, wanting.read_time(context, when))


async def move_to(context: Context, event: ButtonPressed) -> Message:
    """*Yes, move it*."""
    at = datetime.fromtimestamp(number_of(event.button, 1) * 60, UTC)
    async with context.write() as work:
        meetup = await _mine(context, work, number_of(event.button))
        if meetup.state is not MeetupState.BOOKED:
            raise Refusal("meetups.no_time_yet")
        if at < context.now + DAY:
            raise Refusal("meetups.times_are_past")
        coming = {each.member_id for each in await meetups.guests_of(work, meetup_id(meetup), Reply.COMES)}
        await booking.set_date(context, work, meetup, at, coming, how="moved")
    return cards.plainly(context.words, "meetups.moved_it", count=len(coming - {context.who}))


async def cancel(context: Context, event: CommandUsed) -> Message:
    """`/meetup cancel 3`."""
    number, _ = _arguments(event)
    if number is None:
        return await handlers.propose(context, event)
    async with context.write() as work:
        told = await booking.call_off(work, await _mine(context, work, number), by=context.who)
    return cards.plainly(context.words, "meetups.cancelled" if told else "meetups.cancelled_alone", count=told)


async def host(context: Context, event: CommandUsed) -> Message:
    """`/meetup host 3`: who has no host gets one; a host is asked first."""
    number, _ = _arguments(event)
    if number is None:
        return await handlers.propose(context, event)
    async with context.write() as work:
        meetup = await reading.open_meetup(work, number)
        if meetup.host_id == context.who:
            raise Refusal("common.done_already")
        if meetup.state not in (MeetupState.POLLING, MeetupState.BOOKED):
            raise Refusal("meetups.not_yet")
        if meetup.host_id is not None:
            subject = {"meetup": meetup.number, "member": context.who}
            once = f"offers:{meetup.number}:{context.who}"
            await notices.owe(work, "meetups.offers_to_host", meetup.host_id, subject, once=once)
            return cards.plainly(context.words, "meetups.host_is_asked")
        return await _take_over(context, work, meetup, context.who)


async def take_over(context: Context, event: ButtonPressed) -> Message:
    """*Yes, I'll host*: whoever says so first."""
    async with context.write() as work:
        meetup = await reading.open_meetup(work, number_of(event.button))
        if meetup.host_id is not None:
            raise Refusal("meetups.has_host")
        return await _take_over(context, work, meetup, context.who)


async def hand_over(context: Context, event: ButtonPressed) -> Message:
    """*Yes, please*: the host lets somebody else host."""
    async with context.write() as work:
        meetup = await reading.open_meetup(work, number_of(event.button))
        other = await members.find_member(work, number_of(event.button, 1))
        if meetup.host_id != context.who or other is None or other.left_at is not None:
            raise Refusal("common.done_already")
        await _take_over(context, work, meetup, members.member_id(other))
        once = f"yours:{meetup.number}:{other.id}"
        await notices.owe(work, "meetups.yours", members.member_id(other), {"meetup": meetup.number}, once=once)
    return cards.plainly(context.words, "meetups.handed_over", name=other.name)


async def number_meant(context: Context, event: CommandUsed | ButtonPressed) -> int:
    """The number of the meetup that is meant: named, or the only one coming up.

    Raises:
        Refusal: none is named, and there are several or none.
    """
    if isinstance(event, ButtonPressed):
        return number_of(event.button)
    number, _ = _arguments(event)
    if number is not None:
        return number
    async with context.read() as work:
        rows = await reading.coming_up(work)
    if len(rows) != 1:
        raise Refusal("meetups.which" if rows else "meetups.none_now")
    return rows[0].number


async def _take_over(context: Context, work: Work, meetup: Meetup, member: int) -> Message:
    meetup.host_id = member
    await booking.come(context, work, meetup, member)
    await _announce_if_booked(work, meetup)
    return cards.plainly(context.words, "meetups.you_host_now")


async def _announce_if_booked(work: Work, meetup: Meetup) -> None:
    if meetup.state is MeetupState.BOOKED:
        await booking.announce(work, meetup)


async def _mine(context: Context, work: Work, number: int, *, lock: bool = True) -> Meetup:
    meetup = await reading.open_meetup(work, number, lock=lock)
    assert context.member is not None
    if not rules.may_change(meetup, context.member):
        raise Refusal("meetups.only_host")
    return meetup


def _arguments(event: CommandUsed) -> tuple[int | None, str]:
    """The number after the command's word, if there is one, and what follows it."""
    _, _, rest = event.text.strip().partition(" ")
    first, _, more = rest.strip().partition(" ")
    first = first.removeprefix("#")
    is_number = first.isascii() and first.isdigit() and len(first) < 10
    return (int(first) if is_number else None), more.strip()
