"""Looks what may come next for each newcomer, and writes the messages of the way when they are about to be sent."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from adapters.port import Message, PlatformRefused, Refused
from bot.feature import Context
from bot.features.welcome import choices, reading, rules, views
from bot.features.welcome.reading import OnTheWay
from bot.services import message_from, room_from
from knowledge.models import Channel, PairState, Step, StepState, WayState
from knowledge.store import Work, communities, for_newcomers, members, newcomers, notices, pairs, ties
from knowledge.store.for_newcomers import Talk
from knowledge.store.members import member_id
from knowledge.store.pairs import pair_id

TALKS_LOOKED_AT = 6
"""Conversations that are read to find one with several voices, at most."""

VOICES_SINCE = timedelta(days=28)
"""The rooms that are named are those where most people said something since then."""

ROOMS_NAMED = 3

TICKED_EVERY = timedelta(days=7)
"""How often it is looked what somebody did to whom no more is offered: for the numbers only."""

NOTHING_FITS = timedelta(days=7)
"""When nothing fits somebody, it is looked again after so long."""


async def look(context: Context, work: Work) -> None:
    """Looks for every newcomer whose time it is: ticks what they took, and owes the invitation that fits."""
    shelf = reading.Shelf(work)
    for one in await reading.ways(work, await newcomers.due_newcomers(work, since=work.now - 2 * rules.LONGEST)):
        if is_going(one):
            await _look_for(shelf, one)
        else:
            await tick(work, one)
            one.newcomer.look_at = work.now + TICKED_EVERY


async def write_hello(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """The first message: what this place is, what people rely on, who could show them around, one small thing."""
    assert context.member is not None and context.account is not None
    space = f"{context.account.space.key}:"
    async with context.read() as work:
        newcomer = await newcomers.find_newcomer(work, context.who)
        if newcomer is None or newcomer.state is not WayState.GOING:
            return None
        known = choices.tips_for(context.member, await for_newcomers.relied_on(work, context.member.practice))
        voices = await ties.voices(work, context.now - VOICES_SINCE)
        named = [each for each in await communities.channels(work) if each.key.startswith(space) and each.name]
        named.sort(key=lambda each: -voices.get(each.key, 0))
        place = await communities.name_of(work)
        count = await members.count_here(work)
        guide = await _named_guide(work, context.who)
    rooms = await _seen_by(context, named)
    at_most = context.options.nudges_a_week
    return views.hello(context.words, views.Place(place, count, rooms), known, guide, at_most=at_most)


async def write_step(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """An invitation, as things stand; nothing where they took the step meanwhile or there is nothing left to offer."""
    assert context.member is not None
    step = Step(subject["step"])
    async with context.read() as work:
        one = await reading.way_of(work, context.member)
    if one is None or one.newcomer.state is not WayState.GOING or not reading.is_still_open(one.way, step):
        return None
    because = str(subject["because"])
    message = await invitation(context, one, step, because, is_last=rules.is_last_before_rest(one.way))
    if message is None:
        async with context.write() as work:
            await newcomers.note_step(work, context.who, step, StepState.PASSED)
    return message


async def invitation(context: Context, one: OnTheWay, step: Step, because: str, *, is_last: bool) -> Message | None:
    """What stands in an invitation; None where there is nothing to offer any more."""
    words, frame = context.words, views.Frame(one.member, because, is_last)
    match step:
        case Step.MATCH:
            async with context.read() as work:
                known = await reading.tip_offered(work, context.who)
            return views.match(words, known, frame) if known is not None else None
        case Step.LISTEN:
            return await _listen(context, one, frame)
        case Step.COME:
            async with context.read() as work:
                guide = await _named_guide(work, context.who)
            return views.come(words, guide, frame) if guide is not None else None
        case Step.ASK:
            async with context.read() as work:
                gap = await for_newcomers.open_gap(work, context.who)
            return views.ask(words, gap, frame)
        case Step.TELL:
            return views.tell(words, frame)
        case _:
            return views.welcome_next(words, frame)


async def offer(shelf: reading.Shelf, one: OnTheWay, invitation: rules.Invitation) -> int:
    """Notes that a step is offered, with whom or what it needs; gives how often it was offered by now."""
    work = shelf.work
    if invitation.step is Step.COME:
        guide = await reading.guide_for(work, one.member)
        if guide is not None:
            await pairs.name_companion(work, member_id(one.member), member_id(guide.member))
    about: dict[str, Any] = {"because": invitation.because}
    if invitation.step is Step.MATCH:
        chosen = await reading.tip_to_match(shelf, one)
        about["tip_id"] = chosen.tip.id if chosen is not None else None
    member = member_id(one.member)
    noted = await newcomers.note_step(work, member, invitation.step, StepState.OFFERED)
    await newcomers.describe_step(work, member, invitation.step, **about)
    return noted.times


def is_going(one: OnTheWay) -> bool:
    """Whether invitations may come: also to who stopped them and turned them on again."""
    state = one.newcomer.state
    return state is WayState.GOING or (state is WayState.STOPPED and one.member.takes_steps)


async def tick(work: Work, one: OnTheWay) -> None:
    """Ticks the steps that they took by themselves."""
    for step in rules.taken_unprompted(one.way):
        stood = one.way.steps.get(step)
        if stood is None or stood.state is not StepState.TAKEN:
            await newcomers.note_step(work, member_id(one.member), step, StepState.TAKEN)


async def _look_for(shelf: reading.Shelf, one: OnTheWay) -> None:
    work, way, member = shelf.work, one.way, member_id(one.member)
    await tick(work, one)
    state = _state_of(one)
    one.newcomer.state, one.newcomer.look_at = state, rules.look_again(way)
    if way.open is not None and (state is not WayState.GOING or rules.is_time(way)):
        await newcomers.note_step(work, member, way.open, StepState.PASSED)
    if state is WayState.GOING and rules.is_time(way) and way.in_a_row < rules.AT_MOST_IN_A_ROW:
        found = await reading.first_that_fits(shelf, one, rules.fitting(way))
        if found is None:
            one.newcomer.look_at = work.now + NOTHING_FITS
        else:
            times = await offer(shelf, one, found)
            subject = {"step": str(found.step), "because": found.because}
            await notices.owe(work, "welcome.step", member, subject, once=f"welcome:{member}:{found.step}:{times}")


def _state_of(one: OnTheWay) -> WayState:
    if not one.member.takes_steps:
        return WayState.STOPPED
    return WayState.CLOSED if one.unreached else rules.state_after(one.way)


async def _seen_by(context: Context, named: Sequence[Channel]) -> list[str]:
    """The names of the first few of these channels that the reader may see."""
    assert context.account is not None
    seen: list[str] = []
    for each in named:
        if len(seen) < ROOMS_NAMED and await context.chat.may_see(context.account, room_from(each.key)):
            seen.append(each.name)
    return seen


async def _named_guide(work: Work, newcomer: int) -> views.Named | None:
    pair = reading.current((await pairs.pairs_of(work, [newcomer]))[newcomer])
    companion = await members.find_member(work, pair.companion_id) if pair is not None else None
    if pair is None or companion is None or pair.state is not PairState.NAMED:
        return None
    return views.Named(pair_id(pair), companion)


async def _listen(context: Context, one: OnTheWay, frame: views.Frame) -> Message | None:
    async with context.read() as work:
        rows = await reading.talks_for(reading.Shelf(work), one)
    for talk, _ in rows[:TALKS_LOOKED_AT]:
        heard = await _heard(context, talk)
        if heard is not None:
            async with context.write() as work:
                await newcomers.describe_step(work, context.who, Step.LISTEN, about=talk.message)
            return views.listen(context.words, heard, frame)
    return None


async def _heard(context: Context, talk: Talk) -> views.Heard | None:
    """A conversation with several voices, in a room that the reader may see."""
    message = message_from(talk.message)
    platform = context.platforms.get(message.room.space.platform)
    assert context.account is not None
    if platform is None or context.account.space != message.room.space:
        return None
    try:
        if not await platform.may_see(context.account, message.room):
            return None
        thread = await platform.read_thread(message)
        voices = {post.author.key for post in thread if not post.by_bot} - {context.account.key}
        was_put = any(post.by_bot for post in thread[:1])  # the bot put a question: it is somebody's all the same
        count = len(voices) + was_put
        link = await platform.link(message)
    except PlatformRefused as refused:
        if refused.reason is Refused.UNREACHABLE:
            raise
        return None
    is_there = bool(thread) and count >= choices.VOICES and link.startswith(("http://", "https://"))
    return views.Heard(talk.subject, count, link) if is_there else None
