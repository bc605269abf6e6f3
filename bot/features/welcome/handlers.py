"""What happens when somebody joins, says what they do, puts a step off, has enough, or asks for the next thing."""

from datetime import timedelta

from adapters.port import ButtonPressed, CommandUsed, Form, FormSubmitted, MemberJoined, Message
from bot import cards
from bot.errors import Refusal
from bot.feature import Context, arguments_of
from bot.features.welcome import choices, companions, jobs, reading, rules, views
from knowledge.models import Step, StepState, WayState
from knowledge.store import communities, for_newcomers, members, newcomers, notices, pairs
from knowledge.store.members import member_id
from knowledge.zones import is_zone

FIRST_LOOK = timedelta(days=1)
"""When it is first looked what may come next."""

NEW_FOR = timedelta(days=30)
"""Who was known here for longer when they join is no newcomer: they come back, or came before the bot did (ours)."""


async def joined(context: Context, event: MemberJoined) -> None:
    """Somebody is here for the first time: their way in begins. Guests, and those who come back, are left in peace."""
    assert context.member is not None
    if event.is_guest or not context.options.welcomes or context.now - context.member.joined_at > NEW_FOR:
        return
    async with context.write() as work:
        person = await members.find_member(work, context.who)
        if person is not None and not person.time_zone and is_zone(event.time_zone):
            person.time_zone = event.time_zone
        if not await newcomers.begin_way(work, context.who, look_at=context.now + FIRST_LOOK):
            return
        guide = await reading.guide_for(work, context.member)
        if guide is not None:
            await pairs.name_companion(work, context.who, member_id(guide.member))
        subject = {"to": event.who.key}
        await notices.owe(work, "welcome.hello", context.who, subject, once=f"welcome:{context.who}:hello")


async def introduce(context: Context, event: ButtonPressed) -> Form:
    """*Say what you do*."""
    assert context.member is not None
    async with context.read() as work:
        newcomer = await newcomers.find_newcomer(work, context.who)
    named = newcomer is not None and newcomer.named_at is not None
    return views.introduce_form(context.words, context.member, named=named)


async def introduced(context: Context, event: FormSubmitted) -> Message:
    """Practice and place came back: what is nearer to them, and who."""
    said = {name: str(event.values.get(name, "")) for name in ("practice", "place")}
    async with context.write() as work:
        await members.describe(work, context.who, **said)
        newcomer = await newcomers.find_newcomer(work, context.who)
        if newcomer is not None:
            said_yes = str(event.values.get("named", "")) == "yes"
            newcomer.named_at = (newcomer.named_at or context.now) if said_yes else None
        member = await members.find_member(work, context.who)
        assert member is not None
        if newcomer is not None and any(said.values()):
            await newcomers.note_step(work, context.who, Step.INTRODUCE, StepState.TAKEN)
        near = choices.tips_for(member, await for_newcomers.relied_on(work, member.practice))
        guide = await companions.nearer_guide(work, member) if newcomer is not None else None
    own = [each for each in near if each.because != "broad"]
    return views.introduced(context.words, member, own, guide)


async def show_way(context: Context, event: CommandUsed | ButtonPressed) -> Message:
    """`/tacit welcome`: what they did, who shows them round, and the next thing; for others, whom they show round."""
    assert context.member is not None
    async with context.read() as work:
        one = await reading.way_of(work, context.member)
        people = await companions.people_of(work, context.who)
    if one is None:
        return views.not_new(context.words, context.member, people)
    message = await _next_thing(context, one)
    if people.guide is None:
        people = await _with_a_guide(context, one)
    taken = [step for step in Step if step in one.way.taken]
    goes_on = jobs.is_going(one) or one.newcomer.state is WayState.DONE
    return views.way(context.words, taken, people, message, is_going=goes_on)


async def done(context: Context, event: ButtonPressed) -> Message:
    """*I've read it*, *Not for me*: a step that no deed shows."""
    name, taken = (*arguments_of(event.button), "", "")[:2]
    if name not in list(Step):
        raise Refusal("common.unknown")
    state = StepState.PASSED if taken == "no" else StepState.TAKEN
    async with context.write() as work:
        await newcomers.note_step(work, context.who, Step(name), state)
    return cards.plainly(context.words, "welcome.passed" if taken == "no" else "welcome.done")


async def later(context: Context, event: ButtonPressed) -> Message:
    """*Later*."""
    name = "".join(arguments_of(event.button))
    if name not in list(Step):
        raise Refusal("common.unknown")
    async with context.write() as work:
        before = (await newcomers.steps_of(work, [context.who]))[context.who].get(Step(name))
        is_again = before is not None and before.times >= rules.OFFERED_AT_MOST
        await newcomers.note_step(work, context.who, Step(name), StepState.PASSED if is_again else StepState.LATER)
        await newcomers.change_way(work, context.who, look_at=context.now + rules.LATER)
    return cards.plainly(context.words, "welcome.later_never" if is_again else "welcome.later_then")


async def stop(context: Context, event: ButtonPressed) -> Message:
    """*Stop these*."""
    async with context.write() as work:
        await members.describe(work, context.who, takes_steps=False)
        await newcomers.change_way(work, context.who, state=WayState.STOPPED)
    return views.stopped(context.words)


async def go_on(context: Context, event: ButtonPressed) -> Message:
    """*Show me round after all*."""
    async with context.write() as work:
        await members.describe(work, context.who, takes_steps=True)
        await notices.try_again(work, reading.OF_THE_WAY, context.who)
        await newcomers.change_way(work, context.who, state=WayState.GOING, look_at=context.now + FIRST_LOOK)
    return cards.plainly(context.words, "welcome.goes_on")


async def choose_welcomes(context: Context, event: CommandUsed) -> Message:
    """`/tacit welcomes on`, `/tacit welcomes off`: whether who joins is welcomed."""
    context.only_for_coordinators()
    _, _, wanted = event.text.strip().lower().partition(" ")
    if wanted not in ("on", "off"):
        raise Refusal("welcome.on_or_off")
    async with context.write() as work:
        await communities.choose(work, welcomes=wanted == "on")
    return cards.plainly(context.words, f"welcome.welcomes_{wanted}")


async def _with_a_guide(context: Context, one: reading.OnTheWay) -> views.People:
    """Who shows somebody round, or would: who asks is told of whoever is free."""
    async with context.write() as work:
        guide = await reading.guide_for(work, one.member)
        if guide is not None:
            await pairs.name_companion(work, context.who, member_id(guide.member))
        return await companions.people_of(work, context.who)


async def _next_thing(context: Context, one: reading.OnTheWay) -> Message | None:
    """The invitation that lies open, or the one that fits now: who asks need not wait for it."""
    async with context.write() as work:
        shelf = reading.Shelf(work)
        await jobs.tick(work, one)
        open_step = one.way.open
        if open_step is not None and reading.is_still_open(one.way, open_step):
            because = (await newcomers.steps_of(work, [context.who]))[context.who][open_step].because
            found: rules.Invitation | None = rules.Invitation(open_step, because)
        else:
            found = await reading.first_that_fits(shelf, one, rules.fitting(one.way, is_asked_for=True))
            if found is not None:
                await jobs.offer(shelf, one, found)
    return await jobs.invitation(context, one, found.step, found.because, is_last=False) if found else None
