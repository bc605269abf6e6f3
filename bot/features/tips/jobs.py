"""Scheduled work around tips, and what the outbox owes to their people."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from adapters.port import Button, Message, Section
from bot import cards, tip_acts
from bot.feature import Context
from bot.features.tips import rules
from knowledge.models import TipState
from knowledge.store import Work, confirmations, members, notices, tips
from knowledge.tips import look_before

LOOK_EVERY_DAYS = 30
"""Nobody is offered a tip for a look more often than this."""

THANKS_EVERY_DAYS = 7
"""Authors are told what their tips did for others at most so often."""


async def offer_looks(context: Context, work: Work) -> None:
    """Offers tips that nobody checked for months for a look to somebody who used them, one a person at a time."""
    before = look_before(context.now, context.options.look_after_months)
    for tip, member in await confirmations.needing_a_look(work, before=before):
        last = await notices.last_sent(work, "tips.look", member)
        if last is None or last <= context.now - timedelta(days=LOOK_EVERY_DAYS):
            once = f"look:{tip}:{member}:{context.now:%Y-%m}"
            await notices.owe(work, "tips.look", member, {"tip": tip}, once=once)


async def tell_authors(context: Context, work: Work) -> None:
    """Owes each author one word about what their tips did for others, at most once in seven days."""
    week = timedelta(days=THANKS_EVERY_DAYS)
    helped: dict[int, dict[int, set[int]]] = {}
    for author, tip, who, at in await confirmations.uses_since(work, context.now - 4 * week):
        last = await notices.last_sent(work, "tips.thanks", author)
        if last is None or (at > last and last <= context.now - week):
            helped.setdefault(author, {}).setdefault(tip, set()).add(who)
    for author, by_tip in helped.items():
        subject = {"tips": list(by_tip), "counts": [len(people) for people in by_tip.values()]}
        await notices.owe(work, "tips.thanks", author, subject, once=f"thanks:{author}:{context.now:%Y-%m-%d}")


async def purge_withdrawn(context: Context, work: Work) -> None:
    """Deletes for good what was deleted a month ago."""
    for tip in await tips.withdrawn_before(work, context.now - timedelta(days=rules.PURGE_AFTER_DAYS)):
        await tips.drop_tip(work, tip)


async def write_look(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """*Does this still hold where you are?* Nothing where somebody checked it meanwhile."""
    async with context.read() as work:
        known = next(iter(await tips.find_tips(work, [subject["tip"]])), None)
    before = look_before(context.now, context.options.look_after_months)
    if known is None or known.state is not TipState.LIVE or (known.checked_at and known.checked_at > before):
        return None
    words = context.words
    retire = Button(f"tips:retire:{known.number}", words.line("tips.retire"))
    return Message(
        words.line("tips.look"),
        [
            Section(words("tips.look")),
            cards.whole(words, known, buttons=(*cards.confirm_buttons(words, known), retire)),
            Section(words("tips.look_why")),
        ],
    )


async def write_thanks(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """What somebody's tips did for others."""
    async with context.read() as work:
        found = {each.id: each for each in await tips.find_tips(work, subject["tips"])}
    rows = [(found[tip], count) for tip, count in zip(subject["tips"], subject["counts"], strict=True) if tip in found]
    if not rows:
        return None
    words = context.words
    lines = [words("tips.helped", number=known.number, title=known.title, count=count) for known, count in rows[:5]]
    text = tuple(span for line in lines for span in (*line, "\n"))
    summary = words.line("tips.thanks_summary")
    return Message(summary, [Section(words("tips.thanks_summary")), Section(text), Section(words("tips.thanks_why"))])


async def write_altered(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """Somebody else changed a tip that holds your words."""
    async with context.read() as work:
        known = next(iter(await tips.find_tips(work, [subject["tip"]])), None)
        who = await members.find_member(work, subject["by"])
        version = len(await tips.history(work, subject["tip"]))
    if known is None or who is None:
        return None
    words = context.words
    name = words.line("tips.somebody") if known.hides(subject["by"]) else who.name
    values = {"name": name, "number": known.number, "title": known.title}
    buttons = [Button(f"tips:history:{known.number}", words.line("tips.history"))]
    if tip_acts.may_undo(known, subject["by"], context.who):
        buttons.append(Button(f"tips:undo:{known.number}:{version}", words.line("tips.undo")))
    key = f"tips.altered.{known.state}"
    return Message(words.line(key, **values)[:290], [Section(words(key, **values), buttons=buttons)])
