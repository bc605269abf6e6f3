"""Which messages of the bot in rooms show somebody: questions that it put, digests that it posted.

Answers that it gave when it was asked are not known afterwards: they are the chat's, as what people wrote is.
"""

from dataclasses import dataclass

from sqlmodel import col, or_, select

from knowledge.models import Digest, Notice, NoticeState, Question, QuestionState, TipAuthor
from knowledge.store.unnaming import Person, names_in
from knowledge.store.work import Work

ABOUT_QUESTIONS = frozenset({"waiting", "solved"})
"""Kinds of a digest's items that hold a question's id. A test holds them to the digest's."""

ABOUT_NEWCOMERS = frozenset({"newcomer"})
"""Kinds that hold a member's id; all others hold a tip's."""


@dataclass(frozen=True, slots=True)
class Post:
    """A message of the bot in a room that shows somebody: keys of both, and as what they stand there.

    `how` is `asked` where the question numbered `question` is theirs, `answered` where they answered it, `digest` where
    a digest tells of them.
    """

    room: str
    message: str
    how: str
    question: int = 0


async def posts_that_show(work: Work, person: Person) -> tuple[Post, ...]:
    """Lists the messages of the bot in rooms that show a person, as far as they are known."""
    return (*await _questions(work, person), *await _digests(work, person))


async def _questions(work: Work, person: Person) -> list[Post]:
    rows = [row for row in await _their_questions(work, person) if row.post and row.post != row.heard]
    return [
        Post(row.room, row.post, "asked" if row.asker_id == person.id else "answered", row.number)
        for row in rows
        if row.asker_id == person.id or row.state is QuestionState.ANSWERED
    ]


async def _digests(work: Work, person: Person) -> list[Post]:
    query = select(TipAuthor.tip_id).where(TipAuthor.community_id == work.community, TipAuthor.member_id == person.id)
    tips = set((await work.session.exec(query)).all())
    questions = {row.id for row in await _their_questions(work, person)}
    told = select(Digest).where(Digest.community_id == work.community, col(Digest.member_id).is_(None))
    shown = {row.id for row in (await work.session.exec(told)).all() if _tells_of(row, person, tips, questions)}
    sent = select(Notice).where(Notice.community_id == work.community, Notice.state == NoticeState.SENT)
    sent = sent.where(Notice.room != "", Notice.message != "", Notice.edits == "").order_by(col(Notice.id))
    rows = (await work.session.exec(sent)).all() if shown else []
    return [Post(row.room, row.message, "digest") for row in rows if row.subject.get("digest") in shown]


def _tells_of(digest: Digest, person: Person, tips: set[int], questions: set[int | None]) -> bool:
    theirs = dict.fromkeys(ABOUT_QUESTIONS, questions) | {kind: {person.id} for kind in ABOUT_NEWCOMERS}
    pairs = (key.partition(":") for key in digest.items)
    return names_in(digest.opening, person) or any(
        id.isdigit() and int(id) in theirs.get(kind, tips) for kind, _, id in pairs
    )


async def _their_questions(work: Work, person: Person) -> list[Question]:
    theirs = or_(col(Question.asker_id) == person.id, col(Question.answerer_id) == person.id)
    query = select(Question).where(Question.community_id == work.community, theirs)
    return list((await work.session.exec(query.order_by(col(Question.number)))).all())
