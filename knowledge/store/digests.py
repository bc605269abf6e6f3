"""Digests: what happened in a community since a moment, and what was told of it before."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import col, select

from knowledge.models import (
    Confirmation,
    Digest,
    DigestState,
    Meetup,
    MeetupState,
    Member,
    Question,
    QuestionState,
    QuickWin,
    Reply,
    Showing,
    Tip,
    TipState,
)
from knowledge.store import confirmations, meetups, newcomers, questions, quick_wins, tips
from knowledge.store.engine import write_once
from knowledge.store.known import tags_of
from knowledge.store.members import find_members, member_id
from knowledge.store.questions import question_id
from knowledge.store.work import Work
from knowledge.tips import Known

MOST = 40
"""Rows of each sort that are looked at, the newest; a digest tells a handful."""


@dataclass(frozen=True, slots=True)
class News:
    """What happened since a moment.

    Attributes:
        new: tips that were published, newest first.
        used: tip id -> the members whom it worked for, its authors left out.
        tips: the tips that are named in any of the others, by id.
        waiting: questions that nobody answered yet, oldest first.
        solved: questions that a member's reply answered, newest first.
        stale: ids of tips that nobody said anything about for months, the longest first.
        newcomers: who came and agreed that others are told, with when, by member id.
        meetups: those that are booked and still to come, the soonest first, each with who comes.
        wins: quick wins that may be shown to everybody, newest first.
        names: names of hosts and of those who told a win with their name, by member id.
    """

    new: tuple[Known, ...]
    used: dict[int, frozenset[int]]
    tips: dict[int, Known]
    waiting: tuple[Question, ...]
    solved: tuple[Question, ...]
    stale: tuple[int, ...]
    newcomers: dict[int, tuple[Member, datetime]] = field(default_factory=dict)
    meetups: tuple[tuple[Meetup, frozenset[int]], ...] = ()
    wins: tuple[QuickWin, ...] = ()
    names: dict[int, str] = field(default_factory=dict)


async def news(work: Work, since: datetime, *, checked_before: datetime) -> News:
    """Reads what happened since a moment; `checked_before` says from when on a tip needs a look."""
    new = select(Tip.id).where(Tip.community_id == work.community, Tip.state == TipState.LIVE)
    new = new.where(col(Tip.published_at) > since, col(Tip.published_at) <= work.now)
    new = new.order_by(col(Tip.published_at).desc(), col(Tip.id).desc()).limit(MOST)
    ids = [id for id in (await work.session.exec(new)).all() if id]
    used: dict[int, set[int]] = {}
    for _, tip, who, _ in await confirmations.uses_since(work, since):
        used.setdefault(tip, set()).add(who)
    stale = [tip for tip, _ in await confirmations.needing_a_look(work, before=checked_before)][:MOST]
    known = {each.id: each for each in await tips.find_tips(work, [*ids, *used, *stale])}
    solved = select(Question).where(Question.community_id == work.community, col(Question.answered_at) > since)
    solved = solved.where(Question.state == QuestionState.ANSWERED, col(Question.answerer_id).is_not(None))
    solved = (
        solved.where(Question.post != "")
        .order_by(col(Question.answered_at).desc(), col(Question.id).desc())
        .limit(MOST)
    )
    booked = await _booked(work)
    wins = (await quick_wins.shown_wins(work, since))[:MOST]
    named = {each.member_id for each in wins if each.showing is Showing.NAMED}
    people = await find_members(work, {meetup.host_id or 0 for meetup, _ in booked} | named)
    return News(
        new=tuple(known[id] for id in ids if id in known),
        used={tip: frozenset(who) for tip, who in used.items() if tip in known},
        tips=known,
        waiting=tuple(await questions.open_questions(work, limit=MOST)),
        solved=tuple((await work.session.exec(solved)).all()),
        stale=tuple(tip for tip in stale if tip in known),
        newcomers={member_id(who): (who, at) for who, at in await newcomers.named_since(work, since)},
        meetups=tuple(booked),
        wins=tuple(wins),
        names={id: person.name for id, person in people.items()},
    )


async def _booked(work: Work) -> list[tuple[Meetup, frozenset[int]]]:
    rows = [
        each for each in await meetups.meetups_in(work, MeetupState.BOOKED) if (each.starts_at or work.now) > work.now
    ]
    found = []
    for row in rows[:MOST]:
        coming = await meetups.guests_of(work, meetups.meetup_id(row), Reply.COMES)
        found.append((row, frozenset(each.member_id for each in coming)))
    return found


async def tags_that_touch(work: Work, member: int) -> frozenset[str]:
    """The tags of the tips that a member wrote or said something about."""
    query = select(Confirmation.tip_id).where(Confirmation.community_id == work.community)
    said = (await work.session.exec(query.where(Confirmation.member_id == member))).all()
    wrote = [each.id for each in await tips.tips_by(work, member)]
    by_tip = await tags_of(work, [*said, *wrote])
    return frozenset(tag for tags in by_tip.values() for tag in tags)


async def find_questions(work: Work, ids: list[int]) -> dict[int, Question]:
    """Finds questions of this community by id."""
    query = select(Question).where(Question.community_id == work.community, col(Question.id).in_(ids))
    return {question_id(each): each for each in (await work.session.exec(query)).all()}


async def digest_for(work: Work, once: str, *, member: int | None = None) -> Digest:
    """Finds the digest that is known under `once`, or begins it; two that do so at once get the same."""
    await write_once(work.session, Digest(community_id=work.community, member_id=member, once=once, at=work.now))
    query = select(Digest).where(Digest.community_id == work.community, Digest.once == once).with_for_update()
    return (await work.session.exec(query.execution_options(populate_existing=True))).one()


async def find_digest(work: Work, digest: int, *, lock: bool = False) -> Digest | None:
    """Finds a digest by id; with `lock`, who else asks so waits until this work is over."""
    query = select(Digest).where(Digest.id == digest, Digest.community_id == work.community)
    return (await work.session.exec(query.with_for_update() if lock else query)).first()


async def last_posted(work: Work, *, member: int | None = None) -> Digest | None:
    """Finds the newest digest that was posted: the community's, or a member's own."""
    query = select(Digest).where(Digest.community_id == work.community, Digest.member_id == member)
    query = query.where(Digest.state == DigestState.POSTED).order_by(
        col(Digest.posted_at).desc(), col(Digest.id).desc()
    )
    return (await work.session.exec(query.limit(1))).first()


def digest_id(digest: Digest) -> int:
    """The id of a digest that has been written."""
    assert digest.id is not None
    return digest.id
