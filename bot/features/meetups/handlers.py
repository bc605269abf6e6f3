"""What happens when somebody proposes a meetup, looks at what would go out, sends it, or looks what is coming up."""

from datetime import datetime, timedelta

from adapters.port import ButtonPressed, CommandUsed, FieldErrors, Form, FormSubmitted, Message, Room, When
from bot import cards
from bot.errors import Refusal
from bot.feature import Context, arguments_of, number_of
from bot.features.meetups import booking, choosing, reading, rules, views
from bot.features.meetups.rules import Wanted
from knowledge.dates import DateProblem, moment_named
from knowledge.guard import scan
from knowledge.meeting_times import DAY, options_for, sittings_for
from knowledge.models import Meetup, MeetupState, Origin, Reply
from knowledge.store import Work, communities, meetups, members, notices
from knowledge.store.meetups import meetup_id
from knowledge.zones import zone_of

TIMES_AT_MOST = 3
"""Times that a host may name; as many as an invitation has buttons for."""


async def open_form(context: Context, event: CommandUsed | ButtonPressed) -> Form:
    """`/meetup`: the problem, and when and where for who knows."""
    return views.propose_form(context.words)


async def propose(context: Context, event: CommandUsed) -> Message:
    """`/meetup the transfer list is wrong by noon`."""
    return await _consider(context, Wanted(*rules.problem_in(event.text)), event.room)


async def form_sent(context: Context, event: FormSubmitted) -> Message | FieldErrors:
    """The form came back."""
    wanted = _wanted(context, event)
    return wanted if isinstance(wanted, FieldErrors) else await _consider(context, wanted, event.room)


async def different(context: Context, event: ButtonPressed) -> Message:
    """*Mine is different*: there is one that sounds alike."""
    held = context.held.take("".join(arguments_of(event.button)), context.who, context.now)
    if held is None:
        raise Refusal("common.platform.expired")
    return await _draft(context, *held)


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
    wanted = _wanted(context, event)
    if isinstance(wanted, FieldErrors):
        return wanted
    if personal := _personal(context, wanted):
        return personal
    async with context.write() as work:
        meetup = await _own_draft(context, work, number_of(event.form), lock=True)
        meetup.problem, meetup.detail = wanted.problem, wanted.detail
        meetup.minutes, meetup.place = wanted.minutes, wanted.place
        await meetups.set_times(work, meetup_id(meetup), wanted.times)
    return await draft_of(context, meetup.number)


async def send(context: Context, event: ButtonPressed) -> Message:
    """*Invite them*: the invitations go out in the host's name, or the room is asked."""
    async with context.write() as work:
        meetup = await _own_draft(context, work, number_of(event.button), lock=True)
        times = await meetups.times_of(work, meetup_id(meetup))
        if not times or min(times) < context.now + DAY:
            raise Refusal("meetups.times_are_past")
        people = await reading.planned(work, meetup)
        if not people and not meetup.room:
            raise Refusal("meetups.no_room")
        await open_poll(work, meetup, times)
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


async def open_poll(work: Work, meetup: Meetup, times: list[datetime]) -> None:
    """Times are chosen from now on; the host can make all of them."""
    meetup.state = MeetupState.POLLING
    meetup.settles_at = min(work.now + rules.POLL_LASTS, min(times) - DAY)
    if meetup.host_id is not None:
        await meetups.note_reply(work, meetup_id(meetup), meetup.host_id, Reply.COMES)
        for position, who in enumerate(await meetups.votes_of(work, meetup_id(meetup))):
            if meetup.host_id not in who:
                await meetups.vote(work, meetup_id(meetup), position, meetup.host_id)


async def _consider(context: Context, wanted: Wanted, room: Room) -> Message:
    if not any(sign.isalnum() for sign in wanted.problem):
        raise Refusal("meetups.no_words")
    if personal := _personal(context, wanted):
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
    return await draft_of(context, meetup.number)


def _personal(context: Context, wanted: Wanted) -> Message | None:
    text = "\n".join(filter(None, (wanted.detail or wanted.problem, wanted.place)))
    found = scan(text)
    return views.personal(context.words, text, found) if found else None


def _wanted(context: Context, event: FormSubmitted) -> Wanted | FieldErrors:
    said = {name: str(event.values.get(name, "")).strip() for name in ("problem", "when", "minutes", "place")}
    problem, detail = rules.problem_in(said["problem"])
    errors = {}
    if not any(sign.isalnum() for sign in problem):
        errors["problem"] = context.words.line("meetups.no_words")
    times: tuple[datetime, ...] = ()
    try:
        times = _times(context, said["when"])
    except Refusal as refusal:
        errors["when"] = context.words.line(refusal.key, **refusal.values)
    if errors:
        return FieldErrors(errors)
    known = [each for each in rules.LENGTHS_MINUTES if str(each) == said["minutes"]]
    return Wanted(problem, detail, (known or rules.LENGTHS_MINUTES)[0], " ".join(said["place"].split())[:100], times)


def _times(context: Context, text: str) -> tuple[datetime, ...]:
    """The times that a text names, one a line."""
    times = tuple(sorted({read_time(context, each) for each in text.splitlines() if each.strip()}))
    if len(times) > TIMES_AT_MOST:
        raise Refusal("meetups.date.many", count=TIMES_AT_MOST)
    return times


def read_time(context: Context, text: str) -> datetime:
    """The moment that a text names, to be confirmed by who named it.

    Raises:
        Refusal: it can't be told, is past, too soon or too far.
    """
    assert context.member is not None
    zone = zone_of(context.member.time_zone, context.options.time_zone)
    language = context.member.language or context.options.languages[0]
    named = moment_named(text, now=context.now, zone=zone, language=language)
    said = " ".join(text.split())[:60]
    if isinstance(named, DateProblem):
        raise Refusal(f"meetups.date.{named}", said=said)
    if named.at < context.now + DAY:
        raise Refusal("meetups.date.soon", said=said)
    return named.at


async def _own_draft(context: Context, work: Work, number: int, *, lock: bool = False) -> Meetup:
    meetup = await reading.open_meetup(work, number, lock=lock)
    if meetup.host_id != context.who:
        raise Refusal("meetups.only_host")
    if meetup.state is not MeetupState.DRAFTED:
        raise Refusal("common.done_already")
    return meetup


async def _plan(context: Context, work: Work, meetup: Meetup, touched: dict[int, int]) -> None:
    for guest in await reading.planned(work, meetup):
        await work.session.delete(guest)
    await work.session.flush()
    for each in await choosing.whom_to_invite(context, work, meetup, touched):
        row = await meetups.guest_for(work, meetup_id(meetup), each.id)
        row.because = each.because
    await work.session.flush()


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
    return context.now + rules.POLL_LASTS + DAY + timedelta(hours=1)
