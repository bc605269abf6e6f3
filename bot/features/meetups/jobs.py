"""What comes by the clock: polls that are over, hosts who left or did not say, hot problems, open tables."""

from datetime import timedelta

from bot.feature import Context
from bot.features.meetups import booking, changes, choosing, hot, rules, tables
from bot.times import When
from knowledge.models import Meetup, MeetupState, Reply
from knowledge.store import Work, communities, meetups, members, notices
from knowledge.store.meetups import meetup_id

HOT = When(hour=10, grace=timedelta(hours=12))
"""When it is looked for hot problems: once a day."""

QUIET = When(hour=11, day="tue", grace=timedelta(days=2))
"""When it is looked whether it has been quiet: once a week, not on a Monday, which brings enough."""


async def look_after(context: Context, work: Work) -> None:
    """Settles what is to be settled now, and looks whether hosts are still here and guests can be asked."""
    for meetup in await meetups.due_meetups(work):
        await _settle(context, work, meetup)
    for meetup in await meetups.meetups_in(work, MeetupState.POLLING, MeetupState.BOOKED):
        await _look_for_host(work, meetup)
        if meetup.state is MeetupState.POLLING:
            await _ask_others(context, work, meetup)
        elif meetup.state is MeetupState.BOOKED:
            await _look_who_is_left(work, meetup)


async def find_hot(context: Context, work: Work) -> None:
    """Looks for a problem that several members ran into, and asks one of them whether they would host it."""
    await hot.propose(context, work)


async def offer_table(context: Context, work: Work) -> None:
    """Where it has been quiet, the room is asked who would come to an open table."""
    weeks = context.options.meetup_quiet_weeks
    last = await meetups.last_began(work) or await communities.began(work)
    if weeks > 0 and work.now - last >= timedelta(weeks=weeks):
        await tables.offer(context, work)


async def _settle(context: Context, work: Work, meetup: Meetup) -> None:
    match meetup.state:
        case MeetupState.POLLING:
            await booking.settle_poll(context, work, meetup)
        case MeetupState.GATHERING:
            await tables.seat(context, work, meetup)
        case MeetupState.ASKING:
            await hot.ask_next(context, work, meetup)
        case MeetupState.DRAFTED:
            rules.let_go_of_draft(meetup, work.now)
        case _ if rules.is_over(meetup, work.now):
            meetup.state = MeetupState.HELD
            await work.session.flush()
            await booking.announce(work, meetup)
    await work.session.flush()


async def _look_for_host(work: Work, meetup: Meetup) -> None:
    if meetup.host_id is not None:
        host = await members.find_member(work, meetup.host_id)
        if host is None or host.left_at is not None:
            await meetups.note_reply(work, meetup_id(meetup), meetup.host_id, Reply.PASSES)
            await changes.host_is_gone(work, meetup)


async def _look_who_is_left(work: Work, meetup: Meetup) -> None:
    """Where somebody is gone for good, those who are left are told: one person is no meetup."""
    coming = await meetups.guests_of(work, meetup_id(meetup), Reply.COMES)
    here = await members.find_members(work, [each.member_id for each in coming])
    if sum(each.left_at is None for each in here.values()) < rules.STILL_A_MEETUP:
        await booking.become_thread(work, meetup)


async def _ask_others(context: Context, work: Work, meetup: Meetup) -> None:
    """Whose invitation has been waiting for a day is left in peace, and others are asked in their place."""
    waiting = await notices.still_owed(work, "meetups.invitation")
    mine = {each.member_id: each for each in waiting if each.subject.get("meetup") == meetup.number}
    guests = await meetups.guests_of(work, meetup_id(meetup), Reply.NONE)
    late = [
        each
        for each in guests
        if each.member_id in mine and each.invited_at and work.now - each.invited_at >= rules.REPLACED_AFTER
    ]
    for guest in late:
        await work.session.delete(mine[guest.member_id])
        guest.invited_at, guest.because = None, ""
    await work.session.flush()
    left = {each.member_id for each in late}
    others = await choosing.whom_to_invite(context, work, meetup, {}, without=left) if late else []
    for each in others[: len(late)]:
        await booking.owe_invitation(work, meetup, each.id, each.because)
