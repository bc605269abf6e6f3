"""What happens when somebody says which times suit them, joins, or can't come."""

from adapters.port import ButtonPressed, CommandUsed, Message
from bot import cards
from bot.errors import Refusal
from bot.feature import Context, number_of
from bot.features.meetups import booking, changes, reading, rules, views, views_booked
from bot.features.meetups.shown import line
from knowledge.models import Guest, Meetup, MeetupState, Reply
from knowledge.store import Work, meetups
from knowledge.store.meetups import meetup_id


async def vote(context: Context, event: ButtonPressed) -> Message:
    """A time suits, or no more; once everybody has said, the time is settled."""
    number, position = number_of(event.button), number_of(event.button, 1)
    async with context.write() as work:
        meetup = await reading.open_meetup(work, number)
        if meetup.state is not MeetupState.POLLING:
            return await _too_late(context, work, meetup)
        if not await meetups.vote(work, meetup_id(meetup), position, context.who):
            raise Refusal("common.unknown")
        poll = await reading.poll_of(work, meetup, context.who)
        await meetups.note_reply(work, meetup_id(meetup), context.who, Reply.COMES if poll.mine else Reply.NONE)
        await booking.edit_invitations(work, meetup, but=context.who)
        await _settle_if_all_said(context, work, meetup)
        return await invitation_of(context, work, meetup)


async def say_no(context: Context, event: ButtonPressed) -> Message:
    """*Not this time*."""
    async with context.write() as work:
        meetup = await reading.open_meetup(work, number_of(event.button))
        if meetup.state is MeetupState.BOOKED:
            return await changes.leave_now(context, work, meetup)
        await meetups.note_reply(work, meetup_id(meetup), context.who, Reply.PASSES)
        if meetup.state is MeetupState.POLLING:
            await booking.edit_invitations(work, meetup, but=context.who)
            await _settle_if_all_said(context, work, meetup)
    return cards.plainly(context.words, "meetups.passed")


async def join(context: Context, event: CommandUsed | ButtonPressed) -> Message:
    """*Count me in*, *I'll come*, `/meetup join 3`."""
    async with context.write() as work:
        meetup = await reading.open_meetup(work, await changes.number_meant(context, event))
        id = meetup_id(meetup)
        if meetup.state not in meetups.LIVE:
            raise Refusal("meetups.not_yet")
        already = await meetups.find_guest(work, id, context.who)
        is_coming = already is not None and already.reply is Reply.COMES
        if not is_coming and (await meetups.count_coming(work, [id])).get(id, 0) >= rules.SEATS and meetup.problem:
            raise Refusal("meetups.full")
        if meetup.state is MeetupState.POLLING:
            await meetups.guest_for(work, id, context.who)
            return await invitation_of(context, work, meetup)
        await booking.come(context, work, meetup, context.who)
        shown = await reading.shown(context, work, meetup)
    key = "meetups.joined_table" if meetup.state is MeetupState.GATHERING else "meetups.joined"
    return cards.plainly(context.words, key, problem=line(context.words, shown))


async def invitation_of(context: Context, work: Work, meetup: Meetup) -> Message:
    """The invitation as it stands for whoever reads it, with the counts of now."""
    assert context.member is not None
    guest = await meetups.find_guest(work, meetup_id(meetup), context.who)
    shown = await reading.shown(context, work, meetup, with_wins=True)
    if meetup.state is not MeetupState.POLLING:
        return views_booked.settled(context.words, shown)
    poll = await reading.poll_of(work, meetup, context.who)
    return views.invitation(context.words, shown, poll, guest.because if guest else "", context.member)


async def _settle_if_all_said(context: Context, work: Work, meetup: Meetup) -> None:
    guests: list[Guest] = await meetups.guests_of(work, meetup_id(meetup))
    if any(each.invited_at is not None for each in guests) and rules.everybody_said(guests):
        await booking.settle_poll(context, work, meetup)


async def _too_late(context: Context, work: Work, meetup: Meetup) -> Message:
    """A vote after the time was chosen: what it is now, and that they may come all the same."""
    return views_booked.settled(context.words, await reading.shown(context, work, meetup))
