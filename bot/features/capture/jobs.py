"""Consent requests: written when they are sent, repeated once, then let go."""

from collections.abc import Mapping
from typing import Any

from adapters.port import Message
from bot import cards
from bot.feature import Context
from bot.features.capture import keeping, views
from knowledge.models import TipState
from knowledge.store import Work, consents, members, notices, tips


async def repeat_or_lapse(context: Context, work: Work) -> None:
    """Repeats requests that are unanswered for days, once, and lets those lapse that stay so."""
    for tip, member in await consents.to_repeat(work):
        subject, number = {"tip": tip, "again": True}, await tips.number_of(work, tip)
        await notices.owe(work, "capture.consent", member, subject, once=f"consent:{number}:{member}:2")
    for tip in await consents.lapse(work):
        for known in await tips.find_tips(work, [tip]):
            await keeping.settle(work, known)


async def write_request(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """*May I keep what you wrote?* Nothing where it is settled meanwhile."""
    async with context.write() as work:
        known = next(iter(await tips.find_tips(work, [subject["tip"]])), None)
        if known is None or known.state is not TipState.DRAFT:
            return None
        if context.who not in await consents.waiting_for(work, known.id):
            return None
        await consents.note_delivered(work, known.id, context.who)
        keeper = await members.find_member(work, known.kept_by) if known.kept_by else None
    name = keeper.name if keeper and known.kept_by != context.who else ""
    return views.request(context.words, known, keeper=name, again=bool(subject.get("again")))


async def write_unreached(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """An author takes no direct messages, so whoever kept the draft may ask them in person."""
    async with context.read() as work:
        author = await members.find_member(work, subject["member"])
    return cards.plainly(context.words, "capture.unreached", name=author.name) if author else None


async def write_decided(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """What became of a draft, for whoever kept it."""
    async with context.read() as work:
        known = await tips.find_tip(work, subject["number"])
    title = known.title if known and known.state is TipState.LIVE else ""
    key = f"capture.decided.{subject['how']}"
    return cards.plainly(context.words, key, number=subject["number"], title=title)
