"""What a meetup comes to: a time that enough people can make, a thread, or nothing; and who has to be told of it.

All of it is written in the caller's piece of work; what has to be said is owed, and written when it is sent.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from bot.feature import Context
from bot.features.meetups import reading, rules
from knowledge.meeting_times import book, option_at
from knowledge.models import Meetup, MeetupState, Origin, Reply
from knowledge.store import Work, meetups, members, notices
from knowledge.store.meetups import ends_at, meetup_id

INVITATIONS = ("meetups.invitation", "meetups.table")
"""Notices that ask somebody for a time."""

THREAD_FIRST = timedelta(minutes=1)
"""Who is sent to a thread is told so long after it was owed, so that it is there."""


async def owe_invitation(work: Work, meetup: Meetup, member: int, because: str) -> None:
    """Invites a member: in the host's name, or to the table at which they have a seat."""
    await meetups.invite(work, meetup_id(meetup), member, because)
    name = "meetups.table" if meetup.origin is Origin.OPEN_TABLE else "meetups.invitation"
    once = f"invitation:{meetup.number}:{member}"
    await notices.owe(work, name, member, {"meetup": meetup.number}, once=once)


async def settle_poll(context: Context, work: Work, meetup: Meetup) -> None:
    """Books the earliest time with a quorum; where there is none, it becomes a thread."""
    times, votes = await meetups.times_of(work, meetup_id(meetup)), await meetups.votes_of(work, meetup_id(meetup))
    past = await reading.past(work)
    people = await reading.attendees(work, context.options, meetup.host_id, [*set().union(*votes)], past)
    options = [option_at(each, people, minutes=meetup.minutes) for each in times]
    chosen = book(options, dict(enumerate(votes)), rules.QUORUM, now=work.now, strain_last=past.strain)
    if chosen is None:
        await become_thread(work, meetup)
        return
    await set_date(context, work, meetup, times[chosen], votes[chosen])


async def set_date(
    context: Context, work: Work, meetup: Meetup, starts_at: datetime, coming: Collection[int], *, how: str = "on"
) -> None:
    """Gives a meetup its time (`how`: `on` for the first, `moved` for another): who can make it comes.

    Who would have come at another time is told, and welcome.
    """
    was_announced = meetup.state is MeetupState.BOOKED
    meetup.state, meetup.starts_at, meetup.settles_at = MeetupState.BOOKED, starts_at, None
    meetup.sequence += was_announced
    for guest in await meetups.guests_of(work, meetup_id(meetup), Reply.COMES):
        if guest.member_id in coming:
            await note_strain(context, work, meetup, guest.member_id)
            await owe_date(work, meetup, guest.member_id, how=how)
        else:
            guest.reply = Reply.NONE
            once = f"other:{meetup.number}:{meetup.sequence}:{guest.member_id}"
            subject = {"meetup": meetup.number, "sequence": meetup.sequence}
            await notices.owe(work, "meetups.other_time", guest.member_id, subject, once=once)
    if meetup.origin is Origin.OPEN_TABLE and meetup.host_id not in coming:
        meetup.host_id = min(coming, default=None)
    await work.session.flush()
    await edit_invitations(work, meetup)
    await announce(work, meetup)


async def come(context: Context, work: Work, meetup: Meetup, member: int) -> None:
    """Somebody comes: to a booked one with all that follows from it."""
    guest = await meetups.find_guest(work, meetup_id(meetup), member)
    was_coming = guest is not None and guest.reply is Reply.COMES
    await meetups.note_reply(work, meetup_id(meetup), member, Reply.COMES)
    if meetup.state is MeetupState.BOOKED and not was_coming:
        await note_strain(context, work, meetup, member)
        await owe_date(work, meetup, member)


async def owe_date(work: Work, meetup: Meetup, member: int, *, how: str = "on") -> None:
    """Owes somebody who comes the time with a file for their calendar, the reminders, and the question afterwards."""
    assert meetup.starts_at is not None
    subject = {"meetup": meetup.number, "sequence": meetup.sequence}
    which = f"{meetup.number}:{meetup.sequence}:{member}"
    joins = await notices.count_owed(work, "meetups.date", member, f"date:{which}:")
    once = f"date:{which}:{joins}"
    await notices.owe(work, "meetups.date", member, {**subject, "how": how}, once=once)
    for number, before in enumerate(rules.BEFORE):
        due = meetup.starts_at - before
        if due > work.now:
            about = {**subject, "how": "soon" if number else "tomorrow"}
            await notices.owe(work, "meetups.reminder", member, about, once=f"reminder:{which}:{number}", due=due)
    due = ends_at(meetup) + rules.AFTER
    await notices.owe(work, "meetups.after", member, subject, once=f"after:{which}", due=due)


