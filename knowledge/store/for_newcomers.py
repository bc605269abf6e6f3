"""What a newcomer may be shown: tips that others rely on, and conversations that came to something. `rules` choose."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, distinct, func, select

from knowledge.models import Confirmation, Member, Outcome, Question, QuestionState, Tip, TipAuthor, TipState
from knowledge.store import tips
from knowledge.store.work import Work
from knowledge.tips import Known

CANDIDATES = 100
"""Tips that are looked at, of all practices and of the newcomer's own; those with the most people behind them."""

AT_LEAST = 2
"""People for whom a tip worked, from which others rely on it."""

TALKS = 40
"""Conversations that are looked at, the newest."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation that came to something: somebody's question was answered, or a tip was kept from it.

    Attributes:
        message: key of a message in it.
        at: when it came to something.
        people: members who are known to have been in it.
        subject: the tip's title or the question, which stood in the room.
        practices: what these people said that they do; `places` where.
    """

    message: str
    at: datetime
    people: frozenset[int]
    subject: str
    practices: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


async def relied_on(work: Work, practice: str = "") -> list[Known]:
    """Lists live tips that worked for others, those of the most people first; with `practice` also its own."""
    found = await _most_used(work)
    if practice:
        found += [tip for tip in await _most_used(work, practice) if tip not in found]
    known = {each.id: each for each in await tips.find_tips(work, found)}
    return [known[tip] for tip in found if tip in known]


async def talks_since(work: Work, since: datetime) -> list[Talk]:
    """Lists the conversations that came to something since then, the newest first."""
    talks = [*await _solved(work, since), *await _kept(work, since)]
    people = await _people(work, {member for talk in talks for member in talk.people})
    by_message = {talk.message: talk for talk in sorted(talks, key=lambda each: each.at)}
    newest = sorted(by_message.values(), key=lambda each: each.at, reverse=True)[:TALKS]
    return [Talk(each.message, each.at, each.people, each.subject, *_words(people, each.people)) for each in newest]


async def open_gap(work: Work, member: int, *, days: int = 30) -> Question | None:
    """Finds what a member asked lately that the bot had nothing good for and that was not put to others; the newest."""
    query = select(Question).where(Question.community_id == work.community, Question.asker_id == member)
    query = query.where(col(Question.gap).is_(True), Question.post == "", Question.state == QuestionState.PARKED)
    query = query.where(Question.asked_at > work.now - timedelta(days=days))
    return (await work.session.exec(query.order_by(col(Question.id).desc()).limit(1))).first()


async def _most_used(work: Work, practice: str = "") -> list[int]:
    people = func.count(distinct(Confirmation.member_id))
    query = (
        select(Tip.id)
        .join(Confirmation, col(Confirmation.tip_id) == col(Tip.id))
        .where(Tip.community_id == work.community, Tip.state == TipState.LIVE)
        .where(Confirmation.outcome != Outcome.NOT_HERE)
    )
    if practice:
        query = query.where(func.lower(Confirmation.practice) == practice.lower())
    query = query.group_by(col(Tip.id)).having(people >= AT_LEAST).order_by(people.desc(), col(Tip.id).desc())
    return [tip for tip in (await work.session.exec(query.limit(CANDIDATES))).all() if tip is not None]


async def _solved(work: Work, since: datetime) -> list[Talk]:
    query = (
        select(Question)
        .where(Question.community_id == work.community, Question.state == QuestionState.ANSWERED, Question.post != "")
        .where(col(Question.answered_at) > since, col(Question.answerer_id).is_not(None))
        .order_by(col(Question.answered_at).desc())
        .limit(TALKS)
    )
    rows = (await work.session.exec(query)).all()
    return [
        Talk(row.post, row.answered_at, _who(row.asker_id, row.answerer_id), row.text)
        for row in rows
        if row.answered_at is not None
    ]


async def _kept(work: Work, since: datetime) -> list[Talk]:
    query = select(Tip).where(Tip.community_id == work.community, Tip.state == TipState.LIVE, Tip.source != "")
    query = query.where(col(Tip.published_at) > since).order_by(col(Tip.published_at).desc()).limit(TALKS)
    rows = (await work.session.exec(query)).all()
    authors = select(TipAuthor.tip_id, TipAuthor.member_id).where(TipAuthor.community_id == work.community)
    authors = authors.where(col(TipAuthor.tip_id).in_([row.id for row in rows]))
    wrote: dict[int, set[int | None]] = {}
    for tip, member in (await work.session.exec(authors)).all():
        wrote.setdefault(tip, set()).add(member)
    return [
        Talk(row.source, row.published_at, _who(*wrote.get(row.id or 0, ())), row.title or row.works)
        for row in rows
        if row.published_at is not None
    ]


async def _people(work: Work, ids: set[int]) -> dict[int, tuple[str, str]]:
    query = select(Member.id, Member.practice, Member.place).where(Member.community_id == work.community)
    rows = (await work.session.exec(query.where(col(Member.id).in_(ids)))).all()
    return {id: (practice, place) for id, practice, place in rows if id is not None}


def _words(people: dict[int, tuple[str, str]], ids: frozenset[int]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    said = [people[each] for each in sorted(ids) if each in people]
    practices, places = (tuple(dict.fromkeys(each[at] for each in said if each[at])) for at in (0, 1))
    return practices, places


def _who(*members: int | None) -> frozenset[int]:
    return frozenset(each for each in members if each is not None)
