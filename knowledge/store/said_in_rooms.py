"""Which messages of the bot in rooms show somebody: questions that it put, digests that it posted, meetups.

Answers that it gave when it was asked are not known afterwards: they are the chat's, as what people wrote is.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, or_, select

from knowledge.models import (
    Digest,
    Meetup,
    MeetupState,
    Notice,
    NoticeState,
    Question,
    QuestionState,
    QuickWin,
    TipAuthor,
)
from knowledge.store.unnaming import Person, names_in, quoting
from knowledge.store.work import Work

ABOUT_QUESTIONS = frozenset({"waiting", "solved"})
"""Kinds of a digest's items that hold a question's id. A test holds them to the digest's."""

ABOUT_NEWCOMERS = frozenset({"newcomer"})
"""Kinds that hold a member's id."""

OF_MEETUPS, OF_WINS = frozenset({"meetup"}), frozenset({"win"})
"""Kinds that hold a meetup's id, and a quick win's; all others hold a tip's."""

ANNOUNCED = "meetups.announced"
"""Under which notice a meetup's time is told in a room; what it writes says how things stand."""

ABOUT_MEETUPS = frozenset({ANNOUNCED, "meetups.call", "meetups.thread", "meetups.win"})
"""Notices in rooms that are about a meetup or a quick win."""


@dataclass(frozen=True, slots=True)
class Post:
    """A message of the bot in a room that shows somebody: keys of both, and as what they stand there.

    `how` is `asked` where the question numbered `question` is theirs, `answered` where they answered it, `digest` where
    a digest tells of them, `meetup` where it is about one of theirs, `win` where it tells what they will try. `anew` is
    the notice and its subject that write it once more, where it is others' too and can do without them.
    """

    room: str
    message: str
    how: str
    question: int = 0
    anew: tuple[str, dict[str, Any]] | None = None


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
    met = {row.id for row in await _their_meetups(work, person)}
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
    theirs = {row.number: row for row in await _their_meetups(work, person)}
    wins = await _wins(work, person, [row.id for row in theirs.values() if _is_in_their_words(row, person)])
    sent = select(Notice).where(Notice.community_id == work.community, Notice.state == NoticeState.SENT)
    sent = sent.where(Notice.room != "", Notice.message != "", Notice.edits == "", col(Notice.name).in_(ABOUT_MEETUPS))
    posts = []
    for row in (await work.session.exec(sent.order_by(col(Notice.id)))).all() if theirs or wins else []:
        anew = (row.name, row.subject)
        meetup, win = theirs.get(row.subject.get("meetup", 0)), wins.get(row.subject.get("win", 0))
        if meetup is not None:
            is_needed = row.name == ANNOUNCED and _is_still_needed(meetup, person)
            posts.append(_post(row, "meetup", anew if is_needed else None))
        elif win is not None:
            posts.append(_post(row, "win", anew if win.member_id != person.id else None))
    return posts


def _is_in_their_words(meetup: Meetup, person: Person) -> bool:
    """Whether the problem of one of their meetups is in their words: they told it, or it was found in them."""
    return meetup.teller_id in (person.id, None)


def _is_still_needed(meetup: Meetup, person: Person) -> bool:
    """Whether others come to it all the same, or the space's own calendar still shows it."""
    return meetup.state is MeetupState.BOOKED and (meetup.teller_id != person.id or meetup.event != "")


def _post(row: Notice, how: str, anew: tuple[str, dict[str, Any]] | None) -> Post:
    return Post(row.room, row.message, how if anew is None else "anew", anew=anew)


async def _their_meetups(work: Work, person: Person) -> list[Meetup]:
    """The meetups that show them: that they told or host, or that go by their words."""
    theirs = or_(col(Meetup.host_id) == person.id, col(Meetup.teller_id) == person.id)
    query = select(Meetup).where(Meetup.community_id == work.community, theirs)
    found = {row.number: row for row in (await work.session.exec(query)).all()}
    return list((found | {row.number: row for row in await quoting(work, person)}).values())


async def _wins(work: Work, person: Person, told: Collection[int | None]) -> dict[int | None, QuickWin]:
    """Their quick wins, and those of others after these meetups, by id."""
    theirs = or_(col(QuickWin.member_id) == person.id, col(QuickWin.meetup_id).in_(told))
    query = select(QuickWin).where(QuickWin.community_id == work.community, theirs)
    return {row.id: row for row in (await work.session.exec(query)).all()}


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
