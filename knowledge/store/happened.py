"""What happened in a time beside ties, as counts for the report: tips, words on them, questions, meetups."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, distinct, func, select

from knowledge.models import (
    Confirmation,
    Guest,
    Meetup,
    MeetupState,
    Question,
    QuestionState,
    QuickWin,
    Showing,
    Tip,
    TipState,
)
from knowledge.participation import Level
from knowledge.store import confirmations, deeds
from knowledge.store.work import Work


@dataclass(frozen=True, slots=True)
class Happened:
    """Counts of a time; all may be small, and whoever shows them hides what is of fewer than five people.

    Attributes:
        tips: published. `confirmations`: words on tips. `live`: tips that are live now; `stale`: of them those that
            nobody checked for long.
        questions: put to the community; `answers`: of them answered by now.
        meetups: held; `met`: people who were at one; `minutes_met`: minutes of all of them; `wins`: quick wins that
            may be shown.
        levels: how many people stand at which level now.
        inwards: how many take more part than a quarter ago; to be new no longer is no move.
    """

    tips: int
    confirmations: int
    live: int
    stale: int
    questions: int
    answers: int
    meetups: int
    met: int
    minutes_met: int
    wins: int
    levels: dict[Level, int]
    inwards: int


async def happened(work: Work, since: datetime, until: datetime, *, checked_before: datetime) -> Happened:
    """Counts what happened from `since` to before `until`; `checked_before` says from when on a tip needs a look."""
    live = (Tip.community_id == work.community, Tip.state == TipState.LIVE)
    put = (Question.community_id == work.community, Question.post != "", *_within(Question.posted_at, since, until))
    is_held = col(Meetup.state).in_((MeetupState.BOOKED, MeetupState.HELD))
    began = _within(Meetup.starts_at, since, min(until, work.now))
    held = (Meetup.community_id == work.community, is_held, *began)
    there = select(func.count(distinct(Guest.member_id)), func.coalesce(func.sum(Meetup.minutes), 0))
    there = there.join(Meetup, col(Meetup.id) == Guest.meetup_id)
    there = there.where(Guest.community_id == work.community, col(Guest.was_there_at).is_not(None), *held)
    met, minutes_met = (await work.session.exec(there)).one()
    told = (QuickWin.community_id == work.community, QuickWin.showing != Showing.PRIVATE)
    said = (Confirmation.community_id == work.community, *_within(Confirmation.at, since, until))
    moved = await deeds.moved(work)
    order = list(Level)
    nearer = (Level.OCCASIONAL, Level.ACTIVE)
    return Happened(
        tips=await _count(work, col(Tip.id), *live, *_within(Tip.published_at, since, until)),
        confirmations=await _count(work, col(Confirmation.id), *said),
        live=await _count(work, col(Tip.id), *live),
        stale=await confirmations.count_needing_a_look(work, before=checked_before),
        questions=await _count(work, col(Question.id), *put),
        answers=await _count(work, col(Question.id), *put, Question.state == QuestionState.ANSWERED),
        meetups=await _count(work, col(Meetup.id), *held),
        met=met,
        minutes_met=minutes_met,
        wins=await _count(work, col(QuickWin.id), *told, *_within(QuickWin.at, since, until)),
        levels=dict(_standing(moved)),
        inwards=sum(n for (then, now), n in moved.items() if now in nearer and order.index(now) > order.index(then)),
    )


def _standing(moved: dict[tuple[Level, Level], int]) -> Counter[Level]:
    standing: Counter[Level] = Counter()
    for (_, now), count in moved.items():
        standing[now] += count
    return standing


def _within(at: Any, since: datetime, until: datetime) -> tuple[Any, Any]:
    return col(at) >= since, col(at) < until


async def _count(work: Work, what: Any, *where: Any) -> int:
    return int((await work.session.exec(select(func.count(distinct(what))).where(*where))).one())
