"""What happens when somebody wants to see everything, or to be forgotten.

Both are whole: the file holds every row that is about them, and forgetting leaves none. What the bot said in rooms is
rewritten by the outbox, which waits for a chat that is away.
"""

import gzip
import json
from collections.abc import Mapping
from typing import Any

from adapters.port import ButtonPressed, File, Message
from adapters.port.limits import FILE_BYTES
from bot.feature import Context, arguments_of
from bot.features.me import views
from knowledge.models import Question
from knowledge.store import Work, forget, members, questions, retention, tips
from knowledge.store.everything import everything_about

FILE = "everything-about-me.json"


async def give_file(context: Context, event: ButtonPressed) -> Message:
    """*Everything, as a file*."""
    async with context.read() as work:
        held = await everything_about(work, context.who)
    content = json.dumps(held, ensure_ascii=False, indent=1).encode()
    if len(content) > FILE_BYTES:
        return views.everything(context.words, File(f"{FILE}.gz", gzip.compress(content), "application/gzip"))
    return views.everything(context.words, File(FILE, content, "application/json"))


async def ask(context: Context, event: ButtonPressed) -> Message:
    """*Forget me*: what would happen, before it does."""
    async with context.read() as work:
        written = await tips.tips_by(work, context.who)
    return views.ask_forget(context.words, len(written))


async def forget_me(context: Context, event: ButtonPressed) -> Message:
    """*Keep my tips, without my name*, *Delete my tips too*: done at once, for good."""
    keep_tips = arguments_of(event.button) == ["keep"]
    async with context.write() as work:
        done = await forget.forget_member(work, context.who, keep_tips=keep_tips)
    context.held.let_go_of(context.who)
    await forget.wipe(context.store)
    return views.forgotten(context.words, done)


async def write_cleaned(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """What stands in place of a message of the bot that showed somebody who was forgotten."""
    how = str(subject["how"])
    if how != "answered":
        return views.cleaned(context.words, how)
    async with context.read() as work:
        question = await questions.find_question(work, subject["question"])
        name = await _name_of(work, question) if question is not None else ""
    if question is None:
        return views.cleaned(context.words, "asked")
    return views.cleaned_answer(context.words, question, name)


async def sweep(context: Context, work: Work) -> None:
    """Takes away what is older than it may be kept."""
    await retention.sweep(work)


async def _name_of(work: Work, question: Question) -> str:
    asker = await members.find_member(work, question.asker_id) if question.asker_id and question.named else None
    return asker.name if asker else ""
