"""Open tables: where it has been quiet, a room is asked who would come; they sit with whom they know least."""

from adapters.port import CommandUsed, Message
from bot import cards
from bot.errors import Refusal
from bot.feature import Context
from bot.features.meetups import booking, choosing, reading, rules
from knowledge import matching
from knowledge.meeting_times import DAY, options_for
from knowledge.models import Meetup, MeetupState, Origin, Reply
from knowledge.store import Work, meetups, members, notices, ties
from knowledge.store.meetups import meetup_id
from knowledge.store.members import member_id


async def open_one(context: Context, event: CommandUsed) -> Message:
    """`/meetup table`: a coordinator has an open table offered now."""
    context.only_for_coordinators()
    async with context.write() as work:
        if not await offer(context, work):
            raise Refusal("meetups.no_table")
    return cards.plainly(context.words, "meetups.table_offered")


async def offer(context: Context, work: Work) -> bool:
    """Asks in every room where meetups are announced who would come; False where there is none, or too few are here."""
    rooms = context.options.meetup_rooms or context.options.digest_rooms
    takers = [each for each in await members.list_members(work) if each.takes_meetups]
    if not rooms or len(takers) < rules.TABLE_FROM or await meetups.meetups_in(work, MeetupState.GATHERING):
        return False
    for room in rooms:
        meetup = await meetups.propose(
            work,
            "",
            state=MeetupState.GATHERING,
            origin=Origin.OPEN_TABLE,
            space=room.rpartition(":")[0],
            room=room,
            settles_at=work.now + rules.GATHERS_FOR,
        )
        await notices.owe(
            work, "meetups.call", None, {"meetup": meetup.number}, once=f"call:{meetup.number}", room=room
        )
    return True


async def seat(context: Context, work: Work, gathering: Meetup) -> None:
    """Seats everybody who would come; each table has a meetup of its own and chooses its time. Nobody is left out."""
    coming = [each.member_id for each in await meetups.guests_of(work, meetup_id(gathering), Reply.COMES)]
    found = await members.find_members(work, coming)
    people = [each for each in found.values() if each.left_at is None]
    gathering.state, gathering.settles_at = MeetupState.SEATED, None
    past = await reading.past(work)
    met = {pair: (work.now - at).days / 7 for pair, at in past.met.items()}
    pairs = await ties.tied_pairs(work, work.now - choosing.TIES_SINCE)
    guests = [choosing.guest_of(each, past, work.now) for each in people]
    seating = matching.seat(guests, pairs, met, chance=context.random)
    tables = [each.people for each in seating.tables]
    if not tables and len(people) >= rules.QUORUM:
        tables = [tuple(sorted(member_id(each) for each in people))]
    seated = {member for table in tables for member in table}
    for table in tables:
        await _begin(context, work, gathering, table)
    for each in people:
        if each.id not in seated:
            subject, once = {"meetup": gathering.number}, f"toofew:{gathering.number}:{each.id}"
            await notices.owe(work, "meetups.too_few", member_id(each), subject, once=once)
    await work.session.flush()


async def _begin(context: Context, work: Work, gathering: Meetup, table: tuple[int, ...]) -> None:
    """One table: whoever hosted least opens it, and all choose among times inside everybody's day."""
    past = await reading.past(work)
    people = await members.find_members(work, table)
    host = min(table, key=lambda each: (people[each].is_core, past.hosted.get(each, 0), each))
    meetup = await meetups.propose(
        work,
        "",
        state=MeetupState.POLLING,
        origin=Origin.OPEN_TABLE,
        host_id=host,
        space=gathering.space,
        room=gathering.room,
        settles_at=work.now + rules.POLL_LASTS,
    )
    everybody = await reading.attendees(work, context.options, host, table, past)
    first = work.now + rules.POLL_LASTS + DAY + rules.SETTLED_WITHIN
    options = options_for(everybody, now=work.now, minutes=meetup.minutes, not_before=first)
    await meetups.set_times(work, meetup_id(meetup), [each.starts_at for each in options])
    for member in table:
        guest = await meetups.guest_for(work, meetup_id(meetup), member)
        guest.reply = Reply.COMES if not options else Reply.NONE
        await booking.owe_invitation(work, meetup, member, "")
    if not options:
        await booking.become_thread(work, meetup)
