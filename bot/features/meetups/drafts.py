"""What happens to a meetup that nobody was told of yet: its host looks, changes it, sends it off, or leaves it."""

from datetime import datetime

from adapters.port import ButtonPressed, FieldErrors, Form, FormSubmitted, Message, When
from bot import cards
from bot.errors import Refusal
from bot.feature import Context, number_of
from bot.features.meetups import booking, choosing, reading, rules, views, wanting
from bot.features.meetups.rules import Wanted
from knowledge.meeting_times import DAY, options_for, sittings_for
from knowledge.models import Meetup, MeetupState, Origin, Reply
from knowledge.store import Work, meetups, members, notices
from knowledge.store.meetups import meetup_id
from knowledge.zones import zone_of


async def draft_of(context: Context, number: int, *, is_planned: bool = False) -> Message:
    """What would go out of a draft: people and times are chosen now, unless `is_planned` says that they are."""
    async with context.read() as work:
        meetup = await reading.open_meetup(work, number, lock=False)
    touched = {} if is_planned else await choosing.touched_by(context, meetup)
    async with context.write() as work:
        meetup = await reading.open_meetup(work, number)
        times = await meetups.times_of(work, meetup_id(meetup))
        is_own = bool(times)
        if not is_planned:
            await _plan(context, work, meetup, touched)
        guests = await reading.planned(work, meetup)
        if not times:
            everybody = await reading.attendees(
                work, context.options, context.who, [each.member_id for each in guests], await reading.past(work)
            )
            options = options_for(everybody, now=context.now, minutes=meetup.minutes, not_before=_first_open(context))
            times = [each.starts_at for each in options]
            await meetups.set_times(work, meetup_id(meetup), times)
        people = await members.find_members(work, [each.member_id for each in guests])
        shown = await reading.shown(context, work, meetup)
    invited = [(people[each.member_id], each.because) for each in guests if each.member_id in people]
    return views.draft(context.words, shown, times, invited, is_own=is_own)


async def change(context: Context, event: ButtonPressed) -> Form:
    """*Change something*, before anybody is told."""
    async with context.read() as work:
        meetup = await _own_draft(context, work, number_of(event.button))
        times = await meetups.times_of(work, meetup_id(meetup))
    assert context.member is not None
    zone = zone_of(context.member.time_zone, context.options.time_zone)
    wanted = Wanted(meetup.problem, meetup.detail, meetup.minutes, meetup.place)
    when = "\n".join(f"{each.astimezone(zone):%Y-%m-%d %H:%M}" for each in times)
    return views.propose_form(context.words, wanted, when=when, id=f"meetups:changed:{meetup.number}")


async def changed(context: Context, event: FormSubmitted) -> Message | FieldErrors:
    """What was changed came back."""
    wanted = wanting.wanted_in(context, event)
    if isinstance(wanted, FieldErrors):
        return wanted
    if personal := wanting.personal_in(context, wanted):
        return personal
    async with context.write() as work:
        meetup = await _own_draft(context, work, number_of(event.form), lock=True)
        if (meetup.problem, meetup.detail) != (wanted.problem, wanted.detail):
            meetup.problem, meetup.detail, meetup.teller_id = wanted.problem, wanted.detail, context.who
        meetup.minutes, meetup.place = wanted.minutes, wanted.place
        await meetups.set_times(work, meetup_id(meetup), wanted.times)
    return await draft_of(context, meetup.number)


async def send(context: Context, event: ButtonPressed) -> Message:
    """*Invite them*, unless somebody else began one about the same meanwhile: then the two may become one."""
    async with context.read() as work:
        meetup = await _own_draft(context, work, number_of(event.button))
        others = [each for each in await reading.coming_up(work) if each.id != meetup.id]
    other = await choosing.same_problem(context, meetup.detail or meetup.problem, others)
    if other is None:
        return await send_off(context, event)
    async with context.read() as work:
        return views.alike_now(context.words, await reading.shown(context, work, other), meetup.number)


async def send_off(context: Context, event: ButtonPressed) -> Message:
    """*Mine is different*, and when there is no other: invitations go out in the host's name, or the room is asked."""
    async with context.write() as work:
        meetup = await _own_draft(context, work, number_of(event.button), lock=True)
        times = await meetups.times_of(work, meetup_id(meetup))
        if not times or min(times) < context.now + DAY + 2 * rules.SETTLED_WITHIN:
            raise Refusal("meetups.times_are_past")
        people = await reading.planned(work, meetup)
        if not people and not meetup.room:
            raise Refusal("meetups.no_room")
        await _open_poll(work, meetup, times)
        for guest in people:
            await booking.owe_invitation(work, meetup, guest.member_id, guest.because)
        if not people:
            await notices.owe(
                work, "meetups.call", None, {"meetup": meetup.number}, once=f"call:{meetup.number}", room=meetup.room
            )
        room = (await reading.shown(context, work, meetup)).room
    assert meetup.settles_at is not None
    key = "meetups.sent" if people else "meetups.sent_room"
    return cards.plainly(context.words, key, count=len(people), room=room, until=When(meetup.settles_at))


