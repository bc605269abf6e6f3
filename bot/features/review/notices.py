"""What the outbox owes because of a review: a word to whoever asked a question that was let rest."""

from collections.abc import Mapping
from typing import Any

from adapters.port import Message
from bot import cards
from bot.feature import Context
from knowledge.models import QuestionState
from knowledge.store import questions
from knowledge.tips import shorten

TOPIC_LENGTH = 60
"""Characters of a question inside a sentence."""


async def write_rested(context: Context, subject: Mapping[str, Any]) -> Message | None:
    """*I've stopped asking round.* Nothing where somebody answered, or it was taken back."""
    async with context.read() as work:
        question = await questions.find_question(work, subject["question"])
    if question is None or question.state is not QuestionState.PARKED:
        return None
    return cards.plainly(context.words, "review.rested", topic=shorten(" ".join(question.text.split()), TOPIC_LENGTH))
