"""What happens when somebody proposes a meetup, looks what is coming up, or has enough of invitations."""

from adapters.port import ButtonPressed, CommandUsed, FieldErrors, Form, FormSubmitted, Message, Room
from bot import cards
from bot.errors import Refusal
from bot.feature import Context, arguments_of
from bot.features.meetups import choosing, drafts, reading, rules, views, wanting
from bot.features.meetups.rules import Wanted
from knowledge.models import MeetupState, Reply
from knowledge.store import communities, meetups, members
from knowledge.store.meetups import meetup_id


async def open_form(context: Context, event: CommandUsed | ButtonPressed) -> Form:
    """`/meetup`: the problem, and when and where for who knows.

    A button that names an open question or a tip (`meetups:new:question:12`) has the problem filled in from it.
    """
    about = arguments_of(event.button) if isinstance(event, ButtonPressed) else []
    text = await wanting.words_of(context, *about) if len(about) == 2 else ""
    return views.propose_form(context.words, Wanted(*rules.problem_in(text)))


async def propose(context: Context, event: CommandUsed) -> Message:
    """`/meetup the transfer list is wrong by noon`."""
    return await _consider(context, Wanted(*rules.problem_in(event.text)), event.room)


async def form_sent(context: Context, event: FormSubmitted) -> Message | FieldErrors:
    """The form came back."""
    wanted = wanting.wanted_in(context, event)
    return wanted if isinstance(wanted, FieldErrors) else await _consider(context, wanted, event.room)


async def different(context: Context, event: ButtonPressed) -> Message:
    """*Mine is different*: there is one that sounds alike."""
    held = context.held.take("".join(arguments_of(event.button)), context.who, context.now)
    if held is None:
        raise Refusal("common.platform.expired")
    return await _draft(context, *held)


async def list_coming(context: Context, event: CommandUsed | ButtonPressed) -> Message:
    """`/meetup list`: what is coming up."""
    if isinstance(event, CommandUsed) and len(event.text.split()) > 1:
        return await propose(context, event)  # a problem that begins with this word
    async with context.read() as work:
        rows = await reading.coming_up(work)
        count = await meetups.count_coming(work, [meetup_id(each) for each in rows])
        listed = []
        for meetup in rows[: rules.LISTED]:
            guest = await meetups.find_guest(work, meetup_id(meetup), context.who)
            mine = guest is not None and guest.reply is Reply.COMES
            listed.append((await reading.shown(context, work, meetup), count.get(meetup_id(meetup), 0), mine))
    return views.coming_up(context.words, listed, more=max(len(rows) - rules.LISTED, 0))


async def announce_here(context: Context, event: CommandUsed) -> Message:
    """`/meetup here`: meetups are announced in this room; one room in each space."""
    context.only_for_coordinators()
    if event.room.direct:
        raise Refusal("meetups.not_a_room")
    others = [key for key in context.options.meetup_rooms if not key.startswith(f"{event.who.space.key}:")]
    async with context.write() as work:
        await communities.remember_channel(work, event.room.key, event.room.name)
        await communities.choose(work, meetup_rooms=(*others, event.room.key))
    return cards.plainly(context.words, "meetups.here")


async def no_more(context: Context, event: ButtonPressed) -> Message:
    """*Stop these*."""
    async with context.write() as work:
        await members.describe(work, context.who, takes_meetups=False)
    return cards.plainly(context.words, "meetups.no_more_then")


async def leave_it(context: Context, event: ButtonPressed) -> Message:
    """*Not now*, in any of its forms: nothing changes."""
    return cards.plainly(context.words, "meetups.left_it")


async def _consider(context: Context, wanted: Wanted, room: Room) -> Message:
    if not any(sign.isalnum() for sign in wanted.problem):
        raise Refusal("meetups.no_words")
    if personal := wanting.personal_in(context, wanted):
        return personal
    async with context.read() as work:
        rows = await reading.coming_up(work)
    other = await choosing.same_problem(context, wanted.detail or wanted.problem, rows)
    if other is None:
        return await _draft(context, wanted, room)
    token = context.held.put(context.who, (wanted, room), context.now)
    async with context.read() as work:
        return views.alike(context.words, await reading.shown(context, work, other), token)


async def _draft(context: Context, wanted: Wanted, room: Room) -> Message:
    async with context.write() as work:
        meetup = await meetups.propose(
            work,
            wanted.problem,
            state=MeetupState.DRAFTED,
            detail=wanted.detail,
            teller_id=context.who,
            host_id=context.who,
            minutes=wanted.minutes,
            place=wanted.place,
            space=room.space.key,
            room=await reading.announced_in(work, context.options, room, room.space.key),
            settles_at=context.now + rules.DRAFT_LASTS,
        )
        await meetups.set_times(work, meetup_id(meetup), wanted.times)
    return await drafts.draft_of(context, meetup.number)
