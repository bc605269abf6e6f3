"""What happens when somebody asks for the report, or a coordinator says where it is posted."""

from adapters.port import ButtonPressed, CommandUsed, Message
from bot import cards
from bot.errors import Refusal
from bot.feature import Context
from bot.features.reports import reading, rules, views
from knowledge.store import communities
from knowledge.zones import zone_of


async def show(context: Context, event: CommandUsed | ButtonPressed) -> Message:
    """`/report`, `/report 90 days`, `/report 2026-10`: what the core group sees, for anybody."""
    assert context.member is not None
    zone = zone_of(context.member.time_zone, context.options.time_zone)
    period = rules.period_named(event.text if isinstance(event, CommandUsed) else "", context.now, zone)
    if period is None:
        raise Refusal("reports.what_period")
    found = await reading.report_of(context.store, context.community, context.now, context.options, period)
    if found is None:
        return views.too_little(context.words, period)
    return views.report(context.words, found[0], is_core=context.member.is_core)


async def post_here(context: Context, event: CommandUsed) -> Message:
    """`/report here`: it is posted in this room each month; the core group's, or everybody's, or both."""
    context.only_for_coordinators()
    if event.room.direct:
        raise Refusal("reports.not_a_room")
    async with context.write() as work:
        await communities.remember_channel(work, event.room.key, event.room.name)
        rooms = tuple(dict.fromkeys((*context.options.report_rooms, event.room.key)))
        await communities.choose(work, report_rooms=rooms)
    return views.here(context.words, event.room.name)


async def post_nowhere(context: Context, event: CommandUsed) -> Message:
    """`/report off`: it is posted nowhere; anybody can still ask for it."""
    context.only_for_coordinators()
    async with context.write() as work:
        await communities.choose(work, report_rooms=())
    return cards.plainly(context.words, "reports.off")
