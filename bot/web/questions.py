"""Questions that were put to the community: those that nobody answered yet, and what became of the others.

What somebody asked the bot alone is theirs, and stands on no page but their own.
"""

from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from adapters.port import MessageRef
from bot.errors import Refusal
from bot.services import message_from, room_from
from bot.web.visit import Visit
from knowledge.models import Question, QuestionState, TipState
from knowledge.store import communities, members, questions, tips
from knowledge.tips import Known

PAGE = 20
"""Questions on a page (ours)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with the names that are shown: of who asked (empty without their name), who answered, and the room.

    `tip` is the number of the tip that came of it, where it is live.
    """

    question: Question
    by: str = ""
    answered_by: str = ""
    room: str = ""
    tip: int | None = None


async def listed(visit: Visit) -> Response:
    """`/questions`, `/questions?state=answered`."""
    is_answered = visit.asked("state") == "answered"
    state, page = QuestionState.ANSWERED if is_answered else QuestionState.OPEN, visit.number("page")
    async with visit.context.read() as work:
        rows = await questions.posted(work, state, limit=PAGE + 1, offset=page * PAGE)
    found = await _shown(visit, rows[:PAGE])
    return visit.show("questions.html", found=found, is_answered=is_answered, page=page, is_more=len(rows) > PAGE)


async def open_now(visit: Visit, *, limit: int) -> list[Asked]:
    """The questions that have waited longest."""
    async with visit.context.read() as work:
        rows = await questions.open_questions(work, limit=limit)
    return await _shown(visit, rows)


async def there(visit: Visit) -> Response:
    """`/questions/12/there`: to the message in the chat that put it to the community."""
    async with visit.context.read() as work:
        question = await questions.find_question(work, visit.here)
    if question is None or not question.post:
        return await to_message(visit, None)
    id = question.post.rsplit(":", 1)[-1]
    return await to_message(
        visit, MessageRef(room_from(question.room), id) if question.room else message_from(question.post)
    )


async def to_message(visit: Visit, message: MessageRef | None) -> Response:
    """The way to a message in the chat, as the chat itself says it.

    Raises:
        Refusal: there is none, or the chat can't say where it is.
    """
    platform = visit.context.platforms.get(message.room.space.platform) if message is not None else None
    where = await platform.link(message) if platform is not None and message is not None else ""
    if not where.startswith(("http://", "https://")):
        raise Refusal("web.not_there")
    return RedirectResponse(where, status_code=303)


async def _shown(visit: Visit, rows: list[Question]) -> list[Asked]:
    async with visit.context.read() as work:
        ids = {id for row in rows for id in (row.asker_id, row.answerer_id) if id is not None}
        people = await members.find_members(work, ids)
        rooms = {each.key: each.name for each in await communities.channels(work)}
        known = {each.id: each for each in await tips.find_tips(work, [row.tip_id for row in rows if row.tip_id])}
    found = []
    for row in rows:
        tip = known.get(row.tip_id or 0)
        tip = tip if tip is not None and tip.state is TipState.LIVE else None

        def name(who: int | None, tip: Known | None = tip) -> str:
            return people[who].name if who in people and not (tip and tip.hides(who)) else ""

        by = name(row.asker_id) if row.named else ""
        number = tip.number if tip else None
        found.append(Asked(row, by, name(row.answerer_id), rooms.get(row.room, ""), number))
    return found
