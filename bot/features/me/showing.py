"""Reads what `/me` shows."""

from adapters.port import Message
from bot.feature import Context
from bot.features.me import views
from knowledge.store import communities, members, questions, tips


async def me_now(context: Context, who: int) -> Message:
    """What the bot knows of a member and may bring them, as it stands."""
    async with context.read() as work:
        member = await members.find_member(work, who)
        drafts = await tips.drafts_for(work, who)
        asked = await questions.open_questions_of(work, who)
        written = await tips.tips_by(work, who)
        accounts = await members.accounts_of(work, who)
        can_link = len(await communities.spaces(work)) > 1
    assert member is not None
    return views.me(context.words, member, views.Open(drafts, asked), written, views.Linked(accounts, can_link))
