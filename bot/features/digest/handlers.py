"""What happens when somebody asks for a digest now, or says where, when and how often it comes."""

from datetime import datetime, timedelta

from adapters.port import ButtonPressed, CommandUsed, Message
from bot import cards
from bot.errors import Refusal
from bot.feature import Context, arguments_of
from bot.features.digest import rules, views
from bot.features.digest.reading import own_items, told
from knowledge.models import DigestPace
from knowledge.store import communities, members
from knowledge.zones import is_zone, zone_of


async def show_now(context: Context, event: CommandUsed | ButtonPressed | None) -> Message:
    """`/digest`: the last seven days, what touches the reader first."""
    assert context.member is not None
    since = context.now - timedelta(days=7)
    async with context.read() as work:
        items = await own_items(work, context.options, context.who, since, all_of_it=True)
        rooms = {each.key: each.name for each in await communities.channels(work)}
    posted_in = [rooms.get(key, "") for key in context.options.digest_rooms]
    due = _next(context) if posted_in else None
    settings = views.Settings([name for name in posted_in if name], due, is_core=context.member.is_core)
    return views.now(context.words, await told(context, items), context.member.digest, settings)


async def ask_pace(context: Context, event: ButtonPressed) -> Message:
    """*One of my own*."""
    assert context.member is not None
    return views.pace(context.words, context.member.digest)


async def choose_pace(context: Context, event: ButtonPressed) -> Message:
    """*Each week*, *Each day*, *No more*."""
    wanted = "".join(arguments_of(event.button))
    if wanted not in list(DigestPace):
        raise Refusal("common.unknown")
    async with context.write() as work:
        await members.describe(work, context.who, digest=DigestPace(wanted))
    return cards.plainly(context.words, f"digest.pace_now_{wanted}")


async def post_here(context: Context, event: CommandUsed) -> Message:
    """`/digest here`: the digest is posted in this room; one room in each space."""
    context.only_for_coordinators()
    if event.room.direct:
        raise Refusal("digest.not_a_room")
    here = event.who.space.key + ":"
    others = [key for key in context.options.digest_rooms if not key.startswith(here)]
    async with context.write() as work:
        await communities.remember_channel(work, event.room.key, event.room.name)
        await communities.choose(work, digest_rooms=(*others, event.room.key))
    return views.here(context.words, event.room.name, _next(context))


async def post_nowhere(context: Context, event: CommandUsed) -> Message:
    """`/digest off`."""
    context.only_for_coordinators()
    async with context.write() as work:
        await communities.choose(work, digest_rooms=())
    return cards.plainly(context.words, "digest.off")


async def choose_time(context: Context, event: CommandUsed) -> Message:
    """`/digest at monday 9`."""
    context.only_for_coordinators()
    wanted = rules.time_named(event.text)
    if wanted is None:
        raise Refusal("digest.what_time")
    async with context.write() as work:
        await communities.choose(work, digest_day=wanted[0], digest_hour=wanted[1])
        options = await communities.options(work)
    due = rules.posted(options).next_after(context.now, zone_of(options.time_zone))
    return views.at(context.words, due, posted=bool(options.digest_rooms))


async def choose_zone(context: Context, event: CommandUsed) -> Message:
    """`/digest zone Europe/London`: the community's time zone."""
    context.only_for_coordinators()
    _, _, name = event.text.partition(" ")
    if not is_zone(name.strip()):
        raise Refusal("digest.what_zone", name=name.strip()[:60] or "?")
    async with context.write() as work:
        await communities.choose(work, time_zone=name.strip())
        options = await communities.options(work)
    due = rules.posted(options).next_after(context.now, zone_of(options.time_zone))
    return views.at(context.words, due, posted=bool(options.digest_rooms))


def _next(context: Context) -> datetime:
    return rules.posted(context.options).next_after(context.now, zone_of(context.options.time_zone))
