"""What the outbox owes around questions: peers who may know, and thanks to whoever answered."""

from collections.abc import Mapping
from typing import Any

from adapters.port import ButtonPressed, Message
from bot import cards
from bot.feature import Context, number_of
from bot.features.ask import views
from knowledge.models import QuestionState
from knowledge.store import members, questions, tips
from knowledge.tips import shorten


async def write_peer(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """*Someone has a question you may know.* Nothing where it was answered meanwhile."""
    async with context.read() as work:
        question = await questions.find_question(work, subject["question"])
        known = next(iter(await tips.find_tips(work, [subject["tip"]])), None)
    if question is None or question.state is not QuestionState.OPEN:
        return None
    title = shorten(known.title, views.TOPIC_LENGTH) if known else ""
    return views.peer(context.words, question, title=title, link=str(subject.get("link", "")))


async def write_answered(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """Your reply solved it."""
    async with context.read() as work:
        question = await questions.find_question(work, subject["question"])
        asker = await members.find_member(work, question.asker_id) if question and question.asker_id else None
    if question is None:
        return None
    topic = shorten(" ".join(question.text.split()), views.TOPIC_LENGTH)
    if asker is not None and question.named:
        return cards.plainly(context.words, "ask.you_solved", name=asker.name, topic=topic)
    return cards.plainly(context.words, "ask.you_solved_unnamed", topic=topic)


async def pass_on(context: Context, event: ButtonPressed) -> Message:
    """*Not this one*."""
    async with context.write() as work:
        await questions.pass_on(work, number_of(event.button), context.who)
    return cards.plainly(context.words, "ask.passed")


async def no_more(context: Context, event: ButtonPressed) -> Message:
    """*No more of these*."""
    async with context.write() as work:
        await members.describe(work, context.who, takes_questions=False)
    return cards.plainly(context.words, "ask.no_more_then")
