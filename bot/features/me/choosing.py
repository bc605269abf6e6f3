"""What happens when somebody chooses what the bot may bring them, how often, and whether they are counted."""

from datetime import timedelta

from adapters.port import ButtonPressed, Message
from bot.errors import Refusal
from bot.feature import Context, argument_of, arguments_of, number_of
from bot.features.me import views
from bot.features.me.showing import bringing_now, me_now
from knowledge.models import DigestPace
from knowledge.store import first_words, members, ties


async def show_bringing(context: Context, event: ButtonPressed) -> Message:
    """*What I may bring you*."""
    return await bringing_now(context)


async def take(context: Context, event: ButtonPressed) -> Message:
    """A switch for one sort of what the bot may bring."""
    name, wanted = argument_of(event.button), argument_of(event.button, 1)
    if name not in views.SWITCHES:
        raise Refusal("common.unknown")
    return await _choose(context, **{name: wanted == "on"})


async def pace_digest(context: Context, event: ButtonPressed) -> Message:
    """*Never*, *Once a week*, *Every day*: a digest of one's own."""
    wanted = argument_of(event.button)
    if wanted not in list(DigestPace):
        raise Refusal("common.unknown")
    return await _choose(context, digest=DigestPace(wanted))


async def choose_most(context: Context, event: ButtonPressed) -> Message:
    """The most that somebody wants unasked in a week."""
    return await _choose(context, nudges_a_week=min(number_of(event.button), views.MOST_A_WEEK))


async def pause(context: Context, event: ButtonPressed) -> Message:
    """*Pause for a week*, *Pause for four weeks*, *Go on*."""
    weeks = min(number_of(event.button), max(views.PAUSES_WEEKS))
    return await _choose(context, paused_until=context.now + timedelta(weeks=weeks) if weeks else None)


async def ask_uncounted(context: Context, event: ButtonPressed) -> Message:
    """*Don't count me*: what it does, before it is done."""
    return views.ask_uncounted(context.words)


async def count(context: Context, event: ButtonPressed) -> Message:
    """*Count me in*, or *Stop and delete*: nothing is counted any more, and what was counted goes."""
    wanted = arguments_of(event.button) == ["on"]
    async with context.write() as work:
        await members.describe(work, context.who, is_counted=wanted)
        if not wanted:
            await ties.let_go_of_ties(work, context.who)
            await first_words.unname_answers(work, context.who)
    return await me_now(context, context.who)


async def _choose(context: Context, **changes: object) -> Message:
    async with context.write() as work:
        await members.describe(work, context.who, **changes)
    return await bringing_now(context)