async def merge(context: Context, event: ButtonPressed) -> Message:
    """*Put them together*: who would have been invited to this one is invited to the other, and its host comes."""
    async with context.write() as work:
        meetup = await _own_draft(context, work, number_of(event.button), lock=True)
        other = await reading.open_meetup(work, number_of(event.button, 1))
        if other.state is not MeetupState.POLLING:
            await booking.come(context, work, other, context.who)
        for guest in await reading.planned(work, meetup):
            known = await meetups.find_guest(work, meetup_id(other), guest.member_id)
            if other.state is MeetupState.POLLING and known is None and guest.member_id != other.host_id:
                await booking.owe_invitation(work, other, guest.member_id, guest.because)
        meetup.state, meetup.merged_into = MeetupState.CANCELLED, other.number
        if other.state is MeetupState.POLLING:
            await meetups.guest_for(work, meetup_id(other), context.who)
            shown, poll = await reading.shown(context, work, other), await reading.poll_of(work, other, context.who)
            assert context.member is not None
            return views.invitation(context.words, shown, poll, "", context.member)
    return cards.plainly(context.words, "meetups.merged")


async def drop(context: Context, event: ButtonPressed) -> Message:
    """*Leave it*: nobody was told."""
    async with context.write() as work:
        meetup = await _own_draft(context, work, number_of(event.button), lock=True)
        rules.let_go_of_draft(meetup, context.now)
    return cards.plainly(context.words, "meetups.dropped")


async def two_sittings(context: Context, event: ButtonPressed) -> Message:
    """*Two sittings*: one for the host, and one for which somebody else is asked to host."""
    async with context.write() as work:
        meetup = await _own_draft(context, work, number_of(event.button), lock=True)
        people = [each.member_id for each in await reading.planned(work, meetup)]
        everybody = await reading.attendees(work, context.options, context.who, people, await reading.past(work))
        found = sittings_for(everybody, now=context.now, minutes=meetup.minutes, not_before=_first_open(context))
        if found is None:
            raise Refusal("meetups.no_sittings")
        await meetups.set_times(work, meetup_id(meetup), [each.starts_at for each in found[0].options])
        other = await _second_sitting(context, work, meetup, found[1].members)
        for guest in await reading.planned(work, meetup):
            if guest.member_id in found[1].members:
                await work.session.delete(guest)
        await booking.ask_next_host(work, other, found[1].members)
    return await draft_of(context, meetup.number, is_planned=True)


async def _open_poll(work: Work, meetup: Meetup, times: list[datetime]) -> None:
    """Times are chosen from now on; the host can make all of them."""
    meetup.state = MeetupState.POLLING
    meetup.settles_at = min(work.now + rules.POLL_LASTS, min(times) - DAY - rules.SETTLED_WITHIN)
    if meetup.host_id is not None:
        await meetups.note_reply(work, meetup_id(meetup), meetup.host_id, Reply.COMES)
        for position, who in enumerate(await meetups.votes_of(work, meetup_id(meetup))):
            if meetup.host_id not in who:
                await meetups.vote(work, meetup_id(meetup), position, meetup.host_id)


async def _plan(context: Context, work: Work, meetup: Meetup, touched: dict[int, int]) -> None:
    for guest in await reading.planned(work, meetup):
        await work.session.delete(guest)
    await work.session.flush()
    for each in await choosing.whom_to_invite(context, work, meetup, touched):
        row = await meetups.guest_for(work, meetup_id(meetup), each.id)
        row.because = each.because
    await work.session.flush()


async def _own_draft(context: Context, work: Work, number: int, *, lock: bool = False) -> Meetup:
    meetup = await reading.open_meetup(work, number, lock=lock)
    if meetup.host_id != context.who:
        raise Refusal("meetups.only_host")
    if meetup.state is not MeetupState.DRAFTED:
        raise Refusal("common.done_already")
    return meetup


async def _second_sitting(context: Context, work: Work, meetup: Meetup, people: tuple[int, ...]) -> Meetup:
    other = await meetups.propose(
        work,
        meetup.problem,
        state=MeetupState.ASKING,
        origin=Origin.MEMBER,
        **{name: getattr(meetup, name) for name in ("detail", "teller_id", "minutes", "place", "space", "room")},
    )
    for guest in await reading.planned(work, meetup):
        if guest.member_id in people:
            row = await meetups.guest_for(work, meetup_id(other), guest.member_id)
            row.because = guest.because
    return other


def _first_open(context: Context) -> datetime:
    """From when on times are offered: a day after the poll is over."""
    return context.now + rules.POLL_LASTS + DAY + rules.SETTLED_WITHIN
