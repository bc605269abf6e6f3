"""Reads what `/me` shows."""

from datetime import timedelta

from adapters.port import Message
from bot.feature import Context
from bot.features.me import views
from knowledge.store import communities, members, network, questions, ties, tips

MIRRORED = timedelta(days=30)
"""What the report counted of a member is shown of its usual time."""


async def me_now(context: Context, who: int) -> Message:
    """What the bot knows of a member and may bring them, as it stands."""
    async with context.read() as work:
        member = await members.find_member(work, who)
        page = views.Page(
            options=context.options,
            now=context.now,
            drafts=await tips.drafts_for(work, who),
            asked=await questions.open_questions_of(work, who),
            written=await tips.tips_by(work, who),
            accounts=await members.accounts_of(work, who),
            can_link=len(await communities.spaces(work)) > 1,
            tallied=await ties.tallied(work, who),
            mirror=await network.counted_of(work, who, context.now - MIRRORED),
        )
    assert member is not None
    return views.me(context.words, member, page)


async def bringing_now(context: Context) -> Message:
    """What the bot may bring a member unasked, as it stands."""
    async with context.read() as work:
        member = await members.find_member(work, context.who)
    assert member is not None
    return views.bringing(context.words, member, context.options, context.now)
