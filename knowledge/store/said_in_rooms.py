"""Which messages of the bot in rooms show somebody: questions that it put, digests that it posted.

Answers that it gave when it was asked are not known afterwards: they are the chat's, as what people wrote is.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlmodel import col, or_, select

from knowledge.models import Digest, Meetup, Notice, NoticeState, Question, QuestionState, QuickWin, TipAuthor
from knowledge.store.unnaming import Person, names_in
from knowledge.store.work import Work

ABOUT_QUESTIONS = frozenset({"waiting", "solved"})
"""Kinds of a digest's items that hold a question's id. A test holds them to the digest's."""

ABOUT_NEWCOMERS = frozenset({"newcomer"})
"""Kinds that hold a member's id."""

OF_MEETUPS, OF_WINS = frozenset({"meetup"}), frozenset({"win"})
"""Kinds that hold a meetup's id, and a quick win's; all others hold a tip's."""


ABOUT_MEETUPS = frozenset({"meetups.announced", "meetups.call", "meetups.thread", "meetups.win"})
"""Notices in rooms that are about a meetup or a quick win."""


@dataclass(frozen=True, slots=True)
class Post:
    """A message of the bot in a room that shows somebody: keys of both, and as what they stand there.

    `how` is `asked` where the question numbered `question` is theirs, `answered` where they answered it, `digest` where
    a digest tells of them, `meetup` where it is about one of theirs, `win` where it tells what they will try.
    """

    room: str
    message: str
    how: str
    question: int = 0


async def posts_that_show(work: Work, person: Person) -> tuple[Post, ...]:
    """Lists the messages of the bot in rooms that show a person, as far as they are known."""
    return (*await _questions(work, person), *await _digests(work, person), *await _meetups(work, person))


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
    mine = or_(col(Meetup.host_id) == person.id, col(Meetup.teller_id) == person.id)
    met = set((await work.session.exec(select(Meetup.id).where(Meetup.community_id == work.community, mine))).all())
    wins = select(QuickWin.id).where(QuickWin.community_id == work.community, QuickWin.member_id == person.id)
    won = set((await work.session.exec(wins)).all())
    kinds = ((ABOUT_QUESTIONS, questions), (ABOUT_NEWCOMERS, {person.id}), (OF_MEETUPS, met), (OF_WINS, won))
    theirs = {kind: ids for group, ids in kinds for kind in group}
    told = select(Digest).where(Digest.community_id == work.community, col(Digest.member_id).is_(None))
    shown = {row.id for row in (await work.session.exec(told)).all() if _tells_of(row, person, tips, theirs)}
    sent = select(Notice).where(Notice.community_id == work.community, Notice.state == NoticeState.SENT)
    sent = sent.where(Notice.room != "", Notice.message != "", Notice.edits == "").order_by(col(Notice.id))
    rows = (await work.session.exec(sent)).all() if shown else []
    return [Post(row.room, row.message, "digest") for row in rows if row.subject.get("digest") in shown]


async def _meetups(work: Work, person: Person) -> list[Post]:
    theirs = or_(col(Meetup.host_id) == person.id, col(Meetup.teller_id) == person.id)
    query = select(Meetup.number).where(Meetup.community_id == work.community, theirs)
    numbers = set((await work.session.exec(query)).all())
    wins = select(QuickWin.id).where(QuickWin.community_id == work.community, QuickWin.member_id == person.id)
    ids = set((await work.session.exec(wins)).all())
    sent = select(Notice).where(Notice.community_id == work.community, Notice.state == NoticeState.SENT)
    sent = sent.where(Notice.room != "", Notice.message != "", Notice.edits == "", col(Notice.name).in_(ABOUT_MEETUPS))
    posts = []
    for row in (await work.session.exec(sent.order_by(col(Notice.id)))).all() if numbers or ids else []:
        if row.subject.get("meetup") in numbers:
            posts.append(Post(row.room, row.message, "meetup"))
        elif row.subject.get("win") in ids:
            posts.append(Post(row.room, row.message, "win"))
    return posts


def _tells_of(digest: Digest, person: Person, tips: set[int], theirs: Mapping[str, Collection[int | None]]) -> bool:
    """Whether a digest tells of them; `theirs` gives the ids of what is theirs by kind, `tips` those of all others."""
    pairs = (key.partition(":") for key in digest.items)
    return names_in(digest.opening, person) or any(
        id.isdigit() and int(id) in theirs.get(kind, tips) for kind, _, id in pairs
    )


async def _their_questions(work: Work, person: Person) -> list[Question]:
    theirs = or_(col(Question.asker_id) == person.id, col(Question.answerer_id) == person.id)
    query = select(Question).where(Question.community_id == work.community, theirs)
    return list((await work.session.exec(query.order_by(col(Question.number)))).all())