async def note_strain(context: Context, work: Work, meetup: Meetup, member: int) -> None:
    """Notes how near the time is to the edge of somebody's day: for the next choice of a time."""
    assert meetup.starts_at is not None
    person = await members.find_member(work, member)
    if person is not None:
        who = reading.attendee(person, context.options, await reading.past(work))
        guest = await meetups.guest_for(work, meetup_id(meetup), member)
        guest.strain = option_at(meetup.starts_at, [who], minutes=meetup.minutes).strains[member]


async def announce(work: Work, meetup: Meetup) -> None:
    """Owes the room the announcement, or an edit of the one that stands there."""
    if not meetup.room:
        return
    subject = {"meetup": meetup.number, "sequence": meetup.sequence}
    stands = await notices.message_of(work, f"announced:{meetup.number}")
    if not stands:
        await notices.owe(work, "meetups.announced", None, subject, once=f"announced:{meetup.number}", room=meetup.room)
        return
    once = f"announced:{meetup.number}:{meetup.sequence}:{meetup.state}:{work.now:%Y-%m-%dT%H:%M:%S}"
    await notices.owe(work, "meetups.announced", None, subject, once=once, room=meetup.room, edits=stands)


async def become_thread(work: Work, meetup: Meetup) -> None:
    """Nobody can, or nobody hosts: a thread in the room instead, and those who would have come are told."""
    was_booked = meetup.state is MeetupState.BOOKED
    meetup.state, meetup.settles_at = MeetupState.THREAD, None
    meetup.sequence += was_booked
    subject = {"meetup": meetup.number}
    if meetup.room:
        once = f"thread:{meetup.number}"
        await notices.owe(work, "meetups.thread", None, subject, once=once, room=meetup.room)
    coming = {each.member_id for each in await meetups.guests_of(work, meetup_id(meetup), Reply.COMES)}
    for member in sorted(coming | ({meetup.host_id} if meetup.host_id is not None else set())):
        once, due = f"threaded:{meetup.number}:{member}", work.now + THREAD_FIRST
        await notices.owe(work, "meetups.threaded", member, subject, once=once, due=due)
    await work.session.flush()
    if was_booked:
        await announce(work, meetup)
    else:
        await edit_invitations(work, meetup)


async def edit_invitations(work: Work, meetup: Meetup, *, but: int | None = None) -> None:
    """Owes everybody who was invited, and did not pass, their invitation anew, as things stand now."""
    guests = await meetups.guests_of(work, meetup_id(meetup), Reply.NONE, Reply.COMES)
    invited = [each.member_id for each in guests if each.invited_at is not None and each.member_id != but]
    for member, rows in (await notices.owed_of(work, INVITATIONS, invited)).items():
        sent = next((each for each in rows if each.message and each.subject.get("meetup") == meetup.number), None)
        if sent is not None:
            of_theirs = f"counts:{meetup.number}:{member}:"
            again = await notices.count_owed(work, "meetups.counts", member, of_theirs)
            subject = {"meetup": meetup.number}
            await notices.owe(work, "meetups.counts", member, subject, once=f"{of_theirs}{again}", edits=sent.message)


async def call_off(work: Work, meetup: Meetup, *, by: int | None) -> int:
    """Calls a meetup off; gives how many are told. Whoever does it (`by`) knows."""
    was_booked = meetup.state is MeetupState.BOOKED
    meetup.state, meetup.settles_at = MeetupState.CANCELLED, None
    meetup.sequence += was_booked
    told = 0
    for guest in await meetups.guests_of(work, meetup_id(meetup), Reply.COMES):
        if guest.member_id != by or was_booked:
            subject, once = {"meetup": meetup.number}, f"calledoff:{meetup.number}:{guest.member_id}"
            await notices.owe(work, "meetups.called_off", guest.member_id, subject, once=once)
            told += guest.member_id != by
    await work.session.flush()
    if was_booked:
        await announce(work, meetup)
    return told


async def ask_next_host(work: Work, meetup: Meetup, candidates: Collection[int]) -> bool:
    """Asks the next of these members whether they would host; False where nobody is left, and it becomes a thread."""
    guests = {each.member_id: each for each in await meetups.guests_of(work, meetup_id(meetup))}
    asked = [each for each in guests.values() if each.asked_to_host_at is not None]
    left = [each for each in candidates if each not in guests or guests[each].asked_to_host_at is None]
    if len(asked) >= rules.HOSTS_ASKED or not left:
        await become_thread(work, meetup)
        return False
    guest = await meetups.guest_for(work, meetup_id(meetup), left[0])
    guest.asked_to_host_at = work.now
    meetup.settles_at = work.now + rules.HOST_ANSWERS_WITHIN
    subject, once = {"meetup": meetup.number}, f"host:{meetup.number}:{left[0]}"
    await notices.owe(work, "meetups.would_you_host", left[0], subject, once=once)
    await work.session.flush()
    return True
