"""How what coordinators did in a review is taken back. What came after it stays as it is."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from bot import tip_acts
from bot.errors import Refusal
from bot.feature import Context, number_of
from bot.features.review.items import Done, did
from knowledge.hot_now import LEFT
from knowledge.models import AuditEntry
from knowledge.store import Work, audit, confirmations, consents, first_words, lookalikes, notices, questions, tips
from knowledge.tips import Known


async def undo(context: Context, button: str) -> Done:
    """*Undo*: takes back the one thing that the button stands under."""
    async with context.write() as work:
        entry = await audit.find_entry(work, number_of(button))
        take_back = TAKING_BACK.get(entry.did) if entry is not None else None
        if entry is None or take_back is None:
            raise Refusal("common.unknown")
        if entry.id not in [each.id for each in await audit.standing(work, entry.did, entry.at)]:
            raise Refusal("common.done_already")
        await take_back(context, work, entry)
        await audit.note(work, "review.undone", context.who, entry=entry.id)
    return did("review.did.undone")


async def _wait_again(context: Context, work: Work, entry: AuditEntry) -> None:
    word = await first_words.find_first_word(work, entry.subject["word"])
    if word is None or word.settled_at is None or word.answered_at is not None:
        raise Refusal("common.done_already")
    await first_words.wait_again(work, word)


async def _open_again(context: Context, work: Work, entry: AuditEntry) -> None:
    if not await questions.rouse_question(work, entry.subject["question"]):
        raise Refusal("common.done_already")
    await notices.take_back(work, f"rested:{entry.id}")


async def _wait_longer(context: Context, work: Work, entry: AuditEntry) -> None:
    known = await tips.find_tip(work, entry.subject["tip"])
    if known is None or not await consents.waiting_for(work, known.id):
        raise Refusal("common.done_already")
    await consents.begin_again(work, known.id)


async def _doubt_again(context: Context, work: Work, entry: AuditEntry) -> None:
    known = await _tip(work, entry.subject["tip"])
    if known.checked_at != entry.at:
        return  # somebody said how it went since then, and that stays
    was = entry.subject["was"]
    await confirmations.check_tip(work, known.id, datetime.fromisoformat(was) if was else None)


async def _undo_tip(context: Context, work: Work, entry: AuditEntry) -> None:
    await tip_acts.undo(context, work, entry.subject["tip"], entry.subject["version"])


async def _same_again(context: Context, work: Work, entry: AuditEntry) -> None:
    one, other = await _tip(work, entry.subject["tip"]), await _tip(work, entry.subject["other"])
    await lookalikes.take_back_not_same(work, one.id, other.id)


async def _offer_again(context: Context, work: Work, entry: AuditEntry) -> None:
    """A problem that was left is offered again as soon as the trail says that this was undone."""


async def _tip(work: Work, number: int) -> Known:
    known = await tips.find_tip(work, number)
    if known is None:
        raise Refusal("common.not_found", number=number)
    return known


TAKING_BACK: Mapping[str, Callable[[Context, Work, AuditEntry], Awaitable[None]]] = {
    "review.seen_to": _wait_again,
    "review.rested": _open_again,
    "review.let_go": _wait_longer,
    "review.held": _doubt_again,
    "review.retired": _undo_tip,
    "review.merged": _undo_tip,
    "review.not_same": _same_again,
    LEFT: _offer_again,
}
"""How each thing that the audit trail says is taken back."""
