"""Hot problems: several members ran into the same thing lately, and one of them is asked whether they would host it."""

from adapters.port import ButtonPressed, Message
from bot import cards
from bot.errors import Refusal
from bot.feature import Context, number_of
from bot.features.meetups import booking, drafts, reading, rules
from knowledge.hot_now import hot_now
from knowledge.models import Meetup, MeetupState, Origin, Reply
from knowledge.store import Work, meetups, members, signals
from knowledge.store.meetups import meetup_id
from knowledge.store.members import member_id


async def propose(context: Context, work: Work) -> None:
    """Proposes the hottest problem that is new, one at a time, and asks the first host."""
    rooms = context.options.meetup_rooms or context.options.digest_rooms
    if not rooms or await meetups.meetups_in(work, MeetupState.ASKING):
        return
    problem = next(iter(await hot_now(context.library, work)), None)
    if problem is None:
        return
    meetup = await meetups.propose(
        work,
        rules.problem_in(problem.label)[0],
        state=MeetupState.ASKING,
        origin=Origin.HOT,
        evidence=sorted(problem.evidence),
        space=rooms[0].rpartition(":")[0],
        room=rooms[0],
    )
    await ask_next(context, work, meetup)


async def ask_next(context: Context, work: Work, meetup: Meetup) -> None:
    """Asks the next who may host; after three, or where nobody is left, it becomes a thread."""
    touched = await signals.people_behind(work, meetup.evidence)
    if not meetup.evidence:  # a second sitting: one of those who would sit there
        touched = {each.member_id: 1 for each in await meetups.guests_of(work, meetup_id(meetup))}
    people = await members.list_members(work)
    past = await reading.past(work)
    order = rules.hosts_for(people, touched, past, work.now)
    await booking.ask_next_host(work, meetup, [member_id(each) for each in order])


async def would_host(context: Context, event: ButtonPressed) -> Message:
    """*Yes, I'd host*: they see what would go out."""
    async with context.write() as work:
        meetup = await reading.open_meetup(work, number_of(event.button))
        guest = await meetups.find_guest(work, meetup_id(meetup), context.who)
        if meetup.state is not MeetupState.ASKING or guest is None or guest.asked_to_host_at is None:
            raise Refusal("meetups.has_host")
        meetup.host_id, meetup.state = context.who, MeetupState.DRAFTED
        meetup.settles_at = context.now + rules.DRAFT_LASTS
    is_second = meetup.origin is Origin.MEMBER  # a second sitting has its people
    return await drafts.draft_of(context, meetup.number, is_planned=is_second)


async def would_not(context: Context, event: ButtonPressed) -> Message:
    """*Not this one*: somebody else is asked."""
    async with context.write() as work:
        meetup = await reading.open_meetup(work, number_of(event.button))
        if meetup.state is MeetupState.ASKING:
            await meetups.note_reply(work, meetup_id(meetup), context.who, Reply.PASSES)
            await ask_next(context, work, meetup)
    return cards.plainly(context.words, "meetups.host_passed")
