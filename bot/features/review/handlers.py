"""What happens when a coordinator asks what needs a look."""

from adapters.port import CommandUsed, Message, PlatformRefused
from bot.feature import Context
from bot.features.review import rules, views
from bot.services import message_from
from knowledge.models import FirstWord
from knowledge.store import deeds, first_words, members, newcomers


async def show_review(context: Context, event: CommandUsed | None) -> Message:
    """`/review`: newcomers left alone, and how newcomers fared in the last quarter."""
    context.only_for_coordinators()
    since = context.now - rules.LOOKED_BACK
    async with context.read() as work:
        waiting = await first_words.waiting_words(work, before=context.now - first_words.ALONE_AFTER)
        people = await members.find_members(work, [each.member_id for each in waiting])
        came, steps = await newcomers.count_steps(work, since)
        answers = await first_words.first_answers(work, since)
        moved = await deeds.moved(work)
    alone = [(people[each.member_id], each, await _link(context, each)) for each in waiting if each.member_id in people]
    return views.review(context.words, alone, rules.numbers(came, steps, answers, moved))


async def _link(context: Context, word: FirstWord) -> str:
    message = message_from(word.message)
    platform = context.platforms.get(message.room.space.platform)
    try:
        return await platform.link(message) if platform is not None else ""
    except PlatformRefused:
        return ""
